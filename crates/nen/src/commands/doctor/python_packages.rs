//! The folder of Python packages that workflows import, and how it is filled: as `deploy/setup.sh` does it.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use rustix::fs::{Access, access};

use super::mend::{agreed, run};
use crate::output::Output;

/// What is in the folder, with the hash of every file.
const WANTED: &str = include_str!("../../../../../deploy/workflow/requirements.txt");

/// Name of the file that says what was installed: the list it was installed from.
pub(super) const STAMP: &str = ".installed";

/// The version of pydantic that workflows get.
pub fn pydantic_version() -> &'static str {
    WANTED
        .lines()
        .find_map(|line| line.strip_prefix("pydantic=="))
        .and_then(|rest| rest.split_whitespace().next())
        .unwrap_or_default()
}

/// The folder.
#[derive(Debug)]
pub struct PythonPackages {
    folder: PathBuf,
}

impl PythonPackages {
    /// The packages in this folder, which need not be there.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// True when set-up filled the folder from another list. A folder that somebody filled by other means is theirs.
    pub fn outdated(&self) -> bool {
        fs::read_to_string(self.folder.join(STAMP)).is_ok_and(|list| list != WANTED)
    }

    /// Says what will be done, asks, and puts the packages in place, all or none.
    pub fn install(&self, interpreter: &Path, yes: bool, output: &Output) -> anyhow::Result<()> {
        self.refuse_what_is_not_ours()?;
        let folder = std::path::absolute(&self.folder)?;
        let sudo = !may_replace(&folder);
        output.note(format!(
            "Will bring pydantic {} and what it needs by pip, checked by their hashes, into {}{}",
            pydantic_version(),
            folder.display(),
            if sudo { " with sudo" } else { "" }
        ));
        agreed(yes)?;
        let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
        let made = temporary.path().join("python");
        bring(interpreter, temporary.path(), &made)?;
        place(&made, &folder, sudo)
    }

    fn refuse_what_is_not_ours(&self) -> anyhow::Result<()> {
        let Ok(mut entries) = fs::read_dir(&self.folder) else {
            return Ok(());
        };
        if entries.next().is_some() && !self.folder.join(STAMP).exists() {
            anyhow::bail!(
                "{} holds files that nen did not put there: add pydantic {} to them by your own means, or name another \
                 folder with --workflow-packages",
                self.folder.display(),
                pydantic_version()
            );
        }
        Ok(())
    }
}

/// Fills a fresh folder.
fn bring(interpreter: &Path, temporary: &Path, made: &Path) -> anyhow::Result<()> {
    let list = temporary.join("requirements.txt");
    fs::write(&list, WANTED).with_context(|| format!("cannot write {}", list.display()))?;
    let mut words = vec![interpreter.as_os_str()];
    let options = "-I -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
                   --only-binary :all: --require-hashes -r";
    words.extend(options.split(' ').map(OsStr::new));
    words.extend([list.as_os_str(), "--target".as_ref(), made.as_os_str()]);
    run(&words).context("pip could not bring the packages")?;
    let stamp = made.join(STAMP);
    fs::write(&stamp, WANTED).with_context(|| format!("cannot write {}", stamp.display()))?;
    // Workflows run as other users, and the umask may be one that lets nobody else in.
    run(&[
        "chmod".as_ref(),
        "-R".as_ref(),
        "u=rwX,go=rX".as_ref(),
        made.as_os_str(),
    ])
}

/// Copies the packages next to where they belong, then renames them, so that no workflow sees half of them.
fn place(made: &Path, folder: &Path, sudo: bool) -> anyhow::Result<()> {
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
        anyhow::bail!("{} is no place for packages", folder.display());
    };
    let beside = |what: &str| {
        let name = name.to_string_lossy();
        parent.join(format!(".{name}.{what}-{}", std::process::id()))
    };
    let (new, old) = (beside("new"), beside("old"));
    let doing = |words: &[&str], paths: &[&Path]| {
        let sudo = sudo.then_some(OsStr::new("sudo"));
        let words = sudo.into_iter().chain(words.iter().map(OsStr::new));
        let all: Vec<&OsStr> = words.chain(paths.iter().map(|p| p.as_os_str())).collect();
        run(&all)
    };
    doing(&["mkdir", "-p", "-m", "755", "--"], &[parent])?;
    let there = folder.exists();
    let placed = doing(
        &["cp", "-r", "--preserve=mode,timestamps", "--"],
        &[made, &new],
    )
    .and_then(|()| match there {
        true => doing(&["mv", "-T", "--"], &[folder, &old]),
        false => Ok(()),
    })
    .and_then(|()| doing(&["mv", "-T", "--"], &[&new, folder]));
    if placed.is_err() && there && !folder.exists() {
        doing(&["mv", "-T", "--"], &[&old, folder])?;
    }
    let cleared = doing(&["rm", "-rf", "--"], &[&new, &old]);
    placed.and(cleared)
}

