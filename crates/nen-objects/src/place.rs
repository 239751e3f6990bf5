use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

use crate::ObjectsError;

/// Where objects are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of S3, or of what speaks like it, and the folder in it.
    S3(String, String),
    /// A bucket of Google Cloud Storage, and the folder in it.
    Google(String, String),
    /// A container of Azure Blob Storage, and the folder in it.
    Azure(String, String),
}

impl FromStr for Place {
    type Err = ObjectsError;

    /// Reads `/absolute/folder`, `s3://BUCKET/FOLDER`, `gs://BUCKET/FOLDER` or `az://CONTAINER/FOLDER`; the folder may be
    /// left out. Keys are not taken here: they would be in arguments, which everybody on the machine can read.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |why: &str| {
            Err(ObjectsError::Place(format!(
                "{why}: a place for objects is /a/folder, s3://BUCKET/FOLDER, gs://BUCKET/FOLDER or az://CONTAINER/FOLDER"
            )))
        };
        if text.starts_with('/') {
            return Ok(Self::Folder(text.into()));
        }
        let Ok(url) = Url::parse(text) else {
            return wrong("it is neither an absolute path nor a URL");
        };
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
            return wrong("keys do not belong into it, the environment has them");
        }
        let Some(bucket) = url.host_str().filter(|bucket| !bucket.is_empty()) else {
            return wrong("it names no bucket");
        };
        let bucket = bucket.to_owned();
        let folder = url.path().trim_matches('/').to_owned();
        match url.scheme() {
            "s3" => Ok(Self::S3(bucket, folder)),
            "gs" => Ok(Self::Google(bucket, folder)),
            "az" => Ok(Self::Azure(bucket, folder)),
            _ => wrong("it is for another kind of store"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, bucket, folder) = match self {
            Self::Folder(path) => return write!(f, "{}", path.display()),
            Self::S3(bucket, folder) => ("s3", bucket, folder),
            Self::Google(bucket, folder) => ("gs", bucket, folder),
            Self::Azure(bucket, folder) => ("az", bucket, folder),
        };
        write!(f, "{scheme}://{bucket}")?;
        if folder.is_empty() {
            return Ok(());
        }
        write!(f, "/{folder}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_shown() {
        for text in [
            "/var/lib/nen",
            "s3://nen",
            "s3://nen/a/b",
            "gs://nen/a",
            "az://nen",
        ] {
            let place: Place = text.parse().unwrap();
            assert_eq!(place.to_string(), text);
        }
        let place: Place = "s3://nen/a/".parse().unwrap();
        assert_eq!(place, Place::S3("nen".into(), "a".into()));
    }

    #[test]
    fn what_is_no_place_is_refused_with_what_would_be_one() {
        for (text, says) in [
            ("", "neither"),
            ("objects", "neither"),
            ("s3:///a", "no bucket"),
            ("ftp://nen/a", "another kind"),
            ("s3://key:secret@nen/a", "the environment"),
            ("s3://nen/a?token=secret", "the environment"),
        ] {
            let refused = text.parse::<Place>().unwrap_err().to_string();
            assert!(refused.contains(says), "{text}: {refused}");
            assert!(refused.contains("s3://BUCKET/FOLDER"), "{refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
    }
}
