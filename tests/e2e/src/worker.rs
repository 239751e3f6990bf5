use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{Server, binary, until_within};

/// How long an end may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `nen worker` of a server. Dropping it ends it as an operator would, by SIGTERM.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    /// Its name among the workers.
    pub name: String,
}

impl Worker {
    /// Starts a worker with further arguments and waits until it is ready.
    pub fn start(server: &Server, arguments: &[String]) -> Self {
        // A test run that is killed takes its workers with it.
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "--"])
            .arg(binary("nen"))
            .args(["--json", "worker", "--server", server.url(), "--data-dir"])
            .arg(server.data_dir())
            .args(arguments)
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("HOME", server.folder())
            .env("NEN_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines
            .next()
            .expect("the worker ended instead of starting")
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["status"], "ready", "{line}");
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            name: ready["worker"].as_str().unwrap().to_owned(),
        }
    }

    /// Ends it by SIGKILL: it cannot tidy up.
    pub fn kill(mut self) {
        self.end(Signal::KILL);
    }

    fn end(&mut self, signal: Signal) {
        if self.child.try_wait().unwrap().is_none() {
            kill_process(Pid::from_child(&self.child), signal).unwrap();
            until_within(PATIENCE, "the worker ends", || {
                self.child.try_wait().unwrap()
            });
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end(Signal::TERM);
    }
}
