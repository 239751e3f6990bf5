use nen_agent::AgentError;

use crate::desk::Desk;
use crate::setting::{Diary, MODELS, Setting, click, failure, task};

#[tokio::test]
async fn a_job_ends_before_the_call_that_its_tokens_or_its_money_no_longer_allow() {
    for (max_tokens, max_cost_usd) in [(Some(1), None), (None, Some(0.000_001))] {
        let setting = Setting::new(vec![click(1, 1), click(2, 2)]).await;
        let (desk, diary) = (Desk::new(), Diary::default());
        let mut task = task(&desk, MODELS[0]);
        task.observer = &diary;
        task.budget.max_tokens = max_tokens;
        task.budget.max_cost_usd = max_cost_usd;
        let error = failure(setting.agent.execute(task, "press it", None).await);
        assert!(matches!(error, AgentError::Budget(_)), "{error}");
        assert_eq!(setting.server.requests().len(), 1);
        let turns = diary.0.into_inner().unwrap();
        assert!(turns[0].cost_usd.is_some_and(|cost| cost > 0.0));
    }
}

#[tokio::test]
async fn money_cannot_be_counted_for_a_model_without_a_price() {
    let setting = Setting::new(vec![click(1, 1)]).await;
    let desk = Desk::new();
    let mut task = task(&desk, "vision@local");
    task.budget.max_cost_usd = Some(5.0);
    let error = failure(setting.agent.execute(task, "press it", None).await).to_string();
    assert!(
        error.contains("NEN_MODEL_PRICES") && error.contains("vision@local"),
        "{error}"
    );
    assert!(setting.server.requests().is_empty() && desk.actions().is_empty());
}

#[tokio::test]
async fn a_model_without_a_price_costs_nothing_that_is_known() {
    let setting = Setting::new(vec![crate::setting::finish(true, "")]).await;
    let desk = Desk::new();
    let report = setting
        .agent
        .execute(task(&desk, "vision@local"), "press it", None)
        .await
        .unwrap();
    assert_eq!(report.spent.cost_usd, None);
    assert!(report.spent.usage.total() > 0);
}
