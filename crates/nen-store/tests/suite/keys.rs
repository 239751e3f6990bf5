use nen_store::{DEFAULT_WORKSPACE, Scope, sha256_hex};
use sqlx::{AnyConnection, Connection, Row};

use super::Db;

pub async fn secret_opens_and_is_not_stored(db: Db) {
    let store = db.open_with_workspace().await;
    let scopes = [
        Scope::DesktopsWrite,
        Scope::DesktopsRead,
        Scope::DesktopsRead,
    ];
    let new = store
        .keys()
        .create(DEFAULT_WORKSPACE, "laptop \0", &scopes, None)
        .await
        .unwrap();
    assert_eq!(new.secret.len(), "sk_nen_".len() + 40);
    assert_eq!(new.key.prefix, new.secret[..12]);
    assert_eq!(new.key.name, "laptop \u{fffd}");
    assert_eq!(new.key.scopes, [Scope::DesktopsRead, Scope::DesktopsWrite]);
    assert!(!format!("{new:?}").contains(&new.secret));

    let found = store
        .keys()
        .find_by_secret(&new.secret)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.id, new.key.id);
    assert!(found.allows(Scope::DesktopsRead) && !found.allows(Scope::WorkflowsRead));
    assert!(!found.allows(Scope::Admin));
    for wrong in [
        "",
        "sk_nen_",
        "sk_nen_\0",
        &new.secret[..46],
        &format!("{}x", new.secret),
        &new.key.prefix,
    ] {
        assert_eq!(
            store.keys().find_by_secret(wrong).await.unwrap(),
            None,
            "{wrong:?}"
        );
    }

    let mut connection = AnyConnection::connect(&db.url).await.unwrap();
    let stored = sqlx::query("SELECT * FROM api_keys WHERE id = $1")
        .bind(new.key.id)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(
        stored.get::<String, _>("secret_hash"),
        sha256_hex(&new.secret)
    );
    for column in [
        "id",
        "workspace_id",
        "name",
        "prefix",
        "secret_hash",
        "scopes",
    ] {
        assert!(
            !stored.get::<String, _>(column).contains(&new.secret[12..]),
            "{column}"
        );
    }
    connection.close().await.unwrap();
    assert!(
        store
            .keys()
            .create("ws_none", "x", &scopes, None)
            .await
            .is_err()
    );
}

pub async fn expired_and_revoked_keys_open_nothing(db: Db) {
    let store = db.open_with_workspace().await;
    let ends = store.now() + 100;
    let short = store
        .keys()
        .create(DEFAULT_WORKSPACE, "short", &[Scope::Admin], Some(ends))
        .await
        .unwrap();
    let long = store
        .keys()
        .create(DEFAULT_WORKSPACE, "long", &[Scope::Admin], None)
        .await
        .unwrap();
    let opens = async |secret: &str| store.keys().find_by_secret(secret).await.unwrap().is_some();

    db.pass(99);
    assert!(opens(&short.secret).await);
    db.pass(1);
    assert!(!opens(&short.secret).await);
    assert!(opens(&long.secret).await);

    assert_eq!(
        store.keys().revoke("ws_other", &long.key.id).await.unwrap(),
        None
    );
    assert!(opens(&long.secret).await);
    let revoked = store
        .keys()
        .revoke(DEFAULT_WORKSPACE, &long.key.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(revoked.revoked_at, Some(store.now()));
    assert!(!opens(&long.secret).await);
    db.pass(5);
    let again = store
        .keys()
        .revoke(DEFAULT_WORKSPACE, &long.key.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.revoked_at, revoked.revoked_at);
    assert_eq!(store.keys().list(DEFAULT_WORKSPACE).await.unwrap().len(), 3);
    assert_eq!(store.keys().list("ws_other").await.unwrap(), []);
}

pub async fn last_use_is_noted(db: Db) {
    let store = db.open_with_workspace().await;
    let new = store
        .keys()
        .create(DEFAULT_WORKSPACE, "k", &[Scope::Admin], None)
        .await
        .unwrap();
    let first = store.now();
    let used = async || {
        store
            .keys()
            .find_by_secret(&new.secret)
            .await
            .unwrap()
            .unwrap();
        let keys = store.keys().list(DEFAULT_WORKSPACE).await.unwrap();
        keys.into_iter()
            .find(|key| key.id == new.key.id)
            .unwrap()
            .last_used_at
    };
    assert_eq!(used().await, Some(first));
    db.pass(59);
    assert_eq!(used().await, Some(first));
    db.pass(1);
    assert_eq!(used().await, Some(first + 60));
}
