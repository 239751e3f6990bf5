use std::time::Duration;

use nen_agent::AgentError;
use nen_scripted_model::Step;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, Trouble};
use crate::setting::{MODELS, Setting, click, failure, task};

/// What does not end by itself is a failure.
async fn soon<T>(job: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), job)
        .await
        .expect("it goes on")
}

#[tokio::test]
async fn a_call_that_hangs_is_cancelled() {
    let hang = Step {
        hang: true,
        ..Step::default()
    };
    let setting = Setting::new(vec![hang]).await;
    let desk = Desk::new();
    let cancel = CancellationToken::new();
    let mut task = task(&desk, MODELS[0]);
    task.cancel = cancel.clone();
    let (result, ()) = tokio::join!(soon(setting.agent.execute(task, "press it", None)), async {
        setting.server.received(1).await;
        cancel.cancel();
    });
    assert!(matches!(failure(result), AgentError::Cancelled));
    assert_eq!(setting.server.requests().len(), 1);
}

#[tokio::test]
async fn an_action_that_hangs_is_cancelled() {
    let setting = Setting::new(vec![click(1, 1)]).await;
    let desk = Desk::with_trouble("left_click", Trouble::Hangs);
    let cancel = CancellationToken::new();
    let mut task = task(&desk, MODELS[0]);
    task.cancel = cancel.clone();
    let (result, ()) = tokio::join!(soon(setting.agent.execute(task, "press it", None)), async {
        setting.server.received(1).await;
        cancel.cancel();
    });
    assert!(matches!(failure(result), AgentError::Cancelled));
}

#[tokio::test]
async fn what_is_cancelled_before_it_begins_does_nothing() {
    let setting = Setting::new(Vec::new()).await;
    let desk = Desk::new();
    let task = task(&desk, MODELS[0]);
    task.cancel.cancel();
    let result = soon(setting.agent.execute(task, "press it", None)).await;
    assert!(matches!(failure(result), AgentError::Cancelled));
    assert!(desk.actions().is_empty() && setting.server.requests().is_empty());
}

#[tokio::test]
async fn the_deadline_ends_a_call_that_hangs() {
    let hang = Step {
        hang: true,
        ..Step::default()
    };
    let setting = Setting::new(vec![hang]).await;
    let desk = Desk::new();
    let mut task = task(&desk, MODELS[0]);
    task.budget.deadline = Some(Instant::now() + Duration::from_millis(300));
    let result = soon(setting.agent.execute(task, "press it", None)).await;
    assert!(matches!(failure(result), AgentError::Deadline { .. }));
}

#[tokio::test]
async fn a_job_can_be_had_on_any_thread() {
    let setting = Setting::new(vec![click(1, 1), crate::setting::finish(true, "ok")]).await;
    let agent = setting.agent.clone();
    let job = tokio::spawn(async move {
        let desk = Desk::new();
        let task = task(&desk, MODELS[0]);
        agent
            .execute(task, "press it", None)
            .await
            .map(|report| report.summary)
    });
    assert_eq!(job.await.unwrap().unwrap(), "ok");
}
