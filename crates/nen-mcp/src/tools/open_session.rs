//! A person who watches.

use http::Method;
use nen_protocol::segment::escaped;
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;
use crate::which_desktop::named_or_only;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_open_session",
    title: "Let a person watch or take over",
    description: "Get a link (href) with which a person watches a desktop in a browser, and, with interactive, uses it: to sign in or solve what only they can. The link works for an hour. With takeover nothing else may act on the desktop until the person hands it back.",
    input,
    output: Some(output),
    hints: Hints::CHANGES.idempotent(),
    run: |call| Box::pin(run(call)),
};

fn input() -> Value {
    schema::object(
        &json!({
            "desktop_id": schema::desktop_id(),
            "interactive": {"type": "boolean", "description": "Whether the person may use mouse and keyboard. When neither this nor takeover is given, a session that is there stays as it is."},
            "takeover": {"type": "boolean", "description": "Whether the person holds the desktop from now on; needs interactive."},
        }),
        &[],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "href": {"type": "string"},
            "active": {"type": "boolean"},
            "interactive": {"type": "boolean"},
            "takeover": {"type": "boolean"},
            "expires_at": {"type": "integer"},
        },
        "required": ["href", "interactive", "takeover"],
    })
}

#[derive(Deserialize)]
struct Arguments {
    desktop_id: Option<String>,
    interactive: Option<bool>,
    takeover: Option<bool>,
}

async fn run(call: Call) -> Outcome {
    let Arguments {
        desktop_id,
        interactive,
        takeover,
    } = call.arguments.read()?;
    let desktop = named_or_only(&call, desktop_id).await?;
    let path = format!("/desktops/{}/session", escaped(&desktop));
    let wanted = (interactive.is_some() || takeover.is_some()).then(|| {
        json!({"interactive": interactive.unwrap_or(false), "takeover": takeover.unwrap_or(false)})
    });
    let session: Value = call.send(Method::PUT, &path, wanted.as_ref()).await?;
    Ok(CallToolResult::structured(session))
}
