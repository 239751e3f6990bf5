use std::collections::BTreeSet;

use nen_protocol::workflow::{RunStatus, WebhookStatus};
use nen_store::{DEFAULT_WORKSPACE, NewRun, RunEnd, Store};

use super::{
    Db, announce, new_run, new_version,
    runs::{add_run, add_runs, cancelled, claim, completed, says},
};

pub async fn each_run_is_given_to_exactly_one_worker(db: Db) {
    let store = db.open_with_workspace().await;
    let ids = add_runs(&store, 20, |_| ()).await;
    let workers: Vec<_> = (0..8)
        .map(|worker| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                while let Some(run) = claim(&store, &format!("w{worker}")).await {
                    assert_eq!((run.status, run.attempt), (RunStatus::Running, 1));
                    assert_eq!(run.worker, Some(format!("w{worker}")));
                    assert_eq!(run.started_ms, Some(store.now_ms()));
                    got.push(run.id);
                }
                got
            })
        })
        .collect();
    let mut got = Vec::new();
    for worker in workers {
        got.extend(worker.await.unwrap());
    }
    assert_eq!(got.len(), 20);
    assert_eq!(
        got.into_iter().collect::<BTreeSet<_>>(),
        ids.iter().cloned().collect()
    );
    for id in &ids {
        assert_eq!(says(&store, id).await, [WebhookStatus::Processing]);
    }
    assert_eq!(
        store.runs().counts().await.unwrap(),
        [(RunStatus::Running, 20)]
    );
}

/// Eight workers ask until they get nothing; what runs never ends meanwhile.
async fn claim_at_once(store: &Store, per_workspace: u32) -> Vec<String> {
    let workers: Vec<_> = (0..8)
        .map(|worker| {
            let store = store.clone();
            tokio::spawn(async move {
                let (runs, worker) = (store.runs(), format!("w{worker}"));
                let mut got = Vec::new();
                let until = store.now_ms() + 30_000;
                while let Some(run) = runs
                    .claim(&worker, until, per_workspace, |_| None)
                    .await
                    .unwrap()
                {
                    got.push(run.id);
                }
                got
            })
        })
        .collect();
    let mut got = Vec::new();
    for worker in workers {
        got.extend(worker.await.unwrap());
    }
    got
}

pub async fn a_workspace_runs_no_more_than_its_limit(db: Db) {
    let store = db.open_with_workspace().await;
    let ids = add_runs(&store, 12, |_| ()).await;
    let got = claim_at_once(&store, 3).await;
    assert_eq!(got.len(), 3);
    assert_eq!(
        got.iter().collect::<BTreeSet<_>>(),
        ids[..3].iter().collect(),
        "the oldest first"
    );
    let one = store.runs().find(&got[0]).await.unwrap().unwrap();
    let end = store
        .runs()
        .finish(&one.id, &one.worker.unwrap(), &completed(), |_| None)
        .await;
    end.unwrap().unwrap();
    assert_eq!(claim_at_once(&store, 3).await, [ids[3].clone()]);
}

pub async fn runs_with_one_key_go_one_at_a_time(db: Db) {
    let store = db.open_with_workspace().await;
    let keyed = add_runs(&store, 6, |new| new.concurrency_key = Some("k".into())).await;
    let free = add_runs(&store, 2, |_| ()).await;
    let got: BTreeSet<_> = claim_at_once(&store, 100).await.into_iter().collect();
    let expected = [&keyed[0], &free[0], &free[1]];
    assert_eq!(got, expected.into_iter().cloned().collect());
    let first = store.runs().find(&keyed[0]).await.unwrap().unwrap();
    let end = store
        .runs()
        .finish(&first.id, &first.worker.unwrap(), &completed(), |_| None)
        .await;
    end.unwrap().unwrap();
    assert_eq!(claim_at_once(&store, 100).await, [keyed[1].clone()]);
}

pub async fn a_full_workspace_keeps_no_other_from_running(db: Db) {
    let store = db.open_with_workspace().await;
    add_runs(&store, 3, |new| new.concurrency_key = Some("k".into())).await;
    let other = store.workspaces().create("second").await.unwrap().id;
    let made = store
        .workflows()
        .insert(&other, "w2", "other", &new_version("1"))
        .await;
    made.unwrap();
    let new = NewRun {
        workspace_id: other,
        concurrency_key: Some("k".into()),
        ..new_run(&store, "w2")
    };
    store.runs().insert(&new).await.unwrap();
    let got = claim_at_once(&store, 1).await;
    assert_eq!(got.len(), 2, "the same key in two workspaces is two keys");
    assert!(got.contains(&new.id));
}

