//! A data folder as a server has it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use nen_backup::{BackedUp, Backup, BackupError, OutputFile, Owners, Restore, Restored};
use nen_store::{
    DEFAULT_WORKSPACE, DesktopChange, DesktopLimits, DesktopStatus, NewDesktop, Provisioning, Store,
};
use tempfile::TempDir;

/// A folder for a test: a server's `data`, and room beside it.
pub struct Source {
    pub folder: TempDir,
    pub store: Store,
}

impl Source {
    /// With a database and its keys.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        let store = Store::open(&url(&folder.path().join("data")))
            .await
            .unwrap();
        store.ensure_default_workspace().await.unwrap();
        let source = Self { folder, store };
        source.write("secret.key", b"sealing");
        source.write("api-key", b"sk_nen_x");
        source
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn archive(&self) -> PathBuf {
        self.folder.path().join("backup.tar.zst")
    }

    /// Where backups of it are restored.
    pub fn other(&self) -> PathBuf {
        self.folder.path().join("other")
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, content: &[u8]) {
        let path = self.data().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }

    /// Adds a desktop with a home and a drive.
    pub async fn desktop(&self, id: &str, status: DesktopStatus) {
        let new = NewDesktop {
            id: id.into(),
            workspace_id: DEFAULT_WORKSPACE.into(),
            desktop_type: "sandbox".into(),
            name: None,
            spec: serde_json::json!({}),
            display_width: 1280,
            display_height: 800,
            metadata: BTreeMap::new(),
            provisioning: Provisioning::Cold,
            driver: "local".into(),
            expires_at: None,
        };
        let desktops = self.store.desktops();
        desktops
            .insert(&new, DesktopLimits::default())
            .await
            .unwrap();
        let change = DesktopChange {
            status: Some(status),
            ..DesktopChange::default()
        };
        desktops.update(id, &change).await.unwrap();
        self.write(&format!("desktops/{id}/home/file"), id.as_bytes());
        self.write(&format!("desktops/{id}/drive/Downloads/report"), b"42");
        self.write(&format!("desktops/{id}/machine-id"), b"0123");
    }

    /// Backs it up to its archive.
    pub async fn back_up(&self) -> Result<BackedUp, BackupError> {
        let file = OutputFile::create(&self.archive(), true)?;
        let (file, made) = self.write_to(file).await?;
        file.finish()?;
        Ok(made)
    }

    /// Backs it up to anything.
    pub async fn write_to<W: std::io::Write>(&self, out: W) -> Result<(W, BackedUp), BackupError> {
        let (data, database) = (self.data(), url(&self.data()));
        let backup = Backup {
            data_dir: &data,
            database: &database,
            without_database: false,
            scratch: self.folder.path(),
        };
        backup.write(out).await
    }
}

/// Restores an archive into a folder, which is made.
pub async fn restore(archive: &Path, into: &Path, replace: bool) -> Result<Restored, BackupError> {
    fs::create_dir_all(into).unwrap();
    let restore = Restore {
        file: archive,
        data_dir: into,
        database: None,
        replace,
        owners: match rustix::process::geteuid().is_root() {
            true => Owners::Each(210_000),
            false => Owners::Mine,
        },
    };
    restore.run().await
}

/// The database of a data folder.
pub fn url(data: &Path) -> String {
    format!("sqlite:{}", data.join("nen.db").display())
}

/// Names in a folder.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
