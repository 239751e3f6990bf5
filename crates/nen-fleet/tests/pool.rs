//! The warm pool, over desktops that do what a test tells them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "functions beside the tests are part of them"
)]

#[path = "support/scripted.rs"]
mod scripted;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use nen_fleet::{
    Call, CreateDesktop, Desktop, DesktopStatus, Fleet, FleetConfig, FleetError, PoolCounts,
    Provisioning, kind,
};
use nen_store::{DEFAULT_WORKSPACE, Store};
use scripted::{Script, Scripted};
use serde_json::json;
use tempfile::TempDir;

const WS: &str = DEFAULT_WORKSPACE;

struct Server {
    fleet: Fleet,
    driver: Arc<Scripted>,
    store: Store,
    _data: TempDir,
}

impl Server {
    async fn start(config: FleetConfig) -> Self {
        Self::with(config, Script::default()).await
    }

    async fn with(config: FleetConfig, script: Script) -> Self {
        let data = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", data.path().join("nen.db").display());
        let store = Store::open(&url).await.unwrap();
        store.workspaces().ensure_default(|_| Ok(())).await.unwrap();
        let driver = Arc::clone(&script.0);
        let fleet = Fleet::start(config, store.clone(), Arc::new(script))
            .await
            .unwrap();
        Self {
            fleet,
            driver,
            store,
            _data: data,
        }
    }

    async fn create(&self, create: CreateDesktop) -> Desktop {
        self.fleet.create(WS, create).await.unwrap()
    }

    async fn usual(&self) -> Desktop {
        self.create(CreateDesktop::default()).await
    }

