//! Real sandboxes on this machine, with a stand-in for the controller.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "functions beside the tests are part of them"
)]

mod support;

use std::time::Duration;

use nen_fleet::{Adopted, Driver as _, Known};
use nen_protocol::network::NetworkPolicy;
use support::{data, driver, files, get, get_json, groups, kill, left_behind, process, spec};

#[tokio::test]
async fn a_desktop_lives_in_namespaces_of_its_own_and_leaves_nothing() {
    let data = data();
    let driver = driver(data.path());
    let desktop = driver.start(&spec("dsk_alone0000000")).await.unwrap();

    let inside = get_json(&desktop.dial, "/where").await;
    for (name, key) in [
        ("net", "net"),
        ("pid", "pid"),
        ("ipc", "ipc"),
        ("uts", "uts"),
        ("mnt", "mnt"),
        ("user", "own_user"),
    ] {
        let host = std::fs::read_link(format!("/proc/self/ns/{name}")).unwrap();
        assert_ne!(
            inside[key].as_str().unwrap(),
            host.to_str().unwrap(),
            "{name}"
        );
    }
    assert_eq!(inside["user"], 1000);
    assert_eq!(inside["home"], serde_json::json!(["user"]));
    assert_eq!(inside["root_writable"], false);
    assert_eq!(inside["drive_writable"], true);
    assert_eq!(inside["launcher"], true);
    assert!(inside["processes"].as_u64().unwrap() <= 3, "{inside}");
    assert!(
        !inside["root"]
            .as_array()
            .unwrap()
            .iter()
            .any(|name| name == "work" || name == "root"),
        "{inside}"
    );
    assert!(inside["passwd"].as_str().unwrap().contains("/home/user"));
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        assert!(
            inside["capabilities"]
                .as_str()
                .unwrap()
                .contains(&format!("{set}:\t0000000000000000")),
            "{inside}"
        );
    }
    let files = files(data.path(), "dsk_alone0000000");
    assert!(files.exists(), "{files:?}");
    assert!(!left_behind(data.path()).is_empty());

    driver.destroy("dsk_alone0000000").await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    assert_eq!(groups("dsk_alone0000000"), [] as [std::path::PathBuf; 0]);
    assert!(!data.path().join("desktops/dsk_alone0000000").exists());
    assert!(!files.exists());
    driver.destroy("dsk_alone0000000").await.unwrap();
    desktop.ended.await;
}

#[tokio::test]
async fn closed_addresses_are_refused_and_no_network_means_none() {
    let data = data();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, shut) = (
        listener.local_addr().unwrap().port(),
        other.local_addr().unwrap().port(),
    );
    let mut config = nen_fleet::local::LocalConfig::new(data.path().to_owned(), support::standin());
    config.expose_host_ports = vec![port];
    let driver = nen_fleet::local::LocalDriver::new(config).unwrap();
    let mut offline = spec("dsk_offline00000");
    offline.create.network = Some(NetworkPolicy::None);
    let (online_spec, offline_spec) = (spec("dsk_online000000"), offline);
    let (online, offline) = tokio::join!(driver.start(&online_spec), driver.start(&offline_spec));
    let (online, offline) = (online.unwrap(), offline.unwrap());

    let inside = get_json(&online.dial, "/where").await;
    assert!(inside["hosts"].as_str().unwrap().contains("host.nen"));
    let reach = async |address: String| get(&online.dial, &format!("/connect?{address}")).await;
    assert!(
        reach(format!("host.nen:{port}"))
            .await
            .ends_with("connected")
    );
    for closed in [
        format!("10.0.2.2:{shut}"),
        "169.254.169.254:80".to_owned(),
        "192.168.1.1:80".to_owned(),
        "[2001:db8::1]:80".to_owned(),
    ] {
        let said = reach(closed.clone()).await;
        assert!(
            !said.ends_with("connected") && !said.ends_with("timed out"),
            "{closed}: {said}"
        );
    }
    for address in own_addresses() {
        let said = reach(format!("{address}:22")).await;
        assert!(
            !said.ends_with("connected")
                && !said.ends_with("timed out")
                && !said.ends_with("connection refused"),
            "{address}: {said}"
        );
    }
    let said = get(&offline.dial, &format!("/connect?10.0.2.2:{port}")).await;
    assert!(said.ends_with("network unreachable"), "{said}");
    driver.destroy("dsk_online000000").await.unwrap();
    driver.destroy("dsk_offline00000").await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
}

