use std::collections::BTreeMap;

use nen_store::{
    DEFAULT_WORKSPACE, DesktopChange, DesktopLimits, DesktopStatus, Insert, Provisioning,
    PutSession,
};
use serde_json::{Value, json};

use super::{Db, add_desktop, new_desktop};

pub async fn a_desktop_comes_back_as_stored(db: Db) {
    let store = db.open_with_workspace().await;
    let new = new_desktop(DEFAULT_WORKSPACE);
    let made = store
        .desktops()
        .insert(&new, DesktopLimits::default())
        .await
        .unwrap();
    let Insert::Done(made) = made else {
        panic!("{made:?}")
    };
    assert_eq!(made.status, DesktopStatus::Creating);
    assert_eq!(made.provisioning, Provisioning::Cold);
    assert_eq!((made.name.clone(), made.spec.clone()), (new.name, new.spec));
    assert_eq!(made.metadata, new.metadata);
    assert_eq!((made.display_width, made.display_height), (1280, 800));
    assert_eq!(made.driver_state, Value::Null);
    assert_eq!(
        [made.created_at, made.updated_at, made.last_active_at],
        [store.now(); 3]
    );
    assert_eq!((made.expires_at, made.deleted_at), (None, None));
    store.close().await;

    let store = db.open().await;
    assert_eq!(
        store
            .desktops()
            .get(DEFAULT_WORKSPACE, &new.id)
            .await
            .unwrap(),
        Some(*made)
    );
    assert!(store.desktops().remove(&new.id).await.unwrap());
    assert!(!store.desktops().remove(&new.id).await.unwrap());
    assert_eq!(store.desktops().find(&new.id).await.unwrap(), None);
    for odd in ["", "dsk_\0", "' OR 1=1 --"] {
        assert_eq!(store.desktops().find(odd).await.unwrap(), None, "{odd:?}");
        assert_eq!(
            store.desktops().get(odd, odd).await.unwrap(),
            None,
            "{odd:?}"
        );
        assert_eq!(
            store
                .desktops()
                .update(odd, &DesktopChange::default())
                .await
                .unwrap(),
            None
        );
        assert_eq!(store.desktops().delete(odd, odd).await.unwrap(), None);
    }
}

pub async fn changes_touch_what_they_name(db: Db) {
    let store = db.open_with_workspace().await;
    let made = add_desktop(&store).await;
    let change =
        async |change: DesktopChange| store.desktops().update(&made.id, &change).await.unwrap();

    db.pass(10);
    let state = json!({"pid": 4242, "pidns": "4026532"});
    let active = change(DesktopChange {
        driver_state: Some(state.clone()),
        last_active_at: Some(store.now()),
        ..DesktopChange::default()
    })
    .await
    .unwrap();
    assert_eq!(
        (active.driver_state, active.last_active_at),
        (state.clone(), store.now())
    );
    assert_eq!(
        (active.updated_at, active.status),
        (made.updated_at, made.status)
    );

    let broken = change(DesktopChange {
        status: Some(DesktopStatus::Error),
        error: Some("x server died\0".into()),
        ..DesktopChange::default()
    })
    .await
    .unwrap();
    assert_eq!(broken.error.as_deref(), Some("x server died\u{fffd}"));
    assert_eq!(
        (broken.updated_at, &broken.driver_state),
        (store.now(), &state)
    );
    assert_eq!(broken.name, made.name);

    let named = change(DesktopChange {
        name: Some("n".into()),
        ..DesktopChange::default()
    })
    .await
    .unwrap();
    assert_eq!(
        (named.name.as_deref(), named.error),
        (Some("n"), broken.error)
    );
    let running = DesktopChange {
        status: Some(DesktopStatus::Running),
        ..DesktopChange::default()
    };
    let only = |from| DesktopChange {
        only_from: Some(from),
        ..running.clone()
    };
    assert_eq!(change(only(DesktopStatus::Paused)).await, None);
    let running = change(only(DesktopStatus::Error)).await.unwrap();
    assert_eq!(
        (running.status, running.error),
        (DesktopStatus::Running, None)
    );

    let bare = change(DesktopChange {
        driver_state: Some(Value::Null),
        metadata: Some(BTreeMap::new()),
        ..DesktopChange::default()
    })
    .await
    .unwrap();
    assert_eq!(
        (bare.driver_state, bare.metadata),
        (Value::Null, BTreeMap::new())
    );
}

