use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::signer::Method;
use object_store::{Error, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt as _};
use tempfile::NamedTempFile;
use url::Url;

use crate::opened::{Opened, USUALLY};
use crate::{ObjectsError, Place, folder, upload};

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Bytes.
    pub size: u64,
    /// A strong `ETag`, with its quotes.
    pub tag: String,
    /// Unix seconds.
    pub modified: i64,
}

/// Its bytes, or a part of them, as they come.
pub type Content = BoxStream<'static, Result<Bytes, ObjectsError>>;

/// The place for objects. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Objects(Arc<Opened>);

impl Objects {
    /// Opens a place. For a store of a provider the settings, by the names of the environment, say who this is and where it
    /// is: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, `AWS_ALLOW_HTTP` and others of S3's own
    /// tools; `GOOGLE_APPLICATION_CREDENTIALS`; `AZURE_STORAGE_ACCOUNT_NAME`, `AZURE_STORAGE_ACCOUNT_KEY`. On a provider's own
    /// machines the machine's role is enough. Nothing is asked of the store yet, see [`Self::check`].
    ///
    /// # Errors
    /// When the folder cannot be made, or the settings make no sense.
    pub fn open(place: &Place, settings: &[(String, String)]) -> Result<Self, ObjectsError> {
        Ok(Self(Arc::new(Opened::open(place, settings)?)))
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Does once what will be done: writes, reads, lists and removes something, and looks for what is not there. A store that
    /// does not let us list refuses the last, too.
    ///
    /// # Errors
    /// `Store`, `Late`, `File`; see [`ObjectsError::is_outage`].
    pub async fn check(&self) -> Result<(), ObjectsError> {
        const CHECK: &str = "nen-check/nen";
        self.put(CHECK, Bytes::from_static(b"nen")).await?;
        self.bytes(CHECK).await?;
        self.below("nen-check").await?;
        self.remove_below("nen-check").await?;
        self.find("nen-check/none").await.map(drop)
    }

    /// Keeps bytes under a name, if that is possible within ten seconds; a power cut may lose them. Something of the same name is
    /// replaced.
    ///
    /// # Errors
    /// `Store`, `Late`, `File`.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), ObjectsError> {
        if let Some(path) = self.local(name) {
            make_above(&path).await?;
        }
        let path = Path::from(name);
        let put = self.0.store.put(&path, bytes.into());
        soon(put).await?.map(drop).map_err(Into::into)
    }

    /// Keeps a file under a name, whatever goes wrong for minutes, and also when the power goes after that. Its name is there only
    /// when all of it is. The file itself is gone then, or becomes the one that is kept.
    ///
    /// # Errors
    /// `Store`, `File`.
    pub async fn put_file(&self, name: &str, file: NamedTempFile) -> Result<(), ObjectsError> {
        let Some(path) = self.local(name) else {
            return upload::file(&*self.0.patient, &Path::from(name), file.path()).await;
        };
        make_above(&path).await?;
        let kept = tokio::task::spawn_blocking(move || folder::keep(file, &path));
        joined(kept.await).map_err(ObjectsError::file("keep a file"))
    }

