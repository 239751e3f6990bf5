use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use serde_json::json;

use crate::house::House;
use crate::place::Place;

/// Milliseconds between two deeds, about as a model that thinks.
const PAUSE: std::ops::Range<u64> = 300..1700;

/// An agent with a desktop: looks, acts, types, runs commands, moves files, and now and then takes another desktop.
pub fn acts(house: &House, number: usize, seed: u64) {
    let mut dice = StdRng::seed_from_u64(seed);
    let place = &house.places[number];
    // What it keeps on its desktop, which must be there after whatever happens to it.
    let mut kept: Option<Vec<u8>> = None;
    while !house.is_over() {
        // How agents behave is the thing here; nothing is waited for.
        thread::sleep(Duration::from_millis(dice.random_range(PAUSE)));
        let at = json!([dice.random_range(0..1280), dice.random_range(0..740)]);
        match dice.random_range(0..100) {
            0..35 => drop(house.act(place, "computer", "left_click", &json!({"coordinate": at}))),
            35..50 => {
                let text = json!({"text": format!("typed {}", dice.random::<u32>())});
                house.act(place, "computer", "type", &text);
            }
            50..60 => drop(house.act(place, "computer", "key", &json!({"text": "Escape"}))),
            60..75 => {
                house.call("a picture", place, ("GET", "/screenshot"), &[], &[200]);
            }
            75..85 => command(house, place, &mut dice),
            85..96 => files(house, place, &mut dice, &mut kept),
            96..98 => pause(house, place),
            98 => {
                house.call("a tool log", place, ("GET", "/tool-logs"), &[], &[200]);
            }
            _ => {
                if change(house, place) {
                    kept = None;
                }
            }
        }
    }
}

fn command(house: &House, place: &Place, dice: &mut StdRng) {
    let number: u32 = dice.random();
    let command = json!({"command": format!("echo $(({number} + 1))")});
    let Some(reply) = house.act(place, "bash", "run", &command) else {
        return;
    };
    let expected = (u64::from(number) + 1).to_string();
    if reply["output"].as_str().map(str::trim) != Some(&expected) {
        house.error(format!("a command answered {reply}, not {expected}"));
    }
}

fn files(house: &House, place: &Place, dice: &mut StdRng, kept: &mut Option<Vec<u8>>) {
    if let Some(bytes) = kept {
        let path = ("GET", "/files/kept");
        let reply = house.call("a download", place, path, &[], &[200]);
        if reply.is_some_and(|reply| reply.body != *bytes) {
            house.error("a file came back as another".to_owned());
        }
    }
    let mut bytes = vec![0; dice.random_range(1..300_000)];
    dice.fill_bytes(&mut bytes);
    let path = ("POST", "/files/kept");
    let stored = house.call("an upload", place, path, &bytes, &[200]);
    // What an upload that failed has left is the old file or the new one.
    *kept = stored.map(|_| bytes);
}

fn pause(house: &House, place: &Place) {
    // What dies in its sleep is noticed when it wakes; meanwhile nothing is done to it.
    let Ok(_turn) = place.turn.try_lock() else {
        return;
    };
    if !place.is_well() {
        return;
    }
    // Nobody can watch it meanwhile.
    place.trouble();
    let (id, begun) = (place.state().id, Instant::now());
    let outcome = ["pause", "resume"].into_iter().try_for_each(|verb| {
        let reply = house
            .api
            .post(&format!("/desktops/{id}/{verb}"), &json!({}));
        match reply.status {
            200 => Ok(()),
            _ => Err(format!("{verb} of {id}: {reply}")),
        }
    });
    place.well(&id);
    house.note("a pause", begun, place, &place.state(), outcome);
}

/// Takes another desktop in place of this one; true when it did.
fn change(house: &House, place: &Place) -> bool {
    let Ok(_turn) = place.turn.try_lock() else {
        return false;
    };
    if !place.is_well() {
        return false;
    }
    // Viewers of the old one are sent away.
    place.trouble();
    let (old, begun) = (place.state().id, Instant::now());
    let gone = house.api.delete(&format!("/desktops/{old}"));
    let deleted = match gone.status {
        200 => Ok(()),
        _ => Err(gone.to_string()),
    };
    let (between, id) = (Instant::now(), house.create());
    place.well(&id);
    let state = place.state();
    house.note("a deletion", begun, place, &state, deleted);
    house.note("a creation", between, place, &state, Ok(()));
    true
}
