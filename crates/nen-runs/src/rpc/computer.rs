//! `Computer`: what the workflow does with mouse and keyboard itself.

use nen_protocol::action::ActionCall;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{CallError, Session, args};
use crate::steps::Begun;

#[derive(Deserialize)]
struct Type {
    text: Text,
    #[serde(default)]
    interval: f64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Secure { secure: String },
}

#[derive(Deserialize)]
struct Press {
    key: String,
}

#[derive(Deserialize)]
struct Hotkey {
    keys: Vec<String>,
}

#[derive(Deserialize)]
struct Place {
    x: i64,
    y: i64,
    #[serde(default)]
    button: Option<String>,
}

#[derive(Deserialize)]
struct Drag {
    from: (i64, i64),
    to: (i64, i64),
}

#[derive(Deserialize)]
struct Scroll {
    direction: String,
    amount: i64,
    x: Option<i64>,
    y: Option<i64>,
}

#[derive(Deserialize)]
struct Wait {
    seconds: f64,
}

pub(super) async fn call(
    session: &Session,
    step: &Begun,
    method: &str,
    given: &Value,
) -> Result<Value, CallError> {
    if method == "screenshot" {
        let png = session.seat.picture(step).await?;
        return Ok(json!({"png": png}));
    }
    let secret = method == "type" && given["text"].is_object();
    let action = action(session, method, given)?;
    session.seat.act(step, action, secret).await?;
    Ok(Value::Null)
}

fn action(session: &Session, method: &str, given: &Value) -> Result<ActionCall, CallError> {
    Ok(match method {
        "type" => {
            let Type { text, interval } = args::read(given)?;
            let text = match &text {
                Text::Plain(text) => text.as_str(),
                Text::Secure { secure } => session.seat.secret(secure)?.expose_secret(),
            };
            computer("type", json!({"text": text, "interval": interval}))
        }
        "press" => computer("key", json!({"text": args::read::<Press>(given)?.key})),
        "hotkey" => {
            let keys = args::read::<Hotkey>(given)?.keys;
            computer("key", json!({"text": keys.join("+")}))
        }
        "click_at" => {
            let Place { x, y, button } = args::read(given)?;
            let action = match button.as_deref().unwrap_or("left") {
                "left" => "left_click",
                "right" => "right_click",
                "middle" => "middle_click",
                other => {
                    return Err(CallError::value(format!(
                        "button {other:?} is not known: use \"left\", \"right\" or \"middle\""
                    )));
                }
            };
            computer(action, json!({"coordinate": [x, y]}))
        }
        "double_click_at" => {
            let Place { x, y, .. } = args::read(given)?;
            computer("double_click", json!({"coordinate": [x, y]}))
        }
        "move" => {
            let Place { x, y, .. } = args::read(given)?;
            computer("mouse_move", json!({"coordinate": [x, y]}))
        }
        "drag" => {
            let Drag { from, to } = args::read(given)?;
            computer(
                "left_click_drag",
                json!({"start_coordinate": from, "coordinate": to}),
            )
        }
        "scroll" => {
            let Scroll {
                direction,
                amount,
                x,
                y,
            } = args::read(given)?;
            let mut params = json!({"scroll_direction": direction, "scroll_amount": amount});
            match (x, y) {
                (Some(x), Some(y)) => params["coordinate"] = json!([x, y]),
                (None, None) => {}
                _ => {
                    return Err(CallError::value(
                        "scroll takes both x and y, or neither: then it scrolls where the pointer is",
                    ));
                }
            }
            computer("scroll", params)
        }
        "wait" => computer(
            "wait",
            json!({"duration": args::read::<Wait>(given)?.seconds}),
        ),
        _ => {
            return Err(CallError::new(
                "RPCError",
                format!("there is no call computer.{method}"),
            ));
        }
    })
}

fn computer(action: &str, params: Value) -> ActionCall {
    ActionCall {
        tool: "computer".to_owned(),
        action: action.to_owned(),
        params: match params {
            Value::Object(params) => params,
            _ => Map::new(),
        },
    }
}