    /// What is under a name. None: nothing.
    ///
    /// # Errors
    /// `Store`, `Late`.
    pub async fn find(&self, name: &str) -> Result<Option<Found>, ObjectsError> {
        match soon(self.0.store.head(&Path::from(name))).await? {
            Ok(meta) => Ok(Some(found(&meta))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What is under a name and its bytes, or those of a part that is within it. None: nothing. A store that is away for a
    /// moment is waited for, so that whoever reads slowly reads all.
    ///
    /// # Errors
    /// `Store`; the bytes may fail later.
    pub async fn read(
        &self,
        name: &str,
        part: Option<Range<u64>>,
    ) -> Result<Option<(Found, Content)>, ObjectsError> {
        let options = GetOptions {
            range: part.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        match self.0.patient.get_opts(&Path::from(name), options).await {
            Ok(got) => {
                let found = found(&got.meta);
                Ok(Some((found, got.into_stream().map_err(Into::into).boxed())))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// All bytes of something small. None: nothing is there.
    ///
    /// # Errors
    /// `Store`, `Late`.
    pub async fn bytes(&self, name: &str) -> Result<Option<Bytes>, ObjectsError> {
        let path = Path::from(name);
        let got = async { self.0.store.get(&path).await?.bytes().await };
        match soon(got).await? {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Names and sizes of what is below a folder, in no order.
    ///
    /// # Errors
    /// `Store`, `Late`.
    pub async fn below(&self, folder: &str) -> Result<Vec<(String, u64)>, ObjectsError> {
        let list = self.0.store.list(Some(&Path::from(folder)));
        let named = list.map_ok(|meta| (meta.location.to_string(), meta.size));
        Ok(soon(named.try_collect()).await??)
    }

    /// Names of the folders in a folder, without what is before them.
    ///
    /// # Errors
    /// `Store`, `Late`.
    pub async fn folders(&self, folder: &str) -> Result<Vec<String>, ObjectsError> {
        let folder = Path::from(folder);
        let found = soon(self.0.store.list_with_delimiter(Some(&folder))).await??;
        let names = found.common_prefixes.iter();
        let names = names.filter_map(|path| Some(path.filename()?.to_owned()));
        Ok(names.collect())
    }

    /// Removes what is under a name. Fine when nothing is.
    ///
    /// # Errors
    /// `Store`, `Late`.
    pub async fn remove(&self, name: &str) -> Result<(), ObjectsError> {
        match soon(self.0.store.delete(&Path::from(name))).await? {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes everything below a folder, many at once where the store can.
    ///
    /// # Errors
    /// `Store`, `File`; some of it may be gone then.
    pub async fn remove_below(&self, folder: &str) -> Result<(), ObjectsError> {
        if let Some(path) = self.local(folder) {
            let removed = tokio::task::spawn_blocking(move || folder::remove(&path));
            return joined(removed.await).map_err(ObjectsError::file("remove a folder"));
        }
        let store = &self.0.store;
        let names = store.list(Some(&Path::from(folder)));
        let names = names.map_ok(|meta| meta.location).boxed();
        let mut removed = store.delete_stream(names);
        while let Some(done) = removed.next().await {
            match done {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// A link by which anybody gets what is under a name from the store itself, for this long. None: the place makes none.
    ///
    /// # Errors
    /// `Store`, when who this is cannot be found out.
    pub async fn link(&self, name: &str, lasts: Duration) -> Result<Option<Url>, ObjectsError> {
        let Some((signer, folder)) = &self.0.signer else {
            return Ok(None);
        };
        let path: Path = folder.parts().chain(Path::from(name).parts()).collect();
        let method = Method::GET;
        Ok(Some(signer.signed_url(method, &path, lasts).await?))
    }

    /// Where a name is on this machine; none when it is elsewhere.
    fn local(&self, name: &str) -> Option<PathBuf> {
        match &self.0.place {
            Place::Folder(root) => Some(root.join(Path::from(name).as_ref())),
            _ => None,
        }
    }
}

/// A store that is silent would be waited for longer than one that is away.
async fn soon<T>(asked: impl Future<Output = T>) -> Result<T, ObjectsError> {
    let answer = tokio::time::timeout(USUALLY, asked).await;
    answer.map_err(|_| ObjectsError::Late(USUALLY))
}

async fn make_above(path: &std::path::Path) -> Result<(), ObjectsError> {
    match path.parent() {
        Some(above) if !tokio::fs::try_exists(above).await.unwrap_or(false) => folder::make(above),
        _ => Ok(()),
    }
}

fn joined(done: Result<std::io::Result<()>, tokio::task::JoinError>) -> std::io::Result<()> {
    done.map_err(std::io::Error::other).flatten()
}

fn found(meta: &ObjectMeta) -> Found {
    let modified = meta.last_modified;
    let made_up = || format!("\"{:x}-{:x}\"", meta.size, modified.timestamp_micros());
    let tag = meta.e_tag.clone().filter(|tag| tag.len() > 2);
    Found {
        size: meta.size,
        tag: match tag {
            Some(tag) if tag.starts_with('"') => tag,
            Some(tag) => format!("\"{tag}\""),
            None => made_up(),
        },
        modified: modified.timestamp(),
    }
}
