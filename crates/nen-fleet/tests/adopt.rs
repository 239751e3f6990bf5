//! What a starting server finds, over desktops that do what a test tells them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "functions beside the tests are part of them"
)]

#[allow(dead_code, reason = "not every test uses all of it")]
#[path = "support/scripted.rs"]
mod scripted;

use std::sync::Arc;

use nen_fleet::{CreateDesktop, DesktopStatus, Fleet, FleetConfig};
use nen_store::{DEFAULT_WORKSPACE, Store};
use scripted::Script;

#[tokio::test]
async fn one_that_cannot_be_cleaned_up_keeps_no_other_from_its_server() {
    let data = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", data.path().join("nen.db").display());
    let store = Store::open(&url).await.unwrap();
    store.workspaces().ensure_default(|_| Ok(())).await.unwrap();
    let start = |script: &Script| {
        Fleet::start(
            FleetConfig::default(),
            store.clone(),
            Arc::new(script.clone()),
        )
    };
    let first = start(&Script::default()).await.unwrap();
    let create = || first.create(DEFAULT_WORKSPACE, CreateDesktop::default());
    let (stuck, well) = (create().await.unwrap(), create().await.unwrap());

    let script = Script::default();
    let ids = [&stuck.desktop_id, "dsk_of_nobody000"].map(str::to_owned);
    script.0.seen().stuck.extend(ids);
    let second = start(&script).await.unwrap();
    let shown = second.get(DEFAULT_WORKSPACE, &stuck.desktop_id).await;
    let shown = shown.unwrap();
    assert_eq!(shown.status, DesktopStatus::Error);
    let error = shown.error.unwrap();
    assert!(error.contains("it is stuck"), "{error}");
    assert!(error.contains("its folder is read-only"), "{error}");
    let shown = second.get(DEFAULT_WORKSPACE, &well.desktop_id).await;
    assert_eq!(shown.unwrap().status, DesktopStatus::Paused);

    // Once what hindered it is gone, it can be deleted like any other.
    script.0.seen().stuck.clear();
    let deleted = second.delete(DEFAULT_WORKSPACE, &stuck.desktop_id).await;
    assert_eq!(deleted.unwrap().status, DesktopStatus::Deleted);
}
