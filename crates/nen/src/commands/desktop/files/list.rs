//! `nen desktop files list`.

use clap::Args;
use nen_protocol::segment::escaped;
use serde_json::Value;

use super::Folder;
use crate::{
    client::Client,
    commands::desktop::DesktopId,
    output::{Output, Style, Table, human_size, now, relative},
};

/// Which folder, and how to show it.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    desktop: DesktopId,
    #[command(flatten)]
    folder: Folder,
    /// Print only the names
    #[arg(short, long)]
    quiet: bool,
}

/// Lists the files of one folder.
pub fn run(args: &ListArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let query = match args.folder.path.as_deref() {
        Some(folder) if !folder.is_empty() => format!("/files?path={}", escaped(folder)),
        _ => "/files".to_owned(),
    };
    let reply = client.get(&args.desktop.path(&query))?;
    if output.is_json() {
        return output.json(&reply);
    }
    let files = reply["files"].as_array().map_or(&[][..], Vec::as_slice);
    if args.quiet {
        for file in files {
            output.line(shown_name(file))?;
        }
        return Ok(());
    }
    if files.is_empty() {
        output.note("No files.");
        return Ok(());
    }
    output.text(table(files, now(), output.style()))?;
    Ok(())
}

fn table(files: &[Value], now: f64, style: Style) -> String {
    let mut table = Table::new(&["NAME", "SIZE", "MODIFIED"]);
    for file in files {
        let size = match is_dir(file) {
            true => "<DIR>".to_owned(),
            false => human_size(file["size"].as_u64().unwrap_or_default()),
        };
        let modified = file["modified"]
            .as_f64()
            .map(|at| relative(at, now))
            .unwrap_or_default();
        table.row(vec![shown_name(file), size, modified]);
    }
    table.render(style)
}

fn is_dir(file: &Value) -> bool {
    file["is_dir"].as_bool().unwrap_or_default()
}

/// The name with a `/` after folders; control characters, which could play with the terminal, are replaced.
fn shown_name(file: &Value) -> String {
    let name = file["name"].as_str().unwrap_or_default();
    let mut shown = name.replace(char::is_control, "\u{fffd}");
    if is_dir(file) {
        shown.push('/');
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn folders_stand_out() {
        let files = [
            json!({"name": "Downloads", "size": 0, "modified": 900.5, "is_dir": true}),
            json!({"name": "report.pdf", "size": 48_213, "modified": 1009.9}),
            json!({"name": "a\u{1b}[2Jb", "size": 1, "modified": 1009.9}),
        ];
        assert_eq!(
            table(&files, 1030.0, Style::PLAIN),
            "NAME        SIZE   MODIFIED\n\
             Downloads/  <DIR>  2m ago\n\
             report.pdf  48 kB  just now\n\
             a\u{fffd}[2Jb      1 B    just now\n"
        );
    }
}
