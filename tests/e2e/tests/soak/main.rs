//! A house full of desktops for a long time: agents act and move files, people watch, runs start and end, and desktops
//! die at random. Every error that was not injected fails it, and so does memory or a descriptor that is not given back.
//!
//! `make soak`, or `NEN_SOAK_MINUTES=2 NEN_SOAK_DESKTOPS=12 cargo test --release --workspace --test soak`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod agent;
mod flat;
mod house;
mod injury;
mod place;
mod runs;
mod samples;
mod viewer;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use house::House;
use samples::Samples;

/// Minutes after which memory is judged from: caches fill, allocators settle.
const SECOND_HALF: f64 = 0.5;

#[test]
fn forty_desktops_for_half_an_hour() {
    let minutes: f64 = setting("NEN_SOAK_MINUTES", 30.0);
    let desktops = setting("NEN_SOAK_DESKTOPS", 40);
    let seed: u64 = setting("NEN_SOAK_SEED", rand::random());
    println!(
        "{desktops} desktops for {minutes} minutes; NEN_SOAK_SEED={seed} repeats what is done"
    );

    let begun = Instant::now();
    let house = House::open(desktops);
    let empty = samples::server(&house);
    house.fill();
    println!("filled in {:.0} s", begun.elapsed().as_secs_f64());

    let length = Duration::from_secs_f64(minutes * 60.0);
    let mut samples = Samples::of(length);
    thread::scope(|threads| {
        for number in 0..desktops {
            let (house, seed) = (&house, seed + number as u64);
            threads.spawn(move || agent::acts(house, number, seed));
        }
        for number in 0..desktops.div_ceil(4) {
            let (house, seed) = (&house, seed + 1000 + number as u64);
            threads.spawn(move || viewer::watches(house, seed));
        }
        threads.spawn(|| runs::start_and_end(&house));
        threads.spawn(|| injury::happen(&house, seed));
        // Also when looking fails: everybody would stay for ever.
        let _end = End(&house.over);
        samples.take(&house);
    });

    samples.print();
    house.print();
    let errors = house.errors();
    assert!(errors.is_empty(), "{} errors: {errors:#?}", errors.len());
    let risen = samples.risen(SECOND_HALF);
    assert!(risen.is_empty(), "not flat in the second half: {risen:#?}");
    house.empty(&empty);
}

/// Tells everybody to leave when it is dropped.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn setting<T: std::str::FromStr>(name: &str, usual: T) -> T {
    std::env::var(name).map_or(usual, |text| {
        let parsed = text.parse();
        parsed.unwrap_or_else(|_| panic!("{name} is a number, not {text:?}"))
    })
}
