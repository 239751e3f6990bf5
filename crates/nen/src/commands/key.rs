//! `nen key …`: the API keys of your workspace.

use clap::{Args, Subcommand, builder::PossibleValuesParser};
use nen_protocol::segment::escaped;
use nen_store::Scope;
use serde_json::{Value, json};

use crate::{
    cli::GlobalArgs,
    client::Client,
    login_file,
    output::{Output, Style, Table, local_rfc3339, now, relative},
};

/// What to do with keys. All of it needs a key with the scope `admin`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Create a key and print it, once
    Create(CreateArgs),
    /// List the keys of your workspace
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Make a key useless at once
    #[command(visible_alias = "rm")]
    Revoke(RevokeArgs),
}

/// What the key is for.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name to recognise it by; the tool log shows it
    #[arg(long, default_value = "cli")]
    name: String,
    /// What it may do (repeat or separate by comma)
    #[arg(
        long = "scope",
        value_name = "SCOPE",
        value_delimiter = ',',
        default_value = "desktops:read,desktops:write",
        value_parser = PossibleValuesParser::new(Scope::ALL.map(Scope::as_str))
    )]
    scopes: Vec<String>,
    /// How long it works: 90m, 12h, 30d, … [default: until revoked]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    expires_in: Option<u32>,
}

/// Which keys.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print only the ids
    #[arg(short, long)]
    quiet: bool,
    /// Revoked and expired ones, too
    #[arg(short, long)]
    all: bool,
}

/// Which key.
#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// Id of the key (key_…)
    #[arg(value_name = "KEY")]
    id: String,
}

/// Runs the command against the configured server.
pub fn run(command: KeyCommand, global: &GlobalArgs, output: &Output) -> anyhow::Result<()> {
    let client = login_file::client(global)?;
    match command {
        KeyCommand::Create(args) => create(&args, &client, output),
        KeyCommand::List(args) => list(&args, &client, output),
        KeyCommand::Revoke(args) => revoke(&args, &client, output),
    }
}

fn create(args: &CreateArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let mut body = json!({"name": args.name, "scopes": args.scopes});
    if let Some(seconds) = args.expires_in {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "seconds of a date fit an i64"
        )]
        let now = now() as i64;
        body["expires_at"] = (now + i64::from(seconds)).into();
    }
    let key = client.post("/keys", Some(&body))?;
    if output.is_json() {
        return output.json(&key);
    }
    output.line(key["secret"].as_str().unwrap_or_default())?;
    let id = key["id"].as_str().unwrap_or_default();
    output.note(format!("Key {id} created. It is shown only this once."));
    Ok(())
}

fn list(args: &ListArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let keys = client.get("/keys")?;
    if output.is_json() {
        return output.json(&keys);
    }
    let now = now();
    let keys: Vec<&Value> = keys
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter(|key| args.all || is_valid(key, now))
        .collect();
    if args.quiet {
        for key in keys {
            output.line(key["id"].as_str().unwrap_or_default())?;
        }
        return Ok(());
    }
    output.text(table(&keys, now, output.style()))?;
    Ok(())
}

fn revoke(args: &RevokeArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    client.delete(&format!("/keys/{}", escaped(&args.id)))?;
    if output.is_json() {
        return output.json(&json!({"id": args.id, "revoked": true}));
    }
    output.line(format!("Key {} revoked.", args.id))?;
    Ok(())
}

fn is_valid(key: &Value, now: f64) -> bool {
    key["revoked_at"].is_null() && key["expires_at"].as_f64().is_none_or(|at| at > now)
}

fn table(keys: &[&Value], now: f64, style: Style) -> String {
    let mut table = Table::new(&[
        "ID",
        "NAME",
        "KEY",
        "SCOPES",
        "CREATED",
        "LAST USED",
        "STATE",
    ]);
    for key in keys {
        let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let ago = |name: &str| key[name].as_f64().map(|at| relative(at, now));
        let scopes: Vec<&str> = key["scopes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let state = match (key["revoked_at"].is_null(), key["expires_at"].as_f64()) {
            (false, _) => style.red("revoked"),
            (true, Some(at)) if at <= now => style.red("expired"),
            (true, Some(at)) => format!("until {}", local_rfc3339(at)),
            (true, None) => style.green("valid"),
        };
        table.row(vec![
            text("id"),
            text("name"),
            format!("{}…", text("prefix")),
            scopes.join(","),
            ago("created_at").unwrap_or_default(),
            ago("last_used_at").unwrap_or_else(|| "never".to_owned()),
            state,
        ]);
    }
    table.render(style)
}

/// `90s`, `15m`, `12h`, `30d` in seconds.
pub fn parse_duration(text: &str) -> Result<u32, String> {
    let split = text.len() - text.chars().last().map_or(0, char::len_utf8);
    let (number, unit) = text.split_at(split);
    let each: u32 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => 0,
    };
    number
        .parse::<u32>()
        .ok()
        .and_then(|n| n.checked_mul(each))
        .filter(|&seconds| seconds > 0)
        .ok_or_else(|| "expected a time like 90s, 15m, 12h or 30d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(parse_duration("30d"), Ok(2_592_000));
        assert_eq!(parse_duration("90s"), Ok(90));
        for wrong in ["", "d", "30", "-1d", "0h", "1é", "99999999999999999d"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_shown_with_what_it_may_do() {
        let mut key = json!({
            "id": "key_4f7c0z9k2mqa", "name": "ci", "prefix": "sk_nen_a1B2c", "scopes": ["desktops:read", "admin"],
            "created_at": 940, "expires_at": null, "revoked_at": null, "last_used_at": null,
        });
        assert_eq!(
            table(&[&key], 1000.0, Style::PLAIN),
            "ID                NAME  KEY            SCOPES               CREATED  LAST USED  STATE\n\
             key_4f7c0z9k2mqa  ci    sk_nen_a1B2c…  desktops:read,admin  1m ago   never      valid\n"
        );
        assert!(is_valid(&key, 1000.0));
        key["expires_at"] = json!(999);
        assert!(!is_valid(&key, 1000.0));
        assert!(table(&[&key], 1000.0, Style::PLAIN).ends_with("expired\n"));
    }
}
