//! `nen workflow show`.

use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use clap::Args;
use nen_protocol::workflow::{SourceFile, Workflow};

use super::{WorkflowId, details};
use crate::{
    client::Client,
    exit::UsageError,
    output::{Output, Table, human_size, printable},
};

/// Which workflow, and what of it.
#[derive(Debug, Args)]
// `--version` asks for one of the workflow here; without this clap adds its own of the same name.
#[command(disable_version_flag = true)]
pub struct ShowArgs {
    #[command(flatten)]
    workflow: WorkflowId,
    /// This version instead of the current one
    #[arg(long, value_name = "NUMBER")]
    version: Option<i64>,
    /// Write its files into this folder
    #[arg(long, value_name = "DIR")]
    files: Option<PathBuf>,
}

/// Shows it; with `--files`, takes its files back to this machine.
pub fn run(args: &ShowArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let query = match args.version {
        Some(version) => format!("?version={version}"),
        None => String::new(),
    };
    let reply = client.get(&args.workflow.path(&query))?;
    let workflow: Workflow = client.typed(&reply)?;
    let files = workflow.files.as_deref().unwrap_or_default();
    if let Some(folder) = &args.files {
        write(files, folder)?;
    }
    if output.is_json() {
        return output.json(&reply);
    }
    let style = output.style();
    output.text(details::fields_with_times(&workflow).render())?;
    output.text(details::interface(&workflow, style))?;
    match &args.files {
        Some(folder) => output.line(format!(
            "\nWrote {} {} to {}",
            files.len(),
            if files.len() == 1 { "file" } else { "files" },
            folder.display()
        ))?,
        None => {
            let mut table = Table::new(&["NAME", "SIZE"]).right(1);
            for file in files {
                let size = human_size(file.content.len() as u64);
                table.row(vec![printable(&file.filename), size]);
            }
            let lines = table.render(style);
            output.text(details::section("Files", &lines, style))?;
        }
    }
    Ok(())
}

/// Writes all of them, or none when one is there already.
fn write(files: &[SourceFile], folder: &Path) -> anyhow::Result<()> {
    for file in files {
        // The names come from a server: they must not choose a place outside.
        let stays = Path::new(&file.filename)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !stays || file.filename.is_empty() {
            anyhow::bail!("{:?} is not a path within a workflow", file.filename);
        }
        let target = folder.join(&file.filename);
        if target.symlink_metadata().is_ok() {
            let text = format!(
                "{} exists; nothing was written, choose an empty folder",
                target.display()
            );
            return Err(UsageError(text).into());
        }
    }
    for file in files {
        let target = folder.join(&file.filename);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)
                .with_context(|| format!("cannot create {}", parent.display()))?;
        }
        std::fs::write(&target, &file.content)
            .with_context(|| format!("cannot write {}", target.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(filename: &str) -> SourceFile {
        SourceFile {
            filename: filename.into(),
            content: "x".into(),
        }
    }

    #[test]
    fn files_land_within_the_folder_or_not_at_all() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("back");
        write(&[file("workflow.py"), file("forms/login.py")], &folder).unwrap();
        assert_eq!(
            std::fs::read_to_string(folder.join("forms/login.py")).unwrap(),
            "x"
        );
        for bad in ["../out.py", "/tmp/out.py", "a/../../out.py", ""] {
            assert!(
                write(&[file("new.py"), file(bad)], &folder).is_err(),
                "{bad}"
            );
        }
        write(&[file("new.py"), file("workflow.py")], &folder).unwrap_err();
        assert!(!folder.join("new.py").exists(), "all or nothing");
        assert!(!base.path().join("out.py").exists());
    }
}
