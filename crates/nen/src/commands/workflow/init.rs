//! `nen workflow init`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::{commands::new_files, output::Output};

/// What is written, by its name.
const FILES: [(&str, &str); 3] = [
    ("workflow.py", include_str!("template/workflow.py")),
    ("README.md", include_str!("template/README.md")),
    (".gitignore", include_str!("template/gitignore")),
];

/// Where.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder, made when it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Writes the files; when one of them is there already, none.
pub fn run(args: &InitArgs, output: &Output) -> anyhow::Result<()> {
    let folder = &args.folder;
    write(folder)?;
    if output.is_json() {
        let files: Vec<String> = FILES
            .iter()
            .map(|(name, _)| folder.join(name).display().to_string())
            .collect();
        return output.json(&json!({"folder": folder.display().to_string(), "files": files}));
    }
    for (name, _) in FILES {
        output.line(format!("Wrote {}", folder.join(name).display()))?;
    }
    let style = output.style();
    let step = |command: &str, what: &str| format!("  {command:<50}  {}", style.dim(what));
    output.line("\nNext:")?;
    if folder != Path::new(".") {
        output.line(format!("  cd {}", folder.display()))?;
    }
    output.line(step(
        "nen workflow run . --param url=https://example.com",
        "run it here, on a desktop of the server",
    ))?;
    output.line(step("nen workflow deploy", "publish it"))?;
    Ok(())
}

fn write(folder: &Path) -> anyhow::Result<()> {
    new_files::write(
        folder,
        &FILES.map(|(name, content)| (name, content.as_bytes())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_already_stays_and_nothing_is_added() {
        let folder = tempfile::tempdir().unwrap();
        let mine = folder.path().join("README.md");
        std::fs::write(&mine, "mine").unwrap();
        let error = write(folder.path()).unwrap_err();
        assert!(error.to_string().contains("has README.md already"));
        assert_eq!(std::fs::read_to_string(&mine).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_new_folder_is_a_bundle_that_can_be_deployed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new/one");
        write(&folder).unwrap();
        let bundle = crate::commands::workflow::bundle::collect(&folder).unwrap();
        let names: Vec<&str> = bundle.files.iter().map(|f| f.filename.as_str()).collect();
        assert_eq!(names, ["README.md", "workflow.py"]);
    }
}
