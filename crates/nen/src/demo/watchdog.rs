//! Ends the demo when it takes too long or is asked to stop, by ending the server that everything waits for.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
};

use super::server_process::Stopper;

/// A watch over the demo until it is dropped.
#[derive(Debug)]
pub struct Watchdog {
    reason: Arc<OnceLock<String>>,
    task: JoinHandle<()>,
}

impl Watchdog {
    /// Stops the server after `limit`, or on Ctrl-C or SIGTERM.
    pub fn start(runtime: &Runtime, stopper: Stopper, limit: Duration) -> anyhow::Result<Self> {
        let _guard = runtime.enter();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let reason = Arc::new(OnceLock::new());
        let told = reason.clone();
        let task = runtime.spawn(async move {
            let why = tokio::select! {
                () = tokio::time::sleep(limit) => format!("it took longer than {} s", limit.as_secs()),
                _ = interrupt.recv() => "it was interrupted".to_owned(),
                _ = terminate.recv() => "it was asked to stop".to_owned(),
            };
            // The first reason is the one that counts.
            let _ = told.set(why);
            stopper.stop();
        });
        Ok(Self { reason, task })
    }

    /// Why the demo was ended, none when it was not.
    pub fn reason(&self) -> Option<&str> {
        self.reason.get().map(String::as_str)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.task.abort();
    }
}
