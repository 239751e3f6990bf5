//! A stage that is run to see whether it can be.

use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Output, Stdio};

use nen_host::stage::{self, Spec};

use super::LocalConfig;

/// Runs a stage to the end of its program, as this user. Blocks for some tens of milliseconds.
pub(super) fn run(config: &LocalConfig, spec: &Spec, user: Option<u32>) -> io::Result<Output> {
    let path = std::env::temp_dir().join(format!("nen-probe-{:016x}.json", rand::random::<u64>()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(&path)?;
    file.write_all(&serde_json::to_vec(spec)?)?;
    // The binary may be where the desktops' users cannot go; they can always run the program they are.
    let own =
        std::env::current_exe().is_ok_and(|own| Some(own) == config.nen_bin.canonicalize().ok());
    let mut command = if own {
        Command::new("/proc/self/exe")
    } else {
        Command::new(&config.nen_bin)
    };
    let (ours, theirs) = UnixStream::pair()?;
    stage::ahead(&ours)?;
    command
        .arg("sandbox")
        .arg(&path)
        .current_dir("/")
        .stdin(Stdio::from(OwnedFd::from(theirs)));
    command.env("PATH", stage::PATH);
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    let output = command.output();
    std::fs::remove_file(&path)?;
    output
}
