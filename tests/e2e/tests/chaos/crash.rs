//! `kill -9` of the server at random moments, under load.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nen_e2e::{Answer, Database, Options, Receiver, Server};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::aftermath::{assert_no_group_left, assert_nothing_left, desktop_groups};
use crate::load::{Load, Outage};
use crate::scene::options;

/// Runs at once.
const SLOTS: usize = 2;

/// How long most servers live at most, in milliseconds; the least is right after their start.
const SHORT_LIFE: u64 = 1500;

/// The others: so that what takes long, a desktop's start on a busy machine, comes to its end at times.
const LONG_LIFE: u64 = 8000;

/// What a start takes at most before it is killed in it, in milliseconds.
const BIRTH: u64 = 400;

#[test]
fn killed_at_random_moments_it_loses_nothing_that_it_answered() {
    let groups = desktop_groups();
    let mut dice = dice();
    let (seed, receiver) = (dice.random(), receiver(dice.random()));
    let database = Database::create();
    let mut server = Server::start_with(serving(None, database.as_ref()));
    let listen = server.url().trim_start_matches("http://").to_owned();
    let load = Load::start(&server, &receiver, Outage::Kill, seed);
    let end = Instant::now() + length();
    let mut kills = 0;
    while Instant::now() < end {
        let most = match dice.random_ratio(1, 3) {
            true => LONG_LIFE,
            false => SHORT_LIFE,
        };
        live(dice.random_range(0..most));
        load.lives().end();
        server.kill();
        kills += 1;
        while dice.random_bool(0.25) {
            server.begin_to_run();
            live(dice.random_range(0..BIRTH));
            server.kill();
            kills += 1;
        }
        load.lives().begin();
        server.run_with(serving(Some(&listen), database.as_ref()));
    }
    eprintln!("killed {kills} times:");
    load.check();
    // Those of the pool are somebody's, too, as long as it serves.
    server.kill();
    server.run_with(Options {
        warm_pool: 0,
        ..serving(Some(&listen), database.as_ref())
    });
    assert_nothing_left(&server);
    assert_no_group_left(&server, &groups);
}

/// The moment is what is random here, so there is nothing to wait for.
pub fn live(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}

/// How long servers are killed for.
pub fn length() -> Duration {
    let seconds = std::env::var("NEN_CRASH_SECONDS");
    let seconds = seconds.map_or(15, |seconds| {
        seconds.parse().expect("NEN_CRASH_SECONDS is a number")
    });
    Duration::from_secs(seconds)
}

/// Dice of a seed that is told, or of one that was told before.
pub fn dice() -> StdRng {
    let seed = std::env::var("NEN_CRASH_SEED").map_or_else(
        |_| rand::random(),
        |seed| seed.parse().expect("NEN_CRASH_SEED is a number"),
    );
    eprintln!("NEN_CRASH_SEED={seed} repeats this");
    StdRng::seed_from_u64(seed)
}

/// One that fails now and then at the first time.
pub fn receiver(seed: u64) -> Arc<Receiver> {
    let dice = std::sync::Mutex::new(StdRng::seed_from_u64(seed));
    Arc::new(Receiver::answering(move |hook| {
        let fails = dice.lock().unwrap().random_ratio(1, 8) && hook.earlier == 0;
        Answer::Status(if fails { 500 } else { 200 })
    }))
}

/// How the server is started; at a free port the first time, and there from then on. All clients are one address, and call
/// as often as they can.
pub fn serving(listen: Option<&str>, database: Option<&Database>) -> Options {
    let mut options = options(SLOTS, database);
    let unlimited = ["--rate-limit=0", "--rate-limit-address=0", "--lock-out=0"];
    options.arguments.extend(unlimited.map(str::to_owned));
    Options {
        listen: listen.map(str::to_owned),
        warm_pool: 1,
        ..options
    }
}
