//! The files of a workflow: which of a folder are sent, and which are not.

use std::path::{Path, PathBuf};

use anyhow::Context;
use nen_protocol::workflow::{self, ENTRY, Publish, SourceFile};
use walkdir::{DirEntry, WalkDir};

use crate::{
    exit::{MissingError, UsageError},
    output::human_size,
};

/// Most bytes of all files together that a server takes.
const MAX_BYTES: u64 = workflow::MAX_BYTES as u64;
/// Folders of tools, not of the workflow. Hidden ones (`.venv`, `.git`) are skipped anyway.
const FOLDERS_OF_TOOLS: [&str; 2] = ["__pycache__", "node_modules"];

/// What is sent of a path on this machine.
#[derive(Debug)]
pub struct Bundle {
    /// The folder it is in.
    pub folder: PathBuf,
    /// What it is called: the folder's name, or the file's without `.py`.
    pub name: String,
    /// The files, by name.
    pub files: Vec<SourceFile>,
    /// What was left out although a person might expect it, and why.
    pub left_out: Vec<LeftOut>,
}

/// A file that is not sent.
#[derive(Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Path within the folder.
    pub path: String,
    /// Why.
    pub reason: &'static str,
}

impl Bundle {
    /// Bytes of all files together.
    pub fn size(&self) -> u64 {
        self.files
            .iter()
            .map(|file| file.content.len() as u64)
            .sum()
    }
}

/// Where `run` is for a path: the file itself, or `workflow.py` in the folder.
pub fn entry(path: &Path) -> anyhow::Result<PathBuf> {
    if path.is_dir() {
        let entry = path.join(ENTRY);
        if entry.is_file() {
            return Ok(entry);
        }
        return Err(MissingError(format!(
            "there is no {ENTRY} in {}; `nen workflow init` writes one",
            path.display()
        ))
        .into());
    }
    if !path.is_file() {
        return Err(MissingError(format!("there is no {}", path.display())).into());
    }
    if path.extension().is_none_or(|extension| extension != "py") {
        let text = format!(
            "{} is not a workflow: give a .py file, or a folder with {ENTRY}",
            path.display()
        );
        return Err(UsageError(text).into());
    }
    Ok(path.to_owned())
}

/// Collects what is sent for a path: a folder with `workflow.py` in it, or a single `.py` file.
pub fn collect(path: &Path) -> anyhow::Result<Bundle> {
    let entry = entry(path)?;
    let bundle = if path.is_dir() {
        of_folder(path)?
    } else {
        of_file(&entry)?
    };
    check(&bundle)?;
    Ok(bundle)
}

/// The file alone; it is called `workflow.py` there, whatever it is called here.
fn of_file(file: &Path) -> anyhow::Result<Bundle> {
    let content = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let content = text(content).map_err(|reason| {
        UsageError(format!(
            "{} is not a workflow: it is {reason}",
            file.display()
        ))
    })?;
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let stem = file.file_stem().map(|stem| stem.to_string_lossy());
    let name = match stem {
        Some(stem) if file.file_name().is_some_and(|name| name != ENTRY) => stem.into_owned(),
        _ => name_of_folder(folder),
    };
    Ok(Bundle {
        folder: folder.to_owned(),
        name,
        files: vec![SourceFile {
            filename: ENTRY.to_owned(),
            content,
        }],
        left_out: Vec::new(),
    })
}

fn of_folder(folder: &Path) -> anyhow::Result<Bundle> {
    let mut files = Vec::new();
    let mut left_out = Vec::new();
    let mut size = 0;
    let entries = WalkDir::new(folder)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_of_the_workflow);
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry
            .path()
            .strip_prefix(folder)
            .unwrap_or(entry.path())
            .to_owned();
        let mut leave_out = |reason| {
            left_out.push(LeftOut {
                path: path.display().to_string(),
                reason,
            });
        };
        let Some(filename) = path.to_str() else {
            leave_out("its name is not UTF-8");
            continue;
        };
        if !entry.file_type().is_file() {
            // What it leads to may be anywhere on this machine, and not meant to leave it.
            leave_out(if entry.path_is_symlink() {
                "a symbolic link"
            } else {
                "not a regular file"
            });
            continue;
        }
        let length = entry.metadata().map_or(0, |metadata| metadata.len());
        if length > MAX_BYTES {
            leave_out("larger than a whole workflow may be");
            continue;
        }
        let content = std::fs::read(entry.path())
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        match text(content) {
            Ok(content) => {
                size += content.len() as u64;
                // A folder that is no workflow at all need not be read to its end.
                if size > 16 * MAX_BYTES {
                    anyhow::bail!(too_much(folder, &files));
                }
                files.push(SourceFile {
                    filename: filename.to_owned(),
                    content,
                });
            }
            Err(reason) => leave_out(reason),
        }
    }
    Ok(Bundle {
        folder: folder.to_owned(),
        name: name_of_folder(folder),
        files,
        left_out,
    })
}

/// Not hidden, not of a tool, not a virtual environment of any name.
fn is_of_the_workflow(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    if name.starts_with('.') {
        return false;
    }
    !entry.file_type().is_dir()
        || !(FOLDERS_OF_TOOLS.contains(&name.as_ref())
            || name.ends_with(".egg-info")
            || entry.path().join("pyvenv.cfg").exists())
}

/// The content as text, or what it is instead.
fn text(content: Vec<u8>) -> Result<String, &'static str> {
    match String::from_utf8(content) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err("not a text in UTF-8"),
    }
}

