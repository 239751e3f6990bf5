//! Putting a backup into an empty data folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use nen_store::{Backend, Store};

use crate::backup::{BESIDE_SQLITE, sqlite_url};
use crate::manifest::{
    DATA, DatabaseKind, Entry, Head, Kind, LeftOut, Manifest, POSTGRES, SQLITE, text_to_name,
};
use crate::place::Place;
use crate::read::{self, Look};
use crate::{BackupError, postgres};

/// While this is in a data folder, what is beside it is not whole.
const SIDE: &str = ".restoring";

/// What a locked and otherwise empty data folder may hold.
const EMPTY: [&str; 4] = ["server.lock", "workers.lock", "desktops.lock", "lost+found"];

/// What is to be restored, and where.
#[derive(Clone, Copy, Debug)]
pub struct Restore<'a> {
    /// The backup.
    pub file: &'a Path,
    /// The data folder, which the caller has locked.
    pub data_dir: &'a Path,
    /// Where the database goes, none for SQLite in the data folder.
    pub database: Option<&'a str>,
    /// Put what is in the data folder aside instead of refusing.
    pub replace: bool,
    /// Whom the files of desktops belong to.
    pub owners: Owners,
}

/// Whom the files of desktops belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owners {
    /// Whoever restores them.
    Mine,
    /// Each a user of its own, with the group of the same number; this is the first.
    Each(u32),
    /// One user, with the group of the same number.
    All(u32),
}

/// What was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// How the backup begins.
    pub head: Head,
    /// Files, folders and links in it.
    pub entries: usize,
    /// Bytes of its files.
    pub bytes: u64,
    /// Desktops whose files are back.
    pub desktops: usize,
    /// Desktops that were deleted while the backup was made; they are deleted here.
    pub unfinished: Vec<String>,
    /// What the backup could not take.
    pub left_out: Vec<LeftOut>,
    /// Where what was in the data folder is now.
    pub put_aside: Option<PathBuf>,
}

/// Whether a restore into this folder began and did not end, so that no server may use it.
pub fn is_half_restored(data_dir: &Path) -> bool {
    data_dir.join(SIDE).symlink_metadata().is_ok()
}

