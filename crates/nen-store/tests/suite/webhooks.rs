use std::collections::BTreeSet;

use nen_protocol::workflow::{RunStatus, WebhookDelivery, WebhookStatus};
use nen_store::{Attempt, DEFAULT_WORKSPACE, NewRun, Outcome, RunEnd, Store, WebhookRow};

use super::{Db, add_workflow, announce, new_run};

const LOCK_MS: i64 = 60_000;

/// A run that has begun and owes its `processing`.
async fn begin(store: &Store, url: &str) -> String {
    let new = NewRun {
        webhook_callback: Some(url.into()),
        ..new_run(store, &add_workflow(store).await)
    };
    store.runs().insert(&new).await.unwrap();
    let begun = store.runs().claim("w1", i64::MAX, 1000, announce).await;
    assert_eq!(begun.unwrap().unwrap().id, new.id);
    new.id
}

async fn end(store: &Store, run: &str) {
    let end = RunEnd::error(RunStatus::Failed, "ValueError", "no such invoice");
    let ended = store.runs().finish(run, "w1", &end, announce).await;
    ended.unwrap().unwrap();
}

async fn claim(store: &Store, limit: u32) -> Vec<WebhookRow> {
    let claimed = store
        .webhooks()
        .claim_due(limit, store.now_ms() + LOCK_MS, &[])
        .await;
    claimed.unwrap()
}

fn attempt(store: &Store, webhook: &WebhookRow, outcome: Outcome) -> Attempt {
    let failed = outcome != Outcome::Delivered;
    Attempt {
        webhook_id: webhook.id.clone(),
        at_ms: store.now_ms(),
        duration_ms: 12.5,
        status_code: Some(if failed { 500 } else { 200 }),
        error: failed.then(|| "the receiver answered 500\0".into()),
        outcome,
    }
}

async fn record(store: &Store, webhook: &WebhookRow, outcome: Outcome) {
    let attempt = attempt(store, webhook, outcome);
    store.webhooks().record(&[attempt]).await.unwrap();
}

async fn first_of(store: &Store, run: &str) -> WebhookRow {
    store.webhooks().of_run(run).await.unwrap().remove(0).0
}

pub async fn a_run_s_webhooks_go_in_order(db: Db) {
    let store = db.open_with_workspace().await;
    let run = begin(&store, "https://example.com/hook?a=ü").await;
    end(&store, &run).await;
    let processing = claim(&store, 10).await;
    assert_eq!(processing.len(), 1);
    let first = &processing[0];
    assert_eq!(
        (first.status, first.position),
        (WebhookStatus::Processing, 1)
    );
    assert_eq!(
        (&first.run_id, first.url.as_str()),
        (&run, "https://example.com/hook?a=ü")
    );
    assert_eq!(first.workspace_id, DEFAULT_WORKSPACE);
    assert!(first.body.contains(&run) && !format!("{first:?}").contains("final"));
    assert_eq!(claim(&store, 10).await, []);
    record(&store, first, Outcome::Delivered).await;
    let ended = claim(&store, 10).await;
    assert_eq!(ended.len(), 1);
    assert_eq!(
        (ended[0].status, ended[0].position),
        (WebhookStatus::Failed, 2)
    );
    record(&store, &ended[0], Outcome::Delivered).await;
    assert_eq!(claim(&store, 10).await, []);
}

pub async fn a_failing_first_holds_the_second_back_until_it_is_given_up(db: Db) {
    let store = db.open_with_workspace().await;
    let run = begin(&store, "https://example.com/").await;
    end(&store, &run).await;
    let first = claim(&store, 10).await.remove(0);
    record(&store, &first, Outcome::Retry(store.now_ms() + 5_000)).await;
    assert_eq!(
        claim(&store, 10).await,
        [],
        "neither the first nor the one behind it"
    );
    db.pass(5);
    let again = claim(&store, 10).await;
    assert_eq!((&again[0].id, again[0].retries), (&first.id, 1));
    record(&store, &first, Outcome::Failed).await;
    assert_eq!(claim(&store, 10).await[0].status, WebhookStatus::Failed);
    assert_eq!(
        first_of(&store, &run).await.delivery,
        WebhookDelivery::Failed
    );
}

