use std::fs::Permissions;
use std::io::{BufRead, BufReader, Lines};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Api, Desktop, Options, binary, until_within};

/// The user and group `nobody` of Debian.
const NOBODY: (u32, u32) = (65534, 65534);
/// How long a start or an end in order may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `nen serve`. Dropping it ends it as an operator would, by SIGTERM.
#[derive(Debug)]
pub struct Server {
    child: Option<Child>,
    options: Options,
    folder: TempDir,
    url: String,
    key: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts a server with the usual options.
    pub fn start() -> Self {
        Self::start_with(Options::default())
    }

    /// Starts a server and waits until it says that it is ready.
    pub fn start_with(options: Options) -> Self {
        Self::start_on(options, |_| {})
    }

    /// The same on a data directory that `fill` makes; it is given the server before that was started.
    pub fn start_on(options: Options, fill: impl FnOnce(&Self)) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("nen-e2e-")
            .tempdir()
            .unwrap();
        // Desktops run as users of their own, who must get to their files through it.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        if let Some((user, group)) = other_user(&options) {
            // The build may be where nobody else can reach it.
            let program = folder.path().join("nen");
            std::fs::copy(binary("nen"), &program).unwrap();
            std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let mut server = Self {
            child: None,
            options,
            folder,
            url: String::new(),
            key: String::new(),
            log: Arc::default(),
        };
        fill(&server);
        server.run();
        server
    }

    /// The program `nen` as the server's user has it.
    pub fn program(&self) -> Command {
        let mut command = if let Some(user) = other_user(&self.options) {
            as_user(user, &self.folder.path().join("nen"))
        } else {
            // A test run that is killed takes its servers with it.
            let mut command = Command::new("setpriv");
            command
                .args(["--pdeathsig", "TERM", "--"])
                .arg(binary("nen"));
            command
        };
        command
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("HOME", self.folder.path())
            .envs(driver_variables());
        command
    }

    /// Starts the server again on the same data, after [`Server::stop`] or [`Server::kill`].
    pub fn run(&mut self) {
        let mut lines = self.spawn();
        // The pipe ends when the server does, so this cannot wait for nothing.
        let line = lines
            .next()
            .expect("the server ended instead of starting")
            .unwrap();
        let ready: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("not a line of JSON: {line}"));
        assert_eq!(ready["status"], "ready", "{line}");
        self.url = ready["url"].as_str().unwrap().to_owned();
        self.key = std::fs::read_to_string(self.data_dir().join("api-key"))
            .unwrap()
            .trim()
            .to_owned();
        std::thread::spawn(move || lines.for_each(drop));
    }

    /// Starts the server again on the same data and does not wait until it is ready.
    pub fn begin_to_run(&mut self) {
        let lines = self.spawn();
        std::thread::spawn(move || lines.for_each(drop));
    }

    /// Starts the process; answers what it says.
    fn spawn(&mut self) -> Lines<BufReader<ChildStdout>> {
        assert!(self.child.is_none(), "it runs already");
        let mut command = self.program();
        command
            .args(["--json", "serve", "--listen"])
            .arg(self.options.listen.as_deref().unwrap_or("127.0.0.1:0"))
            .arg("--data-dir")
            .arg(self.data_dir())
            .args(["--warm-pool", &self.options.warm_pool.to_string()])
            .args(&self.options.arguments)
            .env(
                "NEN_LOG",
                std::env::var("NEN_LOG").unwrap_or_else(|_| "warn".into()),
            )
            .envs(self.options.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (log, said) = (self.log.clone(), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                eprintln!("{line}");
                log.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        self.child = Some(child);
        lines
    }

    /// Starts it again on the same data with other options.
    pub fn run_with(&mut self, options: Options) {
        self.options = options;
        self.run();
    }

    /// Everything that it logged so far, over all its starts.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// A client with the first key, which may do everything.
    pub fn api(&self) -> Api {
        Api::new(&self.url, &self.key)
    }

    /// Creates a desktop with the tools `computer` and `bash`, which the test window needs.
    pub fn desktop(&self) -> Desktop {
        self.api().create(&json!({"tools": ["computer", "bash"]}))
    }

    /// Where it answers, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The first key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its data directory.
    pub fn data_dir(&self) -> std::path::PathBuf {
        let usual = || self.folder.path().join("data");
        self.options.data_dir.clone().unwrap_or_else(usual)
    }

    /// A temporary folder that goes with the server.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Process id of the server.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the server runs").id()
    }

    /// Ends the server by SIGTERM and waits for it; it must end well.
    pub fn stop(&mut self) {
        let status = self.end(Signal::TERM);
        assert!(status.success(), "the server ended with {status}");
    }

    /// Ends the server by SIGKILL: it cannot tidy up.
    pub fn kill(&mut self) {
        self.end(Signal::KILL);
    }

    fn end(&mut self, signal: Signal) -> std::process::ExitStatus {
        let mut child = self.child.take().expect("the server runs");
        kill_process(Pid::from_child(&child), signal).unwrap();
        until_within(PATIENCE, "the server ends", || child.try_wait().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        let _ = kill_process(Pid::from_child(&child), Signal::TERM);
        for _ in 0..2000 {
            match child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Where the desktops of all servers run: the same tests are for each driver, and `tests/fleet.sh` says which.
fn driver_variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars().filter(|(name, _)| name == "NEN_DRIVER" || name.starts_with("NEN_CONTAINER_"))
}

/// Whether each desktop has a user of its own on this machine.
pub fn users_of_their_own() -> bool {
    rustix::process::geteuid().is_root() && std::env::var_os("NEN_CONTAINER_SOCKET").is_none()
}

/// Runs a program as an ordinary user where `/dev/net/tun` is as Debian's udev leaves it, open to everybody; containers and small
/// virtual machines often lack that. The mount is private to the program and goes with it.
fn as_user((user, group): (u32, u32), program: &Path) -> Command {
    let script = format!(
        "mount -t tmpfs tmpfs /dev/net && mknod -m 666 /dev/net/tun c 10 200 && \
        exec setpriv --pdeathsig TERM --reuid={user} --regid={group} --clear-groups -- \"$0\" \"$@\""
    );
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--", "sh", "-c", &script])
        .arg(program);
    command
}

/// The user of a server that is to run as an ordinary one, when the tests themselves run as root: that of the container
/// engine where there is one, else `nobody`.
fn other_user(options: &Options) -> Option<(u32, u32)> {
    if !options.unprivileged || !rustix::process::geteuid().is_root() {
        return None;
    }
    let engine = std::env::var("NEN_CONTAINER_SOCKET");
    let owner = engine.map(|socket| std::fs::metadata(socket).unwrap());
    Some(owner.map_or(NOBODY, |found| (found.uid(), found.gid())))
}