pub async fn deleted_is_shown_for_a_day(db: Db) {
    let store = db.open_with_workspace().await;
    let (gone, stays) = (add_desktop(&store).await, add_desktop(&store).await);
    let session = PutSession {
        interactive: true,
        takeover: true,
        held_by: Some("anna".to_owned()),
        token_hash: None,
        expires_at: store.now() + 9999,
    };
    store.sessions().put(&gone.id, &session).await.unwrap();

    let deleted = store
        .desktops()
        .delete(DEFAULT_WORKSPACE, &gone.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (deleted.status, deleted.deleted_at),
        (DesktopStatus::Deleted, Some(store.now()))
    );
    assert_eq!(
        store
            .desktops()
            .delete(DEFAULT_WORKSPACE, &gone.id)
            .await
            .unwrap(),
        None
    );
    assert_eq!(store.sessions().get(&gone.id).await.unwrap(), None);
    assert!(store.sessions().put(&gone.id, &session).await.is_err());
    let revive = DesktopChange {
        status: Some(DesktopStatus::Running),
        ..DesktopChange::default()
    };
    assert_eq!(
        store.desktops().update(&gone.id, &revive).await.unwrap(),
        None
    );
    assert_eq!(
        store.desktops().list_all().await.unwrap(),
        std::slice::from_ref(&stays)
    );
    assert_eq!(store.desktops().count(None).await.unwrap(), 1);

    db.pass(24 * 3600 - 1);
    assert_eq!(
        store
            .desktops()
            .get(DEFAULT_WORKSPACE, &gone.id)
            .await
            .unwrap(),
        Some(deleted)
    );
    assert_eq!(
        store.forget_old().await.unwrap().desktops,
        Vec::<String>::new()
    );
    db.pass(1);
    assert_eq!(
        store
            .desktops()
            .get(DEFAULT_WORKSPACE, &gone.id)
            .await
            .unwrap(),
        None
    );
    assert_eq!(store.forget_old().await.unwrap().desktops, [gone.id]);
    assert_eq!(store.desktops().find(&stays.id).await.unwrap(), Some(stays));
}

pub async fn workspaces_do_not_see_each_other(db: Db) {
    let store = db.open_with_workspace().await;
    let other = store.workspaces().create("other").await.unwrap().id;
    let mine = add_desktop(&store).await;
    let desktops = store.desktops();
    assert_eq!(desktops.get(&other, &mine.id).await.unwrap(), None);
    assert_eq!(desktops.delete(&other, &mine.id).await.unwrap(), None);
    assert_eq!(desktops.list(&other, &BTreeMap::new()).await.unwrap(), []);
    assert_eq!(desktops.count(Some(&other)).await.unwrap(), 0);
    assert_eq!(desktops.count(Some(DEFAULT_WORKSPACE)).await.unwrap(), 1);
}

pub async fn limits_hold_in_a_race(db: Db) {
    let store = db.open_with_workspace().await;
    let other = store.workspaces().create("other").await.unwrap().id;
    let race = async |workspace: &str, limits: DesktopLimits| {
        let racers: Vec<_> = (0..12)
            .map(|_| {
                let (store, new) = (store.clone(), new_desktop(workspace));
                tokio::spawn(async move { store.desktops().insert(&new, limits).await.unwrap() })
            })
            .collect();
        let (mut done, mut workspace_full, mut server_full) = (0, 0, 0);
        for racer in racers {
            match racer.await.unwrap() {
                Insert::Done(_) => done += 1,
                Insert::WorkspaceFull => workspace_full += 1,
                Insert::ServerFull => server_full += 1,
            }
        }
        (done, workspace_full, server_full)
    };
    let mut limits = DesktopLimits {
        per_workspace: Some(3),
        total: None,
    };
    assert_eq!(race(DEFAULT_WORKSPACE, limits).await, (3, 9, 0));
    limits.total = Some(5);
    assert_eq!(race(&other, limits).await, (2, 0, 10));
    limits.total = Some(6);
    assert_eq!(race(&other, limits).await, (1, 11, 0));
}

pub async fn list_filters_by_labels(db: Db) {
    let store = db.open_with_workspace().await;
    let mut made = Vec::new();
    for (team, run) in [("a", "1"), ("a", "2"), ("b", "1")] {
        let mut new = new_desktop(DEFAULT_WORKSPACE);
        new.metadata = BTreeMap::from([("team".into(), team.into()), ("run".into(), run.into())]);
        store
            .desktops()
            .insert(&new, DesktopLimits::default())
            .await
            .unwrap();
        made.push(new.id);
        db.pass(1);
    }
    let list = async |labels: &[(&str, &str)]| {
        let labels = labels
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let found = store
            .desktops()
            .list(DEFAULT_WORKSPACE, &labels)
            .await
            .unwrap();
        found
            .into_iter()
            .map(|desktop| desktop.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(&[]).await, made);
    assert_eq!(list(&[("team", "a")]).await, made[..2]);
    assert_eq!(list(&[("team", "a"), ("run", "2")]).await, made[1..2]);
    assert_eq!(list(&[("team", "%")]).await, Vec::<String>::new());
    assert_eq!(list(&[("colour", "a")]).await, Vec::<String>::new());
}

pub async fn one_being_created_may_get_another_id(db: Db) {
    let store = db.open_with_workspace().await;
    let made = add_desktop(&store).await;
    let new_id = nen_store::random_id("dsk").unwrap();
    let desktops = store.desktops();
    let change = async |id: &str| {
        desktops
            .change_id(id, &new_id, Provisioning::Warm)
            .await
            .unwrap()
    };
    let changed = change(&made.id).await.unwrap();
    assert_eq!(
        (&changed.id, changed.provisioning),
        (&new_id, Provisioning::Warm)
    );
    assert_eq!(
        (changed.spec.clone(), changed.created_at),
        (made.spec, made.created_at)
    );
    assert_eq!(desktops.list_all().await.unwrap(), [changed]);
    assert_eq!(change(&made.id).await, None, "there is none any more");
    let running = DesktopChange {
        status: Some(DesktopStatus::Running),
        ..DesktopChange::default()
    };
    desktops.update(&new_id, &running).await.unwrap().unwrap();
    assert_eq!(change(&new_id).await, None, "it is created by now");
}
