//! A file for a desktop's drive.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, header};
use rmcp::model::CallToolResult;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::drive;
use crate::failure::Failure;
use crate::hints::Hints;
use crate::schema;
use crate::which_desktop::named_or_only;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_write_file",
    title: "Write a file",
    description: "Write a file to a desktop's drive, /drive inside the desktop, where its programs and file dialogs find it. A file of the same name is replaced; folders on the way are made.",
    input,
    output: Some(output),
    hints: Hints::DESTROYS.idempotent(),
    run: |call| Box::pin(run(call)),
};

/// Most bytes of an answer, which is a few words.
const MOST: usize = 64 << 10;

fn input() -> Value {
    schema::object(
        &json!({
            "desktop_id": schema::desktop_id(),
            "path": schema::file_path(),
            "content": {"type": "string", "description": "The whole file: its text, or its bytes in base64."},
            "encoding": {"type": "string", "enum": ["text", "base64"], "description": "What content is, text when left out."},
        }),
        &["path", "content"],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": {"path": {"type": "string"}, "size": {"type": "integer"}},
        "required": ["path", "size"],
    })
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    #[default]
    Text,
    Base64,
}

#[derive(Deserialize)]
struct Arguments {
    desktop_id: Option<String>,
    path: String,
    content: String,
    #[serde(default)]
    encoding: Encoding,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let content =
        match arguments.encoding {
            Encoding::Text => Bytes::from(arguments.content),
            Encoding::Base64 => {
                let bytes = STANDARD.decode(arguments.content.trim());
                Bytes::from(bytes.map_err(|error| {
                    Failure::Argument(format!("content is not base64: {error}"))
                })?)
            }
        };
    let size = content.len();
    let desktop = named_or_only(&call, arguments.desktop_id).await?;
    let request = Request::post(drive::file(&desktop, &arguments.path)?)
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(content);
    call.exchange(request, MOST).await?;
    Ok(CallToolResult::structured(
        json!({"path": arguments.path, "size": size}),
    ))
}
