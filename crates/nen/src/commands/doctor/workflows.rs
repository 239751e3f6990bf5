//! Whether this machine can execute workflows. Desktops do without.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use nen_fleet::Check;

use super::python_packages::{self, PythonPackages};

/// Oldest Python that workflows run on.
const OLDEST: (u32, u32) = (3, 11);

/// What was found.
#[derive(Debug)]
pub struct Workflows {
    python: Check,
    /// Looked for only where it has something to bring.
    pip: Option<Check>,
    pydantic: Check,
}

impl Workflows {
    /// Tries out the interpreter and what it is to import.
    pub fn look(interpreter: &Path, packages: &PythonPackages) -> Self {
        let python = python(interpreter);
        let pydantic = match python.ok {
            true => pydantic(interpreter, packages),
            false => check(
                "pydantic",
                Err("not tried without a fitting Python".to_owned()),
                Some("nen doctor --fix"),
            ),
        };
        // An old Python is no use to workflows with pip either.
        let wanted = !pydantic.ok && (python.ok || !interpreter.exists());
        Self {
            pip: wanted.then(|| pip(interpreter)),
            python,
            pydantic,
        }
    }

    /// True when pydantic is what is missing, and everything for bringing it is there.
    pub fn can_get_pydantic(&self) -> bool {
        self.python.ok && self.pip.as_ref().is_some_and(|pip| pip.ok) && !self.pydantic.ok
    }

    /// All checks, in the order in which they can be mended.
    pub fn into_checks(self) -> impl Iterator<Item = Check> {
        [Some(self.python), self.pip, Some(self.pydantic)]
            .into_iter()
            .flatten()
    }
}

fn python(interpreter: &Path) -> Check {
    const NAME: &str = "python3";
    if !interpreter.exists() {
        let text = format!("{} not found; it executes workflows", interpreter.display());
        return check(NAME, Err(text), Some("apt install python3"));
    }
    let asked = ask(
        interpreter,
        "import sys; print('%d %d %d' % sys.version_info[:3])",
        &[],
    );
    let found = asked.and_then(|said| {
        let numbers: Vec<u32> = said.split(' ').filter_map(|n| n.parse().ok()).collect();
        let [major, minor, patch] = numbers[..] else {
            return Err(format!(
                "{} does not say its version",
                interpreter.display()
            ));
        };
        let version = format!("{major}.{minor}.{patch}");
        match (major, minor) >= OLDEST {
            true => Ok(format!("{} {version}", interpreter.display())),
            false => Err(format!(
                "{} is {version}; workflows need {}.{} or newer",
                interpreter.display(),
                OLDEST.0,
                OLDEST.1
            )),
        }
    });
    check(NAME, found, Some("use a newer system, such as Debian 12"))
}

fn pip(interpreter: &Path) -> Check {
    let found = ask(interpreter, "import pip; print(pip.__version__)", &[]);
    let found = found.map_err(|_| "not found; it brings pydantic".to_owned());
    check("pip", found, Some("apt install python3-pip"))
}

fn pydantic(interpreter: &Path, packages: &PythonPackages) -> Check {
    let folder = packages.folder();
    let found = ask(
        interpreter,
        "import sys; sys.path.insert(0, sys.argv[1]); import pydantic; print(pydantic.VERSION, pydantic.__file__)",
        &[folder],
    );
    let found = match found {
        Ok(said) => match said.split_once(' ') {
            Some((version, file)) if Path::new(file).starts_with(folder) => {
                match packages.outdated() {
                    false => Ok(format!("{version} in {}", folder.display())),
                    true => Err(format!(
                        "{version} in {}; this version of nen comes with {}",
                        folder.display(),
                        python_packages::pydantic_version()
                    )),
                }
            }
            _ => Err(format!("not in {}; workflows import it", folder.display())),
        },
        Err(reason) if folder.join("pydantic").exists() => Err(format!(
            "cannot be imported from {}: {reason}",
            folder.display()
        )),
        Err(_) => Err(format!("not in {}; workflows import it", folder.display())),
    };
    check("pydantic", found, Some("nen doctor --fix"))
}

