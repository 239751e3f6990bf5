use nen_protocol::tool_log::Status;
use nen_scripted_model::Step;
use serde_json::json;

use crate::desk::Desk;
use crate::setting::{Diary, MODELS, Setting, finish, task};

#[tokio::test]
async fn every_turn_is_told_with_what_it_cost_and_what_was_seen() {
    for model in MODELS {
        let mut typing = Step::calls(vec![
            (
                "computer",
                json!({"action": "left_click", "coordinate": [5, 6]}),
            ),
            ("computer", json!({"action": "type", "text": "hunter2"})),
        ]);
        typing.text = Some("I type.".into());
        let setting = Setting::new(vec![typing, finish(true, "done")]).await;
        let (desk, diary) = (Desk::new(), Diary::default());
        let mut task = task(&desk, model);
        task.observer = &diary;
        let report = setting.agent.execute(task, "log in", None).await.unwrap();
        let turns = diary.0.into_inner().unwrap();
        assert_eq!(turns.len(), 2);
        let first = &turns[0];
        assert_eq!((first.number, first.attempts), (1, 1));
        assert_eq!(
            (first.model.as_str(), first.text.as_str()),
            (model, "I type.")
        );
        assert_eq!(first.actions.len(), 2);
        // In pixels of the screen, whatever the model counts in.
        assert_eq!(first.actions[0].call, desk.calls()[1]);
        assert_eq!(first.actions[0].result.status, Status::Ok);
        assert_eq!(first.actions[1].call.params["text"], "hunter2");
        assert_eq!(first.actions[1].changed, Some(true));
        assert_eq!(first.screenshot_before.as_deref(), Some(&*desk.picture(0)));
        assert_eq!(first.screenshot_after.as_deref(), Some(&*desk.picture(2)));
        assert_eq!(turns[1].screenshot_before, first.screenshot_after);
        assert_eq!(turns[1].screenshot_after, None);
        let tokens: u64 = turns.iter().map(|turn| turn.usage.total()).sum();
        assert_eq!(tokens, report.spent.usage.total());
        let cost: Option<f64> = turns.iter().map(|turn| turn.cost_usd).sum();
        match (cost, report.spent.cost_usd) {
            (Some(cost), Some(sum)) => assert!((cost - sum).abs() < 1e-12 && sum > 0.0),
            other => assert_eq!(other, (None, None), "{model}"),
        }
        let shown = format!("{turns:?}");
        assert!(
            shown.contains("left_click") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
