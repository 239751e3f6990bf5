use nen_protocol::workflow::{RunStatus, WebhookDelivery, WebhookStatus};
use nen_store::{
    Attempt, Cancel, DEFAULT_WORKSPACE, NewRun, NewWebhook, Outcome, RunEnd, RunFilter, RunRow,
    RunUse, Store,
};
use serde_json::json;

use super::{Db, add_workflow, announce, new_run};

const HOUR_MS: i64 = 3_600_000;

pub async fn add_runs(store: &Store, many: usize, change: impl Fn(&mut NewRun)) -> Vec<String> {
    let workflow = add_workflow(store).await;
    let mut ids = Vec::new();
    for _ in 0..many {
        let mut new = new_run(store, &workflow);
        change(&mut new);
        store.runs().insert(&new).await.unwrap();
        ids.push(new.id);
    }
    ids
}

pub async fn add_run(store: &Store) -> String {
    add_runs(store, 1, |_| ()).await.remove(0)
}

pub async fn claim(store: &Store, worker: &str) -> Option<RunRow> {
    let until = store.now_ms() + 30_000;
    store
        .runs()
        .claim(worker, until, 100, announce)
        .await
        .unwrap()
}

pub fn completed() -> RunEnd {
    RunEnd {
        status: RunStatus::Completed,
        result: Some(json!({"total": 3, "note": "é\0"})),
        error: None,
        error_type: None,
        assets_bytes: Some(7),
    }
}

pub fn cancelled() -> RunEnd {
    RunEnd::error(RunStatus::Cancelled, "Cancelled", "cancelled by ci")
}

/// What the run's webhooks say, in their order.
pub async fn says(store: &Store, run: &str) -> Vec<WebhookStatus> {
    let webhooks = store.webhooks().of_run(run).await.unwrap();
    webhooks.iter().map(|(webhook, _)| webhook.status).collect()
}

