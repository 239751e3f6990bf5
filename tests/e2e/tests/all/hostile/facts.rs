use std::fs;
use std::net::UdpSocket;
use std::path::PathBuf;

use nen_e2e::{Desktop, Server, processes_with};
use serde_json::{Map, Value, json};

/// Stands in what must not be found.
pub const MARKER: &str = "nen-hostile-marker";

/// A port that the neighbour listens on, in its own network.
pub const INNER_PORT: u16 = 4000;

/// The address that this machine has in its own network, if it is in one.
fn own_address() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Sends nothing: it only asks the kernel which way it would go.
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified() && !address.is_loopback()).then(|| address.to_string())
}

/// At how many addresses the bait listens that the program is told of.
pub fn bait_addresses() -> u64 {
    1 + u64::from(own_address().is_some())
}

/// Everything there is to be found, and how many files are among it.
pub fn facts(server: &Server, neighbour: &Desktop, bait: &Value) -> (Value, usize) {
    let data = server.data_dir();
    let folder = data.join("desktops").join(neighbour.id());
    let inside = processes_with(neighbour.id())
        .into_iter()
        .find(|process| process.name == "Xvnc")
        .expect("the neighbour has a screen");
    let proc = |pid: u32, file: &str| PathBuf::from(format!("/proc/{pid}/{file}"));
    let theirs = inside.pid.unsigned_abs();
    let secret = server.folder().join("secret");
    fs::write(&secret, MARKER).unwrap();
    let files = [
        ("a file of the host", secret),
        ("the database", data.join("nen.db")),
        ("the server's key", data.join("secret.key")),
        ("the first API key", data.join("api-key")),
        ("another's record", folder.join("instance.json")),
        ("another's log", folder.join("desktop.log")),
        (
            "another's disk",
            data.join(format!("disks/{}.img", neighbour.id())),
        ),
        ("another's drive", folder.join("drive").join(MARKER)),
        (
            "another's drive by its process",
            proc(theirs, "root/drive").join(MARKER),
        ),
        (
            "another's home by its process",
            proc(theirs, "root/home/user").join(MARKER),
        ),
        (
            "another's memory files by its process",
            proc(theirs, "root/tmp").join(MARKER),
        ),
        ("the server's environment", proc(server.pid(), "environ")),
        ("the server's memory map", proc(server.pid(), "maps")),
    ];
    let files = named(files.into_iter().filter(|(_, path)| path.exists()));
    let count = files.len();
    let port: u16 = server.url().rsplit(':').next().unwrap().parse().unwrap();
    let (tcp, udp) = (&bait["tcp"], &bait["udp"]);
    let mut listeners = Map::new();
    listeners.insert(
        "the server's own port".to_owned(),
        json!(["127.0.0.1", port]),
    );
    listeners.insert("a port of the host".to_owned(), json!(["127.0.0.1", tcp]));
    if let Some(own) = own_address() {
        listeners.insert(
            "a port of the host's own address".to_owned(),
            json!([own, tcp]),
        );
    } else {
        eprintln!("NOT TESTED: this machine has no address but loopback");
    }
    let mut closed = Map::new();
    for host in [
        "0.0.0.0",
        "10.0.2.2",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.2.2",
        "64:ff9b::a00:202",
    ] {
        closed.insert(format!("the server at {host}"), json!([host, port]));
        closed.insert(format!("the host at {host}"), json!([host, tcp]));
    }
    for (host, port) in [
        ("169.254.169.254", 80),
        ("::ffff:169.254.169.254", 80),
        ("fd00:ec2::254", 80),
        ("169.254.170.2", 80),
        ("100.100.100.200", 80),
        ("192.0.0.192", 80),
        ("10.0.2.3", 80),
        ("10.0.0.1", 22),
        ("172.17.0.1", 2375),
        ("192.168.0.1", 80),
        ("2001:db8::1", 80),
        ("10.0.2.100", INNER_PORT),
        ("127.0.0.1", INNER_PORT),
    ] {
        closed.insert(format!("{host} port {port}"), json!([host, port]));
    }
    let closed_udp = [
        ("the host at 10.0.2.2", json!(["10.0.2.2", udp])),
        ("everybody, by broadcast", json!(["255.255.255.255", udp])),
        ("everybody in its network", json!(["10.0.2.255", udp])),
        ("everybody, by multicast", json!(["224.0.0.251", 5353])),
    ];
    let facts = json!({
        "marker": MARKER,
        "data_dir": data,
        "other": neighbour.id(),
        "secrets": [server.key(), MARKER],
        "files": files,
        "folders": named([
            ("the data folder", data.clone()),
            ("the folder of desktops", data.join("desktops")),
            ("another's folder", folder),
            ("another's drive by its process", proc(theirs, "root/drive")),
        ]),
        "sockets": named([
            (
                "another's controller",
                proc(theirs, "root/run/nen/controller.sock"),
            ),
            (
                "another's screen",
                proc(theirs, "root/run/nen/rfb.sock"),
            ),
        ]),
        "abstract": [MARKER.to_owned() + neighbour.id()],
        "victim": bait["victim"],
        "segment": bait["segment"],
        "listeners": listeners,
        "closed": closed,
        "echoes": {"a port of the host by UDP": ["127.0.0.1", udp]},
        "closed_udp": Map::from_iter(closed_udp.map(|(name, place)| (name.to_owned(), place))),
        "inner_port": INNER_PORT,
        "memory_mb": 600,
        "processes": 300,
        "disk_mb": 128,
        // One for each 16 KiB of the disk.
        "inodes": 128 * 64,
        "artifacts_mb": 16,
        "log_mb": 20,
        "seconds": 3,
    });
    (facts, count)
}

fn named(paths: impl IntoIterator<Item = (&'static str, PathBuf)>) -> Map<String, Value> {
    let named = paths.into_iter();
    named
        .map(|(name, path)| (name.to_owned(), json!(path)))
        .collect()
}
