//! Where the file is.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// Which file is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// This one, which has to be there.
    Named(PathBuf),
    /// This one, if it is there.
    Usual(PathBuf),
    /// None.
    Nowhere,
}

impl Place {
    /// By `--config`, else `NEN_CONFIG`, else the usual place. An empty name stands for none.
    pub fn of(arguments: &[OsString]) -> Self {
        let named = flag(arguments).or_else(|| std::env::var_os("NEN_CONFIG"));
        match named {
            Some(name) if name.is_empty() => Self::Nowhere,
            Some(name) => Self::Named(name.into()),
            None => Self::usual(),
        }
    }

    /// Where it is when nobody says.
    pub fn usual() -> Self {
        let system = Path::new("/etc/nen/nen.toml");
        if rustix::process::geteuid().is_root() && system.exists() {
            return Self::Usual(system.to_owned());
        }
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = set("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(Path::new(&set("HOME")?).join(".config")));
        folder.map_or(Self::Nowhere, |folder| {
            Self::Usual(folder.join("nen/nen.toml"))
        })
    }
}

/// The last `--config FILE` or `--config=FILE`. No other flag takes a value that begins with a hyphen, so that it cannot be
/// another's value.
fn flag(arguments: &[OsString]) -> Option<OsString> {
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

    let mut found = None;
    let mut words = arguments.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        if word == "--config" {
            found = words.next().cloned();
        } else if let Some(value) = word.as_bytes().strip_prefix(b"--config=") {
            found = Some(OsString::from_vec(value.to_vec()));
        }
    }
    found
}
