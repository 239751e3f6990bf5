use nen_store::{ApiKey, DEFAULT_WORKSPACE, Scope, SignInKind, Store, sha256_hex};
use sqlx::{AnyConnection, Connection, Row};

use super::Db;

async fn key(store: &Store, expires_at: Option<i64>) -> ApiKey {
    let keys = store.keys();
    let made = keys.create(
        DEFAULT_WORKSPACE,
        "person",
        &[Scope::DesktopsRead],
        expires_at,
    );
    made.await.unwrap().key
}

pub async fn a_browser_may_what_its_key_may(db: Db) {
    let store = db.open_with_workspace().await;
    let key = key(&store, None).await;
    let sign_ins = store.sign_ins();
    let made = sign_ins
        .create(SignInKind::Browser, &key.id, 100)
        .await
        .unwrap();
    assert_eq!(made.secret.len(), 43);
    assert!(!format!("{made:?}").contains(&made.secret));
    let found = sign_ins.find(&made.secret).await.unwrap().unwrap();
    assert_eq!(found.key, key);
    assert_eq!(found.expires_at, store.now() + 100);
    for wrong in ["", "\0", &made.secret[1..], &sha256_hex(&made.secret)] {
        assert_eq!(sign_ins.find(wrong).await.unwrap(), None, "{wrong:?}");
    }

    let mut connection = AnyConnection::connect(&db.url).await.unwrap();
    let stored = sqlx::query("SELECT * FROM sign_ins")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(
        stored.get::<String, _>("secret_hash"),
        sha256_hex(&made.secret)
    );
    connection.close().await.unwrap();

    assert!(sign_ins.end(&made.secret).await.unwrap());
    assert!(!sign_ins.end(&made.secret).await.unwrap());
    assert_eq!(sign_ins.find(&made.secret).await.unwrap(), None);
}

pub async fn a_sign_in_ends_by_itself_and_with_its_key(db: Db) {
    let store = db.open_with_workspace().await;
    let sign_ins = store.sign_ins();
    let (revoked, expiring) = (key(&store, None).await, key(&store, Some(store.now() + 50)));
    let expiring = expiring.await;
    let mut secrets = Vec::new();
    for (key, seconds) in [(&revoked, 100), (&expiring, 100), (&revoked, 20)] {
        let made = sign_ins.create(SignInKind::Browser, &key.id, seconds).await;
        secrets.push(made.unwrap().secret);
    }
    let good = || async {
        let mut good = Vec::new();
        for secret in &secrets {
            good.push(sign_ins.find(secret).await.unwrap().is_some());
        }
        good
    };
    assert_eq!(good().await, [true, true, true]);
    db.pass(20);
    assert_eq!(good().await, [true, true, false]);
    db.pass(30);
    assert_eq!(good().await, [true, false, false]);
    store
        .keys()
        .revoke(DEFAULT_WORKSPACE, &revoked.id)
        .await
        .unwrap();
    assert_eq!(good().await, [false, false, false]);
}

pub async fn a_link_signs_in_once(db: Db) {
    let store = db.open_with_workspace().await;
    let key = key(&store, None).await;
    let sign_ins = store.sign_ins();
    let link = || async {
        let made = sign_ins.create(SignInKind::Link, &key.id, 100).await;
        made.unwrap().secret
    };
    let secret = link().await;
    assert_eq!(
        sign_ins.find(&secret).await.unwrap(),
        None,
        "it is no cookie"
    );
    let (one, other) = tokio::join!(
        sign_ins.redeem(&secret, 1000),
        sign_ins.redeem(&secret, 1000)
    );
    let got: Vec<_> = [one.unwrap(), other.unwrap()]
        .into_iter()
        .flatten()
        .collect();
    let [(made, of)] = &got[..] else {
        panic!("{got:?}");
    };
    assert_eq!(of.id, key.id);
    assert!(sign_ins.find(&made.secret).await.unwrap().is_some());
    assert_eq!(
        sign_ins.redeem(&made.secret, 1000).await.unwrap(),
        None,
        "a browser's sign-in is no link"
    );

    let late = link().await;
    db.pass(100);
    assert_eq!(sign_ins.redeem(&late, 1000).await.unwrap(), None);
    let dead = link().await;
    store
        .keys()
        .revoke(DEFAULT_WORKSPACE, &key.id)
        .await
        .unwrap();
    assert_eq!(sign_ins.redeem(&dead, 1000).await.unwrap(), None);
}
