use nen_store::{AuditFilter, DEFAULT_WORKSPACE, Deed, Doer, Scope};
use serde_json::json;

use super::Db;

fn somebody() -> Doer {
    Doer {
        workspace_id: Some(DEFAULT_WORKSPACE.to_owned()),
        actor: "ops \0".to_owned(),
        key_id: Some("key_1".to_owned()),
        address: Some("192.0.2.7".to_owned()),
        request_id: Some("req_1".to_owned()),
        traceparent: None,
    }
}

fn all() -> AuditFilter {
    AuditFilter {
        limit: 100,
        ..AuditFilter::default()
    }
}

pub async fn a_deed_and_its_entry_are_one(db: Db) {
    let store = db.open_with_workspace().await;
    // In nobody's name nothing is written down.
    let scopes = [Scope::Admin];
    let made = store
        .keys()
        .create(DEFAULT_WORKSPACE, "first", &scopes, None);
    made.await.unwrap();
    assert_eq!(
        store.audit().list(DEFAULT_WORKSPACE, &all()).await.unwrap(),
        []
    );
    let named = store.by(somebody());
    let made = named
        .keys()
        .create(DEFAULT_WORKSPACE, "second", &scopes, None);
    let made = made.await.unwrap();
    // A key of no workspace is not made, and so is no entry.
    let failed = named.keys().create("ws_unknown", "third", &scopes, None);
    assert!(failed.await.is_err());
    let list = store.audit().list(DEFAULT_WORKSPACE, &all()).await.unwrap();
    let [entry] = list.as_slice() else {
        panic!("{list:?}")
    };
    assert_eq!(
        (entry.action.as_str(), &entry.object),
        ("key.create", &Some(made.key.id))
    );
    let doer = Doer {
        actor: "ops \u{fffd}".to_owned(),
        ..somebody()
    };
    assert_eq!(entry.doer, doer);
    assert_eq!(entry.at_ms, store.now_ms());
    assert_eq!(entry.detail["name"], "second");
}

pub async fn entries_are_filtered_and_in_order(db: Db) {
    let store = db.open_with_workspace().await;
    let audit = store.audit();
    let nobody = Doer::default();
    audit
        .add(&somebody(), &Deed::to("key.create", "key_2", json!({})))
        .await
        .unwrap();
    db.pass(10);
    audit
        .add(&somebody(), &Deed::to("key.revoke", "key_2", json!({})))
        .await
        .unwrap();
    audit
        .add(&somebody(), &Deed::to("keyring.burn", "key_3", json!({})))
        .await
        .unwrap();
    audit
        .add(&nobody, &Deed::to("sign_in.failed", "", json!({})))
        .await
        .unwrap();
    let found = |filter: AuditFilter| async move {
        let rows = audit.list(DEFAULT_WORKSPACE, &filter).await.unwrap();
        rows.into_iter().map(|row| row.action).collect::<Vec<_>>()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        found(all()).await,
        ["sign_in.failed", "keyring.burn", "key.revoke", "key.create"]
    );
    assert_eq!(
        found(AuditFilter {
            action: some("key."),
            ..all()
        })
        .await,
        ["key.revoke", "key.create"]
    );
    assert_eq!(
        found(AuditFilter {
            action: some("key"),
            ..all()
        })
        .await,
        [""; 0]
    );
    assert_eq!(
        found(AuditFilter {
            actor: some("key_1"),
            object: some("key_3"),
            ..all()
        })
        .await,
        ["keyring.burn"]
    );
    let since = AuditFilter {
        since_ms: Some(store.now_ms()),
        action: some("key."),
        ..all()
    };
    assert_eq!(found(since).await, ["key.revoke"]);
    assert_eq!(audit.list("ws_other", &all()).await.unwrap(), []);
    assert_eq!(audit.forget_before(store.now_ms()).await.unwrap(), 1);
    assert_eq!(found(all()).await.len(), 3);
}
