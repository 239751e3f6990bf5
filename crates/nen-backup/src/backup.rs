//! Making a backup of a data folder and its database while a server uses both.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use nen_store::{Backend, StoreError};
use rustix::fs::{Mode, OFlags, openat};

use crate::contents::Contents;
use crate::manifest::{DatabaseKind, FORMAT, Head, LeftOut, POSTGRES, SQLITE};
use crate::output_file::{is_below, name_below};
use crate::tree::Tree;
use crate::write::{Meta, Writer};
use crate::{BackupError, postgres};

/// What is to be backed up.
#[derive(Clone, Copy, Debug)]
pub struct Backup<'a> {
    /// The server's data folder.
    pub data_dir: &'a Path,
    /// Its database.
    pub database: &'a str,
    /// Leave the database out, because it is kept by other means.
    pub without_database: bool,
    /// An existing folder with room for a copy of the database.
    pub scratch: &'a Path,
}

/// What a backup holds.
#[derive(Clone, Debug)]
pub struct BackedUp {
    /// How it begins.
    pub head: Head,
    /// Files, folders and links.
    pub entries: usize,
    /// Bytes of files before they were compressed.
    pub bytes: u64,
    /// Desktops whose files are in it.
    pub desktops: usize,
    /// Whether the key that seals secrets is in it; if not it is `NEN_SECRET_KEY`, or there is none yet.
    pub has_secret_key: bool,
    /// What could not be taken.
    pub left_out: Vec<LeftOut>,
}

impl Backup<'_> {
    /// Refuses a place for the backup that would become a part of the next one.
    ///
    /// # Errors
    /// When `file` is below the data folder.
    pub fn check_place(&self, file: &Path) -> Result<(), BackupError> {
        if is_below(file, self.data_dir) {
            return Err(BackupError::Refused(format!(
                "{} is in the data folder that is backed up: choose a place outside of it",
                file.display()
            )));
        }
        Ok(())
    }

    /// Writes the backup; what it was written to comes back.
    ///
    /// The database is copied first, as it is at one moment, then files are read as they are: what belongs to rows of
    /// that moment is in them, newer or the same. A desktop that is deleted meanwhile is left out.
    ///
    /// # Errors
    /// When the database or a file outside of desktops cannot be read, or the backup not be written.
    pub async fn write<W: Write>(&self, out: W) -> Result<(W, BackedUp), BackupError> {
        let scratch = tempfile::Builder::new()
            .prefix(".nen-backup-")
            .tempdir_in(self.scratch)
            .map_err(BackupError::file("write to", self.scratch))?;
        let copy = scratch.path().join("database");
        let (kind, schema, listed) = self.copy_database(&copy).await?;
        let head = Head {
            format: FORMAT,
            nen: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            database: kind,
            created_at: crate::now(),
        };
        let contents = Contents {
            desktops: listed,
            database: database_names(self.database, self.data_dir),
        };
        let mut writer = Writer::begin(out, &head)?;
        // What desktops wrote to their disks is in the files of those.
        rustix::fs::sync();
        let (left_out, owners) = self.write_files(&mut writer, &contents)?;
        let unfinished = self.unfinished(&contents.desktops).await?;
        let name = match kind {
            DatabaseKind::Sqlite => Some(SQLITE),
            DatabaseKind::Postgres => Some(POSTGRES),
            DatabaseKind::None => None,
        };
        if let Some(name) = name {
            write_database(&mut writer, name, &copy)?;
        }
        let backed_up = BackedUp {
            head,
            entries: writer.count(),
            bytes: writer.bytes(),
            desktops: contents.desktops.len() - unfinished.len(),
            has_secret_key: self.data_dir.join("secret.key").exists(),
            left_out: left_out.clone(),
        };
        let out = writer.finish(unfinished, left_out, owners)?;
        Ok((out, backed_up))
    }

    /// Copies it; answers what it is, and the desktops in it.
    async fn copy_database(
        &self,
        copy: &Path,
    ) -> Result<(DatabaseKind, i64, BTreeSet<String>), BackupError> {
        let found = nen_store::inspect(self.database).await?;
        let Some(schema) = found.schema else {
            return Err(BackupError::Refused(format!(
                "there is no database of a server yet for {}",
                self.data_dir.display()
            )));
        };
        let listed = || nen_store::kept_desktops(self.database);
        if self.without_database {
            let listed = listed().await?.into_iter().collect();
            return Ok((DatabaseKind::None, schema, listed));
        }
        match found.backend {
            Backend::Sqlite => {
                let schema = nen_store::copy_sqlite(self.database, copy).await?;
                // Of the same moment as everything else in it.
                let listed = nen_store::kept_desktops(&sqlite_url(copy)?).await?;
                Ok((DatabaseKind::Sqlite, schema, listed.into_iter().collect()))
            }
            Backend::Postgres => {
                // One that comes or goes meanwhile may be in the copy. Of one that went there are no files, and it goes again
                // when the copy is restored.
                let before = listed().await?;
                postgres::dump(self.database, copy)?;
                let both = before.into_iter().chain(listed().await?);
                Ok((DatabaseKind::Postgres, schema, both.collect()))
            }
        }
    }

    fn write_files<W: Write>(
        &self,
        writer: &mut Writer<W>,
        contents: &Contents,
    ) -> Result<(Vec<LeftOut>, BTreeMap<String, u32>), BackupError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = openat(rustix::fs::CWD, self.data_dir, flags, Mode::empty())
            .map_err(BackupError::kernel("read", self.data_dir))?;
        let mut tree = Tree::new(writer, contents);
        tree.folder(root.as_fd(), b"", 0)?;
        Ok((tree.left_out, tree.owners))
    }

    /// Desktops that ended to be while they were read: what there is of them is not all.
    async fn unfinished(&self, desktops: &BTreeSet<String>) -> Result<Vec<String>, BackupError> {
        let now: BTreeSet<String> = nen_store::kept_desktops(self.database)
            .await?
            .into_iter()
            .collect();
        let is_whole = |id: &String| {
            let folder = self.data_dir.join("desktops").join(id);
            let plain = folder.join("home").is_dir() && folder.join("drive").is_dir();
            let disk = self.data_dir.join("disks").join(format!("{id}.img"));
            now.contains(id) && folder.is_dir() && (plain || disk.exists())
        };
        Ok(desktops
            .iter()
            .filter(|id| !is_whole(id))
            .cloned()
            .collect())
    }
}

