//! `nen desktop create`.

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

use super::details;
use crate::{client::Client, commands::network::NetworkArgs, output::Output};

/// What the desktop should be like; everything has a default.
#[derive(Debug, Default, Args)]
pub struct CreateArgs {
    /// A name for people
    #[arg(long)]
    name: Option<String>,
    /// Size of the screen
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = parse_display)]
    display: Option<(u32, u32)>,
    /// Tools to offer [default: computer]; repeat or separate by comma
    #[arg(long, value_name = "TOOL", value_delimiter = ',')]
    tools: Vec<String>,
    /// Page to open in the browser at the start
    #[arg(long, value_name = "URL")]
    start_url: Option<String>,
    #[command(flatten)]
    network: NetworkArgs,
    /// Delete it after this many seconds, whatever happens
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// Pause (or delete) it after this many seconds without a call
    #[arg(long, value_name = "SECONDS")]
    idle_timeout: Option<u64>,
    /// What happens when it is idle
    #[arg(long, value_enum)]
    on_idle: Option<OnIdle>,
    /// Environment variable inside the desktop (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_pair)]
    env: Vec<(String, String)>,
    /// Text to find it by later (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_pair)]
    metadata: Vec<(String, String)>,
    /// Print only the id
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OnIdle {
    /// Keep it for later
    Pause,
    /// Remove it with its files
    Delete,
}

/// Creates it; the server answers once it is ready.
pub fn run(args: &CreateArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let desktop = client.post("/desktops", Some(&body(args)))?;
    if output.is_json() {
        return output.json(&desktop);
    }
    if args.quiet {
        output.line(desktop["desktop_id"].as_str().unwrap_or_default())?;
        return Ok(());
    }
    output.line(output.style().green("Desktop created successfully!"))?;
    output.text(details::lines(&desktop, output.style()))?;
    Ok(())
}

/// Only what was asked for is sent, so that the server's defaults hold.
fn body(args: &CreateArgs) -> Value {
    let mut body = Map::new();
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(key.to_owned(), value);
        }
    };
    let pairs = |pairs: &[(String, String)]| {
        let map: Map<String, Value> = pairs
            .iter()
            .map(|(k, v)| (k.clone(), v.clone().into()))
            .collect();
        (!map.is_empty()).then_some(Value::Object(map))
    };
    set("name", args.name.clone().map(Value::from));
    set(
        "display",
        args.display
            .map(|(width, height)| json!({"width": width, "height": height})),
    );
    set("tools", (!args.tools.is_empty()).then(|| json!(args.tools)));
    set("start_url", args.start_url.clone().map(Value::from));
    set("network", args.network.wire());
    set("timeout_seconds", args.timeout.map(Value::from));
    set("idle_timeout_seconds", args.idle_timeout.map(Value::from));
    set(
        "on_idle",
        args.on_idle.map(|o| match o {
            OnIdle::Pause => "pause".into(),
            OnIdle::Delete => "delete".into(),
        }),
    );
    set("env", pairs(&args.env));
    set("metadata", pairs(&args.metadata));
    Value::Object(body)
}

fn parse_display(text: &str) -> Result<(u32, u32), String> {
    text.split_once(['x', 'X', '×'])
        .and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)))
        .ok_or_else(|| "expected WIDTHxHEIGHT in pixels, for example 1280x800".to_owned())
}

/// `KEY=VALUE`, the value may hold further `=`.
pub(super) fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asked_for_is_an_empty_body() {
        assert_eq!(body(&CreateArgs::default()), json!({}));
    }

    #[test]
    fn everything_asked_for_is_sent() {
        let args = CreateArgs {
            name: Some("books".into()),
            display: Some(parse_display("1024x768").unwrap()),
            tools: vec!["computer".into(), "bash".into()],
            on_idle: Some(OnIdle::Delete),
            env: vec![parse_pair("A=b=c").unwrap()],
            ..CreateArgs::default()
        };
        assert_eq!(
            body(&args),
            json!({
                "name": "books", "display": {"width": 1024, "height": 768},
                "tools": ["computer", "bash"], "on_idle": "delete",
                "env": {"A": "b=c"},
            })
        );
    }

    #[test]
    fn bad_values_say_what_is_right() {
        assert!(parse_display("big").unwrap_err().contains("1280x800"));
        assert!(parse_pair("=x").is_err());
        assert!(parse_pair("x").is_err());
    }
}
