//! Models behind OpenAI's chat completions, or any server that speaks the same, by function calling.

use anyhow::Context;
use serde_json::{Value, json};

use super::model::{Model, ToolCall, ToolResult, Turn, post};

/// Used unless another one is asked for.
pub const DEFAULT_MODEL: &str = "gpt-5.4";
const DEFAULT_BASE_URL: &str = "https://api.openai.com/v1";

/// A conversation over chat completions.
pub struct OpenAi {
    model: String,
    base_url: String,
    key: String,
    tools: Vec<Value>,
    messages: Vec<Value>,
}

impl OpenAi {
    /// A conversation with these tools (as `GET /tools` lists them).
    pub fn new(model: &str, base_url: Option<String>, key: String, tools: &[Value]) -> Self {
        let tools = tools
            .iter()
            .map(|tool| json!({"type": "function", "function": tool}));
        Self {
            model: model.to_owned(),
            base_url: base_url.unwrap_or_else(|| DEFAULT_BASE_URL.to_owned()),
            key,
            tools: tools.collect(),
            messages: Vec::new(),
        }
    }

    fn image(data: &str) -> Value {
        json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{data}")}})
    }
}

impl Model for OpenAi {
    fn name(&self) -> &str {
        &self.model
    }

    fn begin(&mut self, task: &str, image: &str) {
        let content = json!([{"type": "text", "text": task}, Self::image(image)]);
        self.messages = vec![json!({"role": "user", "content": content})];
    }

    fn add_results(&mut self, results: Vec<ToolResult>) {
        let mut seen = None;
        for result in results {
            let text = match (result.failed, result.text.as_str()) {
                (true, why) => format!("Error: {why}"),
                (false, "") => "Done".to_owned(),
                (false, text) => text.to_owned(),
            };
            self.messages
                .push(json!({"role": "tool", "tool_call_id": result.id, "content": text}));
            seen = result.image.or(seen);
        }
        // A tool message holds text only; what the screen looks like follows as a message of its own.
        if let Some(image) = seen {
            let content = json!([{"type": "text", "text": "The screen now:"}, Self::image(&image)]);
            self.messages
                .push(json!({"role": "user", "content": content}));
        }
    }

    fn next(&mut self) -> anyhow::Result<Turn> {
        let url = format!("{}/chat/completions", self.base_url.trim_end_matches('/'));
        let body = json!({"model": self.model, "tools": self.tools, "messages": self.messages});
        let authorization = format!("Bearer {}", self.key);
        let reply = post(&url, &[("authorization", &authorization)], &body)?;
        let choice = &reply["choices"][0];
        let message = choice.get("message").context("the answer has no message")?;
        if choice["finish_reason"] == "length" {
            anyhow::bail!("{} was cut off", self.model);
        }
        let mut turn = Turn {
            text: message["content"].as_str().unwrap_or_default().to_owned(),
            calls: Vec::new(),
        };
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            let arguments = call["function"]["arguments"].as_str().unwrap_or("{}");
            turn.calls.push(ToolCall {
                id: call["id"].as_str().unwrap_or_default().to_owned(),
                tool: call["function"]["name"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                // What is not JSON has no action, and the model is told so.
                input: serde_json::from_str(arguments).unwrap_or_default(),
            });
        }
        self.messages.push(message.clone());
        Ok(turn)
    }
}

// By hand, to leave the key out.
impl std::fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAi")
            .field("model", &self.model)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
