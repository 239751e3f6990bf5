//! A file of a desktop's drive.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, header};
use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::ApiError;
use crate::call::Call;
use crate::failure::Failure;
use crate::hints::Hints;
use crate::schema;
use crate::which_desktop::named_or_only;
use crate::{drive, picture};

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_read_file",
    title: "Read a file",
    description: "Read a file of a desktop's drive: text as text, images as images, anything else as base64. At most 1 MiB, images 4 MiB.",
    input,
    output: None,
    hints: Hints::LOOKS.open_world(),
    run: |call| Box::pin(run(call)),
};

/// Most bytes of a file that is no image. More would fill any model's context.
const MOST: usize = 1 << 20;
/// Most bytes of an image, which the providers of models take as base64.
const MOST_IMAGE: usize = 4 << 20;

fn input() -> Value {
    schema::object(
        &json!({"desktop_id": schema::desktop_id(), "path": schema::file_path()}),
        &["path"],
    )
}

#[derive(Deserialize)]
struct Arguments {
    desktop_id: Option<String>,
    path: String,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let desktop = named_or_only(&call, arguments.desktop_id).await?;
    let path = drive::file(&desktop, &arguments.path)?;
    let request = Request::get(&path).body(Bytes::new());
    let answer = match call.exchange(request, MOST_IMAGE).await {
        Err(Failure::Api(ApiError::TooLarge(_))) => return Err(too_large(&path)),
        other => other?,
    };
    let bytes = answer.body();
    if let Some(kind) = picture::media_type(bytes) {
        let image = ContentBlock::image(STANDARD.encode(bytes), kind);
        return Ok(CallToolResult::success(vec![image]));
    }
    if bytes.len() > MOST {
        return Err(too_large(&path));
    }
    let text = std::str::from_utf8(bytes).ok();
    let content = match text.filter(|text| !text.contains('\0')) {
        Some(text) => ContentBlock::text(text),
        None => {
            let kind = answer.headers().get(header::CONTENT_TYPE);
            let kind = kind.and_then(|kind| kind.to_str().ok());
            ContentBlock::resource(
                ResourceContents::blob(STANDARD.encode(bytes), format!("nen:{path}"))
                    .with_mime_type(kind.unwrap_or("application/octet-stream")),
            )
        }
    };
    Ok(CallToolResult::success(vec![content]))
}

fn too_large(path: &str) -> Failure {
    Failure::Argument(format!(
        "the file is too large to be read here, at most {} KiB are ({} KiB of an image): look at a part of it with nen_bash, or have it downloaded from {path} of the API",
        MOST >> 10,
        MOST_IMAGE >> 10
    ))
}
