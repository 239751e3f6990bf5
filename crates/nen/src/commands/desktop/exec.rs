//! `nen desktop exec`: one action by hand.

use std::path::PathBuf;

use anyhow::Context;
use base64::Engine;
use clap::Args;
use serde_json::{Map, Value, json};

use super::DesktopId;
use crate::{client::Client, exit::UsageError, output::Output};

/// What to do on the desktop.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    nen desktop exec dsk_… left_click coordinate=500,300\n  \
    nen desktop exec dsk_… type text='héllo wörld'\n  \
    nen desktop exec dsk_… key text=ctrl+l --screenshot after.png\n  \
    nen desktop exec dsk_… left_click_drag path='10,10;200,10;200,90'\n  \
    nen desktop exec dsk_… --tool bash run command='uname -a'\n\n\
    NAME=VALUE is a text, a number or a point as the parameter wants it; NAME:=JSON is taken as it is.")]
pub struct ExecArgs {
    #[command(flatten)]
    desktop: DesktopId,
    /// Action: screenshot, left_click, type, key, scroll, wait, …
    action: String,
    /// The action's parameters
    #[arg(value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// Tool the action belongs to
    #[arg(long, default_value = "computer")]
    tool: String,
    /// Save how the screen looks afterwards
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
}

/// Executes it and prints what the desktop says.
pub fn run(args: &ExecArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let mut params = Map::new();
    for param in &args.params {
        let (name, value) = parse_param(param)?;
        params.insert(name, value);
    }
    let body = json!({
        "action": {"tool": args.tool, "action": args.action, "params": params},
        "screenshot": if args.screenshot.is_some() { "always" } else { "never" },
    });
    let mut reply = client.post(&args.desktop.path("/execute"), Some(&body))?;
    let image = reply
        .as_object_mut()
        .and_then(|reply| reply.remove("base64_image"));
    if let Some(file) = &args.screenshot {
        let image = image
            .as_ref()
            .and_then(Value::as_str)
            .context("the reply has no image")?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(image)
            .context("the image in the reply is damaged")?;
        std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
        reply["screenshot"] = file.display().to_string().into();
    } else if args.action == "screenshot" || args.action == "zoom" {
        output.note("The image is not kept: use --screenshot FILE.");
    }
    if output.is_json() {
        return output.json(&reply);
    }
    output.line(text_of(&reply))?;
    Ok(())
}

/// What a person wants to read of the reply.
fn text_of(reply: &Value) -> String {
    match (reply["output"].as_str(), &reply["coordinate"]) {
        (Some(text), _) if !text.is_empty() => text.to_owned(),
        (_, Value::Array(point)) if point.len() == 2 => format!("({}, {})", point[0], point[1]),
        _ => reply["status"].as_str().unwrap_or("ok").to_owned(),
    }
}

/// `coordinate=500,300`, `text=anything`, `duration=1.5`, `path=1,2;3,4`, `anything:=JSON`.
fn parse_param(param: &str) -> Result<(String, Value), UsageError> {
    let wrong = |what: String| UsageError(format!("{param:?}: {what}"));
    let Some((name, text)) = param.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        return Err(wrong("expected NAME=VALUE".into()));
    };
    if let Some(name) = name.strip_suffix(':') {
        let value = serde_json::from_str(text)
            .map_err(|e| wrong(format!("expected JSON after `:=`, {e}")))?;
        return Ok((name.to_owned(), value));
    }
    let value = match name {
        "coordinate" | "start_coordinate" | "region" => integers(text)
            .ok_or_else(|| wrong(format!("expected whole numbers like {name}=500,300")))?,
        "path" if text.contains(',') => text
            .split(';')
            .map(integers)
            .collect::<Option<Vec<_>>>()
            .map(Value::from)
            .ok_or_else(|| wrong("expected points like path=10,10;200,10".into()))?,
        "scroll_amount" | "amount" | "repeat" | "duration" | "interval" | "timeout" => {
            serde_json::from_str::<serde_json::Number>(text)
                .map(Value::Number)
                .map_err(|_| wrong(format!("expected a number like {name}=3")))?
        }
        _ => Value::from(text),
    };
    Ok((name.to_owned(), value))
}

fn integers(text: &str) -> Option<Value> {
    text.trim_matches(['[', ']'])
        .split(',')
        .map(|n| n.trim().parse::<i64>().ok())
        .collect::<Option<Vec<_>>>()
        .map(Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_get_the_type_they_need() {
        let ok = |param: &str| parse_param(param).unwrap().1;
        assert_eq!(ok("coordinate=500,300"), json!([500, 300]));
        assert_eq!(ok("coordinate=[0, 0]"), json!([0, 0]));
        assert_eq!(ok("text=5"), json!("5"));
        assert_eq!(ok("text=a=b"), json!("a=b"));
        assert_eq!(ok("text="), json!(""));
        assert_eq!(ok("duration=1.5"), json!(1.5));
        assert_eq!(ok("amount=3"), json!(3));
        assert_eq!(ok("path=1,2;3,4"), json!([[1, 2], [3, 4]]));
        assert_eq!(ok("path=/drive/x.pdf"), json!("/drive/x.pdf"));
        assert_eq!(ok("flag:=true"), json!(true));
    }

    #[test]
    fn wrong_parameters_say_what_is_right() {
        for (param, hint) in [
            ("text", "NAME=VALUE"),
            ("=x", "NAME=VALUE"),
            ("coordinate=a,b", "coordinate=500,300"),
            ("duration=long", "duration=3"),
            ("x:={", "JSON"),
        ] {
            let error = parse_param(param).unwrap_err().to_string();
            assert!(error.contains(hint), "{param}: {error}");
        }
    }

    #[test]
    fn a_reply_reads_well() {
        assert_eq!(text_of(&json!({"status": "ok"})), "ok");
        assert_eq!(
            text_of(&json!({"status": "ok", "coordinate": [1, 2]})),
            "(1, 2)"
        );
        assert_eq!(
            text_of(
                &json!({"status": "ok", "output": "left click at (1, 2)", "coordinate": [1, 2]})
            ),
            "left click at (1, 2)"
        );
    }
}
