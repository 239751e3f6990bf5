//! A vision model that uses tools, whatever its provider.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;
use ureq::Agent;

/// How long one answer of a model may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(120);

/// A tool call as the model made it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// The provider's id, given back with the result.
    pub id: String,
    /// Name of the tool.
    pub tool: String,
    /// Arguments, `action` among them.
    pub input: Value,
}

/// What became of a call.
#[derive(Clone, Debug, Default)]
pub struct ToolResult {
    /// The call's id.
    pub id: String,
    /// What the desktop said.
    pub text: String,
    /// The screen afterwards, as base64 of a PNG.
    pub image: Option<String>,
    /// The call failed.
    pub failed: bool,
}

/// What a model said in one turn. No calls: it has finished.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// Its words.
    pub text: String,
    /// What it wants done, in this order.
    pub calls: Vec<ToolCall>,
}

/// A conversation with a model.
pub trait Model {
    /// The model's name.
    fn name(&self) -> &str;
    /// Begins with the task and the first look at the screen (base64 of a PNG).
    fn begin(&mut self, task: &str, image: &str);
    /// Adds what became of the calls of the last turn.
    fn add_results(&mut self, results: Vec<ToolResult>);
    /// Lets the model say what is next.
    fn next(&mut self) -> anyhow::Result<Turn>;
}

/// Posts to a provider; what it refuses becomes an error with its own words.
pub(super) fn post(url: &str, headers: &[(&str, &str)], body: &Value) -> anyhow::Result<Value> {
    let host = url
        .parse::<ureq::http::Uri>()
        .ok()
        .and_then(|u| u.host().map(str::to_owned));
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(ANSWER_LIMIT));
    if host.is_some_and(|h| crate::client::is_loopback(&h)) {
        config = config.proxy(None);
    }
    let mut request = config.build().new_agent().post(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request
        .send_json(body)
        .with_context(|| format!("no answer from {url}"))?;
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string()?;
    let reply: Value = serde_json::from_str(&text)
        .with_context(|| format!("{url} answered {status} without JSON"))?;
    if status >= 400 {
        let why = reply["error"]["message"].as_str().unwrap_or(&text);
        anyhow::bail!("{url} answered {status}: {why}");
    }
    Ok(reply)
}