impl Restore<'_> {
    /// Reads the whole backup and checks it, before anything is changed; then puts it beside what is there, and moves it
    /// into place when all of it is on the disk.
    ///
    /// # Errors
    /// When the backup is damaged, hostile or newer than this program; when the data folder or the database is in use or
    /// not empty; when there is no room. Until the last step both are then as they were.
    pub async fn run(&self) -> Result<Restored, BackupError> {
        let mut archive = File::open(self.file).map_err(BackupError::file("open", self.file))?;
        let (head, manifest) = read::read(&mut archive, self.file, &mut Look)?;
        self.check_room(&manifest)?;
        self.check_database(&head).await?;
        let aside = self.check_empty()?;

        let side = self.data_dir.join(SIDE);
        let was_half = is_half_restored(self.data_dir);
        if let Some(aside) = &aside
            && was_half
        {
            make(aside)?;
            rename(&side, &aside.join("restoring"))?;
        }
        // From here on no server starts on the folder until this is gone.
        make(&side)?;
        let done = self.fill(&mut archive, &side, &head, &manifest).await;
        if let Err(error) = done {
            // Nothing was moved yet. When it cannot be removed, the next restore says so.
            let _ = fs::remove_dir_all(&side);
            if was_half {
                // What an earlier restore left is no less half than before.
                make(&side)?;
            }
            return Err(error);
        }
        self.move_into_place(&side, aside.as_deref())?;
        let desktops = desktops_in(&manifest);
        Ok(Restored {
            head,
            entries: manifest.entries.len(),
            bytes: manifest.entries.iter().map(Entry::stored).sum(),
            desktops: desktops
                .iter()
                .filter(|id| !manifest.unfinished.contains(id))
                .count(),
            unfinished: manifest.unfinished,
            left_out: manifest.left_out,
            put_aside: aside,
        })
    }

    fn check_room(&self, manifest: &Manifest) -> Result<(), BackupError> {
        let needed: u64 = manifest.entries.iter().map(Entry::stored).sum();
        let found = rustix::fs::statvfs(self.data_dir)
            .map_err(BackupError::kernel("look at", self.data_dir))?;
        let free = found.f_bavail.saturating_mul(found.f_frsize);
        if needed > free {
            return Err(BackupError::Refused(format!(
                "{} has {} MiB free, and the backup needs {} MiB",
                self.data_dir.display(),
                free >> 20,
                needed >> 20
            )));
        }
        Ok(())
    }

    /// The database of the backup must fit the one that it is to go into, which must be empty.
    async fn check_database(&self, head: &Head) -> Result<(), BackupError> {
        let Some(url) = self.database else {
            return match head.database {
                DatabaseKind::Sqlite => Ok(()),
                DatabaseKind::Postgres => Err(BackupError::Refused(
                    "the backup holds a PostgreSQL database: name an empty one with --database"
                        .into(),
                )),
                DatabaseKind::None => Ok(()),
            };
        };
        if head.database == DatabaseKind::None {
            return Ok(());
        }
        let found = nen_store::inspect(url).await?;
        let same = match head.database {
            DatabaseKind::Sqlite => found.backend == Backend::Sqlite,
            _ => found.backend == Backend::Postgres,
        };
        if !same {
            return Err(BackupError::Refused(
                "the backup holds a database of the other kind: SQLite and PostgreSQL cannot be restored into each other"
                    .into(),
            ));
        }
        // A SQLite file in the data folder is put aside with the rest of it.
        let file = nen_store::sqlite_path(url)?;
        let is_inside = file
            .as_ref()
            .is_some_and(|file| crate::output_file::is_below(file, self.data_dir));
        // What is not ours is no schema, and still somebody's.
        let holds_something = |file: &PathBuf| file.metadata().is_ok_and(|found| found.len() > 0);
        let in_use = found.schema.is_some() || file.as_ref().is_some_and(holds_something);
        if in_use && !is_inside {
            return Err(BackupError::Refused(
                "the database is not empty: name an empty one with --database".into(),
            ));
        }
        Ok(())
    }

    /// Where to put aside what is there; none when nothing is.
    fn check_empty(&self) -> Result<Option<PathBuf>, BackupError> {
        if self.foreign()?.is_empty() {
            return Ok(None);
        }
        if !self.replace {
            return Err(BackupError::Refused(format!(
                "{} is not empty: choose another --data-dir, or --replace to put what is in it aside",
                self.data_dir.display()
            )));
        }
        let desktops = self.data_dir.join("desktops");
        if let Ok(found) = fs::read_dir(&desktops) {
            for desktop in found.filter_map(Result::ok) {
                if desktop.path().join("instance.json").exists() {
                    return Err(BackupError::Refused(format!(
                        "desktops of a server that was killed may still run in {}: start it and stop it in order first",
                        self.data_dir.display()
                    )));
                }
            }
        }
        let aside = format!("before-restore-{}", crate::now());
        Ok(Some(self.data_dir.join(aside)))
    }

    /// What is in the data folder that a restore did not expect.
    fn foreign(&self) -> Result<Vec<PathBuf>, BackupError> {
        let failed = || BackupError::file("read", self.data_dir);
        let mut found = Vec::new();
        for entry in fs::read_dir(self.data_dir).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let name = entry.file_name();
            let is_ours = EMPTY.iter().any(|own| name == *own)
                || name.to_string_lossy().starts_with("before-restore-");
            if !is_ours {
                found.push(entry.path());
            }
        }
        Ok(found)
    }

    async fn fill(
        &self,
        archive: &mut File,
        side: &Path,
        head: &Head,
        checked: &Manifest,
    ) -> Result<(), BackupError> {
        let users = self.users(checked);
        let without: BTreeSet<String> = checked.unfinished.iter().cloned().collect();
        let mut place = Place::new(side, &checked.entries, users.as_ref(), &without)?;
        let (_, manifest) = read::read(archive, self.file, &mut place)?;
        if manifest != *checked {
            return Err(BackupError::Damaged("it changed while it was read".into()));
        }
        place.finish()?;
        let database = match head.database {
            DatabaseKind::Sqlite => sqlite_url(&side.join(SQLITE))?,
            DatabaseKind::Postgres => {
                let url = self.database.unwrap_or_default();
                postgres::load(url, &side.join(POSTGRES))?;
                url.to_owned()
            }
            DatabaseKind::None => return Ok(()),
        };
        // Also brings an older schema up to date.
        let store = Store::open(&database).await?;
        for row in store.desktops().list_all().await? {
            if without.contains(&row.id) {
                store.desktops().delete(&row.workspace_id, &row.id).await?;
            }
        }
        store.close().await;
        Ok(())
    }

    /// A user for each desktop, its own where no other has it.
    fn users(&self, manifest: &Manifest) -> Option<BTreeMap<String, u32>> {
        let first = match self.owners {
            Owners::Mine => return None,
            Owners::All(user) => {
                let all = desktops_in(manifest).into_iter();
                return Some(all.map(|id| (id, user)).collect());
            }
            Owners::Each(first) => first,
        };
        let (mut users, mut taken) = (BTreeMap::new(), BTreeSet::new());
        for (id, user) in &manifest.owners {
            if *user >= first && taken.insert(*user) {
                users.insert(id.clone(), *user);
            }
        }
        let without: Vec<String> = desktops_in(manifest)
            .into_iter()
            .filter(|id| !users.contains_key(id))
            .collect();
        let free = (first..).filter(|user| !taken.contains(user));
        users.extend(without.into_iter().zip(free));
        Some(users)
    }

    fn move_into_place(&self, side: &Path, aside: Option<&Path>) -> Result<(), BackupError> {
        let folder = File::open(side).map_err(BackupError::file("open", side))?;
        rustix::fs::syncfs(&folder).map_err(BackupError::kernel("write", side))?;
        if let Some(aside) = aside {
            make(aside)?;
            for path in self.foreign()? {
                if path != side {
                    rename(&path, &aside.join(path.file_name().unwrap_or_default()))?;
                }
            }
        }
        let data = side.join("data");
        let failed = || BackupError::file("read", data.clone());
        for entry in fs::read_dir(&data).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            rename(&entry.path(), &self.data_dir.join(entry.file_name()))?;
        }
        let copy = side.join(SQLITE);
        if copy.exists() {
            let named = self.database.map(nen_store::sqlite_path).transpose()?;
            let target = named
                .flatten()
                .unwrap_or_else(|| self.data_dir.join("nen.db"));
            // What belongs to a file that was there before would be played into this one.
            for end in BESIDE_SQLITE {
                let mut beside = target.clone().into_os_string();
                beside.push(end);
                let _ = fs::remove_file(beside);
            }
            move_file(&copy, &target)?;
        }
        fs::remove_dir_all(side).map_err(BackupError::file("remove", side))?;
        let folder = File::open(self.data_dir);
        folder
            .and_then(|folder| folder.sync_all())
            .map_err(BackupError::file("write", self.data_dir))
    }
}

