//! When to stop.

use std::io::Read;

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

/// What ends a server.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    parent_gone: mpsc::Receiver<()>,
    /// Kept so that without a watch on standard input the channel stays silent instead of closed.
    _parent: mpsc::Sender<()>,
}

impl Signals {
    /// From now on these signals no longer end the process by themselves. With `watch_stdin`, the end of
    /// standard input counts as one: whoever holds the other end has gone, however it went.
    pub fn catch(watch_stdin: bool) -> std::io::Result<Self> {
        let (parent, parent_gone) = mpsc::channel(1);
        if watch_stdin {
            let gone = parent.clone();
            std::thread::Builder::new()
                .name("stdin".to_owned())
                .spawn(move || {
                    // What is said on it does not matter, nor how it ends.
                    let _ =
                        std::io::copy(&mut std::io::stdin().lock().by_ref(), &mut std::io::sink());
                    let _ = gone.blocking_send(());
                })?;
        }
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            // The terminal was closed: desktops must not outlive their server.
            hangup: signal(SignalKind::hangup())?,
            parent_gone,
            _parent: parent,
        })
    }

    /// The name of the next one to arrive.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.hangup.recv() => "SIGHUP",
            _ = self.parent_gone.recv() => "end of standard input",
        }
    }
}
