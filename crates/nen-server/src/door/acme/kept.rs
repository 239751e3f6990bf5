//! What of an authority is kept for the next start.

use nen_store::sha256_hex;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The account at the authority, JSON.
pub(super) const ACCOUNT: &str = "account.json";
/// Private key, certificate and those that lead to a root, PEM: in one file, so that they always go together.
pub(super) const CERTIFICATE: &str = "certificate.pem";

/// A folder for one authority: what one gave is of no use to another, as Let's Encrypt's test authority to the real one.
#[derive(Debug)]
pub(super) struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// Makes the folder where it is not there, for the server's own eyes.
    pub(super) fn open(folder: &Path, directory: &str) -> io::Result<Self> {
        let host = directory.split('/').nth(2).unwrap_or_default();
        let host = host.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let kept = folder.join(format!("{host}-{}", &sha256_hex(directory)[..8]));
        for folder in [folder, &kept] {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
            fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
        Ok(Self { folder: kept })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn read(&self, name: &str) -> io::Result<Option<String>> {
        match fs::read(self.path(name)) {
            // What is no text is no PEM or JSON either, which is found out by who reads it.
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces a file whole; after a power cut it is the one before or this one.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<()> {
        let unfinished = self.path(&format!("{name}.unfinished"));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        // One that was there before may have been anybody's to read.
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(unfinished, self.path(name))?;
        File::open(&self.folder)?.sync_all()
    }

    pub(super) fn forget(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_reads_it_and_half_a_file_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("acme");
        let kept = Kept::open(&folder, "https://ca.example.com/directory").unwrap();
        assert_eq!(kept.read(ACCOUNT).unwrap(), None);
        kept.write(ACCOUNT, "first").unwrap();
        // As a power cut leaves it.
        fs::write(kept.path("account.json.unfinished"), "sec").unwrap();
        assert_eq!(kept.read(ACCOUNT).unwrap().unwrap(), "first");
        kept.write(ACCOUNT, "second").unwrap();
        assert_eq!(kept.read(ACCOUNT).unwrap().unwrap(), "second");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&kept.folder), 0o700);
        assert_eq!(mode(&kept.path(ACCOUNT)), 0o600);
        let other = Kept::open(&folder, "https://ca.example.com/test").unwrap();
        assert_eq!(other.read(ACCOUNT).unwrap(), None);
    }
}
