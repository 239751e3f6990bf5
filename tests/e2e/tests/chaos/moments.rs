use nen_e2e::{Answer, final_state, until_within};

use crate::aftermath::PATIENCE;
use crate::scene::{IN_FLIGHT, Scene, rounds};

const TAKEN: Answer = Answer::Status(200);

#[test]
fn killed_as_soon_as_runs_are_accepted() {
    let mut scene = Scene::new(2, |_| TAKEN);
    for _ in 0..rounds() {
        let runs = scene.start(&scene.quick);
        scene.kill_and_start_again(2);
        scene.assert_all_ended(&runs, "completed");
        scene.assert_nothing_left();
    }
}

#[test]
fn killed_before_anybody_has_claimed_the_runs() {
    let mut scene = Scene::new(0, |_| TAKEN);
    for _ in 0..rounds() {
        let runs = scene.start(&scene.quick);
        scene.kill_and_start_again(0);
        for run in &runs {
            let state = scene.server.api().get(&format!("/runs/{run}")).expect(200);
            assert_eq!(state["run_status"], "queued");
            assert_eq!(scene.receiver.of(run).len(), 0, "nothing has begun");
        }
        scene.kill_and_start_again(2);
        scene.assert_all_ended(&runs, "completed");
        scene.assert_nothing_left();
        scene.kill_and_start_again(0);
    }
}

#[test]
fn killed_while_runs_go_on() {
    let mut scene = Scene::new(2 * IN_FLIGHT, |_| TAKEN);
    for _ in 0..rounds() {
        let acting = scene.start(&scene.acting);
        let thinking = scene.start(&scene.thinking);
        for run in acting.iter().chain(&thinking[..1]) {
            scene.begun(run);
        }
        scene.kill_and_start_again(2 * IN_FLIGHT);
        // What has acted may not be done twice, what has not is begun again.
        scene.assert_all_ended(&acting, "failed");
        for run in &acting {
            let ended = final_state(&scene.server.api(), run);
            assert_eq!(ended["error"], "worker lost", "{ended}");
            assert_eq!(ended["attempt"], 1);
        }
        scene.assert_all_ended(&thinking, "completed");
        scene.assert_nothing_left();
    }
}

#[test]
fn killed_after_the_result_while_its_webhook_is_unanswered() {
    let mut scene = Scene::new(IN_FLIGHT, |hook| {
        match hook.status() == "success" && hook.earlier == 0 {
            true => Answer::Hold,
            false => TAKEN,
        }
    });
    for _ in 0..rounds() {
        let runs = scene.start(&scene.quick);
        for run in &runs {
            scene.receiver.wait("the result is sent", |hooks| {
                let result =
                    |hook: &&nen_e2e::Hook| hook.run() == *run && hook.status() == "success";
                hooks.iter().find(result).map(|_| ())
            });
        }
        scene.kill_and_start_again(IN_FLIGHT);
        scene.assert_all_ended(&runs, "completed");
        for run in &runs {
            let results = scene
                .receiver
                .of(run)
                .iter()
                .filter(|hook| hook.status() == "success")
                .count();
            assert_eq!(results, 2, "once in vain, and once more");
        }
        scene.assert_nothing_left();
    }
}

#[test]
fn killed_after_the_result_while_the_webhook_before_it_is_unanswered() {
    let mut scene = Scene::new(IN_FLIGHT, |hook| {
        match hook.status() == "processing" && hook.earlier == 0 {
            true => Answer::Hold,
            false => TAKEN,
        }
    });
    for _ in 0..rounds() {
        let runs = scene.start(&scene.quick);
        for run in &runs {
            let ended = final_state(&scene.server.api(), run);
            assert_eq!(ended["run_status"], "completed", "{ended}");
        }
        scene.kill_and_start_again(IN_FLIGHT);
        scene.assert_all_ended(&runs, "completed");
        scene.assert_nothing_left();
    }
}

#[test]
fn killed_between_two_attempts_of_a_webhook() {
    let mut scene = Scene::new(IN_FLIGHT, |hook| match hook.earlier {
        0 => Answer::Status(500),
        _ => TAKEN,
    });
    for _ in 0..rounds() {
        let runs = scene.start(&scene.quick);
        for run in &runs {
            let path = format!("/runs/{run}/webhooks");
            until_within(PATIENCE, "an attempt has failed", || {
                let webhooks = scene.server.api().get(&path).expect(200);
                let first = &webhooks["webhooks"][0]["attempts"][0];
                (first["status_code"] == 500).then_some(())
            });
        }
        scene.kill_and_start_again(IN_FLIGHT);
        scene.assert_all_ended(&runs, "completed");
        for run in &runs {
            assert!(scene.receiver.of(run).len() >= 4, "each came again");
        }
        scene.assert_nothing_left();
    }
}