/// Whether this user can do without sudo.
fn may_replace(folder: &Path) -> bool {
    let writable = |path: &Path| access(path, Access::WRITE_OK | Access::EXEC_OK).is_ok();
    let above = folder.ancestors().skip(1).find(|path| path.exists());
    above.is_some_and(writable) && (!folder.exists() || writable(folder))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn made(temporary: &Path, content: &str) -> PathBuf {
        let made = temporary.join("made");
        fs::create_dir_all(made.join("pydantic")).unwrap();
        fs::write(made.join("pydantic/version.py"), content).unwrap();
        made
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_list_names_the_version_and_a_hash_of_everything() {
        assert!(pydantic_version().starts_with("2."));
        for (at, line) in WANTED.lines().enumerate() {
            if line.contains("==") {
                let next = WANTED.lines().nth(at + 1).unwrap();
                assert!(next.trim().starts_with("--hash=sha256:"), "{line}");
            }
        }
    }

    #[test]
    fn packages_replace_those_before_and_leave_nothing_beside_them() {
        let temporary = tempfile::tempdir().unwrap();
        let above = temporary.path().join("lib/nen");
        let folder = above.join("python");
        for content in ["VERSION = 1", "VERSION = 2"] {
            place(&made(temporary.path(), content), &folder, false).unwrap();
            let found = fs::read_to_string(folder.join("pydantic/version.py")).unwrap();
            assert_eq!(found, content);
            assert_eq!(names(&above), ["python"]);
        }
    }

    #[test]
    fn what_cannot_be_placed_leaves_the_packages_before_as_they_were() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("lib/python");
        place(&made(temporary.path(), "VERSION = 1"), &folder, false).unwrap();
        let nothing = temporary.path().join("nothing");
        place(&nothing, &folder, false).unwrap_err();
        assert_eq!(names(&folder), ["pydantic"]);
        assert_eq!(names(folder.parent().unwrap()), ["python"]);
    }

    #[test]
    fn a_folder_that_somebody_else_filled_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("own.py"), "").unwrap();
        let packages = PythonPackages::new(folder.path().to_owned());
        let output = Output::new(false);
        // An interpreter that does not exist would be another error.
        let error = packages.install(Path::new("/none"), true, &output);
        let text = error.unwrap_err().to_string();
        assert!(text.contains("nen did not put there"), "{text}");
        assert_eq!(names(folder.path()), ["own.py"]);
    }

    #[test]
    fn pip_gets_the_list_with_hashes_and_what_it_brings_is_readable_for_all() {
        let temporary = tempfile::tempdir().unwrap();
        // In the place of Python: keeps what pip would get, and makes a file only its user may read.
        let python = temporary.path().join("python3");
        let script = "#!/bin/sh\numask 077\nfor last; do :; done\nmkdir -p \"$last/pydantic\"\n\
                      echo \"$@\" > \"$last/pydantic/arguments\"\n";
        fs::write(&python, script).unwrap();
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        let folder = temporary.path().join("lib/python");
        let packages = PythonPackages::new(folder.clone());
        packages
            .install(&python, true, &Output::new(false))
            .unwrap();
        let arguments = fs::read_to_string(folder.join("pydantic/arguments")).unwrap();
        assert!(
            arguments.starts_with("-I -m pip install ") && arguments.contains("--require-hashes"),
            "{arguments}"
        );
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o755);
        assert_eq!(mode(&folder.join("pydantic/arguments")), 0o644);
        assert_eq!(fs::read_to_string(folder.join(STAMP)).unwrap(), WANTED);
        assert!(!packages.outdated());
    }
}
