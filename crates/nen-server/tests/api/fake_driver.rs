//! A driver whose desktops are [`crate::fake_controller`]s on Unix sockets.

use crate::fake_controller::{self, Seen};
use nen_fleet::{
    Adopted, BoxFuture, BoxStream, Check, DesktopSpec, Dial, Driver, DriverError, Instance, Known,
    Usage,
};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Notify, RwLock};

type Running = (Arc<Seen>, tokio::task::JoinHandle<()>);

pub struct FakeDriver {
    /// While a test holds it for writing, no start ends.
    pub gate: RwLock<()>,
    /// A start began.
    pub began: Notify,
    /// A desktop was removed.
    pub destroyed: Notify,
    /// What is found when somebody looks whether everything is there.
    pub checks: Mutex<Vec<Check>>,
    /// What each desktop takes.
    pub usage: Mutex<Option<Usage>>,
    dir: PathBuf,
    desktops: Mutex<HashMap<String, Running>>,
}

impl std::fmt::Debug for FakeDriver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FakeDriver")
    }
}

impl FakeDriver {
    pub fn new(dir: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            dir,
            desktops: Mutex::default(),
            gate: RwLock::default(),
            began: Notify::new(),
            destroyed: Notify::new(),
            checks: Mutex::default(),
            usage: Mutex::default(),
        })
    }

    pub fn seen(&self, id: &str) -> Arc<Seen> {
        self.desktops.lock().unwrap()[id].0.clone()
    }

    pub fn count(&self) -> usize {
        self.desktops.lock().unwrap().len()
    }

    fn end(&self, id: &str) {
        if let Some((_, task)) = self.desktops.lock().unwrap().remove(id) {
            task.abort();
        }
    }
}

#[derive(Debug)]
struct Socket(PathBuf);

impl Dial for Socket {
    fn dial(&self) -> BoxFuture<'_, io::Result<BoxStream>> {
        Box::pin(async { Ok(Box::new(UnixStream::connect(&self.0).await?) as BoxStream) })
    }
}

impl Driver for FakeDriver {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn preflight(&self) -> BoxFuture<'_, Vec<Check>> {
        let checks = self.checks.lock().unwrap().clone();
        Box::pin(async { checks })
    }

    fn known(&self) -> BoxFuture<'_, Result<Vec<Known>, DriverError>> {
        let desktops = self.desktops.lock().unwrap();
        let known = desktops.keys().map(|id| Known {
            id: id.clone(),
            unclaimed: false,
        });
        let known = known.collect();
        Box::pin(async { Ok(known) })
    }

    fn start<'a>(&'a self, spec: &'a DesktopSpec) -> BoxFuture<'a, Result<Instance, DriverError>> {
        Box::pin(async {
            self.began.notify_one();
            let _open = self.gate.read().await;
            let path = self.dir.join(format!("{}.sock", spec.id));
            let _ = std::fs::remove_file(&path);
            let listener = UnixListener::bind(&path).unwrap();
            let seen = Arc::new(Seen::default());
            let router = fake_controller::router(seen.clone());
            let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
            self.desktops
                .lock()
                .unwrap()
                .insert(spec.id.clone(), (seen, task));
            Ok(Instance {
                denied: None,
                dial: Arc::new(Socket(path)),
                ended: Box::pin(std::future::pending()),
            })
        })
    }

    fn claim<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async { Ok(()) })
    }

    fn adopt<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Adopted> {
        Box::pin(async { Adopted::Lost("nothing is kept".to_owned()) })
    }

    fn pause<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async { Ok(()) })
    }

    fn resume<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool, DriverError>> {
        Box::pin(async { Ok(true) })
    }

    fn usage<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<Usage>> {
        let usage = *self.usage.lock().unwrap();
        Box::pin(async move { usage })
    }

    fn stop<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async {
            self.end(id);
            Ok(())
        })
    }

    fn destroy<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async {
            self.end(id);
            self.destroyed.notify_one();
            Ok(())
        })
    }
}
