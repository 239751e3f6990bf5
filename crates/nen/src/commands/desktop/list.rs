//! `nen desktop list`.

use clap::Args;
use nen_protocol::segment::escaped;
use serde_json::Value;

use super::create::parse_pair;
use crate::{
    client::Client,
    output::{Output, Style, Table, now, relative},
};

/// Which desktops, and how to show them.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print only the ids
    #[arg(short, long)]
    quiet: bool,
    /// Only desktops with this metadata (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_pair)]
    metadata: Vec<(String, String)>,
}

/// Lists them, oldest first as the server does.
pub fn run(args: &ListArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let desktops = client.get(&path(&args.metadata))?;
    if output.is_json() {
        return output.json(&desktops);
    }
    let desktops = desktops.as_array().map_or(&[][..], Vec::as_slice);
    if args.quiet {
        for desktop in desktops {
            output.line(desktop["desktop_id"].as_str().unwrap_or_default())?;
        }
        return Ok(());
    }
    if desktops.is_empty() {
        output.note("No desktops. Create one with `nen desktop create`.");
        return Ok(());
    }
    output.text(table(desktops, now(), output.style()))?;
    Ok(())
}

fn path(metadata: &[(String, String)]) -> String {
    let query: Vec<String> = metadata
        .iter()
        .map(|(k, v)| format!("metadata.{}={}", escaped(k), escaped(v)))
        .collect();
    if query.is_empty() {
        "/desktops".into()
    } else {
        format!("/desktops?{}", query.join("&"))
    }
}

fn table(desktops: &[Value], now: f64, style: Style) -> String {
    let mut table = Table::new(&["DESKTOP ID", "STATUS", "NAME", "CREATED"]);
    for desktop in desktops {
        let text = |key: &str| desktop[key].as_str().unwrap_or_default().to_owned();
        table.row(vec![
            text("desktop_id"),
            style.status(&text("status")),
            text("name"),
            desktop["created_at"]
                .as_f64()
                .map(|at| relative(at, now))
                .unwrap_or_default(),
        ]);
    }
    table.render(style)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_line_up() {
        let desktops = [
            json!({"desktop_id": "dsk_abc123def456", "status": "running", "name": "books", "created_at": 1000}),
            json!({"desktop_id": "dsk_abc123def457", "status": "paused", "created_at": 880}),
        ];
        assert_eq!(
            table(&desktops, 1010.0, Style::PLAIN),
            "DESKTOP ID        STATUS   NAME   CREATED\n\
             dsk_abc123def456  running  books  just now\n\
             dsk_abc123def457  paused          2m ago\n"
        );
    }

    #[test]
    fn metadata_is_escaped() {
        assert_eq!(path(&[]), "/desktops");
        assert_eq!(
            path(&[("team".into(), "a&b".into())]),
            "/desktops?metadata.team=a%26b"
        );
    }
}
