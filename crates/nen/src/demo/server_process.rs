//! A server of the demo's own: another process, an embedded database, a directory that goes away with it.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// How long the server may take until it is ready.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long the server may take to end after SIGTERM.
const STOP_LIMIT: Duration = Duration::from_secs(25);

/// The running server.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    data: TempDir,
    /// Where it answers.
    pub url: String,
    /// Its first admin key.
    pub key: String,
}

/// Ends a server from another thread.
#[derive(Clone, Copy, Debug)]
pub struct Stopper(Pid);

impl Stopper {
    /// Asks the server to end; what waits for its answers then fails at once.
    pub fn stop(self) {
        // It has ended already: fine.
        let _ = kill_process(self.0, Signal::TERM);
    }
}

impl ServerProcess {
    /// Starts `nen serve` on a free port and waits until it says that it is ready. Its log goes to `log`.
    pub fn start(exposed_port: u16, log: &Path) -> anyhow::Result<Self> {
        let data = data_dir()?;
        let log_file =
            File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut child = Command::new(std::env::current_exe()?)
            .args([
                "serve",
                "--json",
                "--listen",
                "127.0.0.1:0",
                "--stop-with-stdin",
            ])
            .arg("--data-dir")
            .arg(data.path())
            .arg("--expose-host-port")
            .arg(exposed_port.to_string())
            // One desktop is all that is made: another beside it would only take its time.
            .args(["--warm-pool", "0"])
            // The demo's own receiver of webhooks is on this machine.
            .arg("--allow-private-webhooks")
            // A server of ours, not the one that the environment may describe.
            .env("NEN_CONFIG", "")
            .env_remove("NEN_DATABASE")
            .env_remove("NEN_PUBLIC_URL")
            .env_remove("NEN_LOG_FORMAT")
            // Held open until we end, even by a signal that cannot be caught.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .context("cannot start the server")?;
        match first_line(&mut child) {
            Ok((url, key)) => Ok(Self {
                child,
                data,
                url,
                key,
            }),
            Err(error) => {
                // Whatever is left of it; the log tells why.
                let _ = child.kill();
                let _ = child.wait();
                let said = std::fs::read_to_string(log).unwrap_or_default();
                match said.trim_end() {
                    "" => Err(error.context("the server did not start")),
                    said => Err(anyhow::anyhow!("the server did not start:\n{said}")),
                }
            }
        }
    }

    /// For ending it from a watchdog.
    pub fn stopper(&self) -> anyhow::Result<Stopper> {
        let pid = i32::try_from(self.child.id())?;
        Ok(Stopper(
            Pid::from_raw(pid).context("the server has no process id")?,
        ))
    }

    /// Ends it in order and says what was not in order.
    pub fn stop(self) -> anyhow::Result<()> {
        let stopper = self.stopper()?;
        stopper.stop();
        let mut child = self.child;
        let (ended, end) = mpsc::channel();
        std::thread::spawn(move || ended.send(child.wait()));
        let status = match end.recv_timeout(STOP_LIMIT) {
            Ok(status) => status?,
            Err(_) => {
                // Not waited for yet, so the number still means this process.
                let _ = kill_process(stopper.0, Signal::KILL);
                anyhow::bail!("the server did not end in {} s", STOP_LIMIT.as_secs());
            }
        };
        if !status.success() {
            anyhow::bail!("the server ended with {status}");
        }
        self.data
            .close()
            .context("the data directory could not be removed")
    }
}

/// The line of `nen serve --json` that says where it is.
fn first_line(child: &mut Child) -> anyhow::Result<(String, String)> {
    let stdout = child.stdout.take().context("no standard output")?;
    let (said, line) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let result = BufReader::new(stdout).read_line(&mut line).map(|_| line);
        // Nobody waits for it any more: fine.
        let _ = said.send(result);
    });
    let line = line
        .recv_timeout(START_LIMIT)
        .context("it took too long")??;
    let ready: Value = serde_json::from_str(&line).context("it said nothing")?;
    let text = |key: &str| ready[key].as_str().map(str::to_owned);
    match (text("url"), text("api_key")) {
        (Some(url), Some(key)) => Ok((url, key)),
        _ => anyhow::bail!("it did not say its address and key"),
    }
}

/// A fresh directory. Run as root, desktops belong to other users, who must be able to pass through.
fn data_dir() -> anyhow::Result<TempDir> {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::Builder::new().prefix("nen-demo-").tempdir()?;
    if rustix::process::geteuid().is_root() {
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o711))?;
    }
    Ok(dir)
}
