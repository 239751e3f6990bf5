//! Files to and from the server, streamed: size does not matter.

use std::{fs::File, io::Write, path::Path};

use anyhow::Context;
use nen_protocol::segment::escaped;
use ureq::{
    Body,
    http::{Method, Request, Response},
};

use super::{Client, ClientError};

/// Where an upload goes and what it is.
#[derive(Debug)]
pub struct Upload<'a> {
    /// The desktop.
    pub desktop: &'a str,
    /// Its name on the drive.
    pub name: &'a str,
    /// The folder on the drive, none for the root.
    pub folder: Option<&'a str>,
    /// Its media type.
    pub content_type: &'a str,
}

impl Client {
    /// Streams a local file to a desktop's drive.
    pub fn upload(&self, to: &Upload<'_>, file: File) -> Result<serde_json::Value, ClientError> {
        let request = self
            .request(Method::POST, &file_path(to.desktop, to.name, to.folder))?
            .header("content-type", to.content_type)
            // Lets the server refuse before a hundred megabytes were sent for nothing.
            .header("expect", "100-continue")
            .body(file);
        let mut response = self.send(request, None)?;
        response
            .body_mut()
            .read_json()
            .map_err(|e| ClientError::from_transport(self.base(), &e))
    }

    /// Streams a file from a desktop's drive into `sink` and gives its size.
    pub fn download(
        &self,
        desktop: &str,
        name: &str,
        folder: Option<&str>,
        sink: &mut dyn Write,
    ) -> anyhow::Result<u64> {
        self.fetch(&file_path(desktop, name, folder), sink)
    }

    /// Streams what is at a path of the API into `sink` and gives its size.
    pub fn fetch(&self, path: &str, sink: &mut dyn Write) -> anyhow::Result<u64> {
        let request = self.request(Method::GET, path)?;
        copy(self.send(request.body(()), None)?, sink)
    }

    /// Like [`Client::download`], into a file that appears complete or not at all.
    pub fn download_to(
        &self,
        desktop: &str,
        name: &str,
        folder: Option<&str>,
        target: &Path,
        overwrite: bool,
    ) -> anyhow::Result<u64> {
        write_whole(target, overwrite, |sink| {
            self.download(desktop, name, folder, sink)
        })
    }

    /// Streams what a signed link of the server leads to into `sink` and gives its size. The link is all it takes:
    /// it may lead to another host, so the key stays here.
    pub fn download_link(link: &str, sink: &mut dyn Write) -> anyhow::Result<u64> {
        let client = Self::new(link, None)?;
        copy(client.send(Request::get(link).body(()), None)?, sink)
    }
}

/// Writes a file that appears complete or not at all, and gives its size.
pub fn write_whole(
    target: &Path,
    overwrite: bool,
    fill: impl FnOnce(&mut dyn Write) -> anyhow::Result<u64>,
) -> anyhow::Result<u64> {
    let parent = target
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // In the same folder, so that the rename cannot cross a file system.
    let mut temporary = tempfile::Builder::new()
        .prefix(".nen-download-")
        .tempfile_in(parent)
        .with_context(|| format!("cannot write to {}", parent.display()))?;
    let size = fill(temporary.as_file_mut())?;
    set_usual_mode(temporary.as_file())?;
    let kept = if overwrite {
        temporary.persist(target).map(drop)
    } else {
        temporary.persist_noclobber(target).map(drop)
    };
    kept.map_err(|e| e.error)
        .with_context(|| format!("cannot write {}", target.display()))?;
    Ok(size)
}

/// Copies a whole body; one that ends early is an error.
fn copy(response: Response<Body>, sink: &mut dyn Write) -> anyhow::Result<u64> {
    let expected = response.body().content_length();
    let mut reader = response
        .into_body()
        .into_with_config()
        .limit(u64::MAX)
        .reader();
    let size = std::io::copy(&mut reader, sink)?;
    if let Some(expected) = expected
        && expected != size
    {
        anyhow::bail!("the download ended after {size} of {expected} bytes");
    }
    Ok(size)
}

/// The API path of a file on a desktop's drive.
pub fn file_path(desktop: &str, name: &str, folder: Option<&str>) -> String {
    let path = format!("/desktops/{}/files/{}", escaped(desktop), escaped(name));
    match folder {
        Some(folder) if !folder.is_empty() => format!("{path}?path={}", escaped(folder)),
        _ => path,
    }
}

/// Temporary files are 0600; a download is an ordinary file and follows the umask.
fn set_usual_mode(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    // There is no way to read the umask but to set it; this program has one thread here.
    let umask = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    rustix::process::umask(umask);
    file.set_permissions(std::fs::Permissions::from_mode(
        0o666 & !umask.as_raw_mode(),
    ))
}

#[cfg(test)]
mod tests {
    use super::file_path;

    #[test]
    fn names_are_escaped_wholly() {
        assert_eq!(
            file_path("dsk_a", "a b/ü.txt", Some("Downloads/x")),
            "/desktops/dsk_a/files/a%20b%2F%C3%BC.txt?path=Downloads%2Fx"
        );
        assert_eq!(file_path("dsk_a", "x", Some("")), "/desktops/dsk_a/files/x");
    }
}