pub async fn a_lease_is_renewed_until_it_is_lost(db: Db) {
    let store = db.open_with_workspace().await;
    let runs = store.runs();
    let (one, two) = (add_run(&store).await, add_run(&store).await);
    claim(&store, "w1").await.unwrap();
    claim(&store, "w2").await.unwrap();
    db.pass(20);
    let until = store.now_ms() + 30_000;
    assert_eq!(
        runs.renew("w1", until).await.unwrap(),
        [(one.clone(), false)]
    );
    runs.cancel(DEFAULT_WORKSPACE, &one, &cancelled(), announce)
        .await
        .unwrap();
    assert_eq!(
        runs.renew("w1", until).await.unwrap(),
        [(one.clone(), true)]
    );
    assert_eq!(runs.renew("w3", until).await.unwrap(), []);
    db.pass(9);
    assert_eq!(runs.lost().await.unwrap(), []);
    db.pass(1);
    let lost: Vec<_> = runs
        .lost()
        .await
        .unwrap()
        .into_iter()
        .map(|run| run.id)
        .collect();
    assert_eq!(lost, std::slice::from_ref(&two), "w2 did not renew");
    let held: Vec<_> = runs
        .held_by("w2")
        .await
        .unwrap()
        .into_iter()
        .map(|run| run.id)
        .collect();
    assert_eq!(held, [two]);
    assert_eq!(runs.held_by("w3").await.unwrap(), []);
}

pub async fn what_waited_too_long_is_overdue_and_not_begun(db: Db) {
    let store = db.open_with_workspace().await;
    let runs = store.runs();
    let id = add_run(&store).await;
    assert_eq!(runs.overdue().await.unwrap(), []);
    db.pass(3600);
    let overdue = runs.overdue().await.unwrap();
    assert_eq!(overdue.len(), 1);
    assert_eq!(overdue[0].id, id);
    assert_eq!(claim(&store, "w1").await, None);
    let end = RunEnd::error(RunStatus::Timeout, "Timeout", "waited too long");
    let ended = runs.end_queued(&id, &end, announce).await.unwrap().unwrap();
    assert_eq!(ended.status, RunStatus::Timeout);
    assert_eq!(runs.end_queued(&id, &end, announce).await.unwrap(), None);
    assert_eq!(runs.overdue().await.unwrap(), []);
    assert_eq!(says(&store, &id).await, [WebhookStatus::Failed]);
}

pub async fn a_worker_that_lost_a_run_cannot_end_it(db: Db) {
    let store = db.open_with_workspace().await;
    let runs = store.runs();
    let id = add_run(&store).await;
    claim(&store, "w1").await.unwrap();
    assert_eq!(
        runs.finish(&id, "w2", &completed(), announce)
            .await
            .unwrap(),
        None
    );
    assert!(!runs.requeue(&id, "w2").await.unwrap());
    assert!(runs.requeue(&id, "w1").await.unwrap());
    assert_eq!(
        runs.finish(&id, "w1", &completed(), announce)
            .await
            .unwrap(),
        None
    );
    claim(&store, "w2").await.unwrap();
    assert_eq!(
        runs.finish(&id, "w1", &completed(), announce)
            .await
            .unwrap(),
        None
    );
    assert!(!runs.touch(&id, "w1", "dsk_1").await.unwrap());
    let run = runs.find(&id).await.unwrap().unwrap();
    assert_eq!(
        (run.status, run.touched, run.attempt),
        (RunStatus::Running, false, 2)
    );
    assert_eq!(
        says(&store, &id).await,
        [WebhookStatus::Processing],
        "said once, not per attempt"
    );
}

pub async fn only_an_untouched_run_is_begun_again(db: Db) {
    let store = db.open_with_workspace().await;
    let runs = store.runs();
    let (acted, asked) = (add_run(&store).await, add_run(&store).await);
    let begun = claim(&store, "w1").await.unwrap();
    claim(&store, "w1").await.unwrap();
    assert!(runs.touch(&acted, "w1", "dsk_1").await.unwrap());
    assert!(!runs.requeue(&acted, "w1").await.unwrap());
    let run = runs.find(&acted).await.unwrap().unwrap();
    assert_eq!(
        (run.touched, run.desktop_id.as_deref()),
        (true, Some("dsk_1"))
    );

    runs.cancel(DEFAULT_WORKSPACE, &asked, &cancelled(), announce)
        .await
        .unwrap();
    assert!(
        !runs.requeue(&asked, "w1").await.unwrap(),
        "its end was asked for"
    );

    let id = add_run(&store).await;
    claim(&store, "w1").await.unwrap();
    assert!(runs.requeue(&id, "w1").await.unwrap());
    let waits = runs.find(&id).await.unwrap().unwrap();
    assert_eq!(
        (waits.status, waits.worker, waits.lease_until_ms),
        (RunStatus::Queued, None, None)
    );
    db.pass(5);
    let again = claim(&store, "w2").await.unwrap();
    assert_eq!((&again.id, again.attempt), (&id, 2));
    assert_eq!(
        again.started_ms, begun.started_ms,
        "when it was first begun"
    );
    assert_eq!(again.secrets.as_deref(), Some("sealed"));
}
