use std::time::Duration;

use nen_scripted_model::{Received, Script, ScriptedModel};
use serde_json::{Value, json};

use crate::{Api, Options, Site};

/// The model provider of a server under test: speaks the providers' wire formats and plays a script.
#[derive(Debug)]
pub struct Model {
    server: ScriptedModel,
    runtime: tokio::runtime::Runtime,
    door: Option<Site>,
}

impl Model {
    /// The only key it takes. Nothing may show it.
    pub const KEY: &str = "sk-key-of-the-model-provider";

    /// Plays a script, a list of [`turns`] and answers.
    #[expect(clippy::needless_pass_by_value, reason = "called with json!")]
    pub fn start(script: Value) -> Self {
        let script = Script::parse(&script.to_string()).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let loopback = ([127, 0, 0, 1], 0).into();
        let listening = ScriptedModel::listen(script, loopback, Some(Self::KEY.to_owned()));
        Self {
            server: runtime.block_on(listening).unwrap(),
            runtime,
            door: None,
        }
    }

    /// Plays a script; each question waits for `gate` first, which is given the text of its body.
    pub fn gated(script: Value, gate: impl Fn(&str) + Send + Sync + 'static) -> Self {
        let mut model = Self::start(script);
        let behind = Api::new(&model.server.url(), "").without_key();
        model.door = Some(Site::new(move |request| {
            gate(&String::from_utf8_lossy(&request.body));
            let mut headers: Vec<(&str, &str)> = request
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            headers
                .retain(|(name, _)| !["host", "content-length", "accept-encoding"].contains(name));
            let reply = behind.call(&request.method, &request.path, &headers, &request.body);
            (reply.status, "application/json", reply.body)
        }));
        model
    }

    /// Options of a server that asks this model, whichever provider's name is used; by `…@local`, too.
    #[must_use]
    pub fn configure(&self, options: Options) -> Options {
        let url = match &self.door {
            Some(door) => door.url(),
            None => self.server.url(),
        };
        options
            .variable("ANTHROPIC_API_KEY", Self::KEY)
            .variable("ANTHROPIC_BASE_URL", &url)
            .variable("OPENAI_API_KEY", Self::KEY)
            .variable("OPENAI_BASE_URL", &format!("{url}/v1"))
            .variable("GEMINI_API_KEY", Self::KEY)
            .variable("GEMINI_BASE_URL", &url)
            .variable("NEN_MODEL_ALIASES", &format!("local={url}/v1"))
            .variable("NEN_MODEL_KEY_LOCAL", Self::KEY)
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Received> {
        self.server.requests()
    }

    /// Waits until it has been asked so many times.
    pub fn wait_for(&self, count: usize) {
        let asked = async {
            tokio::time::timeout(Duration::from_secs(60), self.server.received(count)).await
        };
        let asked = self.runtime.block_on(asked);
        assert!(
            asked.is_ok(),
            "the model was not asked {count} times: {:?}",
            self.requests()
        );
    }

    /// Checks that it could answer whatever it was asked.
    #[track_caller]
    pub fn assert_all_answered(&self) {
        for request in self.requests() {
            assert_eq!(request.refused, None, "{}", request.path);
        }
    }
}

/// Answers of the model in a conversation that begins with a text in which these words are.
pub fn turns(words: &str, answers: &[Value]) -> Value {
    json!({"when": {"contains": words}, "turns": answers})
}

/// An answer: the model calls a tool.
#[expect(clippy::needless_pass_by_value, reason = "called with json!")]
pub fn call(tool: &str, input: Value) -> Value {
    json!({"calls": [{"tool": tool, "input": input}]})
}

/// An answer: the model clicks.
pub fn click(x: i32, y: i32) -> Value {
    call(
        "computer",
        json!({"action": "left_click", "coordinate": [x, y]}),
    )
}

/// An answer: the model says that it is done.
pub fn finish(summary: &str) -> Value {
    call("finish", json!({"success": true, "summary": summary}))
}