pub async fn two_that_claim_at_once_never_get_the_same(db: Db) {
    let store = db.open_with_workspace().await;
    let mut runs = BTreeSet::new();
    for _ in 0..30 {
        runs.insert(begin(&store, "https://example.com/").await);
    }
    let claimers: Vec<_> = (0..6)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                loop {
                    let claimed = claim(&store, 4).await;
                    assert!(claimed.len() <= 4);
                    if claimed.is_empty() {
                        return got;
                    }
                    got.extend(claimed.into_iter().map(|webhook| webhook.run_id));
                }
            })
        })
        .collect();
    let mut got = Vec::new();
    for claimer in claimers {
        got.extend(claimer.await.unwrap());
    }
    // On PostgreSQL one that is being looked at by another is skipped, and may be left when all have gone.
    got.extend(
        claim(&store, 100)
            .await
            .into_iter()
            .map(|webhook| webhook.run_id),
    );
    assert_eq!(got.len(), 30);
    assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), runs);
}

pub async fn a_claim_ends_with_its_time(db: Db) {
    let store = db.open_with_workspace().await;
    begin(&store, "https://example.com/").await;
    let first = claim(&store, 10).await;
    assert_eq!(first.len(), 1);
    db.pass(59);
    assert_eq!(claim(&store, 10).await, []);
    db.pass(1);
    assert_eq!(
        claim(&store, 10).await,
        first,
        "the process that had it is gone"
    );
    store.webhooks().release().await.unwrap();
    assert_eq!(claim(&store, 10).await, first);
}

