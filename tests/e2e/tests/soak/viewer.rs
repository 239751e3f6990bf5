use std::thread;
use std::time::{Duration, Instant};

use nen_e2e::Rfb;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::house::House;

/// A person who watches one desktop after the other.
pub fn watches(house: &House, seed: u64) {
    let mut dice = StdRng::seed_from_u64(seed);
    while !house.is_over() {
        let place = &house.places[dice.random_range(0..house.places.len())];
        if !place.is_well() {
            // Somebody looks after it; another one is not in the same trouble.
            thread::sleep(Duration::from_millis(100));
            continue;
        }
        let (state, begun) = (place.state(), Instant::now());
        let Some(session) = house.call("a session", place, ("PUT", "/session"), b"{}", &[200])
        else {
            continue;
        };
        let link = session.json()["href"].as_str().unwrap().to_owned();
        let time = Duration::from_secs(dice.random_range(2..15));
        let outcome = match Rfb::open(&link) {
            Ok(mut view) => view
                .watch(time)
                .map_err(|error| format!("the view broke off: {error}"))
                .and_then(|bytes| match bytes {
                    0 => Err("a view showed nothing".to_owned()),
                    _ => Ok(()),
                }),
            Err(refused) => Err(format!("a view was refused: {refused:?}")),
        };
        house.note("a view", begun, place, &state, outcome);
    }
}