/// What the interpreter prints for this code, run as isolated as workflows are; else its last word.
fn ask(interpreter: &Path, code: &str, arguments: &[&Path]) -> Result<String, String> {
    let output = Command::new(interpreter)
        .args(["-I", "-B", "-c", code])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", interpreter.display()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(match said.trim().lines().last() {
        Some(last) => last.to_owned(),
        None => format!("{} ended with {}", interpreter.display(), output.status),
    })
}

fn check(name: &str, found: Result<String, String>, fix: Option<&str>) -> Check {
    let ok = found.is_ok();
    let (Ok(detail) | Err(detail)) = found;
    Check {
        name: name.to_owned(),
        ok,
        required: false,
        detail,
        fix: fix.filter(|_| !ok).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use tempfile::TempDir;

    use super::*;

    /// A program in the place of Python that does what the script says.
    fn interpreter(folder: &TempDir, script: &str) -> PathBuf {
        let (text, path) = (folder.path().join("script"), folder.path().join("python3"));
        fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
        // By another process: what a test beside this one starts inherits files that are open here for writing, and a
        // program that somebody has open for writing cannot be started.
        let mut install = Command::new("install");
        let installed = install.args(["-m", "755"]).args([&text, &path]).status();
        assert!(installed.unwrap().success());
        path
    }

    fn look(interpreter: &Path, folder: &Path) -> Workflows {
        Workflows::look(interpreter, &PythonPackages::new(folder.to_owned()))
    }

    #[test]
    fn without_python_everything_is_missing_and_apt_has_what_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let found = look(&folder.path().join("none"), folder.path());
        assert!(!found.can_get_pydantic());
        let fixes: Vec<_> = found
            .into_checks()
            .map(|check| (check.ok, check.required, check.fix.unwrap()))
            .collect();
        let not_there = |fix: &str| (false, false, fix.to_owned());
        assert_eq!(
            fixes,
            [
                not_there("apt install python3"),
                not_there("apt install python3-pip"),
                not_there("nen doctor --fix")
            ]
        );
    }

    #[test]
    fn an_old_python_is_told_with_its_version() {
        let folder = tempfile::tempdir().unwrap();
        let old = interpreter(&folder, "echo 3 9 2");
        let found = look(&old, folder.path());
        assert!(!found.python.ok && !found.can_get_pydantic());
        assert!(found.python.detail.contains("is 3.9.2"), "{found:?}");
        assert!(found.python.detail.contains("3.11 or newer"), "{found:?}");
    }

    #[test]
    fn pydantic_elsewhere_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let python = interpreter(
            &folder,
            "case \"$*\" in *version_info*) echo 3 13 0;; *'import pip;'*) echo 25;;
             *) echo 2.0.0 /usr/lib/python3/dist-packages/pydantic/__init__.py;; esac",
        );
        let found = look(&python, &folder.path().join("packages"));
        assert!(!found.pydantic.ok, "{found:?}");
        assert!(found.can_get_pydantic());
    }

    #[test]
    fn a_package_that_cannot_be_imported_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let python = interpreter(
            &folder,
            "case \"$*\" in *version_info*) echo 3 13 0;;
             *) echo Traceback >&2; echo 'ImportError: no pydantic_core' >&2; exit 1;; esac",
        );
        let packages = folder.path().join("packages");
        fs::create_dir_all(packages.join("pydantic")).unwrap();
        let found = look(&python, &packages);
        assert!(!found.pydantic.ok);
        let detail = &found.pydantic.detail;
        assert!(
            detail.ends_with("ImportError: no pydantic_core"),
            "{detail}"
        );
    }

    #[test]
    fn packages_of_another_version_of_nen_are_to_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let packages = folder.path().join("packages");
        fs::create_dir_all(&packages).unwrap();
        let python = interpreter(
            &folder,
            &format!(
                "case \"$*\" in *version_info*) echo 3 13 0;; *'import pip;'*) echo 25;;
                 *) echo 2.0.0 {}/pydantic/__init__.py;; esac",
                packages.display()
            ),
        );
        assert!(look(&python, &packages).pydantic.ok);
        fs::write(packages.join(python_packages::STAMP), "pydantic==2.0.0\n").unwrap();
        let found = look(&python, &packages);
        assert!(!found.pydantic.ok && found.can_get_pydantic(), "{found:?}");
        let wanted = python_packages::pydantic_version();
        assert!(found.pydantic.detail.ends_with(wanted), "{found:?}");
    }
}