pub async fn a_run_comes_back_as_accepted(db: Db) {
    let store = db.open_with_workspace().await;
    let mut new = new_run(&store, &add_workflow(&store).await);
    new.concurrency_key = Some("invoice\0 7".into());
    store.runs().insert(&new).await.unwrap();
    let run = store
        .runs()
        .get(DEFAULT_WORKSPACE, &new.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(run.status, RunStatus::Queued);
    assert_eq!((&run.params, &run.options), (&new.params, &new.options));
    assert_eq!(run.workflow_name, "invoices");
    assert_eq!(run.secrets.as_deref(), Some("sealed"));
    assert_eq!(run.webhook_callback, new.webhook_callback);
    assert_eq!(run.concurrency_key.as_deref(), Some("invoice\u{fffd} 7"));
    assert_eq!(
        (run.created_ms, run.queued_until_ms),
        (store.now_ms(), new.queued_until_ms)
    );
    assert_eq!(
        (run.attempt, run.started_ms, run.finished_ms),
        (0, None, None)
    );
    assert!(!run.touched && !run.cancel_requested && run.worker.is_none());
    let shown = format!("{run:?} {new:?}");
    assert!(
        !shown.contains("sealed") && !shown.contains("total"),
        "{shown}"
    );
    assert_eq!(store.runs().find("run_\0").await.unwrap(), None);
    assert_eq!(
        says(&store, &run.id).await,
        [],
        "nothing is said of one that waits"
    );
}

pub async fn an_end_erases_the_secrets_and_owes_its_webhook(db: Db) {
    let store = db.open_with_workspace().await;
    let id = add_run(&store).await;
    assert_eq!(
        claim(&store, "w1").await.unwrap().secrets.as_deref(),
        Some("sealed")
    );
    db.pass(5);
    let ended = store.runs().finish(&id, "w1", &completed(), announce).await;
    let ended = ended.unwrap().unwrap();
    assert_eq!(ended.status, RunStatus::Completed);
    assert_eq!((&ended.secrets, ended.lease_until_ms), (&None, None));
    assert_eq!(ended.result, completed().result);
    assert_eq!(ended.assets_bytes, Some(7));
    assert_eq!(ended.finished_ms, Some(store.now_ms()));
    assert_eq!(ended.started_ms, Some(store.now_ms() - 5_000));
    assert_eq!(store.runs().find(&id).await.unwrap(), Some(ended));
    assert_eq!(
        says(&store, &id).await,
        [WebhookStatus::Processing, WebhookStatus::Success]
    );
    let webhooks = store.webhooks().of_run(&id).await.unwrap();
    assert!(
        webhooks
            .iter()
            .all(|(webhook, _)| webhook.delivery == WebhookDelivery::Pending)
    );
    let twice = store.runs().finish(&id, "w1", &completed(), announce).await;
    assert_eq!(twice.unwrap(), None);
    assert_eq!(says(&store, &id).await.len(), 2, "an end is announced once");
}

pub async fn an_end_without_its_webhook_is_no_end(db: Db) {
    let store = db.open_with_workspace().await;
    let id = add_run(&store).await;
    claim(&store, "w1").await.unwrap();
    // A second one at the first one's place, which the database refuses.
    let refused = |run: &RunRow| {
        Some(NewWebhook {
            status: WebhookStatus::Processing,
            ..announce(run).unwrap()
        })
    };
    assert!(
        store
            .runs()
            .finish(&id, "w1", &completed(), refused)
            .await
            .is_err()
    );
    let run = store.runs().find(&id).await.unwrap().unwrap();
    assert_eq!((run.status, run.result), (RunStatus::Running, None));
    assert_eq!(run.secrets.as_deref(), Some("sealed"), "it can still go on");
    let ended = store.runs().finish(&id, "w1", &completed(), announce).await;
    assert!(ended.unwrap().is_some());
}

pub async fn cancelling_ends_what_waits_and_asks_what_runs(db: Db) {
    let store = db.open_with_workspace().await;
    let runs = store.runs();
    let (running, waiting) = (add_run(&store).await, add_run(&store).await);
    claim(&store, "w1").await.unwrap();
    let cancel = async |id: &str| {
        let cancel = runs
            .cancel(DEFAULT_WORKSPACE, id, &cancelled(), announce)
            .await;
        cancel.unwrap()
    };
    let Cancel::Ended(ended) = cancel(&waiting).await else {
        panic!("it waited")
    };
    assert_eq!(
        (ended.status, &ended.secrets),
        (RunStatus::Cancelled, &None)
    );
    assert_eq!(ended.error.as_deref(), Some("cancelled by ci"));
    assert_eq!(ended.error_type.as_deref(), Some("Cancelled"));
    assert_eq!(says(&store, &waiting).await, [WebhookStatus::Failed]);

    let Cancel::Asked(asked) = cancel(&running).await else {
        panic!("it ran")
    };
    assert_eq!(
        (asked.status, asked.cancel_requested),
        (RunStatus::Running, true)
    );
    assert!(
        matches!(cancel(&running).await, Cancel::Asked(_)),
        "asking twice is no error"
    );
    runs.finish(&running, "w1", &cancelled(), announce)
        .await
        .unwrap()
        .unwrap();
    assert!(
        matches!(cancel(&running).await, Cancel::TooLate(run) if run.status == RunStatus::Cancelled)
    );
    assert!(matches!(cancel(&waiting).await, Cancel::TooLate(_)));
    assert_eq!(cancel("run_none\0").await, Cancel::Unknown);
    assert_eq!(says(&store, &running).await.len(), 2);
}

pub async fn a_cancel_meets_a_claim_in_one_of_two_ways(db: Db) {
    let store = db.open_with_workspace().await;
    for _ in 0..10 {
        let id = add_run(&store).await;
        let worker = tokio::spawn({
            let (store, id) = (store.clone(), id.clone());
            async move {
                while let Some(run) = claim(&store, "w1").await {
                    if run.id == id {
                        // Back into the queue and out again, as after a lost worker.
                        store.runs().requeue(&id, "w1").await.unwrap();
                    }
                }
            }
        });
        let cancel = store
            .runs()
            .cancel(DEFAULT_WORKSPACE, &id, &cancelled(), announce)
            .await;
        let cancel = cancel.unwrap();
        worker.abort();
        // Aborted or done: nothing of it goes on.
        let _ = worker.await;
        let run = store.runs().find(&id).await.unwrap().unwrap();
        match cancel {
            Cancel::Ended(_) => assert_eq!(run.status, RunStatus::Cancelled),
            Cancel::Asked(_) => assert!(run.cancel_requested),
            other => panic!("it had not ended: {other:?}"),
        }
    }
}

pub async fn use_is_added_up(db: Db) {
    let store = db.open_with_workspace().await;
    let id = add_run(&store).await;
    let used = RunUse {
        input_tokens: 1000,
        output_tokens: 10,
        cost_usd: 0.25,
    };
    let notes: Vec<_> = (0..4)
        .map(|_| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move { store.runs().add_use(&id, used).await.unwrap() })
        })
        .collect();
    for note in notes {
        note.await.unwrap();
    }
    let run = store.runs().find(&id).await.unwrap().unwrap();
    assert_eq!(
        (run.input_tokens, run.output_tokens, run.cost_usd),
        (4000, 40, 1.0)
    );
}