/// Desktops that the archive has a folder of.
fn desktops_in(manifest: &Manifest) -> BTreeSet<String> {
    let prefix = format!("{DATA}desktops/");
    let folders = manifest
        .entries
        .iter()
        .filter(|entry| entry.kind == Kind::Folder);
    folders
        .filter_map(|entry| {
            let name = text_to_name(&entry.name);
            let id = name.strip_prefix(prefix.as_bytes())?;
            let id = std::str::from_utf8(id).ok()?;
            (!id.contains('/')).then(|| id.to_owned())
        })
        .collect()
}

/// A folder for its owner only. Fine when it is there, since everything in it has a name of its own.
fn make(folder: &Path) -> Result<(), BackupError> {
    let made = DirBuilder::new().mode(0o700).recursive(true).create(folder);
    made.map_err(BackupError::file("make", folder))
}

fn rename(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(from, to).map_err(BackupError::file("move into place", to))
}

/// Renames, and copies where that leads to another disk.
fn move_file(from: &Path, to: &Path) -> Result<(), BackupError> {
    let failed = || BackupError::file("write", to);
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {}
        other => return other.map_err(failed()),
    }
    let partial = to.with_extension("restoring");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)
        .map_err(failed())?;
    let mut content = File::open(from).map_err(failed())?;
    io::copy(&mut content, &mut file).map_err(failed())?;
    file.sync_all().map_err(failed())?;
    fs::rename(&partial, to).map_err(failed())
}
