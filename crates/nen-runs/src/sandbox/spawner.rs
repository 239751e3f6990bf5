//! A thread that starts sandboxes.
//!
//! The kernel ends a sandbox when the *thread* that started it ends. Threads of the runtime come and go; this one stays as
//! long as the process.

use std::io;
use std::sync::mpsc;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

type Order = (Command, Handle, oneshot::Sender<io::Result<Child>>);

#[derive(Debug)]
pub(super) struct Spawner {
    orders: mpsc::Sender<Order>,
}

impl Spawner {
    pub fn start() -> Self {
        let (orders, received) = mpsc::channel::<Order>();
        std::thread::Builder::new()
            .name("sandboxes".to_owned())
            .spawn(move || {
                while let Ok((mut command, runtime, answer)) = received.recv() {
                    // The child's pipes belong to the runtime that asked.
                    let _entered = runtime.enter();
                    // Whoever asked may be gone; the child is killed by being dropped then.
                    let _ = answer.send(command.spawn());
                }
                // No orders can come any more, but what was started must not end with this thread.
                loop {
                    std::thread::park();
                }
            })
            .map_or_else(
                |error| {
                    tracing::error!(%error, "Cannot start the thread of sandboxes");
                },
                drop,
            );
        Self { orders }
    }

    pub async fn spawn(&self, command: Command) -> io::Result<Child> {
        let gone = || io::Error::other("the thread of sandboxes is gone");
        let (answer, answered) = oneshot::channel();
        self.orders
            .send((command, Handle::current(), answer))
            .map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// Gives up the runtime's hold on a child whose end is watched by its pidfd.
pub(super) fn release(child: Child) {
    // Forgetting would leave a zombie when nobody waits for the pidfd; the runtime reaps what is dropped without kill.
    let mut child = child;
    tokio::spawn(async move {
        let _ = child.wait().await;
    });
}