fn own_addresses() -> Vec<String> {
    // The address this machine would use to go out; nothing is sent.
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    match socket.connect("192.0.2.1:9") {
        Ok(()) => vec![socket.local_addr().unwrap().ip().to_string()],
        Err(_) => Vec::new(),
    }
}

#[tokio::test]
async fn a_controller_that_gives_up_is_reported_with_its_words() {
    let data = data();
    let driver = driver(data.path());
    let mut spec = spec("dsk_failing00000");
    spec.create
        .env
        .insert("FAIL".to_owned(), "no X server".to_owned());
    let error = driver.start(&spec).await.unwrap_err().to_string();
    assert!(
        error.contains("no X server") && error.contains("told to fail"),
        "{error}"
    );
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    assert_eq!(groups("dsk_failing00000"), [] as [std::path::PathBuf; 0]);
    assert!(files(data.path(), "dsk_failing00000").exists());
    driver.destroy("dsk_failing00000").await.unwrap();
}

#[tokio::test]
async fn an_end_from_inside_is_noticed_with_its_reason() {
    let data = data();
    let driver = driver(data.path());
    let desktop = driver.start(&spec("dsk_crashing0000")).await.unwrap();
    get(&desktop.dial, "/crash").await;
    assert_eq!(desktop.ended.await, "it was asked to crash");
    driver.stop("dsk_crashing0000").await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    assert!(matches!(
        driver.adopt("dsk_crashing0000").await,
        Adopted::Stopped
    ));
}

/// As by a kernel that is out of memory: what it has started goes on for itself.
#[tokio::test]
async fn a_controller_that_is_killed_is_noticed_and_everything_ends_with_it() {
    let data = data();
    let driver = driver(data.path());
    let desktop = driver.start(&spec("dsk_beheaded0000")).await.unwrap();
    let init = process(data.path(), "dsk_beheaded0000", "init");
    get(&desktop.dial, "/spawn").await;
    let [controller] = nen_host::children(init)[..] else {
        panic!("the sandbox's first process has started the controller alone");
    };
    kill(controller);
    assert_eq!(desktop.ended.await, "its programs were killed from outside");
    driver.stop("dsk_beheaded0000").await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
}

#[tokio::test]
async fn what_carries_its_packets_is_in_its_limits_and_is_missed_when_it_ends() {
    let data = data();
    let driver = driver(data.path());
    let desktop = driver.start(&spec("dsk_carried00000")).await.unwrap();
    let carrier = process(data.path(), "dsk_carried00000", "network");
    let groups_of = |pid: i32| std::fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap();
    let init = process(data.path(), "dsk_carried00000", "init");
    assert_eq!(groups_of(carrier), groups_of(init));
    kill(carrier);
    let reason = desktop.ended.await;
    assert!(
        reason.contains("what carries its network has ended"),
        "{reason}"
    );
    driver.destroy("dsk_carried00000").await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    assert_eq!(groups("dsk_carried00000"), [] as [std::path::PathBuf; 0]);
}

#[tokio::test]
async fn memory_is_bounded() {
    let data = data();
    let mut config = nen_fleet::local::LocalConfig::new(data.path().to_owned(), support::standin());
    config.memory_limit_mb = 64;
    let driver = nen_fleet::local::LocalDriver::new(config).unwrap();
    if !driver
        .preflight()
        .await
        .iter()
        .any(|check| check.name == "limits" && check.ok)
    {
        println!("this machine has no cgroup for memory: nothing to test");
        return;
    }
    let mut spec = spec("dsk_hungry000000");
    spec.create
        .env
        .insert("EAT_MB".to_owned(), "400".to_owned());
    let desktop = driver.start(&spec).await.unwrap();
    let reason = desktop.ended.await;
    assert!(
        reason.contains("out of memory") && reason.contains("64 MiB"),
        "{reason}"
    );
    driver.destroy("dsk_hungry000000").await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
}

