//! Workers apart from the server, killed where they could lose a run.

use nen_e2e::{Answer, Worker, final_state};

use crate::scene::{IN_FLIGHT, Scene, rounds};

/// Seconds after which a worker that says nothing counts as lost.
const LEASE: &str = "3";

fn worker(scene: &Scene) -> Worker {
    Worker::start(&scene.server, &scene.worker_arguments(2 * IN_FLIGHT, LEASE))
}

#[test]
fn a_worker_apart_is_killed_while_its_runs_go_on() {
    let scene = Scene::new(0, |_| Answer::Status(200));
    for _ in 0..rounds() {
        let first = worker(&scene);
        let acting = scene.start(&scene.acting);
        let thinking = scene.start(&scene.thinking);
        for run in acting.iter().chain(&thinking[..1]) {
            scene.begun(run);
        }
        first.kill();
        // Nobody else knows of it before the lease is over; then the server decides, and another worker begins again what
        // has not acted.
        let second = worker(&scene);
        scene.assert_all_ended(&acting, "failed");
        for run in &acting {
            let ended = final_state(&scene.server.api(), run);
            assert_eq!(ended["error"], "worker lost", "{ended}");
        }
        scene.assert_all_ended(&thinking, "completed");
        drop(second);
        scene.assert_nothing_left();
    }
}

#[test]
fn the_server_is_killed_while_a_worker_apart_goes_on() {
    let mut scene = Scene::new(0, |_| Answer::Status(200));
    for _ in 0..rounds() {
        // It must find its server again, at the same place.
        scene.stay();
        let apart = worker(&scene);
        let thinking = scene.start(&scene.thinking);
        scene.begun(&thinking[0]);
        scene.kill_and_start_again(0);
        scene.assert_all_ended(&thinking, "completed");
        drop(apart);
        scene.assert_nothing_left();
    }
}
