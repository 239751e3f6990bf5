//! Acting on a desktop: the tools of `GET /desktops/{id}/tools`, with the same parameters.

use http::Method;
use nen_protocol::execute::ExecuteReply;
use nen_protocol::segment::escaped;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::picture;
use crate::which_desktop::named_or_only;

/// Whether the answer shows the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// After what can change it, and when looking was the point.
    Screen,
    /// The text is all.
    Nothing,
}

/// An action that was done.
pub(crate) struct Done {
    /// Its name.
    pub(crate) action: String,
    /// What the API said.
    pub(crate) reply: ExecuteReply,
    desktop: String,
}

/// Does what the arguments of `tool` ask for.
pub(crate) async fn execute(call: &Call, tool: &str, show: Show) -> Result<Done, Failure> {
    let mut arguments = call.arguments.clone();
    let desktop = named_or_only(call, arguments.take_text("desktop_id")?).await?;
    let action = arguments
        .take_text("action")?
        .ok_or_else(|| Failure::Argument("action is missing: say what to do".to_owned()))?;
    let body = json!({
        "action": {"tool": tool, "action": action, "params": arguments.into_rest()},
        "screenshot": match show {
            Show::Screen => "auto",
            Show::Nothing => "never",
        },
        "image": {"max_width": picture::LONGEST, "max_height": picture::LONGEST},
    });
    let path = format!("/desktops/{}/execute", escaped(&desktop));
    let reply = call.send(Method::POST, &path, Some(&body)).await?;
    Ok(Done {
        action,
        reply,
        desktop,
    })
}

/// An action as a result: what was done, what that did to the screen, and how it looks now.
pub(crate) async fn shown(call: &Call, done: Done) -> Result<CallToolResult, Failure> {
    let Done {
        action,
        reply,
        desktop,
    } = done;
    let mut lines = vec![reply.result.output.unwrap_or_else(|| action.clone())];
    match reply.view.changed {
        Some(true) => lines.push("The screen changed.".to_owned()),
        Some(false) => lines.push("The screen did not change.".to_owned()),
        None => {}
    }
    if reply.view.settle_timed_out {
        lines.push("The screen was still changing when this was answered.".to_owned());
    }
    let Some(image) = reply.view.base64_image else {
        return Ok(CallToolResult::success(vec![ContentBlock::text(
            lines.join("\n"),
        )]));
    };
    // A zoom shows a part, on which no coordinates can be read off anyway.
    if action != "zoom" {
        lines.extend(picture::scale(call, &desktop, &image, picture::LONGEST).await?);
    }
    let kind = reply
        .view
        .media_type
        .unwrap_or_else(|| "image/png".to_owned());
    Ok(CallToolResult::success(vec![
        ContentBlock::text(lines.join("\n")),
        ContentBlock::image(image, kind),
    ]))
}

/// What an action answered, when that is JSON.
pub(crate) fn data(done: &Done) -> Option<Value> {
    serde_json::from_str(done.reply.result.output.as_deref()?).ok()
}
