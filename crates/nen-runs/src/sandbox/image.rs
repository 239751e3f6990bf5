//! Files that are the same for every sandbox, written once.
//!
//! ```text
//! sandbox/python/nen/…   the Python package `nen`
//! sandbox/etc/passwd
//! ```

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rust_embed::RustEmbed;

use crate::bundle::readable;

/// Where the package `nen` is inside.
pub(super) const INSIDE: &str = "/opt/nen/python";

/// Where distributions have it.
const BWRAP: &str = "/usr/bin/bwrap";

const PASSWD: &str = "workflow:x:1000:1000:workflow:/tmp:/usr/sbin/nologin\n";

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../sdks/workflow/src/nen"]
struct Package;

/// What every sandbox sees.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub folder: PathBuf,
    pub python: PathBuf,
    pub packages: PathBuf,
}

impl Image {
    /// Brings the files below `folder` up to date.
    pub fn write(folder: &Path, python: &Path, packages: &Path) -> io::Result<Self> {
        for name in ["", "etc", "python"] {
            readable(&folder.join(name))?;
        }
        put(&folder.join("etc"), "passwd", PASSWD.as_bytes())?;
        let mut changed = false;
        // What running the tests left beside the sources is nobody's.
        for name in Package::iter().filter(|name| !name.contains("__pycache__")) {
            if let Some(file) = Package::get(&name) {
                changed |= put(&folder.join("python/nen"), &name, &file.data)?;
            }
        }
        if changed {
            compile(python, &folder.join("python"));
        }
        Ok(Self {
            folder: folder.to_owned(),
            python: python.to_owned(),
            packages: packages.to_owned(),
        })
    }

    /// What this machine lacks for workflows, if anything.
    pub fn lacks(&self) -> Option<String> {
        if !self.python.exists() {
            return Some(format!(
                "workflows need {}, which is not there: `nen doctor --fix` installs it",
                self.python.display()
            ));
        }
        if !Path::new(BWRAP).exists() {
            return Some(
                "workflows need bubblewrap, which is not installed: `nen doctor --fix` installs it"
                    .to_owned(),
            );
        }
        if !self.packages.join("pydantic").is_dir() {
            return Some(format!(
                "workflows need pydantic in {}: `nen doctor --fix` puts it there",
                self.packages.display()
            ));
        }
        None
    }
}

/// Sandboxes cannot write into the folder, so that every run would compile the package anew.
fn compile(python: &Path, folder: &Path) {
    let done = Command::new(python)
        .args(["-I", "-m", "compileall", "-q"])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !done.is_ok_and(|status| status.success()) {
        tracing::warn!("The package nen is not compiled, workflows start somewhat later");
    }
}

/// Replaced and never changed: sandboxes that run keep what they have. True: it was another one.
fn put(base: &Path, name: &str, content: &[u8]) -> io::Result<bool> {
    let path = base.join(name);
    if fs::read(&path).is_ok_and(|found| found == content) {
        return Ok(false);
    }
    if let Some(above) = path.parent() {
        readable(above)?;
    }
    let partial = path.with_extension(format!("new-{}", std::process::id()));
    fs::write(&partial, content)?;
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o644))?;
    fs::rename(partial, path)?;
    Ok(true)
}
