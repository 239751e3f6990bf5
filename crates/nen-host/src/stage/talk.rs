//! The server's side of a stage.

use std::io::{self, Write as _};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use tokio::net::UnixStream;

use super::handshake;
use crate::Process;

/// Where stages look for programs: `nft` is not in an ordinary user's `PATH`.
pub const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Why a stage did not become the program it was to become.
#[derive(Debug, thiserror::Error)]
pub enum StageFailure {
    /// The stage said so.
    #[error("{0}")]
    Told(String),
    /// It said something that nobody had asked for.
    #[error("its stage said something out of turn")]
    OutOfTurn,
    /// It was gone without a word.
    #[error("its stage ended early")]
    Early,
    /// What carries the network's packets did not start; the text is what it said, and may be empty.
    #[error("its network did not come up: {0}")]
    Network(String),
    /// Something failed in the server.
    #[error("could not {what}: {source}")]
    Host {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

pub(crate) fn doing(what: &'static str) -> impl FnOnce(io::Error) -> StageFailure {
    move |source| StageFailure::Host { what, source }
}

/// Starts a stage as a child of this process. The other end of its standard input is answered, for [`Stage::send`].
///
/// # Errors
/// When the program cannot be started.
pub fn start(
    nen: &Path,
    spec: &Path,
    user: Option<u32>,
    stdout: impl Into<Stdio>,
    stderr: impl Into<Stdio>,
) -> io::Result<(StdUnixStream, Process)> {
    let (ours, theirs) = StdUnixStream::pair()?;
    let mut command = Command::new(nen);
    command
        .arg("sandbox")
        .arg(spec)
        .current_dir("/")
        .env_clear()
        .env("PATH", PATH)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(stdout)
        .stderr(stderr);
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    let child = command.spawn()?;
    // It cannot be gone before it is waited for, and nobody else waits for it.
    Process::open(child.id().cast_signed()).map(|process| (ours, process))
}

/// Says everything that a stage without descriptors ever has to hear, so that nobody needs to talk to it. The other end
/// must stay open until it has ended.
///
/// # Errors
/// When the other end is closed.
pub fn ahead(mut ours: &StdUnixStream) -> io::Result<()> {
    handshake::send(ours, handshake::GO, &[])?;
    ours.write_all(&[handshake::GO])
}

/// A stage that has its descriptors.
#[derive(Debug)]
pub struct Stage {
    socket: UnixStream,
}

impl Stage {
    /// Hands a stage its descriptors and lets it begin.
    ///
    /// # Errors
    /// `Early`, when it is gone; `Host`, when there are too many descriptors.
    pub fn send(
        socket: StdUnixStream,
        descriptors: &[BorrowedFd<'_>],
    ) -> Result<Self, StageFailure> {
        handshake::send(&socket, handshake::GO, descriptors).map_err(|error| {
            match error.kind() {
                io::ErrorKind::BrokenPipe => StageFailure::Early,
                _ => doing("hand a stage its descriptors")(error),
            }
        })?;
        socket
            .set_nonblocking(true)
            .and_then(|()| UnixStream::from_std(socket))
            .map(|socket| Self { socket })
            .map_err(doing("listen to a stage"))
    }

    /// Waits until its namespaces exist: now a network can be attached to them.
    ///
    /// # Errors
    /// `Told`, `OutOfTurn`, `Early`.
    pub async fn unshared(&mut self) -> Result<(), StageFailure> {
        self.hear(handshake::UNSHARED).await.map(drop)
    }

    /// Waits until its rules hold, and answers its doors when these are guarded.
    ///
    /// # Errors
    /// `Told`, `OutOfTurn`, `Early`.
    pub async fn prepared(&mut self) -> Result<Vec<OwnedFd>, StageFailure> {
        self.hear(handshake::READY).await
    }

    /// Lets it become its program.
    ///
    /// # Errors
    /// `Host`, when it is gone.
    pub async fn go_on(&mut self) -> Result<(), StageFailure> {
        let said = self.socket.write_all(&[handshake::GO]).await;
        said.map_err(doing("let a stage go on"))
    }

    /// Waits for its end, or for its program, and answers what it said about why there is none. Empty: nothing.
    pub async fn last_words(&mut self) -> String {
        let mut said = String::new();
        // What was heard before it broke off is all there is.
        let _ = self.socket.read_to_string(&mut said).await;
        let words = said.trim_start_matches(char::from(handshake::FAILED));
        words.trim().to_owned()
    }

    async fn hear(&mut self, wanted: u8) -> Result<Vec<OwnedFd>, StageFailure> {
        let hear = || handshake::hear(&self.socket);
        match self.socket.async_io(Interest::READABLE, hear).await {
            Ok((Some(word), descriptors)) if word == wanted => Ok(descriptors),
            Ok((Some(handshake::FAILED), _)) => Err(StageFailure::Told(self.last_words().await)),
            Ok((Some(_), _)) => Err(StageFailure::OutOfTurn),
            Ok((None, _)) | Err(_) => Err(StageFailure::Early),
        }
    }
}
