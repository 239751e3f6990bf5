use std::collections::BTreeSet;

use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::Client;
use super::line::Line;

const WIDTH: u64 = 1280;

/// Entries that are kept of a desktop's log.
const LOG_KEPT: usize = 10_000;

/// Acts on a desktop; each action is one of its kind.
#[derive(Default)]
pub struct Actions {
    desktop: Option<String>,
    tried: u64,
    /// Number of each action that was answered, and of the server's life.
    answered: Vec<(u64, u64)>,
}

impl Client for Actions {
    fn deed(&mut self, line: &Line, _: &mut StdRng) {
        let make = || {
            let made = line.create("/desktops", "actions", &json!({"name": "actions"}));
            made.expect(201)["desktop_id"].as_str().unwrap().to_owned()
        };
        let id = self.desktop.get_or_insert_with(make);
        let number = self.tried;
        self.tried += 1;
        let action = json!({"tool": "computer", "action": "mouse_move",
            "params": {"coordinate": [number % WIDTH, number / WIDTH]}});
        let body = json!({"action": action, "settle": false, "screenshot": "never"});
        let life = line.lives.count();
        match line.post(&format!("/desktops/{id}/execute"), &body) {
            Some(reply) => {
                assert_eq!(reply.status, 200, "{reply}");
                if line.lives.is_still(life) {
                    self.answered.push((number, life));
                }
            }
            None => {
                line.wait();
                line.post(&format!("/desktops/{id}/resume"), &json!({}));
            }
        }
    }

    fn check(&mut self, line: &Line) {
        let Some(id) = &self.desktop else { return };
        let logged = self.logged(line, id);
        assert!(logged.is_sorted_by(|a, b| a < b), "in order, none twice");
        let logged: BTreeSet<u64> = logged.into_iter().collect();
        // A log is kept up to a length.
        if logged.len() >= LOG_KEPT {
            let oldest = logged.first().copied().unwrap_or_default();
            self.answered.retain(|(number, _)| *number >= oldest);
        }
        // The log is written behind the answers: of each life its last entries may be missing, and none before.
        for life in 0..=line.lives.count() {
            let of_life = self.answered.iter().filter(|(_, at)| *at == life);
            let is_there: Vec<bool> = of_life.map(|(n, _)| logged.contains(n)).collect();
            let many = is_there.iter().filter(|there| **there).count();
            assert!(
                is_there[..many].iter().all(|there| *there),
                "life {life} has a gap in its log: {is_there:?}"
            );
        }
        let living = line.lives.count();
        let of_it = self.answered.iter().filter(|(_, life)| *life == living);
        let all = of_it.map(|(n, _)| n).all(|number| logged.contains(number));
        assert!(all, "what the living server has done is in its log");
        line.api.delete(&format!("/desktops/{id}")).expect(200);
    }

    fn told(&self) -> String {
        format!(
            "actions: {} of {} answered",
            self.answered.len(),
            self.tried
        )
    }
}

impl Actions {
    /// Numbers of the actions in the tool log, oldest first.
    fn logged(&self, line: &Line, id: &str) -> Vec<u64> {
        let mut found: Vec<u64> = Vec::new();
        let mut before = String::new();
        loop {
            let path = format!("/desktops/{id}/tool-logs?limit=1000{before}");
            let page = line.api.get(&path).expect(200);
            let entries = page.as_array().unwrap();
            let Some(oldest) = entries.first() else {
                return found;
            };
            before = format!("&before={}", oldest["id"]);
            let numbers = entries.iter().map(|entry| number(&entry["params"]));
            found.splice(0..0, numbers);
        }
    }
}

fn number(params: &Value) -> u64 {
    let at = &params["coordinate"];
    at[0].as_u64().unwrap() + at[1].as_u64().unwrap() * WIDTH
}