    /// Waits until this many desktops of the pool can be claimed.
    async fn waiting(&self, many: usize) {
        let wait = async {
            while self.fleet.pool_counts().waiting != many {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait)
            .await
            .unwrap_or_else(|_| panic!("{:?}", self.fleet.pool_counts()));
    }
}

fn pool(size: usize) -> FleetConfig {
    FleetConfig {
        warm_pool: size,
        ..FleetConfig::default()
    }
}

/// One that no desktop of the pool can become.
fn odd() -> CreateDesktop {
    let mut create = CreateDesktop::default();
    create.env.insert("LANG".into(), "de_DE.UTF-8".into());
    create
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_is_taken_from_the_pool_and_the_rest_is_started() {
    let server = Server::start(pool(1)).await;
    server.waiting(1).await;
    let [nobodys] = &server.driver.nobodys_ids()[..] else {
        panic!("one desktop")
    };
    let all = BTreeMap::new();
    assert_eq!(server.fleet.list(WS, &all).await.unwrap(), []);
    assert_eq!(server.fleet.counts(), BTreeMap::new());
    assert_eq!(server.store.desktops().count(None).await.unwrap(), 0);
    assert!(matches!(
        server.fleet.get(WS, nobodys).await,
        Err(FleetError::NotFound)
    ));

    let asked = CreateDesktop {
        name: Some("books".into()),
        tools: vec!["bash".into()],
        start_url: Some("https://example.com/".into()),
        timeout_seconds: Some(600),
        ..CreateDesktop::default()
    };
    let warm = server.create(asked.clone()).await;
    assert_eq!(&warm.desktop_id, nobodys);
    assert_eq!(
        (warm.status, warm.provisioning, warm.name.as_deref()),
        (DesktopStatus::Running, Provisioning::Warm, Some("books"))
    );
    assert_eq!(warm.tools, asked.tools);
    assert_eq!(
        server.driver.seen().claims[nobodys],
        json!({"tools": ["bash"], "start_url": "https://example.com/"})
    );
    assert_eq!(
        server.fleet.get(WS, nobodys).await.unwrap(),
        warm,
        "it is found as it was answered"
    );
    let events = server.fleet.events(WS, nobodys).unwrap();
    let kinds: Vec<&str> = events.recent.iter().map(|event| &*event.kind).collect();
    assert_eq!(kinds, [kind::CREATED]);
    let request = Request::post("/execute").body(Full::<Bytes>::from("hello"));
    let reply = server
        .fleet
        .send(WS, nobodys, request.unwrap(), Call::execute())
        .await
        .unwrap();
    let said = reply.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(said, "hello");

    server.waiting(1).await;
    let cold = server.create(odd()).await;
    assert_eq!(cold.provisioning, Provisioning::Cold);
    assert_eq!(server.driver.seen().claimed_starts, 1);
    assert_eq!(
        server.fleet.pool_counts(),
        PoolCounts {
            waiting: 1,
            warm: 1,
            cold: 1
        }
    );

    server.driver.end(nobodys, "it was killed");
    server
        .driver
        .until(|seen| !seen.there.contains_key(nobodys))
        .await;
    let wait = async {
        while server.fleet.get(WS, nobodys).await.unwrap().status != DesktopStatus::Error {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .unwrap();
    server.fleet.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_empty_pool_a_caller_waits_for_nobodys_start() {
    let script = Script::default();
    let driver = Arc::clone(&script.0);
    let shut = driver.nobodys.write().await;
    let config = FleetConfig {
        max_concurrent_starts: 1,
        ..pool(1)
    };
    let server = Server::with(config, script).await;
    driver.until(|seen| seen.unclaimed_starts == 1).await;
    assert_eq!(server.usual().await.provisioning, Provisioning::Cold);
    drop(shut);
    server.waiting(1).await;
    assert_eq!(server.usual().await.provisioning, Provisioning::Warm);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pool_is_not_filled_while_a_caller_waits_for_a_start() {
    let server = Server::start(pool(1)).await;
    server.waiting(1).await;
    let shut = server.driver.somebodys.write().await;
    let fleet = server.fleet.clone();
    let cold = tokio::spawn(async move { fleet.create(WS, odd()).await.unwrap() });
    server.driver.until(|seen| seen.claimed_starts == 1).await;
    assert_eq!(server.usual().await.provisioning, Provisioning::Warm);
    assert_eq!(server.driver.seen().unclaimed_starts, 1);
    assert_eq!(
        server.starts_after_a_while().await,
        1,
        "nothing was begun for nobody"
    );
    drop(shut);
    assert_eq!(cold.await.unwrap().provisioning, Provisioning::Cold);
    server.waiting(1).await;
    assert_eq!(server.driver.seen().unclaimed_starts, 2);
}

impl Server {
    /// Gives the keeper of the pool every chance to do something; the starts for nobody so far.
    async fn starts_after_a_while(&self) -> usize {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        self.driver.seen().unclaimed_starts
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_dies_while_it_waits_is_replaced() {
    let server = Server::start(pool(1)).await;
    server.waiting(1).await;
    let [dies] = &server.driver.nobodys_ids()[..] else {
        panic!("one desktop")
    };
    server.driver.end(dies, "its X server died");
    server
        .driver
        .until(|seen| seen.destroyed.contains(dies) && seen.unclaimed_starts == 2)
        .await;
    server.waiting(1).await;
    let warm = server.usual().await;
    assert_eq!(warm.provisioning, Provisioning::Warm);
    assert_ne!(&warm.desktop_id, dies);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_do_not_answer_are_passed_over() {
    let server = Server::start(pool(2)).await;
    server.waiting(2).await;
    let waited = server.driver.nobodys_ids();
    // Which of them is asked first is not known, so one silent desktop may be passed over now or later.
    server.driver.seen().silent.insert(waited[0].clone());
    let first = server.usual().await;
    assert_eq!(first.desktop_id, waited[1]);
    assert_eq!(first.provisioning, Provisioning::Warm);

    server.waiting(2).await;
    let waited = server.driver.nobodys_ids();
    // No third one comes up meanwhile.
    let shut = server.driver.nobodys.write().await;
    server.driver.seen().silent.extend(waited.iter().cloned());
    let cold = server.usual().await;
    assert_eq!(cold.provisioning, Provisioning::Cold);
    assert!(!waited.contains(&cold.desktop_id));
    drop(shut);
    server
        .driver
        .until(|seen| waited.iter().all(|id| seen.destroyed.contains(id)))
        .await;
    let listed = server.fleet.list(WS, &BTreeMap::new()).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(server.store.desktops().count(None).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pool_and_the_desktops_together_keep_within_the_servers_limit() {
    let config = FleetConfig {
        max_desktops: 2,
        ..pool(3)
    };
    let server = Server::start(config).await;
    server.waiting(2).await;
    let first = server.create(odd()).await;
    server.waiting(1).await;
    let second = server.create(odd()).await;
    server.waiting(0).await;
    let refused = server.fleet.create(WS, CreateDesktop::default()).await;
    assert!(matches!(refused, Err(FleetError::Capacity { .. })));
    for desktop in [first, second] {
        server.fleet.delete(WS, &desktop.desktop_id).await.unwrap();
    }
    server.waiting(2).await;
    // By way of the pool the limit is the same.
    for _ in 0..2 {
        assert_eq!(server.usual().await.provisioning, Provisioning::Warm);
    }
    let refused = server.fleet.create(WS, CreateDesktop::default()).await;
    assert!(matches!(refused, Err(FleetError::Capacity { .. })));
    assert_eq!(server.driver.seen().most, 2);
    server.fleet.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_for_nobody_is_given_up_when_its_place_is_needed() {
    let script = Script::default();
    let driver = Arc::clone(&script.0);
    let _shut = driver.nobodys.write().await;
    let config = FleetConfig {
        max_desktops: 1,
        ..pool(1)
    };
    let server = Server::with(config, script).await;
    driver.until(|seen| seen.unclaimed_starts == 1).await;
    assert_eq!(server.usual().await.provisioning, Provisioning::Cold);
    assert_eq!(driver.seen().most, 1);
    assert_eq!(driver.seen().destroyed.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_refused_by_quota_stays_in_the_pool() {
    let config = FleetConfig {
        max_desktops_per_workspace: 1,
        ..pool(1)
    };
    let server = Server::start(config).await;
    server.waiting(1).await;
    let first = server.usual().await;
    server.waiting(1).await;
    let waits = server.driver.nobodys_ids();
    let refused = server.fleet.create(WS, CreateDesktop::default()).await;
    assert!(matches!(refused, Err(FleetError::Quota { .. })));
    assert_eq!(server.fleet.pool_counts().waiting, 1);
    assert_eq!(server.driver.nobodys_ids(), waits);
    assert!(!server.driver.seen().claims.contains_key(&waits[0]));
    server.fleet.delete(WS, &first.desktop_id).await.unwrap();
    assert_eq!(server.usual().await.desktop_id, waits[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_leaves_nothing_of_its_pool() {
    let server = Server::start(pool(2)).await;
    server.waiting(2).await;
    let desktop = server.usual().await;
    let shut = server.driver.nobodys.write().await;
    server.fleet.stop().await;
    drop(shut);
    assert_eq!(server.driver.seen().there, BTreeMap::new());
    assert_eq!(server.fleet.pool_counts().waiting, 0);
    let kept = server.fleet.get(WS, &desktop.desktop_id).await.unwrap();
    assert_eq!(kept.status, DesktopStatus::Paused);
    let refused = server.fleet.create(WS, CreateDesktop::default()).await;
    assert!(matches!(refused, Err(FleetError::Capacity { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_fails_is_tried_again_and_leaves_nothing() {
    let script = Script::default();
    let driver = Arc::clone(&script.0);
    driver.seen().failure = Some("no X server".to_owned());
    let server = Server::with(pool(1), script).await;
    driver.until(|seen| seen.destroyed.len() == 2).await;
    assert_eq!(server.usual().await.provisioning, Provisioning::Cold);
    driver.seen().failure = None;
    server.waiting(1).await;
    let seen = driver.seen();
    assert_eq!(seen.unclaimed_starts, seen.destroyed.len() + 1);
}