#[tokio::test]
async fn a_paused_desktop_stands_still_goes_on_and_can_be_destroyed() {
    let data = data();
    let driver = driver(data.path());
    let desktop = driver.start(&spec("dsk_paused000000")).await.unwrap();
    driver.pause("dsk_paused000000").await.unwrap();
    let silent =
        tokio::time::timeout(Duration::from_millis(300), get(&desktop.dial, "/health")).await;
    assert!(silent.is_err());
    assert!(driver.resume("dsk_paused000000").await.unwrap());
    assert!(get(&desktop.dial, "/health").await.contains("ok"));
    driver.pause("dsk_paused000000").await.unwrap();
    driver.destroy("dsk_paused000000").await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
    assert!(!driver.resume("dsk_paused000000").await.unwrap());
}

#[tokio::test]
async fn another_driver_adopts_what_a_dropped_one_left() {
    let data = data();
    let first = driver(data.path());
    let left = first.start(&spec("dsk_adopted00000")).await.unwrap();
    first.start(&spec("dsk_lost00000000")).await.unwrap();
    drop((left, first));

    let second = driver(data.path());
    let mut known = second.known().await.unwrap();
    known.sort_by(|a, b| a.id.cmp(&b.id));
    let somebodys = |id: &str| Known {
        id: id.to_owned(),
        unclaimed: false,
    };
    assert_eq!(
        known,
        [somebodys("dsk_adopted00000"), somebodys("dsk_lost00000000")]
    );
    let Adopted::Alive {
        instance,
        paused: false,
    } = second.adopt("dsk_adopted00000").await
    else {
        panic!("not adopted")
    };
    assert!(get(&instance.dial, "/health").await.contains("ok"));
    second.stop("dsk_adopted00000").await.unwrap();
    instance.ended.await;
    assert!(matches!(
        second.adopt("dsk_adopted00000").await,
        Adopted::Stopped
    ));
    assert!(files(data.path(), "dsk_adopted00000").exists());
    second.destroy("dsk_adopted00000").await.unwrap();
    second.destroy("dsk_lost00000000").await.unwrap();
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
}

/// Shares of the processor that a desktop's groups say, whichever kind they are of.
fn shares(id: &str) -> Vec<u64> {
    let files = groups(id).into_iter().flat_map(|group| {
        ["cpu.weight", "cpu.shares"].map(|name| std::fs::read_to_string(group.join(name)))
    });
    files
        .filter_map(|text| text.ok()?.trim().parse().ok())
        .collect()
}

#[tokio::test]
async fn an_unclaimed_desktop_has_a_small_share_and_is_nobodys_until_it_is_claimed() {
    let data = data();
    let driver = driver(data.path());
    let id = "dsk_unclaimed000";
    let known = async || driver.known().await.unwrap();
    let as_known = |unclaimed| Known {
        id: id.to_owned(),
        unclaimed,
    };
    let unclaimed = nen_fleet::DesktopSpec {
        unclaimed: true,
        ..spec(id)
    };
    let desktop = driver.start(&unclaimed).await.unwrap();
    let before = shares(id);
    assert_eq!(known().await, [as_known(true)]);
    driver.claim(id).await.unwrap();
    let after = shares(id);
    if before.is_empty() {
        println!("this machine has no cgroup for the processor: no share to test");
    }
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        // 10 to 100, in the units of either version; the kernel may round.
        assert!((9..=11).contains(&(after / before)), "{before} {after}");
    }
    assert_eq!(known().await, [as_known(false)]);
    assert!(get(&desktop.dial, "/health").await.contains("ok"));
    driver.destroy(id).await.unwrap();

    driver.start(&unclaimed).await.unwrap();
    driver.destroy(id).await.unwrap();
    assert_eq!(known().await, []);
    assert!(driver.claim(id).await.is_err(), "there is nothing to claim");
    assert_eq!(left_behind(data.path()), [] as [String; 0]);
}
