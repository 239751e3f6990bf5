use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use nen_e2e::{Desktop, Options, Server, final_state, repository};
use serde::Deserialize;
use serde_json::{Value, json};

use super::facts::{INNER_PORT, MARKER, bait_addresses, facts};

/// One row of the table and what came of it.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "shown when it is wrong")]
pub struct Attempt {
    attempt: String,
    outcome: String,
    expected: Vec<String>,
    pub right: bool,
}

/// A server with a desktop that is somebody else's, and a process of the host, both to be kept from.
pub struct Scene {
    server: Server,
    neighbour: Desktop,
    bait: Child,
    bait_says: BufReader<ChildStdout>,
    facts: Value,
    files: usize,
    /// How often the bait is reached from outside, as it should be.
    contacts: u64,
}

impl Scene {
    pub fn open(options: Options) -> Self {
        // Stands in the server's environment, and is used for nothing.
        let server = Server::start_with(options.variable("OPENAI_API_KEY", MARKER));
        let neighbour = server.desktop();
        neighbour.upload(MARKER, MARKER.as_bytes());
        neighbour.bash(&format!(
            "echo {MARKER} > ~/{MARKER}; touch /dev/shm/{MARKER} /tmp/{MARKER}; \
             (setsid python3 -m http.server {INNER_PORT} >/dev/null 2>&1 &)"
        ));
        let mut bait = Command::new("python3")
            .arg(program("bait.py"))
            .arg(MARKER.to_owned() + neighbour.id())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut bait_says = BufReader::new(bait.stdout.take().unwrap());
        let has = line(&mut bait_says);
        let (facts, files) = facts(&server, &neighbour, &has);
        Self {
            server,
            neighbour,
            bait,
            bait_says,
            facts,
            files,
            contacts: 0,
        }
    }

    pub fn server(&self) -> &Server {
        &self.server
    }

    pub fn neighbour(&self) -> &Desktop {
        &self.neighbour
    }

    pub fn marker(&self) -> &'static str {
        MARKER
    }

    /// How many files the program is told to look for.
    pub fn files(&self) -> usize {
        self.files
    }

    /// What comes of the attempts where nothing confines them.
    pub fn on_the_host(&mut self) -> Vec<Attempt> {
        let facts = self.server.folder().join("facts.json");
        fs::write(&facts, self.facts.to_string()).unwrap();
        let output = Command::new("python3")
            .arg(program("attempts.py"))
            .arg(facts)
            .arg("host")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        self.contacts += 1;
        parse(&said)
    }

    /// A desktop with the program on its drive.
    pub fn hostile_desktop(&self) -> Desktop {
        let desktop = self.server.desktop();
        let mut facts = self.facts.clone();
        let own = self.server.data_dir().join("desktops").join(desktop.id());
        facts["own_log"] = json!(own.join("desktop.log"));
        for (name, content) in sources() {
            desktop.upload(&name, content.as_bytes());
        }
        desktop.upload("facts.json", facts.to_string().as_bytes());
        desktop
    }

    /// What comes of a topic's attempts in a desktop; without a name, of all that are no bombs.
    pub fn attempts(&self, desktop: &Desktop, place: &str, topic: &str) -> Vec<Attempt> {
        desktop.bash(&format!(
            "python3 /drive/attempts.py /drive/facts.json {place} {topic} > /drive/out.jsonl 2>&1; true"
        ));
        parse(&String::from_utf8_lossy(
            &desktop.download("out.jsonl").unwrap(),
        ))
    }

    /// Tries what the desktop may not survive.
    pub fn fatal(&self, desktop: &Desktop, place: &str) {
        let command = format!("python3 /drive/attempts.py /drive/facts.json {place} fatal");
        let reply = desktop.execute(&json!({
            "action": {"tool": "bash", "action": "run", "params": {"command": command}},
            "settle": false,
            "screenshot": "never",
        }));
        assert!([200, 409, 502, 504].contains(&reply.status), "{reply}");
    }

    /// What comes of all attempts, bombs among them, in a workflow.
    pub fn in_a_workflow(&self, place: &str) -> Vec<Attempt> {
        let mut facts = self.facts.clone();
        facts["memory_mb"] = json!(256);
        facts["processes"] = json!(128);
        let network = if place == "network" {
            "internet"
        } else {
            "none"
        };
        let source = format!(
            "import json, subprocess, sys\nfrom pydantic import BaseModel\n\n__nen_network__ = '{network}'\n\n\
             class Params(BaseModel):\n    facts: str\n\nclass Result(BaseModel):\n    said: str\n\n\
             def run(params: Params) -> Result:\n    open('/tmp/facts.json', 'w').write(params.facts)\n    \
             command = [sys.executable, '/workflow/attempts.py', '/tmp/facts.json', '{place}']\n    \
             said = ''\n    for topics in [], ['bombs']:\n        \
             ran = subprocess.run(command + topics, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)\n        \
             said += ran.stdout\n    return Result(said=said)\n"
        );
        let mut files = vec![json!({"filename": "workflow.py", "content": source})];
        for (name, content) in sources() {
            files.push(json!({"filename": name, "content": content}));
        }
        let api = self.server.api();
        let made = api.post("/workflows", &json!({"name": place, "files": files}));
        let made = made.expect(201);
        let body = json!({
            "workflow_id": made["workflowId"],
            "workflow_params": {"facts": facts.to_string()},
            "desktop": {"network": "none"},
        });
        let run = api.post("/runs", &body).expect(202);
        let state = final_state(&api, run["messageId"].as_str().unwrap());
        assert_eq!(state["run_status"], "completed", "{state}");
        parse(state["result"]["said"].as_str().unwrap())
    }

    /// Nobody reached the host's process from a sandbox, and nobody ended it.
    pub fn close(mut self) {
        drop(self.bait.stdin.take());
        let reached = line(&mut self.bait_says);
        let expected = json!({"tcp": self.contacts * bait_addresses(), "udp": self.contacts, "abstract": self.contacts});
        assert_eq!(reached, expected);
        assert!(self.bait.wait().unwrap().success());
        assert_eq!(self.server.api().get("/health").status, 200);
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // It tidies up when its input ends; when a test has failed there is nobody to read what it says.
        drop(self.bait.stdin.take());
        let _ = self.bait.wait();
    }
}

/// The program's files.
fn sources() -> Vec<(String, String)> {
    let folder = repository().join("tests/hostile");
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .filter(|path| !path.ends_with("bait.py"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn program(name: &str) -> PathBuf {
    repository().join("tests/hostile").join(name)
}

fn line(from: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

fn parse(said: &str) -> Vec<Attempt> {
    said.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not a row: {said}")))
        .collect()
}

/// cgroups whose name has this in it, in any tree.
pub fn groups(id: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::from("/sys/fs/cgroup")]);
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            if entry.file_name().to_string_lossy().contains(id) {
                found.push(entry.path());
            }
            folders.push(entry.path());
        }
    }
    found
}

/// The files that loop devices of this machine are over, one to a line.
pub fn loop_files() -> String {
    let devices = fs::read_dir("/sys/block").into_iter().flatten().flatten();
    devices
        .filter_map(|device| {
            fs::read_to_string(Path::new(&device.path()).join("loop/backing_file")).ok()
        })
        .collect()
}
