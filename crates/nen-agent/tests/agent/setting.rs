use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nen_agent::{
    Agent, AgentError, Endpoint, Models, ModelsConfig, Observer, RetryPolicy, Task, Turn,
};
use nen_scripted_model::{Script, ScriptedModel, Step};
use serde_json::{Value, json};

/// A model of each dialect.
pub const MODELS: [&str; 4] = [
    "claude-sonnet-4-6",
    "gpt-5.4",
    "gemini-3-pro",
    "vision@local",
];
/// The key of all providers; nothing may show it.
pub const KEY: &str = "sk-very-secret";

/// A scripted model server and an agent that asks nobody else.
pub struct Setting {
    pub server: ScriptedModel,
    pub agent: Agent,
}

impl Setting {
    pub async fn new(script: impl Into<Script>) -> Self {
        Self::with(script, |_| {}).await
    }

    pub async fn with(script: impl Into<Script>, change: impl FnOnce(&mut ModelsConfig)) -> Self {
        let loopback = ([127, 0, 0, 1], 0).into();
        let server = ScriptedModel::listen(script, loopback, Some(KEY.into()))
            .await
            .unwrap();
        let mut config = config(&server.url());
        change(&mut config);
        // Pauses are not what these tests are about.
        let retries = RetryPolicy {
            first_delay: Duration::from_millis(2),
            ..RetryPolicy::default()
        };
        let models = Arc::new(Models::new(config).unwrap());
        Self {
            server,
            agent: Agent::new(models).with_retries(retries),
        }
    }

    /// Refuses to go on when the server refused a request.
    pub fn all_taken(&self) {
        for request in self.server.requests() {
            assert_eq!(request.refused, None, "{}", request.path);
        }
    }
}

/// Everything at one address.
pub fn config(url: &str) -> ModelsConfig {
    let endpoint = |path: &str| Endpoint::new(&format!("{url}{path}"), Some(KEY.into())).unwrap();
    ModelsConfig {
        anthropic: Some(endpoint("")),
        openai: Some(endpoint("/v1")),
        gemini: Some(endpoint("")),
        aliases: BTreeMap::from([("local".to_owned(), endpoint("/v1"))]),
        ..ModelsConfig::default()
    }
}

/// A task for a model.
pub fn task<'a>(screen: &'a crate::desk::Desk, model: &str) -> Task<'a> {
    Task {
        model: Some(model.to_owned()),
        ..Task::new(screen)
    }
}

/// A click of the model's.
pub fn click(x: i32, y: i32) -> Step {
    Step::call(
        "computer",
        json!({"action": "left_click", "coordinate": [x, y]}),
    )
}

/// The model's last call.
pub fn finish(success: bool, summary: &str) -> Step {
    Step::call("finish", json!({"success": success, "summary": summary}))
}

/// All texts of a request, wherever they stand.
pub fn texts(body: &Value) -> String {
    match body {
        Value::String(text) => format!("{text}\n"),
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::Object(fields) => fields.values().map(texts).collect(),
        _ => String::new(),
    }
}

/// Keeps every turn.
#[derive(Default)]
pub struct Diary(pub Mutex<Vec<Turn>>);

impl Observer for Diary {
    fn turn(&self, turn: &Turn) {
        self.0.lock().unwrap().push(turn.clone());
    }
}

/// The error of a job that had to fail.
pub fn failure<T: std::fmt::Debug>(result: Result<T, AgentError>) -> AgentError {
    let error = result.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(KEY), "{shown}");
    error
}
