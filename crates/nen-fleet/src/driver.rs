//! Where desktops run.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use nen_host::Usage;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::CreateDesktop;

/// A future that can be held and sent.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A byte stream to a controller.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A byte stream to a controller, of whatever kind.
pub type BoxStream = Box<dyn Stream>;

/// Lines from a driver, of whatever kind.
pub type BoxReader = Box<dyn AsyncRead + Send + Unpin>;

/// What a driver starts.
#[derive(Debug, Clone)]
pub struct DesktopSpec {
    /// The desktop's id.
    pub id: String,
    /// What was asked for. Without a network it gets the internet.
    pub create: CreateDesktop,
    /// It is started for nobody yet: at a low share of the processor, and written down as nobody's until
    /// [`Driver::claim`].
    pub unclaimed: bool,
}

/// A desktop that a driver has something of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The desktop's id.
    pub id: String,
    /// It was started for nobody and never claimed: its files are nobody's loss.
    pub unclaimed: bool,
}

/// Opens connections to one desktop's controller.
pub trait Dial: Send + Sync + Debug + 'static {
    /// One new connection.
    fn dial(&self) -> BoxFuture<'_, io::Result<BoxStream>>;
}

/// A running desktop, as its driver hands it over.
pub struct Instance {
    /// How its controller is reached.
    pub dial: Arc<dyn Dial>,
    /// Ready when the desktop has ended by whatever cause, with the reason in words.
    pub ended: BoxFuture<'static, String>,
    /// What it tried and was denied, as lines of JSON: [`nen_protocol::network::Denied`]. None where that is not watched.
    pub denied: Option<BoxReader>,
}

impl Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance")
            .field("dial", &self.dial)
            .finish_non_exhaustive()
    }
}

/// What a driver found of a desktop that an earlier server process started.
#[derive(Debug)]
pub enum Adopted {
    /// Its programs are there. Whether its controller answers is for the caller to find out.
    Alive {
        /// The desktop.
        instance: Instance,
        /// Its programs were stopped where they are by `pause`.
        paused: bool,
    },
    /// It was stopped in good order; home and drive are kept.
    Stopped,
    /// It ended while nobody watched, with the reason in words. `stop` cleans up.
    Lost(String),
}

/// One thing a driver needs, and whether it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked for.
    pub name: String,
    /// It is there and works.
    pub ok: bool,
    /// Desktops cannot start without it. When false it is a matter of degree.
    pub required: bool,
    /// What was found.
    pub detail: String,
    /// What would put it right, such as `apt install bubblewrap`.
    pub fix: Option<String>,
}

/// Why a driver could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// Something outside the desktop is missing or broken.
    #[error("{0}")]
    Host(String),
    /// The desktop's own programs did not start.
    #[error("the desktop did not start: {0}")]
    Start(String),
    /// The driver has nothing under this id.
    #[error("no such instance")]
    Gone,
    /// The operating system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

/// A place where desktops run: this machine, containers, a cluster.
///
/// A driver keeps whatever it must know about an instance itself, where it outlives the server
/// process, and finds it by the desktop's id. Calls on one id never overlap.
pub trait Driver: Send + Sync + Debug + 'static {
    /// Short name for logs and `nen doctor`.
    fn name(&self) -> &'static str;

    /// Looks whether everything is there that desktops need.
    fn preflight(&self) -> BoxFuture<'_, Vec<Check>>;

    /// What left anything behind here, running or not.
    fn known(&self) -> BoxFuture<'_, Result<Vec<Known>, DriverError>>;

    /// Starts a desktop and returns once its controller answers. What is kept under this id (home,
    /// drive) is used again. After an error nothing of the attempt is left but what is kept.
    fn start<'a>(&'a self, spec: &'a DesktopSpec) -> BoxFuture<'a, Result<Instance, DriverError>>;

    /// Gives a desktop that was started unclaimed its full share of the processor, and then takes away what says that
    /// it is nobody's. After an error it still is nobody's.
    fn claim<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>>;

    /// Takes over a desktop that an earlier server process started.
    fn adopt<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Adopted>;

    /// Stops the desktop's programs where they are.
    fn pause<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>>;

    /// Lets a paused desktop go on. `Ok(false)`: there is nothing to go on with, start it anew.
    fn resume<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, DriverError>>;

    /// What a desktop's programs take of the machine. `None`: none run, or this driver cannot tell.
    fn usage<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Option<Usage>> {
        let _ = id;
        Box::pin(std::future::ready(None))
    }

    /// Ends the desktop's programs and keeps its home and drive.
    fn stop<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>>;

    /// Ends the desktop's programs and removes everything, drive included. Fine when nothing is there.
    fn destroy<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>>;
}
