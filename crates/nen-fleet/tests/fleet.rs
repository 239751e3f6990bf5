//! The fleet over real sandboxes, with a stand-in for the controller.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "functions beside the tests are part of them"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use nen_fleet::local::LocalDriver;
use nen_fleet::{
    Call, CreateDesktop, Desktop, DesktopStatus, Fleet, FleetConfig, FleetError, kind,
};
use nen_protocol::desktop::OnIdle;
use nen_store::{DEFAULT_WORKSPACE, Store};
use support::{data, left_behind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const WS: &str = DEFAULT_WORKSPACE;

async fn fleet(data: &Path, config: FleetConfig) -> Fleet {
    let store = Store::open(&format!("sqlite:{}", data.join("nen.db").display()))
        .await
        .unwrap();
    store.workspaces().ensure_default(|_| Ok(())).await.unwrap();
    Fleet::start(config, store, Arc::new(driver(data)))
        .await
        .unwrap()
}

fn driver(data: &Path) -> LocalDriver {
    support::driver(data)
}

async fn create(fleet: &Fleet) -> Desktop {
    fleet.create(WS, CreateDesktop::default()).await.unwrap()
}

fn get(path: &str) -> Request<Full<Bytes>> {
    Request::get(path).body(Full::default()).unwrap()
}

async fn ask(
    fleet: &Fleet,
    id: &str,
    path: &str,
    call: Call,
) -> Result<(StatusCode, String), FleetError> {
    let reply = fleet.send(WS, id, get(path), call).await?;
    let status = reply.status();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    Ok((status, String::from_utf8(body.to_vec()).unwrap()))
}

/// Waits for an event, however it goes.
async fn until(fleet: &Fleet, id: &str, wanted: &str) -> serde_json::Value {
    let mut events = fleet.events(WS, id).unwrap();
    if let Some(event) = events.recent.iter().find(|event| event.kind == wanted) {
        return event.data.clone();
    }
    let next = async {
        loop {
            let event = events.live.recv().await.unwrap();
            if event.kind == wanted {
                return event.data;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), next)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_is_created_used_and_deleted() {
    let data = data();
    let fleet = fleet(data.path(), FleetConfig::default()).await;
    let mut asked = CreateDesktop {
        name: Some("one".to_owned()),
        ..CreateDesktop::default()
    };
    asked.metadata.insert("team".to_owned(), "blue".to_owned());
    let desktop = fleet.create(WS, asked).await.unwrap();
    let id = desktop.desktop_id.as_str();
    assert_eq!(
        (desktop.status, desktop.name.as_deref()),
        (DesktopStatus::Running, Some("one"))
    );
    assert!(id.starts_with("dsk_") && id.len() == 16, "{id}");

    let label = |value: &str| BTreeMap::from([("team".to_owned(), value.to_owned())]);
    assert_eq!(
        fleet.list(WS, &label("blue")).await.unwrap(),
        std::slice::from_ref(&desktop)
    );
    assert_eq!(fleet.list(WS, &label("red")).await.unwrap(), []);
    assert_eq!(fleet.list("ws_other", &BTreeMap::new()).await.unwrap(), []);
    assert!(matches!(
        fleet.get("ws_other", id).await,
        Err(FleetError::NotFound)
    ));
    assert!(matches!(
        fleet.delete("ws_other", id).await,
        Err(FleetError::NotFound)
    ));
    assert_eq!(
        fleet.rename(WS, id, "two").await.unwrap().name.as_deref(),
        Some("two")
    );
    assert!(matches!(
        fleet.rename(WS, id, "").await,
        Err(FleetError::Invalid(_))
    ));

    let request = Request::post("https://outside/execute?x=1")
        .header("authorization", "Bearer sk_nen_secret")
        .header("x-api-key", "sk_nen_secret")
        .body(Full::from("hello"))
        .unwrap();
    let reply = fleet.send(WS, id, request, Call::execute()).await.unwrap();
    assert_eq!(
        reply.into_body().collect().await.unwrap().to_bytes(),
        "hello"
    );
    let request = Request::get("/headers")
        .header("authorization", "sk_nen_secret")
        .body(Full::<Bytes>::default())
        .unwrap();
    let reply = fleet.send(WS, id, request, Call::look()).await.unwrap();
    let headers = reply.into_body().collect().await.unwrap().to_bytes();
    assert!(
        !String::from_utf8_lossy(&headers).contains("sk_nen"),
        "{headers:?}"
    );
    assert_eq!(
        ask(&fleet, id, "/nothing", Call::look()).await.unwrap().0,
        StatusCode::NOT_FOUND
    );
    let slow = ask(
        &fleet,
        id,
        "/slow",
        Call::look().within(Duration::from_millis(200)),
    )
    .await;
    assert!(matches!(slow, Err(FleetError::TooSlow(_))), "{slow:?}");

    let mut rfb = fleet.rfb(WS, id).await.unwrap();
    let mut greeting = [0; 12];
    rfb.read_exact(&mut greeting).await.unwrap();
    assert_eq!(&greeting, b"RFB 003.008\n");
    rfb.write_all(b"echo").await.unwrap();
    let mut echo = [0; 4];
    rfb.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"echo");

    fleet.hold(WS, id, true, "anna").unwrap();
    assert!(matches!(
        ask(&fleet, id, "/execute", Call::execute()).await,
        Err(FleetError::Held)
    ));
    assert!(ask(&fleet, id, "/health", Call::look()).await.is_ok());
    fleet.hold(WS, id, false, "anna").unwrap();
    assert!(ask(&fleet, id, "/execute", Call::execute()).await.is_ok());

    let mut events = fleet.events(WS, id).unwrap();
    let kinds: Vec<&str> = events
        .recent
        .iter()
        .map(|event| event.kind.as_str())
        .collect();
    assert_eq!(
        kinds,
        [kind::CREATED, kind::RENAMED, kind::TAKEN, kind::RETURNED]
    );
    assert_eq!(
        fleet.delete(WS, id).await.unwrap().status,
        DesktopStatus::Deleted
    );
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    assert!(!data.path().join("desktops").join(id).exists());
    assert_eq!(events.live.recv().await.unwrap().kind, kind::DELETED);
    assert!(events.live.recv().await.is_err());
    assert_eq!(
        fleet.get(WS, id).await.unwrap().status,
        DesktopStatus::Deleted
    );
    assert!(matches!(
        fleet.delete(WS, id).await,
        Err(FleetError::NotFound)
    ));
    assert!(matches!(
        ask(&fleet, id, "/health", Call::look()).await,
        Err(FleetError::NotFound)
    ));
    assert!(matches!(fleet.events(WS, id), Err(FleetError::NotFound)));
    fleet.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quotas_hold_and_a_failed_start_gives_its_place_back() {
    let data = data();
    let config = FleetConfig {
        max_desktops_per_workspace: 1,
        ..FleetConfig::default()
    };
    let fleet = fleet(data.path(), config).await;
    let mut failing = CreateDesktop::default();
    failing
        .env
        .insert("FAIL".to_owned(), "no X server".to_owned());
    let error = fleet.create(WS, failing).await.unwrap_err();
    assert!(
        matches!(&error, FleetError::Failed(why) if why.contains("no X server")),
        "{error}"
    );
    assert_eq!(fleet.list(WS, &BTreeMap::new()).await.unwrap(), []);
    create(&fleet).await;
    let refused = fleet
        .create(WS, CreateDesktop::default())
        .await
        .unwrap_err();
    assert_eq!(
        (refused.status(), refused.retry_after().is_some()),
        (StatusCode::TOO_MANY_REQUESTS, true)
    );
    let mut wrong = CreateDesktop::default();
    wrong.display.width = 1;
    assert_eq!(
        fleet.create(WS, wrong).await.unwrap_err().status(),
        StatusCode::BAD_REQUEST
    );
    fleet.stop().await;
    assert_eq!(
        fleet
            .create(WS, CreateDesktop::default())
            .await
            .unwrap_err()
            .status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_desktop_wakes_for_an_action() {
    let data = data();
    let fleet = fleet(data.path(), FleetConfig::default()).await;
    let id = create(&fleet).await.desktop_id;
    assert_eq!(
        fleet.pause(WS, &id).await.unwrap().status,
        DesktopStatus::Paused
    );
    assert_eq!(
        fleet.pause(WS, &id).await.unwrap().status,
        DesktopStatus::Paused
    );
    let probe = ask(&fleet, &id, "/health", Call::probe()).await;
    assert!(
        matches!(probe, Err(FleetError::NotRunning(DesktopStatus::Paused))),
        "{probe:?}"
    );
    assert!(ask(&fleet, &id, "/execute", Call::execute()).await.is_ok());
    assert_eq!(
        fleet.get(WS, &id).await.unwrap().status,
        DesktopStatus::Running
    );
    assert_eq!(until(&fleet, &id, kind::RESUMED).await["cold"], false);
    assert_eq!(
        fleet.resume(WS, &id).await.unwrap().status,
        DesktopStatus::Running
    );
    fleet.delete(WS, &id).await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_desktops_pause_or_go_and_expired_ones_go() {
    let data = data();
    let fleet = fleet(data.path(), FleetConfig::default()).await;
    let pauses = CreateDesktop {
        idle_timeout_seconds: 1,
        ..CreateDesktop::default()
    };
    let goes = CreateDesktop {
        on_idle: OnIdle::Delete,
        ..pauses.clone()
    };
    let expires = CreateDesktop {
        timeout_seconds: Some(2),
        idle_timeout_seconds: 0,
        ..CreateDesktop::default()
    };
    let pauses = fleet.create(WS, pauses).await.unwrap().desktop_id;
    assert_eq!(until(&fleet, &pauses, kind::PAUSED).await["by"], "idle");
    let viewed = fleet.rfb(WS, &pauses).await.unwrap();
    let (goes, expires) = tokio::join!(fleet.create(WS, goes), fleet.create(WS, expires));
    let (goes, expires) = (goes.unwrap().desktop_id, expires.unwrap().desktop_id);
    let (idle, timeout) = tokio::join!(
        until(&fleet, &goes, kind::DELETED),
        until(&fleet, &expires, kind::DELETED)
    );
    assert_eq!(
        (idle["by"].as_str(), timeout["by"].as_str()),
        (Some("idle"), Some("timeout"))
    );
    // Somebody looks at it, so it is not idle.
    assert_eq!(
        fleet.get(WS, &pauses).await.unwrap().status,
        DesktopStatus::Running
    );
    drop(viewed);
    fleet.stop().await;
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_sandbox_is_an_error_with_a_reason_and_can_be_started_again() {
    let data = data();
    let fleet = fleet(data.path(), FleetConfig::default()).await;
    let id = create(&fleet).await.desktop_id;
    support::kill(support::process(data.path(), &id, "init"));
    until(&fleet, &id, kind::FAILED).await;
    let desktop = fleet.get(WS, &id).await.unwrap();
    assert_eq!(desktop.status, DesktopStatus::Error);
    assert!(
        desktop.error.unwrap().contains("killed"),
        "the reason is said"
    );
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    let refused = ask(&fleet, &id, "/execute", Call::execute())
        .await
        .unwrap_err();
    assert_eq!(refused.status(), StatusCode::BAD_GATEWAY);
    let again = fleet.resume(WS, &id).await.unwrap();
    assert_eq!((again.status, again.error), (DesktopStatus::Running, None));
    fleet.delete(WS, &id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_servers_desktops_start_again_from_their_home_and_drive() {
    let data = data();
    let first = fleet(data.path(), FleetConfig::default()).await;
    let id = create(&first).await.desktop_id;
    std::fs::write(support::drive(data.path(), &id).join("kept"), "1").unwrap();
    first.stop().await;
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    assert_eq!(
        first.get(WS, &id).await.unwrap().status,
        DesktopStatus::Paused
    );
    // Its reaper still holds on to it for a moment.
    let config = nen_fleet::local::LocalConfig::new(data.path().to_owned(), support::standin());
    drop(first);
    let driver = tokio::time::timeout(Duration::from_secs(5), async {
        loop {
            if let Ok(driver) = LocalDriver::new(config.clone()) {
                return driver;
            }
            tokio::task::yield_now().await;
        }
    });
    let driver = driver.await.unwrap();
    let store = Store::open(&format!("sqlite:{}", data.path().join("nen.db").display()))
        .await
        .unwrap();
    let second = Fleet::start(FleetConfig::default(), store, Arc::new(driver))
        .await
        .unwrap();
    assert_eq!(
        second.get(WS, &id).await.unwrap().status,
        DesktopStatus::Paused
    );
    assert!(ask(&second, &id, "/execute", Call::execute()).await.is_ok());
    assert_eq!(until(&second, &id, kind::RESUMED).await["cold"], true);
    assert!(support::drive(data.path(), &id).join("kept").exists());
    second.delete(WS, &id).await.unwrap();
}

#[test]
fn a_killed_servers_desktops_are_adopted_or_marked() {
    let data = data();
    let before = tokio::runtime::Runtime::new().unwrap();
    let ids: Vec<String> = before.block_on(async {
        let fleet = fleet(data.path(), FleetConfig::default()).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(create(&fleet).await.desktop_id);
        }
        fleet.pause(WS, &ids[1]).await.unwrap();
        ids
    });
    // Nothing of it gets to say goodbye.
    before.shutdown_timeout(Duration::from_secs(5));
    let [runs, paused, dies] = &ids[..] else {
        panic!("three desktops")
    };
    let init = support::process(data.path(), dies, "init");
    support::kill(init);
    let init = rustix::process::Pid::from_raw(init).unwrap();
    let ended = rustix::process::pidfd_open(init, rustix::process::PidfdFlags::empty());
    if let Ok(ended) = ended {
        rustix::event::poll(
            &mut [rustix::event::PollFd::new(
                &ended,
                rustix::event::PollFlags::IN,
            )],
            None,
        )
        .unwrap();
    }

    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let fleet = fleet(data.path(), FleetConfig::default()).await;
        let status = async |id: &String| fleet.get(WS, id).await.unwrap();
        assert_eq!(status(runs).await.status, DesktopStatus::Running);
        assert_eq!(status(paused).await.status, DesktopStatus::Paused);
        let lost = status(dies).await;
        assert_eq!(lost.status, DesktopStatus::Error);
        assert!(
            lost.error
                .as_ref()
                .unwrap()
                .contains("server was not running"),
            "{lost:?}"
        );
        assert!(ask(&fleet, runs, "/execute", Call::execute()).await.is_ok());
        assert!(
            ask(&fleet, paused, "/execute", Call::execute())
                .await
                .is_ok()
        );
        assert_eq!(until(&fleet, paused, kind::RESUMED).await["cold"], false);
        for id in &ids {
            fleet.delete(WS, id).await.unwrap();
        }
        assert_eq!(left_behind(data.path()), [] as [String; 0]);
    });
}
