use nen_e2e::Reply;
use rand::Rng as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::Client;
use super::line::{Line, Outage};
use super::possibly::Possibly;

/// Desktops that it has at once.
const MOST: usize = 2;

/// Creates, renames, pauses, wakes and deletes desktops.
#[derive(Default)]
pub struct Desktops {
    made: Vec<Made>,
    deeds: usize,
}

struct Made {
    id: String,
    label: String,
    name: Possibly<String>,
    state: Possibly<&'static str>,
    /// Between two states of its programs when the server went down.
    torn: bool,
}

impl Client for Desktops {
    fn deed(&mut self, line: &Line, dice: &mut StdRng) {
        let there: Vec<usize> = (0..self.made.len())
            .filter(|at| !self.made[*at].state.is(&"deleted"))
            .collect();
        if there.is_empty() || (there.len() < MOST && dice.random_bool(0.5)) {
            return self.create(line);
        }
        let made = &mut self.made[there[dice.random_range(0..there.len())]];
        let path = format!("/desktops/{}", made.id);
        // One that may have been deleted can only be deleted for sure.
        let choice = match made.state.may_be(&"deleted") {
            true => 3,
            false => dice.random_range(0..4),
        };
        match choice {
            0 => {
                let name = format!("name {}", dice.random::<u32>());
                let body = json!({"name": name});
                let reply = line.send("PATCH", &path, &[], &body);
                made.name.after(good(reply.as_ref(), 200), name);
                self.deeds += usize::from(reply.is_some());
            }
            3 => {
                let reply = line.call("DELETE", &path, &[], &[]);
                let gone = reply
                    .as_ref()
                    .is_some_and(|reply| reply.status == 200 || reply.status == 404);
                assert!(reply.is_none() || gone, "{reply:?}");
                made.state.after(gone, "deleted");
                made.torn |= !gone;
                self.deeds += usize::from(gone);
            }
            which => {
                let (verb, state) = [("pause", "paused"), ("resume", "running")][which - 1];
                let reply = line.post(&format!("{path}/{verb}"), &json!({}));
                // A desktop that is in error can be resumed, not paused.
                let well = reply.as_ref().is_some_and(|reply| reply.status == 200);
                made.state.after(well, state);
                made.torn |= reply.is_none();
                self.deeds += usize::from(well);
            }
        }
    }

    fn check(&mut self, line: &Line) {
        for made in &self.made {
            let path = format!("/desktops/{}", made.id);
            let shown = line.api.get(&path).expect(200);
            let status = shown["status"].as_str().unwrap();
            assert!(
                made.state.is(&"deleted") == (status == "deleted") || made.state.may_be(&"deleted"),
                "{:?}: {shown}",
                made.state
            );
            let listed = line
                .api
                .get(&format!("/desktops?metadata.crash={}", made.label))
                .expect(200);
            let many = listed.as_array().unwrap().len();
            assert_eq!(many, usize::from(status != "deleted"), "{listed}");
            if status == "deleted" {
                continue;
            }
            let name = shown["name"].as_str().unwrap().to_owned();
            assert!(made.name.may_be(&name), "{:?}: {shown}", made.name);
            if status == "error" {
                // Its programs were gone with the power, or were being started or ended.
                let may = line.outage == Outage::PowerCut || made.torn;
                assert!(may, "{:?}: {shown}", made.state);
            }
            let resumed = line.api.post(&format!("{path}/resume"), &json!({}));
            assert_eq!(resumed.expect(200)["status"], "running");
            line.api.get(&format!("{path}/screenshot")).expect_raw(200);
            line.api.delete(&path).expect(200);
        }
    }

    fn told(&self) -> String {
        format!("desktops: {} made, {} deeds", self.made.len(), self.deeds)
    }
}

impl Desktops {
    fn create(&mut self, line: &Line) {
        let label = format!("d{}", self.made.len());
        let body = json!({"name": label, "metadata": {"crash": label}});
        let made: Value = line.create("/desktops", &label, &body).expect(201);
        self.made.push(Made {
            id: made["desktop_id"].as_str().unwrap().to_owned(),
            name: Possibly::certainly(label.clone()),
            state: Possibly::certainly("running"),
            torn: false,
            label,
        });
    }
}

fn good(reply: Option<&Reply>, status: u16) -> bool {
    reply.is_some_and(|reply| {
        assert_eq!(reply.status, status, "{reply}");
        true
    })
}
