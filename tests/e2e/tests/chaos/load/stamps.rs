use nen_e2e::Workflow;
use rand::Rng as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::Client;
use super::line::Line;
use super::possibly::Possibly;

const VERSION: &str = "
def run(params: Params) -> Result:
    return Result(value=NUMBER)
";

/// Changes what there is one of: the workspace's secrets, and the newest version of a workflow.
#[derive(Default)]
pub struct Stamps {
    /// None while it is not known.
    secrets: [Option<String>; 2],
    workflow: Option<String>,
    /// Number in the newest version's source.
    version: Option<Possibly<u32>>,
    next: u32,
    answered: usize,
}

const SECRETS: [(&str, &str); 2] = [
    ("/settings/webhook-secret/rotate", "webhook_secret"),
    ("/settings/signing-secret/rotate", "signing_secret"),
];

impl Client for Stamps {
    fn deed(&mut self, line: &Line, dice: &mut StdRng) {
        match dice.random_range(0..3) {
            2 => self.publish(line),
            which => {
                let reply = line.post(SECRETS[which].0, &json!({}));
                self.secrets[which] = reply.map(|reply| {
                    self.answered += 1;
                    let secret = reply.expect(200)["secret"].clone();
                    secret.as_str().unwrap().to_owned()
                });
            }
        }
    }

    fn check(&mut self, line: &Line) {
        let settings = line.api.get("/settings").expect(200);
        for (secret, (_, field)) in self.secrets.iter().zip(SECRETS) {
            let hint = settings[field]["hint"].as_str().unwrap();
            let end = hint.trim_start_matches('…');
            // One of which the answer was lost may have any end.
            if let Some(secret) = secret {
                assert!(secret.ends_with(end), "{hint} is not of the last secret");
            }
        }
        let (Some(id), Some(version)) = (&self.workflow, &self.version) else {
            return;
        };
        let shown = line.api.get(&format!("/workflows/{id}")).expect(200);
        let source = shown["files"][0]["content"].as_str().unwrap();
        let number = source.rsplit_once("value=").unwrap().1;
        let number: u32 = number.trim().trim_end_matches(')').parse().unwrap();
        assert!(version.may_be(&number), "{number}, not {version:?}");
    }

    fn told(&self) -> String {
        format!("secrets and versions: {} made", self.answered)
    }
}

impl Stamps {
    fn publish(&mut self, line: &Line) {
        self.next += 1;
        let source = VERSION.replace("NUMBER", &self.next.to_string());
        let source = format!("{}{source}", nen_e2e::HEAD);
        let files = json!([{"filename": "workflow.py", "content": source}]);
        let Some(id) = &self.workflow else {
            let body = json!({"name": "stamps", "files": files});
            let made: Value = line.create("/workflows", "stamps", &body).expect(201);
            let made = Workflow::at(&line.api, made["workflowId"].as_str().unwrap());
            self.workflow = Some(made.id);
            self.version = Some(Possibly::certainly(self.next));
            return;
        };
        let body = json!({"files": files});
        let reply = line.send("PUT", &format!("/workflows/{id}"), &[], &body);
        let published = reply.inspect(|reply| assert!(reply.status < 300, "{reply}"));
        self.answered += usize::from(published.is_some());
        if let Some(version) = &mut self.version {
            version.after(published.is_some(), self.next);
        }
    }
}
