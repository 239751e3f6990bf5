//! Files that are the same for every sandbox, written once.
//!
//! ```text
//! sandbox/python/nen/…   the Python package `nen`
//! sandbox/etc/passwd     and, for workflows with a network, hosts, nsswitch.conf, resolv.conf
//! sandbox/guarded/       resolv.conf for those whose network is guarded
//! sandbox/bin/nen        a copy of this binary: the stage before a sandbox with a network
//! ```

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nen_host::{durable, keep_copy, network};
use rust_embed::RustEmbed;

use crate::RunsConfig;
use crate::bundle::readable;

/// Where the package `nen` is inside.
pub(super) const INSIDE: &str = "/opt/nen/python";

/// Where distributions have it.
pub(super) const BWRAP: &str = "/usr/bin/bwrap";

const PASSWD: &str = "workflow:x:1000:1000:workflow:/tmp:/usr/sbin/nologin\n";

/// Files of `/etc` that a name is looked up by.
pub(super) const NAMES: [&str; 3] = ["hosts", "nsswitch.conf", RESOLVERS];

/// Folder of what differs where the network is guarded.
pub(super) const GUARDED: &str = "guarded";

/// Who answers for names.
pub(super) const RESOLVERS: &str = "resolv.conf";

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../sdks/workflow/src/nen"]
struct Package;

/// What every sandbox sees.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub folder: PathBuf,
    pub python: PathBuf,
    pub packages: PathBuf,
    /// The stage before a sandbox with a network, where this machine has one.
    pub nen: Option<PathBuf>,
}

impl Image {
    /// Brings the files below `folder` up to date.
    pub fn write(folder: &Path, config: &RunsConfig) -> io::Result<Self> {
        for name in ["", "bin", "etc", GUARDED, "python"] {
            readable(&folder.join(name))?;
        }
        let etc = folder.join("etc");
        put(&etc, "passwd", PASSWD.as_bytes())?;
        for name in NAMES {
            put(&etc, name, names(name).as_bytes())?;
        }
        let resolvers = network::resolv_conf(network::GUARD);
        put(&folder.join(GUARDED), RESOLVERS, resolvers.as_bytes())?;
        let nen = folder.join("bin/nen");
        if let Some(from) = &config.nen_bin {
            keep_copy(from, &nen)?;
        }
        let (python, packages) = (&config.python, &config.packages);
        keep_package(python, &folder.join("python"))?;
        Ok(Self {
            folder: folder.to_owned(),
            python: python.to_owned(),
            packages: packages.to_owned(),
            nen: config.nen_bin.is_some().then_some(nen),
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

    /// The stage before a sandbox with a network, or what this machine lacks for one.
    pub fn stage(&self) -> Result<&Path, String> {
        let lacks = match (&self.nen, network::lacks()) {
            (Some(nen), None) => return Ok(nen),
            (Some(_), Some(lacks)) => lacks,
            (None, _) => "a copy of nen, which was not made at the start".to_owned(),
        };
        Err(format!("a workflow with a network needs {lacks}"))
    }
}

/// What one of [`NAMES`] says inside: this sandbox, the exposed ports of the host, and who knows everything else.
fn names(file: &str) -> String {
    match file {
        "hosts" => format!(
            "127.0.0.1 localhost workflow\n::1 localhost\n{} host.nen\n",
            network::HOST
        ),
        RESOLVERS => network::resolv_conf(network::NAME_SERVER),
        _ => "passwd: files\nhosts: files dns\n".to_owned(),
    }
}

/// Brings the package up to date, compiled. A file that says so is there only while all of it is on disk: what a power
/// cut left of a compiled file would else be believed for ever.
fn keep_package(python: &Path, folder: &Path) -> io::Result<()> {
    let complete = folder.join("complete");
    let package = folder.join("nen");
    // What running the tests left beside the sources is nobody's.
    let names = || Package::iter().filter(|name| !name.contains("__pycache__"));
    let is_new = |name: &str| match Package::get(name) {
        Some(file) => fs::read(package.join(name)).ok().as_deref() != Some(&*file.data),
        None => false,
    };
    if complete.exists() && !names().any(|name| is_new(&name)) {
        return Ok(());
    }
    match fs::remove_file(&complete) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => durable::sync_folder(folder)?,
    }
    for name in names() {
        if let Some(file) = Package::get(&name) {
            put(&package, &name, &file.data)?;
        }
    }
    compile(python, folder);
    durable::sync_tree(folder)?;
    durable::replace(&complete, b"")
}

/// Sandboxes cannot write into the folder, so that every run would compile the package anew.
fn compile(python: &Path, folder: &Path) {
    let done = Command::new(python)
        .args(["-I", "-m", "compileall", "-q", "-f"])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !done.is_ok_and(|status| status.success()) {
        tracing::warn!("The package nen is not compiled, workflows start somewhat later");
    }
}

/// Replaced and never changed: sandboxes that run keep what they have.
fn put(base: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let path = base.join(name);
    if fs::read(&path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        readable(above)?;
    }
    let partial = path.with_extension(format!("new-{}", std::process::id()));
    fs::write(&partial, content)?;
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o644))?;
    fs::rename(partial, path)
}
