use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use nen_store::{
    Answer, ApiKey, Begin, DEFAULT_WORKSPACE, IdempotencyKey, Scope, Store, Ticket, sha256_hex,
};

use super::Db;

const PATIENCE: Duration = Duration::from_secs(20);

fn bound(key: &str, body: &str) -> IdempotencyKey {
    IdempotencyKey {
        workspace_id: DEFAULT_WORKSPACE.into(),
        route: "POST /desktops".into(),
        key: key.into(),
        request_hash: sha256_hex(body),
    }
}

async fn run(store: &Store, bound: &IdempotencyKey) -> Ticket {
    match store.idempotency().begin(bound).await.unwrap() {
        Begin::Run(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

fn is_answer(begin: &Begin, expected: &str) -> bool {
    matches!(begin, Begin::Answered { status: 201, body } if body == expected)
}

pub async fn one_of_many_runs(db: Db) {
    // Two stores: requests of one server, and of another on the same database.
    let stores = [db.open_with_workspace().await, db.open().await];
    let (runs, ready) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(tokio::sync::Barrier::new(24)),
    );
    let requests: Vec<_> = (0..24)
        .map(|number| {
            let (store, runs, ready) = (stores[number % 2].clone(), runs.clone(), ready.clone());
            tokio::spawn(async move {
                ready.wait().await;
                match store
                    .idempotency()
                    .begin_or_wait(&bound("k", "{}"), PATIENCE)
                    .await
                    .unwrap()
                {
                    Begin::Run(ticket) => {
                        runs.fetch_add(1, Ordering::SeqCst);
                        let body = format!("desktop of {number}");
                        ticket.finish(201, &body).await.unwrap();
                        body
                    }
                    Begin::Answered { status: 201, body } => body,
                    other => panic!("{other:?}"),
                }
            })
        })
        .collect();
    let mut bodies = Vec::new();
    for request in requests {
        bodies.push(request.await.unwrap());
    }
    bodies.dedup();
    assert_eq!((bodies.len(), runs.load(Ordering::SeqCst)), (1, 1));
}

pub async fn waiting_gets_the_first_answer(db: Db) {
    let store = db.open_with_workspace().await;
    let key = bound("k", "{}");
    let ticket = run(&store, &key).await;
    assert!(matches!(
        store.idempotency().begin(&key).await.unwrap(),
        Begin::InProgress
    ));
    let short = store
        .idempotency()
        .begin_or_wait(&key, Duration::from_millis(1))
        .await
        .unwrap();
    assert!(matches!(short, Begin::InProgress), "{short:?}");

    let waiting = {
        let (store, key) = (store.clone(), key.clone());
        tokio::spawn(async move {
            store
                .idempotency()
                .begin_or_wait(&key, PATIENCE)
                .await
                .unwrap()
        })
    };
    tokio::task::yield_now().await;
    ticket.finish(201, "{\"a\": \"ü\"}").await.unwrap();
    let waited = waiting.await.unwrap();
    assert!(is_answer(&waited, "{\"a\": \"ü\"}"), "{waited:?}");
    store.close().await;
    let again = db.open().await.idempotency().begin(&key).await.unwrap();
    assert!(is_answer(&again, "{\"a\": \"ü\"}"), "{again:?}");
}

pub async fn keys_are_bound(db: Db) {
    let store = db.open_with_workspace().await;
    let other = store.workspaces().create("other").await.unwrap().id;
    let first = run(&store, &bound("k", "{}")).await;
    let mismatch = bound("k", "{\"name\":1}");
    assert!(matches!(
        store.idempotency().begin(&mismatch).await.unwrap(),
        Begin::Mismatch
    ));
    first.finish(201, "first").await.unwrap();
    assert!(matches!(
        store.idempotency().begin(&mismatch).await.unwrap(),
        Begin::Mismatch
    ));

    for free in [
        bound("k2", "{}"),
        IdempotencyKey {
            workspace_id: other,
            ..bound("k", "{}")
        },
        IdempotencyKey {
            route: "POST /runs".into(),
            ..bound("k", "{}")
        },
    ] {
        run(&store, &free).await.finish(201, "x").await.unwrap();
    }
    let first = store.idempotency().begin(&bound("k", "{}")).await.unwrap();
    assert!(is_answer(&first, "first"), "{first:?}");
}

pub async fn ends_free_the_key(db: Db) {
    let store = db.open_with_workspace().await;
    let key = bound("k", "{}");
    run(&store, &key).await.abandon().await.unwrap();
    drop(run(&store, &key).await);
    // The drop gives the key up in the background; waiting for it must end in the right to run.
    let waited = store
        .idempotency()
        .begin_or_wait(&key, PATIENCE)
        .await
        .unwrap();
    let Begin::Run(ticket) = waited else {
        panic!("{waited:?}")
    };
    ticket.finish(201, "done").await.unwrap();

    db.pass(24 * 3600 - 1);
    let kept = store.idempotency().begin(&key).await.unwrap();
    assert!(is_answer(&kept, "done"), "{kept:?}");
    db.pass(1);
    run(&store, &key)
        .await
        .finish(201, "next day")
        .await
        .unwrap();
    db.pass(24 * 3600);
    assert_eq!(store.forget_old().await.unwrap().idempotency, 1);
}

pub async fn a_lost_process_frees_the_key(db: Db) {
    let store = db.open_with_workspace().await;
    let (key, other) = (bound("k", "{}"), bound("k2", "{}"));
    let lost = run(&store, &key).await;
    db.pass(299);
    assert!(matches!(
        store.idempotency().begin(&key).await.unwrap(),
        Begin::InProgress
    ));
    db.pass(1);
    let second = run(&store, &key).await;
    // Who lost the lease can neither answer for the second run nor end it.
    lost.finish(201, "late").await.unwrap();
    assert!(matches!(
        store.idempotency().begin(&key).await.unwrap(),
        Begin::InProgress
    ));
    second.finish(201, "second").await.unwrap();

    let unfinished = run(&store, &other).await;
    assert_eq!(store.idempotency().release_unfinished().await.unwrap(), 1);
    let restarted = run(&store, &other).await;
    drop(unfinished);
    restarted.finish(201, "restarted").await.unwrap();
    let kept = store.idempotency().begin(&key).await.unwrap();
    assert!(is_answer(&kept, "second"), "{kept:?}");
}

pub async fn an_answer_is_kept_with_what_it_tells_of_or_neither_is(db: Db) {
    let store = db.open_with_workspace().await;
    let (made, unmade) = (bound("made", "{}"), bound("unmade", "{}"));
    let answer = |ticket| Answer::new(Some(ticket), |key: &ApiKey| (201, key.name.clone()));
    let keys = store.keys();

    let first = answer(run(&store, &made).await);
    let create = keys.create_answering(DEFAULT_WORKSPACE, "first", &[Scope::Admin], None, first);
    create.await.unwrap();
    let kept = store.idempotency().begin(&made).await.unwrap();
    assert!(is_answer(&kept, "first"), "{kept:?}");

    // Where nothing can be made, nothing is answered, and the next one may try.
    let nowhere = answer(run(&store, &unmade).await);
    let create = keys.create_answering("ws_unknown", "second", &[Scope::Admin], None, nowhere);
    create.await.unwrap_err();
    let again = store.idempotency().begin_or_wait(&unmade, PATIENCE).await;
    let Begin::Run(ticket) = again.unwrap() else {
        panic!("the key is free again");
    };
    ticket.abandon().await.unwrap();
}

pub async fn a_process_that_comes_back_frees_its_own_keys_only(db: Db) {
    let store = db.open_with_workspace().await;
    let other = db.open().await;
    store.call_process("wrk_a");
    other.call_process("wrk_ab");
    let (mine, theirs) = (bound("mine", "{}"), bound("theirs", "{}"));
    // Forgotten, as by a kill: a ticket that is dropped gives its key up.
    std::mem::forget(run(&store, &mine).await);
    std::mem::forget(run(&other, &theirs).await);
    assert_eq!(store.idempotency().release_unfinished().await.unwrap(), 1);
    run(&store, &mine).await.abandon().await.unwrap();
    let begun = store.idempotency().begin(&theirs).await.unwrap();
    assert!(matches!(begun, Begin::InProgress), "{begun:?}");
}
