//! A workflow has a network when its version declares one, and that leads to public addresses and exposed ports only.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, UdpSocket};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nen_protocol::workflow::{Run, RunStatus};
use nen_store::DEFAULT_WORKSPACE;
use serde_json::{Value, json};

use crate::house::House;

/// What says something about the carriers of this process runs alone.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A place on this machine's loopback that answers everything and remembers it.
struct Place {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Place {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = Self {
            port: listener.local_addr().unwrap().port(),
            requests: Arc::default(),
        };
        let requests = place.requests.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (mut bytes, mut buffer) = (Vec::new(), [0; 1024]);
                while !bytes.ends_with(b"hello") {
                    match stream.read(&mut buffer) {
                        Ok(read @ 1..) => bytes.extend_from_slice(&buffer[..read]),
                        _ => break,
                    }
                }
                requests
                    .lock()
                    .unwrap()
                    .push(String::from_utf8_lossy(&bytes).into_owned());
                let _ = stream.write_all(b"HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nyes");
            }
        });
        place
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// The binary beside the tests that stands in for `nen`.
fn stage() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let stage = test.ancestors().nth(2).unwrap().join("examples/stage");
    assert!(
        stage.exists(),
        "{} is not there: `cargo build -p nen-runs --examples` makes it",
        stage.display()
    );
    stage
}

async fn house(ports: &[u16]) -> House {
    House::with(|config| {
        config.nen_bin = Some(stage());
        config.expose_host_ports = ports.to_owned();
    })
    .await
}

/// The address that this machine has in its own network, if it is in one.
fn own_address() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Sends nothing: it only asks the kernel which way it would go.
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified() && !address.is_loopback()).then(|| address.to_string())
}

