use nen_store::{PutSession, StoreError, sha256_hex};

use super::{Db, add_desktop};

pub async fn one_per_desktop_until_it_ends(db: Db) {
    let store = db.open_with_workspace().await;
    let desktop = add_desktop(&store).await.id;
    let sessions = store.sessions();
    let put = |interactive| PutSession {
        interactive,
        takeover: false,
        held_by: Some("anna".to_owned()),
        token_hash: None,
        expires_at: store.now() + 3600,
    };
    assert_eq!(sessions.get(&desktop).await.unwrap(), None);
    assert_eq!(
        sessions.set_takeover(&desktop, Some("anna")).await.unwrap(),
        None
    );
    let first = sessions.put(&desktop, &put(false)).await.unwrap();
    assert!(first.active && !first.interactive && !first.takeover);
    assert_eq!(first.held_by, None, "nobody took it");
    assert_eq!(sessions.get(&desktop).await.unwrap(), Some(first.clone()));

    db.pass(10);
    let renewed = sessions.put(&desktop, &put(true)).await.unwrap();
    assert_eq!(
        (&renewed.session_id, renewed.created_at),
        (&first.session_id, first.created_at)
    );
    assert!(renewed.interactive && renewed.expires_at == first.expires_at + 10);
    assert!(
        sessions
            .set_takeover(&desktop, Some("anna"))
            .await
            .unwrap()
            .unwrap()
            .takeover
    );
    assert!(
        !sessions
            .set_takeover(&desktop, None)
            .await
            .unwrap()
            .unwrap()
            .takeover
    );

    assert!(sessions.delete(&desktop).await.unwrap());
    assert!(!sessions.delete(&desktop).await.unwrap());
    assert_eq!(sessions.get(&desktop).await.unwrap(), None);
    let second = sessions.put(&desktop, &put(true)).await.unwrap();
    assert_ne!(second.session_id, first.session_id);
    db.pass(3600);
    let third = sessions.put(&desktop, &put(true)).await.unwrap();
    assert_ne!(third.session_id, second.session_id);
    assert_eq!(third.created_at, store.now());

    let unknown = sessions.put("dsk_none", &put(true)).await;
    assert!(
        matches!(unknown, Err(StoreError::Missing { .. })),
        "{unknown:?}"
    );
}

pub async fn token_is_found_until_it_expires(db: Db) {
    let store = db.open_with_workspace().await;
    let desktop = add_desktop(&store).await.id;
    let sessions = store.sessions();
    let hash = sha256_hex("token");
    let put = PutSession {
        interactive: false,
        takeover: true,
        held_by: Some("anna".to_owned()),
        token_hash: Some(hash.clone()),
        expires_at: store.now() + 60,
    };
    sessions.put(&desktop, &put).await.unwrap();
    let found = sessions.find_by_token_hash(&hash).await.unwrap().unwrap();
    assert_eq!((found.desktop_id, found.takeover), (desktop.clone(), true));
    assert_eq!(
        sessions
            .find_by_token_hash(&sha256_hex("other"))
            .await
            .unwrap(),
        None
    );
    db.pass(60);
    assert_eq!(sessions.find_by_token_hash(&hash).await.unwrap(), None);
    assert_eq!(sessions.get(&desktop).await.unwrap(), None);
    assert!(
        !sessions.delete(&desktop).await.unwrap(),
        "an expired one is as good as none"
    );
    sessions.put(&desktop, &put).await.unwrap();
    assert_eq!(store.forget_old().await.unwrap().sessions, 1);
}

pub async fn opening_leaves_the_session_that_is_there(db: Db) {
    let store = db.open_with_workspace().await;
    let desktop = add_desktop(&store).await.id;
    let sessions = store.sessions();
    let new = |interactive| PutSession {
        interactive,
        takeover: interactive,
        held_by: Some("anna".to_owned()),
        token_hash: None,
        expires_at: store.now() + 60,
    };
    let first = sessions.open(&desktop, &new(true)).await.unwrap();
    assert!(first.interactive && first.takeover);
    assert_eq!(sessions.open(&desktop, &new(false)).await.unwrap(), first);
    db.pass(60);
    let second = sessions.open(&desktop, &new(false)).await.unwrap();
    assert_ne!(
        second.session_id, first.session_id,
        "an expired one is as good as none"
    );
    assert!(!second.interactive && !second.takeover);
    let unknown = sessions.open("dsk_unknown", &new(false)).await;
    assert!(
        matches!(unknown, Err(StoreError::Missing { .. })),
        "{unknown:?}"
    );
}
