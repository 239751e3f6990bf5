use std::time::Duration;

use nen_agent::AgentError;
use nen_scripted_model::Step;
use serde_json::json;

use crate::desk::Desk;
use crate::setting::{MODELS, Setting, failure, task, texts};

fn verdict(holds: bool, reason: &str) -> Step {
    Step::call("answer", json!({"holds": holds, "reason": reason}))
}

#[tokio::test]
async fn a_condition_that_holds_is_seen_at_the_first_look_in_every_dialect() {
    for model in MODELS {
        let setting = Setting::new(vec![verdict(true, "the title says so")]).await;
        let desk = Desk::new();
        let report = setting
            .agent
            .verify(task(&desk, model), "the file is open", Duration::ZERO)
            .await
            .unwrap();
        setting.all_taken();
        assert!(report.holds);
        assert_eq!(
            (report.reason.as_str(), report.looks),
            ("the title says so", 1)
        );
        assert_eq!(desk.actions(), ["screenshot"]);
        assert!(texts(&setting.server.requests()[0].body).contains("the file is open"));
    }
}

#[tokio::test]
async fn a_condition_is_judged_again_when_the_screen_has_changed() {
    let setting = Setting::new(vec![verdict(false, "not yet"), verdict(true, "now")]).await;
    let desk = Desk::changing_after(3);
    let report = setting
        .agent
        .verify(
            task(&desk, MODELS[0]),
            "it is open",
            Duration::from_secs(600),
        )
        .await
        .unwrap();
    assert!(report.holds);
    assert_eq!((report.looks, report.reason.as_str()), (2, "now"));
    // The desktop waits, not the agent; and a picture that was judged is not judged again.
    assert_eq!(desk.actions(), ["screenshot", "wait", "wait", "wait"]);
    assert!(
        desk.calls()[1..]
            .iter()
            .all(|call| call.params["duration"] == 1.0)
    );
    let images: Vec<usize> = setting.server.requests().iter().map(|r| r.images).collect();
    assert_eq!(
        images,
        [1, 1],
        "each judgement is made with the newest picture alone"
    );
}

#[tokio::test]
async fn a_condition_that_never_holds_is_an_answer_when_the_time_is_over() {
    let setting = Setting::new(vec![verdict(false, "no")]).await;
    let desk = Desk::new();
    let report = setting
        .agent
        .verify(
            task(&desk, MODELS[0]),
            "it is open",
            Duration::from_millis(20),
        )
        .await
        .unwrap();
    assert!(!report.holds);
    assert_eq!((report.looks, report.reason.as_str()), (1, "no"));
}

#[tokio::test]
async fn a_verdict_without_a_yes_or_no_is_asked_again_and_then_an_error() {
    for model in MODELS {
        let vague = || Step::call("answer", json!({"reason": "hm"}));
        let wordy = Step::text("I think so");
        let setting = Setting::new(vec![vague(), wordy, verdict(true, "")]).await;
        let desk = Desk::new();
        let report = setting
            .agent
            .verify(task(&desk, model), "it is open", Duration::ZERO)
            .await;
        setting.all_taken();
        assert!(report.unwrap().holds);
        let setting = Setting::new(vec![vague(), vague(), vague()]).await;
        let error = failure(
            setting
                .agent
                .verify(task(&desk, model), "it is open", Duration::ZERO)
                .await,
        );
        assert!(
            matches!(error, AgentError::Malformed { times: 3, .. }),
            "{error}"
        );
    }
}
