//! The server's data directory: where it is, its lock, its first key.

use std::{
    fs,
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use nen_host::{Lock, durable};

/// Where a server keeps everything unless told otherwise: `/var/lib/nen` for root, else `$XDG_DATA_HOME/nen`.
pub fn default_path() -> PathBuf {
    let set = |name| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    if let Some(data) = set("XDG_DATA_HOME").filter(|p| p.is_absolute()) {
        return data.join("nen");
    }
    if rustix::process::geteuid().is_root() {
        return "/var/lib/nen".into();
    }
    match set("HOME") {
        Some(home) => home.join(".local/share/nen"),
        None => "/var/lib/nen".into(),
    }
}

/// The file with the first admin key.
pub fn key_file(data_dir: &Path) -> PathBuf {
    data_dir.join("api-key")
}

/// The SQLite database inside the data directory.
pub fn database_file(data_dir: &Path) -> PathBuf {
    data_dir.join("nen.db")
}

/// The same as a URL for the store.
pub fn default_database(data_dir: &Path) -> String {
    format!("sqlite:{}", database_file(data_dir).display())
}

/// The file that workers hold a shared lock of, and a restore one for itself.
const WORKERS_LOCK: &str = "workers.lock";

/// A data directory that belongs to this process until it is dropped.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: Lock,
}

impl DataDir {
    /// Creates the directory when needed (0700) and takes its lock. One that was restored by half is refused.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let data = Self::lock(path)?;
        refuse_half_restored(&data.path)?;
        Ok(data)
    }

    /// The same whatever is in it.
    pub fn lock(path: &Path) -> anyhow::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("cannot create the data directory {}", path.display()))?;
        // So that a power cut does not take it away, with what will be in it. A folder around it that may not be read
        // cannot be synced.
        let _ = durable::sync_name(path);
        // Absolute, because desktops are started from elsewhere.
        let path = path
            .canonicalize()
            .with_context(|| format!("cannot open the data directory {}", path.display()))?;
        let lock_path = path.join("server.lock");
        let lock = Lock::alone(&lock_path)
            .with_context(|| format!("cannot write to the data directory {}", path.display()))?;
        let Some(lock) = lock else {
            // Only to say who it is; the refusal stands without it.
            let holder = fs::read_to_string(&lock_path).unwrap_or_default();
            let holder = match holder.trim() {
                "" => String::new(),
                pid => format!(" (process {pid})"),
            };
            bail!(
                "another nen server uses {}{holder}; stop it or choose another --data-dir",
                path.display()
            );
        };
        lock.file().set_len(0)?;
        writeln!(lock.file(), "{}", std::process::id())?;
        Ok(Self { path, _lock: lock })
    }

    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the first admin key where only its owner can read it.
    pub fn write_key(&self, secret: &str) -> anyhow::Result<()> {
        write_private(&key_file(&self.path), format!("{secret}\n").as_bytes())
    }
}

/// Keeps restores out of a data directory that a worker uses. Any number of workers may; one that was restored by half is
/// refused.
pub fn share_with_workers(data_dir: &Path) -> anyhow::Result<Lock> {
    let lock = Lock::shared(&data_dir.join(WORKERS_LOCK))
        .with_context(|| format!("cannot write to the data directory {}", data_dir.display()))?;
    let lock = lock.with_context(|| {
        format!(
            "{} is being restored: start the worker after it",
            data_dir.display()
        )
    })?;
    refuse_half_restored(data_dir)?;
    Ok(lock)
}

/// Keeps workers out of a data directory that is being restored.
pub fn without_workers(data_dir: &Path) -> anyhow::Result<Lock> {
    let lock = Lock::alone(&data_dir.join(WORKERS_LOCK))
        .with_context(|| format!("cannot write to the data directory {}", data_dir.display()))?;
    lock.with_context(|| format!("a worker uses {}: stop it first", data_dir.display()))
}

fn refuse_half_restored(data_dir: &Path) -> anyhow::Result<()> {
    if nen_backup::is_half_restored(data_dir) {
        bail!(
            "a restore into {} did not end: run `nen restore` again, with --replace",
            data_dir.display()
        );
    }
    Ok(())
}

/// Replaces a file whole, mode 0600; on disk when it returns.
pub fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    durable::replace(path, content).with_context(|| format!("cannot write {}", path.display()))
}

/// The local server's key, when this user may read it.
pub fn read_key(data_dir: &Path) -> Option<String> {
    let text = fs::read_to_string(key_file(data_dir)).ok()?;
    let key = text.trim();
    (!key.is_empty()).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_second_server_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let first = DataDir::open(&path).unwrap();
        let refusal = DataDir::open(&path).unwrap_err().to_string();
        assert!(refusal.contains("another nen server uses"), "{refusal}");
        assert!(
            refusal.contains(&std::process::id().to_string()),
            "{refusal}"
        );
        drop(first);
        DataDir::open(&path).unwrap();
    }

    #[test]
    fn workers_and_a_restore_keep_each_other_out() {
        let folder = tempfile::tempdir().unwrap();
        let workers = [(); 2].map(|()| share_with_workers(folder.path()).unwrap());
        let refusal = without_workers(folder.path()).unwrap_err().to_string();
        assert!(refusal.contains("a worker uses"), "{refusal}");
        drop(workers);
        let restore = without_workers(folder.path()).unwrap();
        let refusal = share_with_workers(folder.path()).unwrap_err().to_string();
        assert!(refusal.contains("being restored"), "{refusal}");
        drop(restore);
        share_with_workers(folder.path()).unwrap();
    }

    #[test]
    fn the_key_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::open(folder.path()).unwrap();
        data.write_key("sk_nen_x").unwrap();
        let file = key_file(folder.path());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(read_key(folder.path()).as_deref(), Some("sk_nen_x"));
    }
}
