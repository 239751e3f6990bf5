use std::time::Duration;

use serde_json::{Value, json};

use crate::{Api, repository, until_within};

/// Longer than any run here should take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// What short workflows begin with.
pub const HEAD: &str = "\
import os, time
from pydantic import BaseModel
from nen import Agent, Computer, Secure, WorkflowError

class Params(BaseModel):
    n: int = 1

class Result(BaseModel):
    value: object = None

";

/// An uploaded workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    api: Api,
    /// Its id.
    pub id: String,
}

impl Workflow {
    /// Uploads a whole `workflow.py`.
    #[track_caller]
    pub fn upload(api: &Api, source: &str) -> Self {
        let files = json!([{"filename": "workflow.py", "content": source}]);
        let made = api.post("/workflows", &json!({"name": "test", "files": files}));
        let made = made.expect(201);
        Self::at(api, made["workflowId"].as_str().unwrap())
    }

    /// One that was uploaded before.
    pub fn at(api: &Api, id: &str) -> Self {
        Self {
            api: api.clone(),
            id: id.to_owned(),
        }
    }

    /// Uploads what stands behind [`HEAD`].
    #[track_caller]
    pub fn of(api: &Api, body: &str) -> Self {
        Self::upload(api, &format!("{HEAD}{body}"))
    }

    /// The body that starts a run of it with what `more` says.
    #[expect(clippy::needless_pass_by_value, reason = "called with json!")]
    pub fn body(&self, more: Value) -> Value {
        let mut body = json!({"workflow_id": self.id});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    }

    /// Starts a run; answers its id.
    #[track_caller]
    pub fn start(&self, more: Value) -> String {
        let accepted = self.api.post("/runs", &self.body(more)).expect(202);
        assert_eq!(accepted["message"], "Job accepted for processing.");
        assert_eq!(accepted["workflowId"], self.id);
        accepted["messageId"].as_str().unwrap().to_owned()
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(&self, more: Value) -> Value {
        final_state(&self.api, &self.start(more))
    }
}

/// Waits until a run has ended, and shows it.
pub fn final_state(api: &Api, run: &str) -> Value {
    until_within(PATIENCE, &format!("run {run} ends"), || {
        let state = api.get(&format!("/runs/{run}")).expect(200);
        let over = !["queued", "running"].contains(&state["run_status"].as_str().unwrap());
        over.then_some(state)
    })
}

/// The source of an example of the workflow package.
pub fn example(name: &str) -> String {
    let path = repository().join(format!("sdks/workflow/examples/{name}.py"));
    std::fs::read_to_string(path).unwrap()
}
