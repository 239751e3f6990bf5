//! `nen example create`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::embedded::{self, Example};
use crate::{commands::new_files, exit::UsageError, output::Output};

/// Which, and where.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name of the example, as `nen example list` has it
    #[arg(value_name = "NAME")]
    name: String,
    /// Folder, made when it does not exist; the example's name when left out
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Writes the files; when one of them is there already, none.
pub fn run(args: &CreateArgs, output: &Output) -> anyhow::Result<()> {
    let example = find(&args.name)?;
    let folder = args.folder.clone().unwrap_or(PathBuf::from(&args.name));
    write(&example, &folder)?;
    let files: Vec<String> = example
        .files
        .iter()
        .map(|file| folder.join(&file.name).display().to_string())
        .collect();
    if output.is_json() {
        let folder = folder.display().to_string();
        return output.json(&json!({
            "name": args.name, "folder": folder, "files": files, "next": example.steps(),
        }));
    }
    for file in files {
        output.line(format!("Wrote {file}"))?;
    }
    output.line("\nNext:")?;
    if folder != Path::new(".") {
        output.line(format!("  cd {}", folder.display()))?;
    }
    for step in example.steps() {
        output.line(format!("  {step}"))?;
    }
    output.line("\nREADME.md says which keys it reads.")?;
    Ok(())
}

fn find(name: &str) -> anyhow::Result<Example> {
    let mut examples = embedded::all();
    let names: Vec<String> = examples.keys().cloned().collect();
    let found = examples.remove(name).ok_or_else(|| {
        UsageError(format!(
            "there is no example {name:?}: the examples are {}",
            names.join(", ")
        ))
    })?;
    Ok(found)
}

fn write(example: &Example, folder: &Path) -> anyhow::Result<()> {
    let files: Vec<(&str, &[u8])> = example
        .files
        .iter()
        .map(|file| (file.name.as_str(), file.content.as_ref()))
        .collect();
    new_files::write(folder, &files)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_there_already_stays_and_nothing_is_added() {
        let folder = tempfile::tempdir().unwrap();
        let mine = folder.path().join("README.md");
        std::fs::write(&mine, "mine").unwrap();
        let error = write(&find("curl").unwrap(), folder.path()).unwrap_err();
        assert!(error.to_string().contains("has README.md already"));
        assert_eq!(std::fs::read_to_string(&mine).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_script_can_be_run_where_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new/one");
        write(&find("curl").unwrap(), &folder).unwrap();
        let script = std::fs::metadata(folder.join("agent.sh")).unwrap();
        assert_eq!(script.permissions().mode() & 0o777, 0o755);
        let readme = std::fs::metadata(folder.join("README.md")).unwrap();
        assert_eq!(readme.permissions().mode() & 0o111, 0);
    }

    #[test]
    fn an_unknown_name_is_answered_with_those_there_are() {
        let error = find("fortran").unwrap_err().to_string();
        assert!(error.contains("\"fortran\""), "{error}");
        assert!(error.contains("anthropic, crewai, curl"), "{error}");
    }
}
