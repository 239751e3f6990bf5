use nen_store::{
    DEFAULT_WORKSPACE, MODEL_CALLS_KEPT_MS, ModelDay, ModelTokens, NewModelCall, Store,
};

use super::Db;

const DAY: i64 = 24 * 60 * 60;

fn call(model: &str, cost_usd: Option<f64>) -> NewModelCall {
    NewModelCall {
        workspace_id: DEFAULT_WORKSPACE.into(),
        model: model.into(),
        run_id: None,
        desktop_id: Some("dsk_gone".into()),
        tokens: ModelTokens {
            input: 100,
            cached_input: 2000,
            cache_write: 30,
            output: 4,
        },
        cost_usd,
        latency_ms: 2100,
        attempts: 1,
    }
}

async fn add(store: &Store, model: &str, cost_usd: Option<f64>) {
    store
        .model_calls()
        .add(&call(model, cost_usd))
        .await
        .unwrap();
}

async fn days(store: &Store, since_ms: i64, until_ms: i64) -> Vec<ModelDay> {
    let calls = store.model_calls();
    calls
        .days(DEFAULT_WORKSPACE, since_ms, until_ms)
        .await
        .unwrap()
}

pub async fn calls_are_summed_by_day_and_model(db: Db) {
    let store = db.open_with_workspace().await;
    let start = store.now_ms();
    let today = start / (DAY * 1000);
    add(&store, "claude-sonnet-4-6", Some(0.25)).await;
    add(&store, "claude-sonnet-4-6", Some(0.5)).await;
    add(&store, "a\0b", None).await;
    db.pass(DAY);
    add(&store, "claude-sonnet-4-6", Some(1.0)).await;
    let tokens = |calls: i64| ModelTokens {
        input: 100 * calls,
        cached_input: 2000 * calls,
        cache_write: 30 * calls,
        output: 4 * calls,
    };
    let day = |day, model: &str, calls, cost_usd| ModelDay {
        day,
        model: model.into(),
        calls,
        tokens: tokens(calls),
        cost_usd,
    };
    let all = days(&store, 0, i64::MAX).await;
    let expected = [
        day(today, "a\u{fffd}b", 1, None),
        day(today, "claude-sonnet-4-6", 2, Some(0.75)),
        day(today + 1, "claude-sonnet-4-6", 1, Some(1.0)),
    ];
    assert_eq!(all, expected);
    let second = days(&store, start + 1, i64::MAX).await;
    assert_eq!(second, expected[2..]);
    assert_eq!(days(&store, start, start + DAY * 1000).await, expected[..2]);
}

pub async fn a_workspace_pays_for_its_own_calls_only(db: Db) {
    let store = db.open_with_workspace().await;
    let other = store.workspaces().create("other").await.unwrap();
    let calls = store.model_calls();
    let start = store.now_ms();
    assert!(calls.spent(DEFAULT_WORKSPACE, 0).await.unwrap().abs() < 1e-9);
    add(&store, "gpt-5", Some(0.5)).await;
    db.pass(10);
    add(&store, "gpt-5", Some(2.0)).await;
    let theirs = NewModelCall {
        workspace_id: other.id.clone(),
        ..call("gpt-5", Some(8.0))
    };
    calls.add(&theirs).await.unwrap();
    assert!((calls.spent(DEFAULT_WORKSPACE, start).await.unwrap() - 2.5).abs() < 1e-9);
    let later = calls.spent(DEFAULT_WORKSPACE, start + 1).await.unwrap();
    assert!((later - 2.0).abs() < 1e-9);
    assert!((calls.spent(&other.id, 0).await.unwrap() - 8.0).abs() < 1e-9);
    assert_eq!(days(&store, 0, i64::MAX).await.len(), 1);
}

pub async fn calls_without_a_price_cost_nothing_known(db: Db) {
    let store = db.open_with_workspace().await;
    add(&store, "llama@local", None).await;
    assert_eq!(days(&store, 0, i64::MAX).await[0].cost_usd, None);
    let calls = store.model_calls();
    assert!(calls.spent(DEFAULT_WORKSPACE, 0).await.unwrap().abs() < 1e-9);
}

pub async fn old_calls_are_forgotten(db: Db) {
    let store = db.open_with_workspace().await;
    add(&store, "gpt-5", Some(1.0)).await;
    db.pass(MODEL_CALLS_KEPT_MS / 1000);
    assert_eq!(store.forget_old().await.unwrap().model_calls, 0);
    add(&store, "gpt-5", Some(2.0)).await;
    db.pass(1);
    assert_eq!(store.forget_old().await.unwrap().model_calls, 1);
    assert_eq!(days(&store, 0, i64::MAX).await.len(), 1);
}
