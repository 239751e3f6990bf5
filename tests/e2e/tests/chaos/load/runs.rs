use std::io::{Cursor, Read as _};
use std::sync::Arc;

use nen_e2e::{Receiver, Workflow, final_state};
use rand::Rng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::Client;
use super::line::Line;
use crate::aftermath;

/// Leaves a file, and sometimes acts on its desktop.
const SOURCE: &str = "
def run(params: Params) -> Result:
    if params.n % 3 == 0:
        Computer().move(1, 1)
    with open('/artifacts/n.txt', 'w') as file:
        file.write(str(params.n))
    return Result(value=params.n)
";

/// Runs that it has begun and that have not ended, at most.
const AHEAD: usize = 3;

/// Starts runs, which owe webhooks.
pub struct Runs {
    workflow: Workflow,
    receiver: Arc<Receiver>,
    ids: Vec<String>,
    /// So many of the first have ended.
    ended: usize,
}

impl Runs {
    pub fn new(line: &Line, receiver: &Arc<Receiver>) -> Self {
        Self {
            workflow: Workflow::of(&line.api, SOURCE),
            receiver: Arc::clone(receiver),
            ids: Vec::new(),
            ended: 0,
        }
    }
}

impl Client for Runs {
    fn deed(&mut self, line: &Line, dice: &mut StdRng) {
        if self.ids.len() - self.ended >= AHEAD {
            let path = format!("/runs/{}", self.ids[self.ended]);
            if let Some(reply) = line.call("GET", &path, &[], &[]) {
                let state = reply.expect(200)["run_status"].clone();
                let over = !["queued", "running"].contains(&state.as_str().unwrap());
                self.ended += usize::from(over);
            }
            return;
        }
        let number = self.ids.len();
        let body = self.workflow.body(json!({
            "webhook_callback": self.receiver.url(), "workflow_params": {"n": number}}));
        let key = format!("run-{number}");
        let id = line.create("/runs", &key, &body).expect(202)["messageId"].clone();
        if dice.random_bool(0.3) {
            let again = line.create("/runs", &key, &body).expect(202);
            assert_eq!(again["messageId"], id, "the same key, the same run");
        }
        self.ids.push(id.as_str().unwrap().to_owned());
    }

    fn check(&mut self, line: &Line) {
        for (number, run) in self.ids.iter().enumerate() {
            let ended = final_state(&line.api, run);
            aftermath::assert_told(&line.api, &self.receiver, run, &ended);
            match ended["run_status"].as_str() {
                Some("completed") => {
                    assert_eq!(ended["result"]["value"], number, "{ended}");
                    let link = ended["assets"].as_str().unwrap();
                    let link = link.strip_prefix(line.api.base()).unwrap();
                    let zip = line.api.get(link).expect_raw(200).body;
                    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
                    let mut text = String::new();
                    let mut file = zip.by_name("n.txt").unwrap();
                    file.read_to_string(&mut text).unwrap();
                    assert_eq!(text, number.to_string(), "{run}");
                }
                _ => assert_eq!(ended["error"], "worker lost", "{ended}"),
            }
        }
        // Whatever was not answered at first was begun once all the same.
        let listed = line.api.get("/runs?limit=200").expect(200);
        let runs = listed["runs"]
            .as_array()
            .unwrap_or_else(|| panic!("{listed}"));
        let own = runs
            .iter()
            .filter(|run| run["workflow_id"] == self.workflow.id);
        assert_eq!(own.count().min(200), self.ids.len().min(200), "runs");
    }

    fn told(&self) -> String {
        format!("runs: {} accepted", self.ids.len())
    }
}
