//! What a server that was killed leaves of its warm pool, over real sandboxes with a stand-in for the controller.

#![allow(
    clippy::unwrap_used,
    reason = "functions beside the tests are part of them"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nen_fleet::{CreateDesktop, DesktopStatus, Fleet, FleetConfig, Provisioning};
use nen_store::{DEFAULT_WORKSPACE, DesktopLimits, NewDesktop, Store};
use support::{data, left_behind};

const WS: &str = DEFAULT_WORKSPACE;

async fn store(data: &Path) -> Store {
    let store = Store::open(&format!("sqlite:{}", data.join("nen.db").display()))
        .await
        .unwrap();
    store.workspaces().ensure_default(|_| Ok(())).await.unwrap();
    store
}

async fn fleet(data: &Path, warm_pool: usize) -> Fleet {
    let config = FleetConfig {
        warm_pool,
        ..FleetConfig::default()
    };
    let driver = Arc::new(support::driver(data));
    Fleet::start(config, store(data).await, driver)
        .await
        .unwrap()
}

async fn waiting(fleet: &Fleet, many: usize) {
    let wait = async {
        while fleet.pool_counts().waiting != many {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// As the moment between the row and the claim leaves it.
async fn insert_as_creating(store: &Store, id: &str) {
    let row = NewDesktop {
        id: id.to_owned(),
        workspace_id: WS.to_owned(),
        desktop_type: "sandbox".to_owned(),
        name: None,
        spec: serde_json::to_value(CreateDesktop::default()).unwrap(),
        display_width: 1280,
        display_height: 800,
        metadata: BTreeMap::new(),
        provisioning: nen_store::Provisioning::Warm,
        driver: "local".to_owned(),
        expires_at: None,
    };
    let limits = DesktopLimits::default();
    store.desktops().insert(&row, limits).await.unwrap();
}

#[test]
fn a_killed_server_leaves_a_claimed_desktop_or_nothing_at_whatever_moment() {
    let data = data();
    let (desktops, unclaimed) = (data.path().join("desktops"), data.path().join("unclaimed"));
    let before = tokio::runtime::Runtime::new().unwrap();
    let claimed = before.block_on(async {
        let fleet = fleet(data.path(), 3).await;
        waiting(&fleet, 3).await;
        let claimed = fleet.create(WS, CreateDesktop::default()).await.unwrap();
        assert_eq!(claimed.provisioning, Provisioning::Warm);
        waiting(&fleet, 3).await;
        claimed
    });
    // Nothing of it gets to say goodbye.
    before.shutdown_timeout(Duration::from_secs(5));
    let nobodys = names(&unclaimed);
    assert_eq!(nobodys.len(), 3);
    assert!(!nobodys.contains(&claimed.desktop_id));

    tokio::runtime::Runtime::new().unwrap().block_on(async {
        // One was killed as it is, one when its row was written, one when the note was taken away as well.
        let store = store(data.path()).await;
        for id in &nobodys[1..] {
            insert_as_creating(&store, id).await;
        }
        std::fs::remove_file(unclaimed.join(&nobodys[2])).unwrap();
        // And one before it had a folder.
        std::fs::write(unclaimed.join("dsk_begun0000000"), "").unwrap();
        store.close().await;

        let fleet = fleet(data.path(), 0).await;
        let listed = fleet.list(WS, &BTreeMap::new()).await.unwrap();
        let [adopted] = &listed[..] else {
            unreachable!("one desktop: {listed:?}")
        };
        assert_eq!(adopted.desktop_id, claimed.desktop_id);
        assert_eq!(
            (adopted.status, adopted.provisioning),
            (DesktopStatus::Running, Provisioning::Warm)
        );
        assert_eq!(names(&desktops), std::slice::from_ref(&claimed.desktop_id));
        assert_eq!(names(&unclaimed), [] as [String; 0]);
        for id in &nobodys {
            let left = left_behind(&desktops.join(id));
            assert_eq!(left, [] as [String; 0]);
        }
        fleet.delete(WS, &claimed.desktop_id).await.unwrap();
        assert_eq!(left_behind(data.path()), [] as [String; 0]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_leaves_nothing_of_its_pool() {
    let data = data();
    let fleet = fleet(data.path(), 2).await;
    waiting(&fleet, 2).await;
    fleet.stop().await;
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    assert_eq!(names(&data.path().join("desktops")), [] as [String; 0]);
    assert_eq!(names(&data.path().join("unclaimed")), [] as [String; 0]);
}
