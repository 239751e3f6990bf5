//! `nen audit`: who did what.

use clap::Args;
use nen_protocol::segment::escaped;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    cli::GlobalArgs,
    client::{Client, ClientError},
    commands::key::parse_duration,
    login_file,
    output::{Output, Style, Table, local_rfc3339, now, one_line},
};

/// Most entries that are asked for at once.
const PAGE: usize = 200;

/// Which entries. It needs a key with the scope `admin`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Only this action, such as key.create; key. for all that begin so
    #[arg(long)]
    action: Option<String>,
    /// Only what this key did, by its name or id, or human
    #[arg(long)]
    actor: Option<String>,
    /// Only what was done to this, by its id
    #[arg(long, value_name = "ID")]
    object: Option<String>,
    /// Only the last 90m, 12h, 30d, …
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    since: Option<u32>,
    /// Most entries to show
    #[arg(long, value_name = "NUMBER", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
}

#[derive(Debug, Deserialize)]
struct List {
    entries: Vec<Value>,
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    at: f64,
    action: String,
    actor: String,
    address: Option<String>,
    object: Option<String>,
    detail: Value,
}

/// Lists them, newest first.
pub fn run(args: &AuditArgs, global: &GlobalArgs, output: &Output) -> anyhow::Result<()> {
    let client = login_file::client(global)?;
    let (entries, more) = fetch(args, &client)?;
    if output.is_json() {
        return output.json(&json!({"entries": entries}));
    }
    let entries: Vec<Entry> = client.typed(&Value::Array(entries))?;
    if entries.is_empty() {
        output.note("No such entries.");
        return Ok(());
    }
    output.text(table(&entries, output.style()))?;
    if more {
        output.note(format!(
            "There are more than {}: --limit shows more.",
            entries.len()
        ));
    }
    Ok(())
}

/// Page after page, until there are enough or no more; whether there are more.
fn fetch(args: &AuditArgs, client: &Client) -> Result<(Vec<Value>, bool), ClientError> {
    let most = usize::try_from(args.limit).unwrap_or(usize::MAX);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds of a date fit an i64"
    )]
    let since = args.since.map(|ago| now() as i64 - i64::from(ago));
    let (mut entries, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let missing = most - entries.len();
        let path = path(args, missing.min(PAGE), since, cursor.as_deref());
        let page: List = client.typed(&client.get(&path)?)?;
        let came = page.entries.len();
        entries.extend(page.entries.into_iter().take(missing));
        cursor = page.next_cursor;
        if cursor.is_none() || came == 0 || entries.len() >= most {
            return Ok((entries, cursor.is_some()));
        }
    }
}

fn path(args: &AuditArgs, limit: usize, since: Option<i64>, cursor: Option<&str>) -> String {
    let mut path = format!("/audit?limit={limit}");
    if let Some(since) = since {
        path.push_str(&format!("&since={}", since.max(0)));
    }
    for (name, value) in [
        ("action", args.action.as_deref()),
        ("actor", args.actor.as_deref()),
        ("object", args.object.as_deref()),
        ("cursor", cursor),
    ] {
        if let Some(value) = value {
            path.push_str(&format!("&{name}={}", escaped(value)));
        }
    }
    path
}

fn table(entries: &[Entry], style: Style) -> String {
    let mut table = Table::new(&["WHEN", "WHO", "FROM", "ACTION", "WHAT", "DETAIL"]);
    for entry in entries {
        let action = match entry.action.ends_with(".failed") {
            true => style.red(&entry.action),
            false => entry.action.clone(),
        };
        table.row(vec![
            local_rfc3339(entry.at),
            one_line(&entry.actor, 40),
            entry.address.clone().unwrap_or_default(),
            action,
            one_line(entry.object.as_deref().unwrap_or_default(), 40),
            details(&entry.detail),
        ]);
    }
    table.render(style)
}

/// `name=deploy scopes=admin`.
fn details(detail: &Value) -> String {
    let fields = detail.as_object().into_iter().flatten();
    let shown = fields.filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::String(text) => Some(format!("{name}={text}")),
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(format!("{name}={}", items.join(",")))
        }
        other => Some(format!("{name}={other}")),
    });
    one_line(&shown.collect::<Vec<_>>().join(" "), 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_escaped() {
        let args = AuditArgs {
            action: Some("key.".into()),
            actor: Some("a&b".into()),
            object: None,
            since: None,
            limit: 50,
        };
        assert_eq!(
            path(&args, 50, Some(7), Some("9")),
            "/audit?limit=50&since=7&action=key.&actor=a%26b&cursor=9"
        );
    }

    #[test]
    fn details_read_like_words() {
        let detail = json!({"name": "deploy", "scopes": ["admin", "desktops:read"], "expires_at": null, "version": 2});
        assert_eq!(
            details(&detail),
            "name=deploy scopes=admin,desktops:read version=2"
        );
        assert_eq!(details(&json!({})), "");
    }
}
