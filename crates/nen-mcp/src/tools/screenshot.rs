//! How a desktop looks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use nen_protocol::segment::escaped;
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::failure::Failure;
use crate::hints::Hints;
use crate::picture;
use crate::schema;
use crate::which_desktop::named_or_only;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_screenshot",
    title: "See the screen",
    description: "See the whole screen of a desktop as it is now, with the pointer, as an image. To look closely at a part use zoom of nen_computer.",
    input,
    output: None,
    hints: Hints::LOOKS.open_world(),
    run: |call| Box::pin(run(call)),
};

/// Most bytes of an image that a client is given.
const MOST: usize = 16 << 20;

fn input() -> Value {
    schema::object(
        &json!({
            "desktop_id": schema::desktop_id(),
            "max_width": {"type": "integer", "minimum": 1, "maximum": picture::LONGEST, "description": "Pixels; a wider image is scaled down to save room. Coordinates stay those of the whole screen."},
        }),
        &[],
    )
}

#[derive(Deserialize)]
struct Arguments {
    desktop_id: Option<String>,
    max_width: Option<u32>,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let max_width = arguments.max_width.unwrap_or(picture::LONGEST);
    if max_width > picture::LONGEST {
        return Err(Failure::Argument(format!(
            "max_width must be 1 to {}, not {max_width}",
            picture::LONGEST
        )));
    }
    let desktop = named_or_only(&call, arguments.desktop_id).await?;
    let path = format!(
        "/desktops/{}/screenshot?max_width={max_width}&max_height={}",
        escaped(&desktop),
        picture::LONGEST
    );
    let image = call
        .exchange(Request::get(path).body(Bytes::new()), MOST)
        .await?;
    let image = STANDARD.encode(image.body());
    let note = picture::scale(&call, &desktop, &image, max_width).await?;
    let mut content: Vec<_> = note.map(ContentBlock::text).into_iter().collect();
    content.push(ContentBlock::image(image, "image/png"));
    Ok(CallToolResult::success(content))
}
