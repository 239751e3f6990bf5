use nen_agent::{AgentError, ScreenErrorKind};
use nen_scripted_model::Step;
use serde_json::{Value, json};

use crate::desk::{Desk, Trouble};
use crate::setting::{Diary, MODELS, Setting, click, failure, finish, task, texts};

#[tokio::test]
async fn a_call_that_cannot_be_understood_is_told_back_and_nothing_is_done() {
    for (wrong, told) in [
        (("robot", json!({"action": "walk"})), "there is no tool"),
        (("computer", json!({"coordinate": [1, 1]})), "needs action"),
        (
            ("computer", json!({"action": "fly"})),
            "unknown computer action",
        ),
        (
            (
                "computer",
                json!({"action": "left_click", "coordinate": [1280, 0]}),
            ),
            "outside the screen, which is 1280x800",
        ),
        (("computer", json!({"action": "key"})), "needs text"),
        (
            (
                "computer",
                json!({"action": "type", "text": "x", "speed": 3}),
            ),
            "unknown parameter",
        ),
        (("finish", json!({"summary": "done"})), "needs success"),
    ] {
        let setting = Setting::new(vec![Step::calls(vec![wrong.clone()]), finish(true, "")]).await;
        let desk = Desk::new();
        setting
            .agent
            .execute(task(&desk, MODELS[0]), "press it", None)
            .await
            .unwrap();
        setting.all_taken();
        let read = texts(&setting.server.requests()[1].body);
        assert!(read.contains(told), "{wrong:?}: {read}");
        assert_eq!(desk.actions(), ["screenshot"], "{wrong:?}");
    }
}

#[tokio::test]
async fn arguments_that_are_not_json_are_told_back() {
    for model in ["gpt-5.4", "vision@local"] {
        let garbled = Step::call("computer", Value::String("{\"action\": ".into()));
        let setting = Setting::new(vec![garbled, finish(true, "")]).await;
        let desk = Desk::new();
        setting
            .agent
            .execute(task(&desk, model), "press it", None)
            .await
            .unwrap();
        setting.all_taken();
        let read = texts(&setting.server.requests()[1].body);
        assert!(read.contains("not valid JSON"), "{read}");
    }
}

#[tokio::test]
async fn an_empty_answer_is_asked_again_in_every_dialect() {
    for model in MODELS {
        let setting = Setting::new(vec![click(1, 1), Step::default(), finish(true, "ok")]).await;
        let desk = Desk::new();
        let report = setting
            .agent
            .execute(task(&desk, model), "press it", None)
            .await;
        setting.all_taken();
        assert_eq!(report.unwrap().summary, "ok", "{model}");
        let read = texts(&setting.server.requests()[2].body);
        assert!(read.contains("the answer was empty"), "{model}");
    }
}

#[tokio::test]
async fn a_call_that_the_provider_could_not_read_is_asked_again() {
    let mut garbled = Step::text("x");
    garbled.stop = Some("MALFORMED_FUNCTION_CALL".into());
    let setting = Setting::new(vec![garbled, finish(true, "ok")]).await;
    let desk = Desk::new();
    let report = setting
        .agent
        .execute(task(&desk, "gemini-3-pro"), "press it", None)
        .await;
    setting.all_taken();
    assert_eq!(report.unwrap().iterations, 2);
}

#[tokio::test]
async fn the_fourth_wrong_call_in_a_row_ends_the_job() {
    let wrong = || Step::call("computer", json!({"action": "fly"}));
    // A good one in between begins the count anew.
    let script = vec![
        wrong(),
        wrong(),
        wrong(),
        click(1, 1),
        wrong(),
        wrong(),
        wrong(),
        wrong(),
    ];
    let setting = Setting::new(script).await;
    let desk = Desk::new();
    let error = failure(
        setting
            .agent
            .execute(task(&desk, MODELS[0]), "press it", Some(20))
            .await,
    );
    assert!(
        matches!(&error, AgentError::Malformed { times: 4, reason, .. } if reason.contains("fly"))
    );
    assert_eq!(setting.server.requests().len(), 8);
}

#[tokio::test]
async fn a_desktop_that_refuses_an_action_tells_the_model_and_one_that_is_gone_ends_the_job() {
    for (kind, goes_on) in [
        (ScreenErrorKind::BadAction, true),
        (ScreenErrorKind::Held, false),
        (ScreenErrorKind::Gone, false),
        (ScreenErrorKind::Failed, false),
    ] {
        let setting = Setting::new(vec![click(1, 1), finish(true, "")]).await;
        let desk = Desk::with_trouble("left_click", Trouble::Refuses(kind));
        let diary = Diary::default();
        let mut task = task(&desk, MODELS[0]);
        task.observer = &diary;
        let result = setting.agent.execute(task, "press it", None).await;
        let turns = diary.0.into_inner().unwrap();
        assert_eq!(
            turns[0].actions[0].result.error.as_deref(),
            Some("the desktop will not")
        );
        if goes_on {
            assert!(result.is_ok());
            assert!(turns[0].actions[0].refused);
            assert!(texts(&setting.server.requests()[1].body).contains("the desktop will not"));
        } else {
            let error = failure(result);
            assert!(
                matches!(&error, AgentError::Screen(error) if error.kind == kind),
                "{error}"
            );
            assert_eq!(turns.len(), 1, "what was spent is told all the same");
        }
    }
}
