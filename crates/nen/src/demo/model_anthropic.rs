//! Models behind Anthropic's Messages API, with the tools of `GET /tools` as custom tools.

use anyhow::Context;
use serde_json::{Value, json};

use super::model::{Model, ToolCall, ToolResult, Turn, post};

/// Used unless another one is asked for.
pub const DEFAULT_MODEL: &str = "claude-sonnet-4-6";
const DEFAULT_BASE_URL: &str = "https://api.anthropic.com";
const VERSION: &str = "2023-06-01";
const MAX_TOKENS: u32 = 2048;

/// A conversation over the Messages API.
pub struct Anthropic {
    model: String,
    base_url: String,
    key: String,
    tools: Vec<Value>,
    messages: Vec<Value>,
}

impl Anthropic {
    /// A conversation with these tools (as `GET /tools` lists them).
    pub fn new(model: &str, base_url: Option<String>, key: String, tools: &[Value]) -> Self {
        let tools = tools.iter().map(|tool| {
            json!({
                "name": tool["name"], "description": tool["description"],
                "input_schema": tool["parameters"],
            })
        });
        Self {
            model: model.to_owned(),
            base_url: base_url.unwrap_or_else(|| DEFAULT_BASE_URL.to_owned()),
            key,
            tools: tools.collect(),
            messages: Vec::new(),
        }
    }

    fn image(data: &str) -> Value {
        json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}})
    }
}

impl Model for Anthropic {
    fn name(&self) -> &str {
        &self.model
    }

    fn begin(&mut self, task: &str, image: &str) {
        let content = json!([Self::image(image), {"type": "text", "text": task}]);
        self.messages = vec![json!({"role": "user", "content": content})];
    }

    fn add_results(&mut self, results: Vec<ToolResult>) {
        let content: Vec<Value> = results
            .into_iter()
            .map(|result| {
                let mut parts = Vec::new();
                if !result.text.is_empty() || result.image.is_none() {
                    let text = if result.text.is_empty() {
                        "Done"
                    } else {
                        &result.text
                    };
                    parts.push(json!({"type": "text", "text": text}));
                }
                parts.extend(result.image.as_deref().map(Self::image));
                json!({
                    "type": "tool_result", "tool_use_id": result.id, "content": parts,
                    "is_error": result.failed,
                })
            })
            .collect();
        self.messages
            .push(json!({"role": "user", "content": content}));
    }

    fn next(&mut self) -> anyhow::Result<Turn> {
        let url = format!("{}/v1/messages", self.base_url.trim_end_matches('/'));
        let body = json!({
            "model": self.model, "max_tokens": MAX_TOKENS, "tools": self.tools,
            "messages": self.messages,
        });
        let headers = [
            ("x-api-key", self.key.as_str()),
            ("anthropic-version", VERSION),
        ];
        let reply = post(&url, &headers, &body)?;
        let content = reply["content"]
            .as_array()
            .context("the answer has no content")?;
        let mut turn = Turn::default();
        for block in content {
            match block["type"].as_str() {
                Some("text") => turn
                    .text
                    .push_str(block["text"].as_str().unwrap_or_default()),
                Some("tool_use") => turn.calls.push(ToolCall {
                    id: block["id"].as_str().unwrap_or_default().to_owned(),
                    tool: block["name"].as_str().unwrap_or_default().to_owned(),
                    input: block["input"].clone(),
                }),
                _ => {}
            }
        }
        // A call that was cut off has half its arguments: neither done nor a finished job.
        if reply["stop_reason"] == "max_tokens" {
            anyhow::bail!("{} was cut off after {MAX_TOKENS} tokens", self.model);
        }
        self.messages
            .push(json!({"role": "assistant", "content": reply["content"]}));
        Ok(turn)
    }
}

// By hand, to leave the key out.
impl std::fmt::Debug for Anthropic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Anthropic")
            .field("model", &self.model)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
