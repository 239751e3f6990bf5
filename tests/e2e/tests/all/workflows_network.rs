//! The network of a workflow that declares one, on real servers and workers.

use std::io::{BufRead as _, BufReader};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nen_e2e::{
    Api, Options, Process, Server, Site, Workflow, binary, final_state, processes_with, until,
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

const REACHES: &str = "
import socket, urllib.error, urllib.request

__nen_network__ = 'internet'

def attempt(host, port):
    begun = time.monotonic()
    try:
        socket.create_connection((host, port), 5).close()
        return 'connected'
    except OSError:
        return 'refused' if time.monotonic() - begun < 2 else 'lost'

def run(params: Params) -> Result:
    request = urllib.request.Request('http://host.nen:{port}/here?n=1', b'from a workflow', {'X-Said': 'urllib'})
    status = urllib.request.urlopen(request, timeout=10).status
    return Result(value=[status, {f'{host} {port}': attempt(host, port) for host in {hosts} for port in {ports}}])
";

const STAYS: &str = "
__nen_network__ = 'internet'

def run(params: Params) -> Result:
    print('it has begun')
    time.sleep(600)
";

/// Needs no network of its own, so that its desktop starts a little sooner.
fn quiet() -> Value {
    json!({"desktop": {"network": "none"}})
}

/// The address that this machine has in its own network, if it is in one.
fn own_address() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Sends nothing: it only asks the kernel which way it would go.
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified() && !address.is_loopback()).then(|| address.to_string())
}

/// Runs [`REACHES`] and proves what it reached.
fn reaches(api: &Api, open: &Site, closed: &[u16]) {
    let mut hosts: Vec<String> = [
        "127.0.0.1",
        "::1",
        "host.nen",
        "10.0.2.2",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
    ]
    .map(str::to_owned)
    .into();
    hosts.extend(own_address());
    let body = REACHES
        .replace("{port}/here", &format!("{}/here", open.port()))
        .replace("{hosts}", &json!(hosts).to_string())
        .replace("{ports}", &json!(closed).to_string());
    let workflow = Workflow::of(api, &body);
    let shown = api.get(&format!("/workflows/{}", workflow.id)).expect(200);
    assert_eq!(shown["network"], "internet");
    let run = workflow.run(quiet());
    assert_eq!(run["run_status"], "completed", "{run}");
    let value = &run["result"]["value"];
    assert_eq!(value[0], 204);
    let tried = value[1].as_object().unwrap();
    assert_eq!(tried.len(), hosts.len() * closed.len());
    for (place, answer) in tried {
        assert_eq!(answer, "refused", "{place}");
    }
    let [request] = &open.requests()[..] else {
        panic!("{:?}", open.requests())
    };
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/here?n=1")
    );
    assert_eq!(request.body, b"from a workflow");
    assert_eq!(request.headers["x-said"], "urllib");
}

/// bubblewrap of a run, and what carries its packets.
fn processes_of(run: &str) -> Option<(Process, Process)> {
    let ours = processes_with(run);
    let sandbox = ours.into_iter().find(|process| process.name == "bwrap")?;
    let namespace = format!("/proc/{}/ns/net", sandbox.pid);
    let carrier = processes_with(&namespace)
        .into_iter()
        .find(|process| process.name == "slirp4netns")?;
    Some((sandbox, carrier))
}

/// Starts [`STAYS`] and waits until it is in its sandbox.
fn stays(api: &Api) -> (String, Process) {
    let run = Workflow::of(api, STAYS).start(quiet());
    until("the workflow begins", || {
        let log = api.get(&format!("/runs/{run}/logs")).text();
        log.contains("it has begun").then_some(())
    });
    let (_, carrier) = processes_of(&run).expect("it has a carrier");
    (run, carrier)
}

fn gone(process: &Process) {
    until("the carrier ends", || {
        // A process that nobody has waited for has no command line any more.
        (process.proc("cmdline") != process.command.replace(' ', "\0") + "\0").then_some(())
    });
}

/// cgroups of a run, in any tree.
fn groups(run: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            if entry.file_name().to_string_lossy().ends_with(run) {
                found.push(entry.path());
            }
            folders.push(entry.path());
        }
    }
    found
}

fn port_of(server: &Server) -> u16 {
    server.url().rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn it_reaches_exposed_ports_and_nothing_else_of_this_machine() {
    for mut options in [Options::default(), Options::unprivileged()] {
        let (open, closed) = (Site::page(""), Site::page(""));
        options.arguments = vec!["--expose-host-port".into(), open.port().to_string()];
        let server = Server::start_with(options);
        reaches(&server.api(), &open, &[closed.port(), port_of(&server)]);
        assert_eq!(closed.requests(), []);
    }
}

#[test]
fn without_the_declaration_it_reaches_nothing() {
    let site = Site::page("");
    let server = Server::start_with(Options::with(&[
        "--expose-host-port",
        &site.port().to_string(),
    ]));
    let body = REACHES
        .replace("__nen_network__ = 'internet'", "")
        .replace("{port}/here", &format!("{}/here", site.port()));
    let run = Workflow::of(&server.api(), &body).run(quiet());
    assert_eq!(run["error_type"], "URLError", "{run}");
    assert_eq!(site.requests(), []);
}

#[test]
fn a_run_that_is_cancelled_leaves_nothing_of_its_network() {
    let server = Server::start();
    let api = server.api();
    let (run, carrier) = stays(&api);
    api.post(&format!("/runs/{run}/cancel"), &json!({}))
        .expect(202);
    assert_eq!(final_state(&api, &run)["run_status"], "cancelled");
    gone(&carrier);
    assert_eq!(groups(&run), Vec::<PathBuf>::new());
}

#[test]
fn a_killed_server_takes_the_network_of_its_runs_along() {
    let mut server = Server::start();
    let (run, carrier) = stays(&server.api());
    server.kill();
    gone(&carrier);
    until("the sandbox ends", || {
        processes_with(&run).is_empty().then_some(())
    });
    // The next one finds a run that had not touched its desktop, and begins it again.
    server.run();
    let api = server.api();
    let carrier = until("it is begun again", || processes_of(&run)).1;
    api.post(&format!("/runs/{run}/cancel"), &json!({}))
        .expect(202);
    assert_eq!(final_state(&api, &run)["run_status"], "cancelled");
    gone(&carrier);
    // It may have been cancelled while it was being started, and then nobody waits for its group.
    until("its group is removed", || {
        groups(&run).is_empty().then_some(())
    });
}

/// `nen worker` beside a server.
struct Worker(Child);

impl Worker {
    fn start(server: &Server, arguments: &[&str]) -> Self {
        let mut child = Command::new(binary("nen"))
            .args(["--json", "worker", "--server", server.url(), "--data-dir"])
            .arg(server.data_dir())
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", server.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut ready)
            .unwrap();
        assert!(ready.contains("ready"), "{ready}");
        Self(child)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
        let _ = self.0.wait();
    }
}

#[test]
fn a_worker_apart_gives_the_same_network() {
    let (open, closed) = (Site::page(""), Site::page(""));
    let server = Server::start_with(Options::with(&["--run-slots", "0"]));
    let worker = Worker::start(&server, &["--expose-host-port", &open.port().to_string()]);
    assert!(
        Path::new(&server.data_dir())
            .join("sandbox/bin/nen")
            .exists()
    );
    reaches(&server.api(), &open, &[closed.port(), port_of(&server)]);
    assert_eq!(closed.requests(), []);
    drop(worker);
}
