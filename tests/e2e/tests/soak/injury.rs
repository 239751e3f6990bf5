use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use nen_e2e::{Process, processes_with, until_within};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::house::House;
use crate::place::Place;

/// Milliseconds between two injuries.
const PAUSE: std::ops::Range<u64> = 2000..8000;

/// How long the server may take to notice.
const PATIENCE: Duration = Duration::from_secs(30);

/// Desktops die at random, by the end of one of their processes, and are started again.
pub fn happen(house: &House, seed: u64) {
    let mut dice = StdRng::seed_from_u64(seed ^ 0xdead);
    while !house.is_over() {
        // Injuries come now and then.
        thread::sleep(Duration::from_millis(dice.random_range(PAUSE)));
        let place = house.places.choose(&mut dice).unwrap();
        let _turn = place.turn.lock().unwrap();
        let id = place.state().id;
        let Some((what, doomed)) = doomed(house, &id, &mut dice) else {
            house.error(format!(
                "{id} has none of the processes that it should have"
            ));
            continue;
        };
        place.trouble();
        doomed.kill();
        heal(house, place, &id, what);
    }
}

/// One of the processes without which a desktop is none.
fn doomed(house: &House, id: &str, dice: &mut StdRng) -> Option<(&'static str, Process)> {
    let wanted = *["its X server", "its controller", "its first process"]
        .choose(dice)
        .unwrap();
    let record = house.server.data_dir().join("desktops").join(id);
    let record = fs::read(record.join("instance.json")).unwrap();
    let record: Value = serde_json::from_slice(&record).unwrap();
    let found = processes_with(id).into_iter().find(|process| match wanted {
        "its X server" => process.name == "Xvnc",
        "its controller" => process.command.starts_with("/opt/nen/bin/nen desktopd"),
        _ => record["init"]["pid"] == process.pid,
    });
    found.map(|process| (wanted, process))
}

/// It must be in error soon, and run again when asked to, with its files.
fn heal(house: &House, place: &Place, id: &str, what: &'static str) {
    let begun = Instant::now();
    let path = format!("/desktops/{id}");
    let noticed = until_within(
        PATIENCE,
        &format!("{id} is in error without {what}"),
        || {
            let state = house.api.get(&path).expect(200);
            (state["status"] == "error").then_some(state)
        },
    );
    assert!(noticed["error"].is_string(), "with its reason: {noticed}");
    let resumed = house.api.post(&format!("{path}/resume"), &json!({}));
    place.well(id);
    let outcome = match resumed.status {
        200 => Ok(()),
        _ => Err(format!("{id} after the end of {what}: {resumed}")),
    };
    let what = match what {
        "its X server" => "back after Xvnc was killed",
        "its controller" => "back after controller killed",
        _ => "back after init was killed",
    };
    house.note(what, begun, place, &place.state(), outcome);
}