pub async fn attempts_are_numbered_and_kept(db: Db) {
    let store = db.open_with_workspace().await;
    let webhooks = store.webhooks();
    let run = begin(&store, "https://example.com/").await;
    let webhook = first_of(&store, &run).await;
    let soon = Outcome::Retry(store.now_ms() + 5_000);
    let silent = Attempt {
        status_code: None,
        error: Some("no answer within 10 s".into()),
        ..attempt(&store, &webhook, Outcome::Delivered)
    };
    let gone = Attempt {
        webhook_id: "msg_none".into(),
        ..silent.clone()
    };
    let attempts = [attempt(&store, &webhook, soon), gone, silent];
    webhooks.record(&attempts).await.unwrap();
    webhooks.record(&[]).await.unwrap();
    let (stored, attempts) = webhooks.of_run(&run).await.unwrap().remove(0);
    assert_eq!(
        (stored.delivery, stored.retries),
        (WebhookDelivery::Delivered, 2)
    );
    assert_eq!(
        attempts.iter().map(|row| row.number).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(
        (attempts[0].status_code, attempts[1].status_code),
        (Some(500), None)
    );
    assert_eq!(
        attempts[0].error.as_deref(),
        Some("the receiver answered 500\u{fffd}")
    );
    assert_eq!(
        (attempts[0].at_ms, attempts[0].duration_ms),
        (store.now_ms(), 12.5)
    );
    assert_eq!(webhooks.of_run("run\0").await.unwrap(), []);
}

pub async fn a_late_attempt_takes_nothing_back(db: Db) {
    let store = db.open_with_workspace().await;
    let run = begin(&store, "https://example.com/").await;
    let webhook = claim(&store, 1).await.remove(0);
    record(&store, &webhook, Outcome::Delivered).await;
    record(&store, &webhook, Outcome::Retry(store.now_ms() + 5_000)).await;
    record(&store, &webhook, Outcome::Failed).await;
    let (stored, attempts) = store.webhooks().of_run(&run).await.unwrap().remove(0);
    assert_eq!(
        (stored.delivery, attempts.len()),
        (WebhookDelivery::Delivered, 3)
    );

    let run = begin(&store, "https://example.com/").await;
    let webhook = claim(&store, 1).await.remove(0);
    record(&store, &webhook, Outcome::Failed).await;
    record(&store, &webhook, Outcome::Delivered).await;
    let stored = first_of(&store, &run).await;
    assert_eq!(stored.delivery, WebhookDelivery::Delivered, "it did arrive");
}

pub async fn what_is_sent_again_has_the_whole_schedule_before_it(db: Db) {
    let store = db.open_with_workspace().await;
    let webhooks = store.webhooks();
    let run = begin(&store, "https://example.com/").await;
    let webhook = claim(&store, 1).await.remove(0);
    record(&store, &webhook, Outcome::Retry(store.now_ms())).await;
    record(&store, &webhook, Outcome::Failed).await;
    assert_eq!(claim(&store, 1).await, []);
    let other = begin(&store, "https://example.com/").await;
    assert!(
        !webhooks.send_again(&other, &webhook.id).await.unwrap(),
        "it is another run's"
    );
    assert!(!webhooks.send_again(&run, "msg_none\0").await.unwrap());
    record(&store, &first_of(&store, &other).await, Outcome::Delivered).await;

    db.pass(60);
    assert!(webhooks.send_again(&run, &webhook.id).await.unwrap());
    let again = claim(&store, 10).await;
    assert_eq!(again.len(), 1);
    assert_eq!((&again[0].id, again[0].retries), (&webhook.id, 0));
    assert_eq!(again[0].body, webhook.body);
    record(&store, &again[0], Outcome::Delivered).await;
    let (_, attempts) = webhooks.of_run(&run).await.unwrap().remove(0);
    assert_eq!(attempts.len(), 3, "what was tried before is kept");
}

pub async fn what_is_put_back_is_due_again(db: Db) {
    let store = db.open_with_workspace().await;
    let webhooks = store.webhooks();
    begin(&store, "https://example.com/").await;
    let first = claim(&store, 1).await;
    webhooks.put_back(&[first[0].id.clone()], 0).await.unwrap();
    assert_eq!(claim(&store, 1).await, first);
    let later = store.now_ms() + 1_000;
    webhooks
        .put_back(&[first[0].id.clone()], later)
        .await
        .unwrap();
    assert_eq!(claim(&store, 1).await, []);
    assert_eq!(webhooks.next_due_ms(&[]).await.unwrap(), Some(later));
    db.pass(1);
    let again = claim(&store, 1).await;
    assert_eq!(
        (&again[0].id, again[0].retries),
        (&first[0].id, 0),
        "it was not tried"
    );
}

pub async fn excepted_origins_wait(db: Db) {
    let store = db.open_with_workspace().await;
    let webhooks = store.webhooks();
    let urls = [
        "https://slow.example/a_b",
        "https://slow.example.org/%",
        "http://slow.example/",
    ];
    for url in urls {
        begin(&store, url).await;
    }
    let except = [
        "https://slow.example/".to_owned(),
        "http://_low.example/".to_owned(),
    ];
    let lock = store.now_ms() + LOCK_MS;
    let claimed = webhooks.claim_due(10, lock, &except).await.unwrap();
    let urls: BTreeSet<_> = claimed.iter().map(|row| row.url.as_str()).collect();
    let others = ["https://slow.example.org/%", "http://slow.example/"];
    assert_eq!(urls, BTreeSet::from(others));
    assert_eq!(webhooks.next_due_ms(&except).await.unwrap(), Some(lock));
    assert_eq!(
        webhooks.next_due_ms(&[]).await.unwrap(),
        Some(store.now_ms())
    );
    assert_eq!(claim(&store, 10).await[0].url, "https://slow.example/a_b");
}

pub async fn the_next_due_time_is_known(db: Db) {
    let store = db.open_with_workspace().await;
    let webhooks = store.webhooks();
    assert_eq!(webhooks.next_due_ms(&[]).await.unwrap(), None);
    let run = begin(&store, "https://example.com/").await;
    end(&store, &run).await;
    assert_eq!(
        webhooks.next_due_ms(&[]).await.unwrap(),
        Some(store.now_ms())
    );
    let first = claim(&store, 10).await.remove(0);
    let locked = store.now_ms() + LOCK_MS;
    assert_eq!(
        webhooks.next_due_ms(&[]).await.unwrap(),
        Some(locked),
        "unless it is lost"
    );
    let later = store.now_ms() + 5_000;
    record(&store, &first, Outcome::Retry(later)).await;
    let due = webhooks.next_due_ms(&[]).await.unwrap();
    assert_eq!(due, Some(later), "the second waits for the first");
}
