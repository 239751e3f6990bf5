use std::io;

use nen_store::{DEFAULT_WORKSPACE, Scope, StoreError};

use super::Db;

pub async fn first_start_makes_one_key(db: Db) {
    let store = db.open().await;
    let servers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.ensure_default_workspace().await.unwrap() })
        })
        .collect();
    let mut made = Vec::new();
    for server in servers {
        made.extend(server.await.unwrap());
    }
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].key.scopes, [Scope::Admin]);
    assert_eq!(made[0].key.workspace_id, DEFAULT_WORKSPACE);
    let keys = store.keys().list(DEFAULT_WORKSPACE).await.unwrap();
    assert_eq!(keys, [made[0].key.clone()]);

    let other = store.workspaces().create("second").await.unwrap();
    assert!(other.id.starts_with("ws_"));
    let all = store.workspaces().list().await.unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.contains(&other));
    assert_eq!(
        store.workspaces().get(&other.id).await.unwrap(),
        Some(other)
    );
    assert_eq!(store.workspaces().get("ws_\0").await.unwrap(), None);
}

pub async fn undelivered_key_is_made_again(db: Db) {
    let store = db.open().await;
    let mut lost = String::new();
    let failed = store
        .workspaces()
        .ensure_default(|secret| {
            lost = secret.to_owned();
            Err(io::Error::other("disk full"))
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Deliver(_))), "{failed:?}");
    assert_eq!(store.workspaces().list().await.unwrap(), []);
    assert_eq!(store.keys().find_by_secret(&lost).await.unwrap(), None);

    let mut handed = String::new();
    let made = store
        .workspaces()
        .ensure_default(|secret| {
            handed = secret.to_owned();
            Ok(())
        })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(made.secret, handed);
    assert!(
        store
            .keys()
            .find_by_secret(&handed)
            .await
            .unwrap()
            .is_some()
    );
}

pub async fn many_servers_open_at_once(db: Db) {
    let servers: Vec<_> = (0..4)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { db.open().await })
        })
        .collect();
    for server in servers {
        server.await.unwrap().ping().await.unwrap();
    }
}