/// Processes of slirp4netns that this process has started.
fn carriers() -> Vec<String> {
    let own = format!("PPid:\t{}\n", std::process::id());
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter(|entry| {
            let read = |file| std::fs::read_to_string(entry.path().join(file)).unwrap_or_default();
            read("comm") == "slirp4netns\n" && read("status").contains(&own)
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// cgroups of a run, in any tree.
fn groups(run_id: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            if entry.file_name().to_string_lossy().ends_with(run_id) {
                found.push(entry.path());
            }
            folders.push(entry.path());
        }
    }
    found
}

/// Looks again and again until something outside of this process has happened.
async fn soon(what: &str, test: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !test() {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn value(run: &Run) -> Value {
    assert_eq!(run.run_status, RunStatus::Completed, "{run:?}");
    run.result.clone().unwrap()["value"].clone()
}

/// Tries addresses; what was answered, or what went wrong and whether it took long.
const TRY: &str = "
import socket, subprocess, urllib.request
def attempt(what):
    begun = time.monotonic()
    try:
        answer = str(what())
    except OSError as error:
        answer = 'refused' if time.monotonic() - begun < 2 else 'lost'
    return answer
def connect(host, port):
    return socket.create_connection((host, port), 5)
";

#[tokio::test(flavor = "multi_thread")]
async fn it_reaches_an_exposed_port_and_nothing_else_of_this_machine() {
    let _alone = ALONE.lock().await;
    let (open, closed) = (Place::open(), Place::open());
    let house = house(&[open.port]).await;
    let mut hosts = vec![
        "127.0.0.1".to_owned(),
        "localhost".into(),
        "::1".into(),
        "host.nen".into(),
        "10.0.2.2".into(),
        "10.0.0.1".into(),
        "100.64.0.1".into(),
        "172.16.0.1".into(),
        "192.168.0.1".into(),
        "169.254.169.254".into(),
        "fd00:ec2::254".into(),
        "224.0.0.1".into(),
    ];
    hosts.extend(own_address());
    let run = house
        .run(&format!(
            "{TRY}
__nen_network__ = 'internet'
def run(params: Params) -> Result:
    request = urllib.request.Request('http://host.nen:{}/a?b=c', b'hello', {{'X-Said': 'urllib'}})
    return Result(value=[
        urllib.request.urlopen(request, timeout=10).read().decode(),
        {{host: attempt(lambda: connect(host, {})) for host in {hosts:?}}},
    ])
",
            open.port, closed.port
        ))
        .await;
    let value = value(&run);
    assert_eq!(value[0], "yes");
    for host in &hosts {
        assert_eq!(value[1][host], "refused", "{host}: {value}");
    }
    let [request] = &open.requests()[..] else {
        panic!("{:?}", open.requests())
    };
    assert!(request.starts_with("POST /a?b=c HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("X-Said: urllib\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nhello"), "{request}");
    assert_eq!(closed.requests(), Vec::<String>::new());
    assert_eq!(carriers(), Vec::<String>::new());
    assert_eq!(groups(&run.message_id), Vec::<PathBuf>::new());
    if own_address().is_none() {
        println!("NOT TESTED: this machine has no address but loopback");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_as_powerless_with_a_network_as_without() {
    let _alone = ALONE.lock().await;
    let house = house(&[]).await;
    std::fs::write(house.folder.join("on-the-host"), "x").unwrap();
    let run = house
        .run(&format!(
            "{TRY}
__nen_network__ = 'internet'
def write(path, text='1'):
    with open(path, 'w') as file:
        file.write(text)
def tool(*command):
    subprocess.run(command, check=True, capture_output=True)
def caps():
    return [line for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNewPrivs'))]
def run(params: Params) -> Result:
    raw = [
        attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)),
        attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)),
        attempt(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)),
        attempt(lambda: write('/proc/sys/net/ipv4/ip_forward')),
        attempt(lambda: write('/proc/sys/net/ipv4/ping_group_range', '0 2000')),
        attempt(lambda: open('/dev/net/tun')),
        attempt(lambda: open('{}/on-the-host')),
        attempt(lambda: write('/etc/resolv.conf')),
    ]
    failing = []
    for command in (['unshare', '-U', 'true'], ['unshare', '-n', 'true'], ['nft', 'flush', 'ruleset'],
                    ['/usr/sbin/nft', 'list', 'ruleset']):
        try:
            tool(*command)
        except (OSError, subprocess.CalledProcessError):
            failing.append(command[0])
    interfaces = sorted(line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line)
    mine = [os.getuid(), os.getgid(), len([p for p in os.listdir('/proc') if p.isdigit()])]
    return Result(value=[raw, failing, caps(), interfaces, mine])
",
            house.folder.display()
        ))
        .await;
    let value = value(&run);
    for (at, answer) in value[0].as_array().unwrap().iter().enumerate() {
        assert_eq!(answer, "refused", "attempt {at}: {value}");
    }
    assert_eq!(value[1].as_array().unwrap().len(), 4, "{value}");
    for line in value[2].as_array().unwrap() {
        let line = line.as_str().unwrap().trim();
        let fine = match line.starts_with("Cap") {
            true => line.ends_with("\t0000000000000000"),
            false => line.ends_with("\t1"),
        };
        assert!(fine, "{line}");
    }
    assert_eq!(value[3], json!(["lo", "tap0"]));
    assert_eq!(value[4][0], 1000);
    assert!(value[4][2].as_u64().unwrap() < 6, "{value}");
    let folder = house.folder.join("runs").join(&run.message_id);
    for name in ["sandbox.json", "network.json"] {
        assert!(!folder.join(name).exists(), "{name} stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_declaration_nothing_is_reachable() {
    let _alone = ALONE.lock().await;
    let open = Place::open();
    let house = house(&[open.port]).await;
    for declaration in ["", "__nen_network__ = 'none'"] {
        let run = house
            .run(&format!(
                "{TRY}
{declaration}
def run(params: Params) -> Result:
    hosts = ['host.nen', '10.0.2.2', '10.0.2.3', '127.0.0.1', '1.1.1.1', '2606:4700:4700::1111']
    interfaces = [line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line]
    return Result(value=[interfaces, [attempt(lambda: connect(host, {})) for host in hosts]])
",
                open.port
            ))
            .await;
        assert_eq!(value(&run), json!([["lo"], vec!["refused"; 6]]));
    }
    assert_eq!(open.requests(), Vec::<String>::new());
    assert_eq!(carriers(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_leaves_nothing_that_carries() {
    let _alone = ALONE.lock().await;
    let house = house(&[]).await;
    let body = "
__nen_network__ = 'internet'
def run(params: Params) -> Result:
    print('begun')
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass
";
    let id = house.start(body, json!({})).await;
    house
        .until(&id, "running", |run| run.run_status == RunStatus::Running)
        .await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while !house.log(&id).await.contains("begun") {
        assert!(Instant::now() < deadline, "it never began");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(carriers().len(), 1);
    house.runs.cancel(DEFAULT_WORKSPACE, &id).await.unwrap();
    assert_eq!(house.ended(&id).await.run_status, RunStatus::Cancelled);
    assert_eq!(carriers(), Vec::<String>::new());
    assert_eq!(groups(&id), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_cancelled_before_it_has_a_desktop_leaves_nothing_either() {
    let _alone = ALONE.lock().await;
    let house = house(&[]).await;
    *house.desktops.full.lock().unwrap() = 1000;
    let body = "
__nen_network__ = 'internet'
def run(params: Params) -> Result:
    return Result(value=1)
";
    let id = house.start(body, json!({})).await;
    soon("its sandbox is there", || carriers().len() == 1).await;
    house.runs.cancel(DEFAULT_WORKSPACE, &id).await.unwrap();
    assert_eq!(house.ended(&id).await.run_status, RunStatus::Cancelled);
    soon("nothing is left", || {
        carriers().is_empty() && groups(&id).is_empty()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_lacks_what_it_needs_says_so_and_runs_the_others() {
    let house = House::open().await;
    let run = "def run(params: Params) -> Result:\n    return Result(value=1)\n";
    let (kind, error) = house
        .failure(&format!("__nen_network__ = 'internet'\n{run}"))
        .await;
    assert_eq!(kind, "SandboxError");
    assert!(
        error.starts_with("a workflow with a network needs a copy of nen"),
        "{error}"
    );
    assert_eq!(house.run(run).await.run_status, RunStatus::Completed);
    // A stage that does not work ends the run with what it said.
    let broken = House::with(|config| config.nen_bin = Some("/usr/bin/false".into())).await;
    let (kind, error) = broken
        .failure(&format!("__nen_network__ = 'internet'\n{run}"))
        .await;
    assert_eq!(kind, "SandboxError");
    assert!(error.contains("its stage ended early"), "{error}");
}
