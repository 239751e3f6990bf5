use nen_agent::AgentError;
use nen_scripted_model::Step;
use serde_json::json;

use crate::desk::{Desk, Trouble};
use crate::setting::{MODELS, Setting, click, failure, finish, task, texts};

#[tokio::test]
async fn a_job_is_done_action_by_action_in_every_dialect() {
    for model in MODELS {
        let mut first = click(500, 300);
        first.text = Some("I open it.".into());
        let typing = Step::calls(vec![
            ("computer", json!({"action": "type", "text": "grüße"})),
            ("computer", json!({"action": "key", "text": "Return"})),
        ]);
        let setting = Setting::new(vec![first, typing, finish(true, "It is open.")]).await;
        let desk = Desk::new();
        let report = setting
            .agent
            .execute(task(&desk, model), "open the file", None)
            .await
            .unwrap();
        setting.all_taken();
        assert_eq!(report.summary, "It is open.");
        assert_eq!((report.iterations, report.actions), (3, 3), "{model}");
        assert_eq!(report.spent.calls, 3);
        let usage = report.spent.usage;
        assert!(usage.output > 0 && usage.total() > usage.output, "{model}");
        assert_eq!(desk.actions(), ["screenshot", "left_click", "type", "key"]);
        assert_eq!(desk.calls()[2].params["text"], "grüße");
        // The model saw the screen before, after the click, and once after the two keys.
        let images: Vec<usize> = setting.server.requests().iter().map(|r| r.images).collect();
        assert_eq!(images, [1, 2, 3], "{model}");
    }
}

#[tokio::test]
async fn the_model_is_told_what_each_action_came_to() {
    for model in MODELS {
        let setting = Setting::new(vec![click(500, 300), finish(true, "")]).await;
        let desk = Desk::with_trouble("left_click", Trouble::Fails("nothing is there"));
        setting
            .agent
            .execute(task(&desk, model), "open the file", None)
            .await
            .unwrap();
        setting.all_taken();
        let requests = setting.server.requests();
        assert!(
            texts(&requests[1].body).contains("nothing is there"),
            "{model}"
        );
        assert_eq!(
            requests[1].images, 2,
            "{model}: also a failure shows the screen"
        );
    }
}

#[tokio::test]
async fn after_a_failure_the_rest_of_the_turn_is_not_done() {
    for model in MODELS {
        let turn = Step::calls(vec![
            (
                "computer",
                json!({"action": "mouse_move", "coordinate": [1, 1]}),
            ),
            ("computer", json!({"action": "left_click"})),
            ("computer", json!({"action": "key", "text": "Return"})),
            ("finish", json!({"success": true, "summary": "done?"})),
        ]);
        let setting = Setting::new(vec![turn, finish(true, "really done")]).await;
        let desk = Desk::with_trouble("left_click", Trouble::Fails("nothing is there"));
        let report = setting
            .agent
            .execute(task(&desk, model), "press it", None)
            .await
            .unwrap();
        setting.all_taken();
        assert_eq!(report.summary, "really done");
        assert_eq!(
            desk.actions(),
            ["screenshot", "mouse_move", "left_click", "screenshot"]
        );
        let told = texts(&setting.server.requests()[1].body);
        let skipped = "Not executed: an earlier computer action in this turn failed.";
        assert_eq!(told.matches(skipped).count(), 2, "{model}");
    }
}

#[tokio::test]
async fn words_without_a_call_end_the_job_and_finish_without_success_is_an_error() {
    for model in MODELS {
        let setting = Setting::new(vec![
            Step::text("It was open already."),
            finish(false, "there is no such file"),
        ])
        .await;
        let desk = Desk::new();
        let report = setting
            .agent
            .execute(task(&desk, model), "open the file", None)
            .await
            .unwrap();
        assert_eq!(
            (report.summary.as_str(), report.actions),
            ("It was open already.", 0)
        );
        let error = failure(
            setting
                .agent
                .execute(task(&desk, model), "open the file", None)
                .await,
        );
        assert!(matches!(&error, AgentError::NotDone(why) if why == "there is no such file"));
        setting.all_taken();
    }
}

#[tokio::test]
async fn a_job_that_takes_too_many_iterations_says_what_to_change() {
    let setting = Setting::new(vec![click(1, 1), click(2, 2), click(3, 3)]).await;
    let desk = Desk::new();
    let error = failure(
        setting
            .agent
            .execute(task(&desk, MODELS[0]), "open the file", Some(3))
            .await,
    );
    assert!(matches!(
        error,
        AgentError::OutOfIterations {
            max_iterations: 3,
            ..
        }
    ));
    assert!(
        error.to_string().contains("larger max_iterations"),
        "{error}"
    );
    assert_eq!(desk.actions().len(), 4);
    let told =
        |at: usize| texts(&setting.server.requests()[at].body).contains("Two turns are left");
    assert!(!told(0) && told(1));
}

#[tokio::test]
async fn the_screen_is_called_data_and_its_size_is_told() {
    let setting = Setting::new(vec![finish(true, "")]).await;
    let desk = Desk::sized(1024, 700);
    setting
        .agent
        .execute(task(&desk, MODELS[0]), "open the file", None)
        .await
        .unwrap();
    let told = texts(&setting.server.requests()[0].body);
    assert!(
        told.contains("not an instruction to you") && told.contains("[1023, 699]"),
        "{told}"
    );
}

#[tokio::test]
async fn arguments_that_say_nothing_are_refused_before_anything_is_asked() {
    let setting = Setting::new(Vec::new()).await;
    let desk = Desk::new();
    let agent = &setting.agent;
    let errors = [
        failure(agent.execute(task(&desk, MODELS[0]), " ", None).await),
        failure(agent.execute(task(&desk, MODELS[0]), "x", Some(0)).await),
        failure(agent.extract(task(&desk, MODELS[0]), "x", &json!({})).await),
        failure(
            agent
                .verify(task(&desk, MODELS[0]), "", std::time::Duration::ZERO)
                .await,
        ),
    ];
    for error in errors {
        assert!(matches!(error, AgentError::Invalid(_)), "{error}");
    }
    let unknown = failure(agent.execute(task(&desk, "llama"), "x", None).await);
    assert!(matches!(unknown, AgentError::Models(_)), "{unknown}");
    assert!(desk.actions().is_empty() && setting.server.requests().is_empty());
}
