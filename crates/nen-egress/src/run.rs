//! The process.

use std::cell::RefCell;
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{FromRawFd as _, OwnedFd, RawFd};
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use nen_host::network::{DOORS, Orders};
use nen_host::seccomp::{self, Confinement};
use tokio::net::unix::pipe;
use tokio::sync::Notify;

use crate::guard::Guard;
use crate::sets::Sets;
use crate::tally::Tally;
use crate::{refusals, reports, serve};

/// Why a network is not guarded any more.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The command is not what the server makes it.
    #[error("{DOORS} descriptors are needed, not {0}")]
    Descriptors(usize),
    /// Its orders cannot be read.
    #[error("cannot read its orders: {0}")]
    Orders(io::Error),
    /// The filter of system calls.
    #[error(transparent)]
    Filter(#[from] seccomp::SeccompError),
    /// The kernel keeps back its reports on refused packets.
    #[error(
        "the kernel does not report refused packets, which needs its module nfnetlink_log: {0}"
    )]
    Reports(io::Error),
    /// Something of the system broke.
    #[error("{what}: {source}")]
    Broke {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

fn broke(what: &'static str) -> impl FnOnce(io::Error) -> EgressError {
    move |source| EgressError::Broke { what, source }
}

/// Guards until the sandbox has ended. Must be called once, before anything else of the process opens files: the
/// descriptors are those that its stage was handed, in the order of [`nen_host::network::guard`].
///
/// # Errors
/// When it cannot begin, or cannot go on.
pub fn run(orders: &Path, descriptors: &[RawFd]) -> Result<(), EgressError> {
    let text = std::fs::read(orders).map_err(EgressError::Orders)?;
    let orders: Orders =
        serde_json::from_slice(&text).map_err(|error| EgressError::Orders(error.into()))?;
    let count = descriptors.len();
    let descriptors: [RawFd; DOORS] = descriptors
        .try_into()
        .map_err(|_| EgressError::Descriptors(count))?;
    // SAFETY: the stage before this process let exactly these pass, each once, and nobody else here knows of them.
    let descriptors = descriptors.map(|descriptor| unsafe { OwnedFd::from_raw_fd(descriptor) });
    let [udp, tcp, sets, refused, exit, told, ready] = descriptors;
    seccomp::confine(Confinement::Guard)?;
    refusals::listen(&refused).map_err(EgressError::Reports)?;
    let guard = Rc::new(Guard {
        orders,
        sets: RefCell::new(Sets::new(sets)),
        tally: RefCell::new(Tally::new(Instant::now())),
        noted: Notify::new(),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(broke("start"))?;
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async {
        let (udp, tcp) = (UdpSocket::from(udp), TcpListener::from(tcp));
        udp.set_nonblocking(true).map_err(broke("listen"))?;
        tcp.set_nonblocking(true).map_err(broke("listen"))?;
        let udp = tokio::net::UdpSocket::from_std(udp).map_err(broke("listen"))?;
        let tcp = tokio::net::TcpListener::from_std(tcp).map_err(broke("listen"))?;
        let exit = pipe::Receiver::from_owned_fd(exit).map_err(broke("watch the sandbox"))?;
        rustix::io::write(&ready, &[1])
            .map_err(|error| broke("say that it is ready")(error.into()))?;
        drop(ready);
        let bounds = Rc::new(serve::Bounds::new());
        tokio::select! {
            // In this order: what was denied last is told before the end of the sandbox is noticed.
            biased;
            end = serve::by_udp(Rc::clone(&guard), Rc::clone(&bounds), udp) => {
                end.map_err(broke("answer by UDP"))
            }
            end = serve::by_tcp(Rc::clone(&guard), bounds, tcp) => {
                end.map_err(broke("answer by TCP"))
            }
            end = reports::hear(Rc::clone(&guard), refused) => {
                end.map_err(broke("hear from the kernel"))
            }
            end = reports::tell(guard, told) => end.map_err(broke("report")),
            // Nobody ever writes there: the last one who could is gone.
            _ = exit.readable() => Ok(()),
        }
    })
}
