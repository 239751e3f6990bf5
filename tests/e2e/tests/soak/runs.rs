use std::thread;
use std::time::{Duration, Instant};

use nen_e2e::{Workflow, until_within};
use serde_json::json;

use crate::house::House;
use crate::place::Place;

const SOURCE: &str = "
def run(params: Params) -> Result:
    computer = Computer()
    computer.click_at(400, 300)
    computer.type('from a run')
    with open('/artifacts/n.txt', 'w') as file:
        file.write(str(params.n))
    return Result(value=params.n)
";

/// Milliseconds between two runs.
const PAUSE: u64 = 3000;

/// Longer than a run takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts runs with a webhook, one after the other, and sees that each ends as it should and is told of.
pub fn start_and_end(house: &House) {
    let workflow = Workflow::of(&house.api, SOURCE);
    // Their desktops are their own and are not hurt.
    let place = Place::default();
    let mut number = 0;
    while !house.is_over() {
        let begun = Instant::now();
        let run = workflow.start(json!({
            "webhook_callback": house.receiver.url(), "workflow_params": {"n": number}}));
        let ended = until_within(PATIENCE, "a run ends", || {
            let state = house.api.get(&format!("/runs/{run}")).expect(200);
            let over = !["queued", "running"].contains(&state["run_status"].as_str().unwrap());
            over.then_some(state)
        });
        let told = until_within(PATIENCE, "the webhooks of a run", || {
            let told = house.receiver.of(&run);
            (told.len() >= 2).then_some(told)
        });
        let statuses: Vec<String> = told.iter().map(nen_e2e::Hook::status).collect();
        let link = ended["assets"].as_str().unwrap_or_default();
        let zip = house.api.get(link.trim_start_matches(house.api.base()));
        let right = ended["run_status"] == "completed"
            && ended["result"]["value"] == number
            && statuses == ["processing", "success"]
            && zip.status == 200;
        let outcome = match right {
            true => Ok(()),
            false => Err(format!("{ended}, told {statuses:?}, files {}", zip.status)),
        };
        let state = place.state();
        house.note("a run with its webhooks", begun, &place, &state, outcome);
        number += 1;
        // Runs come now and then.
        thread::sleep(Duration::from_millis(PAUSE));
    }
}