pub async fn runs_are_listed_newest_first(db: Db) {
    let store = db.open_with_workspace().await;
    let first = add_runs(&store, 3, |_| ()).await;
    let second = add_runs(&store, 2, |_| ()).await;
    claim(&store, "w1").await.unwrap();
    let list = async |filter: RunFilter| {
        let rows = store.runs().list(DEFAULT_WORKSPACE, &filter).await.unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
        (ids, rows.last().map(|row| row.number))
    };
    let mut newest = [first.clone(), second.clone()].concat();
    newest.reverse();
    let all = RunFilter {
        limit: 100,
        ..RunFilter::default()
    };
    assert_eq!(list(all.clone()).await.0, newest);
    let (page, last) = list(RunFilter {
        limit: 2,
        ..all.clone()
    })
    .await;
    assert_eq!(page, newest[..2]);
    let rest = RunFilter {
        before: last,
        ..all.clone()
    };
    assert_eq!(list(rest).await.0, newest[2..]);
    let running = RunFilter {
        status: Some(RunStatus::Running),
        ..all.clone()
    };
    assert_eq!(list(running).await.0, first[..1]);
    let row = store.runs().find(&second[0]).await.unwrap().unwrap();
    let of_one = RunFilter {
        workflow_id: Some(row.workflow_id),
        ..all.clone()
    };
    assert_eq!(list(of_one).await.0, newest[..2]);
    let of_none = RunFilter {
        workflow_id: Some("w\0".into()),
        ..all
    };
    assert_eq!(list(of_none).await.0, [] as [String; 0]);
}

pub async fn what_owes_a_webhook_is_not_forgotten(db: Db) {
    let store = db.open_with_workspace().await;
    let runs = store.runs();
    let (owing, silent, running) = (
        add_run(&store).await,
        add_run(&store).await,
        add_run(&store).await,
    );
    runs.cancel(DEFAULT_WORKSPACE, &owing, &cancelled(), announce)
        .await
        .unwrap();
    runs.cancel(DEFAULT_WORKSPACE, &silent, &cancelled(), |_| None)
        .await
        .unwrap();
    claim(&store, "w1").await.unwrap();
    let ended = store.now_ms();
    let nothing: [String; 0] = [];
    assert_eq!(runs.ended_before(ended, 10, 0).await.unwrap(), nothing);
    assert_eq!(
        runs.ended_before(ended + 1, 10, 0).await.unwrap(),
        std::slice::from_ref(&silent)
    );
    assert_eq!(runs.ended_before(ended + 1, 10, 1).await.unwrap(), nothing);
    for id in [&silent, &owing, &running] {
        runs.forget(id).await.unwrap();
    }
    assert_eq!(runs.find(&silent).await.unwrap(), None);
    assert!(runs.find(&owing).await.unwrap().is_some());

    let webhook = store.webhooks().of_run(&owing).await.unwrap().remove(0).0;
    let taken = Attempt {
        webhook_id: webhook.id,
        at_ms: ended,
        duration_ms: 1.0,
        status_code: Some(200),
        error: None,
        outcome: Outcome::Delivered,
    };
    store.webhooks().record(&[taken]).await.unwrap();
    assert_eq!(
        runs.ended_before(ended + 1, 10, 0).await.unwrap(),
        std::slice::from_ref(&owing)
    );
    runs.forget(&owing).await.unwrap();
    assert_eq!(store.webhooks().of_run(&owing).await.unwrap(), []);
    let kept = runs.find(&running).await.unwrap();
    assert!(kept.is_some(), "it has not ended");
    assert_eq!(
        runs.ended_before(ended + HOUR_MS, 10, 0).await.unwrap(),
        nothing
    );
}

pub async fn other_workspaces_see_no_run(db: Db) {
    let store = db.open_with_workspace().await;
    let runs = store.runs();
    let id = add_run(&store).await;
    let other = store.workspaces().create("second").await.unwrap().id;
    assert_eq!(runs.get(&other, &id).await.unwrap(), None);
    let all = RunFilter {
        limit: 100,
        ..RunFilter::default()
    };
    assert_eq!(runs.list(&other, &all).await.unwrap(), []);
    let cancel = runs
        .cancel(&other, &id, &cancelled(), announce)
        .await
        .unwrap();
    assert_eq!(cancel, Cancel::Unknown);
    let run = runs.find(&id).await.unwrap().unwrap();
    assert_eq!(run.status, RunStatus::Queued);
}