/// The server's own rules, said before anything is sent.
fn check(bundle: &Bundle) -> anyhow::Result<()> {
    if bundle.size() > MAX_BYTES {
        anyhow::bail!(too_much(&bundle.folder, &bundle.files));
    }
    let body = serde_json::to_vec(&Publish {
        name: None,
        files: bundle.files.clone(),
    })?;
    Publish::parse(&body)
        .map(drop)
        .map_err(|invalid| UsageError(format!("{}: {invalid}", bundle.folder.display())).into())
}

fn too_much(folder: &Path, files: &[SourceFile]) -> UsageError {
    let mut largest: Vec<&SourceFile> = files.iter().collect();
    largest.sort_by_key(|file| std::cmp::Reverse(file.content.len()));
    let largest: Vec<String> = largest
        .iter()
        .take(3)
        .map(|file| {
            format!(
                "{} ({})",
                file.filename,
                human_size(file.content.len() as u64)
            )
        })
        .collect();
    UsageError(format!(
        "the files in {} are more than a workflow may have, {}; the largest are {}. \
         Keep data elsewhere, or under a name that begins with a dot",
        folder.display(),
        human_size(MAX_BYTES),
        largest.join(", ")
    ))
}

fn name_of_folder(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(
        || "workflow".to_owned(),
        |n| n.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::Builder::new()
            .prefix("bundle-")
            .tempdir()
            .unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    fn names(bundle: &Bundle) -> Vec<&str> {
        bundle.files.iter().map(|f| f.filename.as_str()).collect()
    }

    fn exit_code(path: &Path) -> u8 {
        crate::exit::code_of(&collect(path).unwrap_err())
    }

    #[test]
    fn a_folder_is_sent_without_what_tools_left_in_it() {
        let folder = folder(&[
            ("workflow.py", b"def run(): ..."),
            ("forms/login.py", b"x = 1"),
            ("prompts/login.txt", "Grüße".as_bytes()),
            (".env", b"PASSWORD=x"),
            (".venv/lib/x.py", b""),
            (".nen/workflow.json", b"{}"),
            ("venv/pyvenv.cfg", b""),
            ("venv/lib/x.py", b""),
            ("forms/__pycache__/login.cpython-311.pyc", b"\xff"),
            ("node_modules/x.js", b""),
            ("nen_flow.egg-info/PKG-INFO", b""),
        ]);
        let bundle = collect(folder.path()).unwrap();
        assert_eq!(
            names(&bundle),
            ["forms/login.py", "prompts/login.txt", "workflow.py"]
        );
        assert_eq!(bundle.left_out, []);
        assert!(bundle.name.starts_with("bundle-"), "{}", bundle.name);
        assert_eq!(bundle.size(), 26);
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        let folder = folder(&[
            ("workflow.py", b""),
            ("logo.png", b"\x89PNG\xff"),
            ("zero.bin", b"a\0b"),
            ("huge.csv", &vec![b'1'; 5 << 20]),
        ]);
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.py")).unwrap();
        let bundle = collect(folder.path()).unwrap();
        assert_eq!(names(&bundle), ["workflow.py"]);
        let left: Vec<(&str, &str)> = bundle
            .left_out
            .iter()
            .map(|left| (left.path.as_str(), left.reason))
            .collect();
        assert_eq!(
            left,
            [
                ("huge.csv", "larger than a whole workflow may be"),
                ("link.py", "a symbolic link"),
                ("logo.png", "not a text in UTF-8"),
                ("zero.bin", "not a text in UTF-8"),
            ]
        );
    }

    #[test]
    fn a_single_file_is_sent_as_workflow_py_under_its_own_name() {
        let folder = folder(&[("portal_login.py", b"x = 1"), ("other.py", b"")]);
        let bundle = collect(&folder.path().join("portal_login.py")).unwrap();
        assert_eq!(names(&bundle), ["workflow.py"]);
        assert_eq!(bundle.name, "portal_login");
        assert_eq!(bundle.folder, folder.path());
    }

    #[test]
    fn a_file_called_workflow_py_is_named_like_its_folder() {
        let folder = folder(&[("workflow.py", b"x = 1")]);
        let bundle = collect(&folder.path().join("workflow.py")).unwrap();
        assert!(bundle.name.starts_with("bundle-"), "{}", bundle.name);
    }

    #[test]
    fn what_is_no_workflow_is_refused_here() {
        let empty = folder(&[("main.py", b""), ("notes.txt", b""), ("bad.py", b"\xff")]);
        assert_eq!(exit_code(empty.path()), crate::exit::NOT_FOUND);
        for (name, code) in [
            ("absent.py", crate::exit::NOT_FOUND),
            ("notes.txt", crate::exit::USAGE),
            ("bad.py", crate::exit::USAGE),
        ] {
            assert_eq!(exit_code(&empty.path().join(name)), code, "{name}");
        }
    }

    #[test]
    fn a_workflow_that_is_too_large_names_the_largest_files() {
        let large = vec![b'1'; 3 << 20];
        let large_files = folder(&[("workflow.py", b""), ("a.csv", &large), ("b.csv", &large)]);
        let error = collect(large_files.path()).unwrap_err();
        assert_eq!(crate::exit::code_of(&error), crate::exit::USAGE);
        let text = error.to_string();
        assert!(text.contains("a.csv (3.1 MB), b.csv (3.1 MB)"), "{text}");

        let many: Vec<(String, &[u8])> = (0..250).map(|i| (format!("m{i}.py"), &b""[..])).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(n, c)| (n.as_str(), *c)).collect();
        let many = [&many[..], &[("workflow.py", &b""[..])]].concat();
        let many_files = folder(&many);
        let text = collect(many_files.path()).unwrap_err().to_string();
        assert!(text.contains("251 files: at most 200"), "{text}");
    }
}
