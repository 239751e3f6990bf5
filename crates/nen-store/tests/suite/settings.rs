use nen_store::DEFAULT_WORKSPACE;

use super::Db;

pub async fn all_get_the_same_first_value(db: Db) {
    let store = db.open_with_workspace().await;
    let askers: Vec<_> = (0..10)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .settings()
                    .get_or_insert(None, "view_key", &number.to_string())
                    .await
                    .unwrap()
            })
        })
        .collect();
    let first = store
        .settings()
        .get_or_insert(None, "view_key", "x")
        .await
        .unwrap();
    for asker in askers {
        assert_eq!(asker.await.unwrap(), first);
    }
    let settings = store.settings();
    assert_eq!(
        settings
            .get(Some(DEFAULT_WORKSPACE), "view_key")
            .await
            .unwrap(),
        None
    );
    settings
        .set(Some(DEFAULT_WORKSPACE), "view_key", "mine")
        .await
        .unwrap();
    settings.set(None, "view_key", "new").await.unwrap();
    assert_eq!(
        settings.get(None, "view_key").await.unwrap().as_deref(),
        Some("new")
    );
    assert_eq!(
        settings
            .get(Some(DEFAULT_WORKSPACE), "view_key")
            .await
            .unwrap()
            .as_deref(),
        Some("mine")
    );
    assert!(settings.delete(None, "view_key").await.unwrap());
    assert!(!settings.delete(None, "view_key").await.unwrap());
}
