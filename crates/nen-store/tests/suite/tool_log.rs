use nen_store::{DEFAULT_WORKSPACE, LogEntry, StoreError};
use serde_json::json;

use super::{Db, add_desktop};

pub fn entry(action: &str) -> LogEntry {
    LogEntry {
        tool: "computer".into(),
        action: action.into(),
        params: json!({"coordinate": [0, 0], "text": "a\0b 😀"}),
        status: "ok".into(),
        output: Some("left click at (0, 0)\0".into()),
        error: None,
        coordinate: Some(json!([0, 0])),
        changed: Some(true),
        started_at: 1_750_000_000.123_456,
        duration_ms: 0.25,
        actor: "key_abc".into(),
    }
}

pub async fn pages_newest_last(db: Db) {
    let store = db.open_with_workspace().await;
    let (desktop, other) = (add_desktop(&store).await.id, add_desktop(&store).await.id);
    let log = store.tool_log();
    assert_eq!(
        log.append(&desktop, &[entry("a"), entry("b")])
            .await
            .unwrap(),
        2
    );
    assert_eq!(log.append(&desktop, &[]).await.unwrap(), 2);
    let bare = LogEntry {
        output: None,
        coordinate: None,
        changed: None,
        error: Some("no".into()),
        ..entry("c")
    };
    assert_eq!(
        log.append(&desktop, std::slice::from_ref(&bare))
            .await
            .unwrap(),
        3
    );
    assert_eq!(log.append(&other, &[entry("z")]).await.unwrap(), 1);

    let all = log.list(&desktop, 100, None).await.unwrap();
    assert_eq!(all.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3]);
    let clean = LogEntry {
        output: Some("left click at (0, 0)\u{fffd}".into()),
        ..entry("a")
    };
    assert_eq!((&all[0].entry, &all[2].entry), (&clean, &bare));
    assert_eq!(log.list(&desktop, 2, None).await.unwrap(), all[1..]);
    assert_eq!(log.list(&desktop, 1, Some(3)).await.unwrap(), all[1..2]);
    assert_eq!(log.list(&desktop, 5, Some(1)).await.unwrap(), []);
    assert_eq!(log.list("dsk_none", 5, None).await.unwrap(), []);
    let unknown = log.append("dsk_none", &[entry("a")]).await;
    assert!(
        matches!(
            unknown,
            Err(StoreError::Missing {
                what: "desktop",
                ..
            })
        ),
        "{unknown:?}"
    );
}

pub async fn concurrent_batches_stay_whole(db: Db) {
    let store = db.open_with_workspace().await;
    let desktop = add_desktop(&store).await.id;
    let writers: Vec<_> = (0..20)
        .map(|writer| {
            let (store, desktop) = (store.clone(), desktop.clone());
            let batch: Vec<_> = (0..10).map(|at| entry(&format!("{writer}.{at}"))).collect();
            tokio::spawn(async move { store.tool_log().append(&desktop, &batch).await.unwrap() })
        })
        .collect();
    for writer in writers {
        assert_eq!(writer.await.unwrap() % 10, 0);
    }
    let all = store.tool_log().list(&desktop, 1000, None).await.unwrap();
    assert_eq!(
        all.iter().map(|row| row.seq).collect::<Vec<_>>(),
        (1..=200).collect::<Vec<_>>()
    );
    for batch in all.chunks(10) {
        let (writer, _) = batch[0].entry.action.split_once('.').unwrap();
        for (at, row) in batch.iter().enumerate() {
            assert_eq!(row.entry.action, format!("{writer}.{at}"));
        }
    }
}

pub async fn keeps_the_newest(db: Db) {
    let store = db.open_with_workspace().await;
    let desktop = add_desktop(&store).await.id;
    let batch: Vec<_> = (0..2010).map(|_| entry("wait")).collect();
    for _ in 0..5 {
        store.tool_log().append(&desktop, &batch).await.unwrap();
    }
    let all = store.tool_log().list(&desktop, 20_000, None).await.unwrap();
    assert_eq!((all[0].seq, all.len()), (51, 10_000));
    assert_eq!(all[9_999].seq, 10_050);
}

pub async fn goes_with_its_desktop(db: Db) {
    let store = db.open_with_workspace().await;
    let desktop = add_desktop(&store).await.id;
    store
        .tool_log()
        .append(&desktop, &[entry("a")])
        .await
        .unwrap();
    store
        .desktops()
        .delete(DEFAULT_WORKSPACE, &desktop)
        .await
        .unwrap();
    assert_eq!(
        store
            .tool_log()
            .list(&desktop, 5, None)
            .await
            .unwrap()
            .len(),
        1
    );
    db.pass(24 * 3600);
    store.forget_old().await.unwrap();
    assert_eq!(store.tool_log().list(&desktop, 5, None).await.unwrap(), []);
}

pub async fn an_entry_has_its_picture_until_it_is_dropped(db: Db) {
    let store = db.open_with_workspace().await;
    let desktop = add_desktop(&store).await.id;
    let log = store.tool_log();
    log.append(&desktop, &[entry("a"), entry("b"), entry("c")])
        .await
        .unwrap();
    for seq in [1, 2] {
        assert!(log.set_picture(&desktop, seq, "one.png").await.unwrap());
    }
    assert!(log.set_picture(&desktop, 3, "two.png").await.unwrap());
    assert!(!log.set_picture(&desktop, 4, "two.png").await.unwrap());
    let pictures = || async {
        let rows = log.list(&desktop, 10, None).await.unwrap();
        rows.into_iter().map(|row| row.picture).collect::<Vec<_>>()
    };
    let one = Some("one.png".to_owned());
    let two = Some("two.png".to_owned());
    assert_eq!(pictures().await, [one.clone(), one, two.clone()]);
    log.drop_picture(&desktop, "one.png").await.unwrap();
    assert_eq!(pictures().await, [None, None, two.clone()]);
    let found = log.get(&desktop, 3).await.unwrap().unwrap();
    assert_eq!(
        (found.entry, found.picture),
        (
            log.list(&desktop, 1, None).await.unwrap()[0].entry.clone(),
            two
        )
    );
    assert_eq!(log.get(&desktop, 4).await.unwrap(), None);
}