fn write_database<W: Write>(
    writer: &mut Writer<W>,
    name: &str,
    copy: &Path,
) -> Result<(), BackupError> {
    let failed = || BackupError::file("write", copy);
    let file = File::open(copy).map_err(failed())?;
    let size = file.metadata().map_err(failed())?.len();
    let meta = Meta {
        mode: 0o600,
        modified: 0,
    };
    writer
        .file(name.as_bytes(), &file, size, None, meta)
        .map_err(failed())?;
    Ok(())
}

/// What SQLite adds to the name of a database for the files that it keeps beside it.
pub(crate) const BESIDE_SQLITE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The URL of a SQLite file.
pub(crate) fn sqlite_url(file: &Path) -> Result<String, BackupError> {
    let path = file
        .to_str()
        .ok_or_else(|| StoreError::Url("the path of a database must be UTF-8".into()))?;
    let plain = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC);
    Ok(format!("sqlite:{plain}"))
}

/// Names below the data folder that are the database, which is copied by other means.
fn database_names(url: &str, data_dir: &Path) -> Vec<Vec<u8>> {
    let mut names = vec![PathBuf::from("nen.db")];
    if let Ok(Some(file)) = nen_store::sqlite_path(url)
        && let Some(name) = name_below(&file, data_dir)
    {
        names.push(name);
    }
    names
        .iter()
        .flat_map(|name| {
            let name = OsStr::as_bytes(name.as_os_str());
            let beside = BESIDE_SQLITE.map(|end| [name, end.as_bytes()].concat());
            std::iter::once(name.to_vec()).chain(beside)
        })
        .collect()
}
