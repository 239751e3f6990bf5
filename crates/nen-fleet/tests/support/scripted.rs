//! A driver whose desktops are in memory and do what a test tells them.
#![allow(clippy::unwrap_used, reason = "a test fixture")]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use nen_fleet::{
    Adopted, BoxFuture, BoxStream, Check, DesktopSpec, Dial, Driver, DriverError, Instance, Known,
};
use serde_json::Value;
use tokio::sync::{RwLock, oneshot, watch};

/// What has happened so far.
#[derive(Debug, Default)]
pub struct Seen {
    /// Ids that run or are being started, and whether they are nobody's.
    pub there: BTreeMap<String, bool>,
    /// The most of them at once.
    pub most: usize,
    /// Starts for nobody that have begun.
    pub unclaimed_starts: usize,
    /// Starts for somebody that have begun.
    pub claimed_starts: usize,
    /// What was said at claims.
    pub claims: BTreeMap<String, Value>,
    /// Ids that were destroyed.
    pub destroyed: Vec<String>,
    /// Desktops that give no answer any more.
    pub silent: BTreeSet<String>,
    /// Desktops that are there when a server starts, but lost, and can be neither ended nor removed.
    pub stuck: BTreeSet<String>,
    /// Starts for nobody fail with this.
    pub failure: Option<String>,
    ends: BTreeMap<String, oneshot::Sender<String>>,
}

impl Seen {
    /// Whether it can be ended.
    fn leave(&self, id: &str) -> Result<(), DriverError> {
        match self.stuck.contains(id) {
            true => Err(DriverError::Host("its folder is read-only".to_owned())),
            false => Ok(()),
        }
    }
}

#[derive(Debug, Default)]
pub struct Scripted {
    seen: Mutex<Seen>,
    changed: watch::Sender<()>,
    /// While a test holds it for writing, no start for nobody ends.
    pub nobodys: RwLock<()>,
    /// While a test holds it for writing, no start for somebody ends.
    pub somebodys: RwLock<()>,
}

impl Scripted {
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        let changed = change(&mut self.seen());
        self.changed.send_replace(());
        changed
    }

    /// Waits until something has happened.
    pub async fn until(&self, happened: impl Fn(&Seen) -> bool) {
        let mut changes = self.changed.subscribe();
        let wait = async {
            while !happened(&self.seen()) {
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait)
            .await
            .unwrap_or_else(|_| panic!("it did not happen: {:?}", self.seen()));
    }

    /// Ids of desktops that are nobody's.
    pub fn nobodys_ids(&self) -> Vec<String> {
        let seen = self.seen();
        let ids = seen.there.iter().filter(|(_, unclaimed)| **unclaimed);
        ids.map(|(id, _)| id.clone()).collect()
    }

    /// A desktop ends by itself.
    pub fn end(&self, id: &str, reason: &str) {
        let end = self.seen().ends.remove(id).unwrap();
        end.send(reason.to_owned()).unwrap();
    }

    async fn begin(self: Arc<Self>, spec: DesktopSpec) -> Result<Instance, DriverError> {
        let failure = self.change(|seen| {
            seen.there.insert(spec.id.clone(), spec.unclaimed);
            seen.most = seen.most.max(seen.there.len());
            if spec.unclaimed {
                seen.unclaimed_starts += 1;
                return seen.failure.clone();
            }
            seen.claimed_starts += 1;
            None
        });
        let gate = if spec.unclaimed {
            &self.nobodys
        } else {
            &self.somebodys
        };
        drop(gate.read().await);
        if let Some(failure) = failure {
            return Err(DriverError::Start(failure));
        }
        let (end, ended) = oneshot::channel();
        self.change(|seen| seen.ends.insert(spec.id.clone(), end));
        let dial = Arc::new(Line {
            id: spec.id,
            driver: Arc::clone(&self),
        });
        let ended = ended.map(|reason| reason.unwrap_or_else(|_| "it was stopped".to_owned()));
        Ok(Instance {
            denied: None,
            dial,
            ended: ended.boxed(),
        })
    }

    async fn answer(
        self: Arc<Self>,
        id: String,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        if self.seen().silent.contains(&id) {
            std::future::pending::<()>().await;
        }
        let path = request.uri().path().to_owned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let mut response = Response::new(Full::default());
        match path.as_str() {
            "/claim" => {
                let said = serde_json::from_slice(&body).unwrap();
                self.change(|seen| seen.claims.insert(id, said));
            }
            "/execute" => *response.body_mut() = Full::new(body),
            _ => *response.status_mut() = StatusCode::NOT_FOUND,
        }
        Ok(response)
    }
}

#[derive(Debug)]
struct Line {
    id: String,
    driver: Arc<Scripted>,
}

impl Dial for Line {
    fn dial(&self) -> BoxFuture<'_, io::Result<BoxStream>> {
        Box::pin(async {
            let (ours, theirs) = tokio::io::duplex(64 * 1024);
            let (id, driver) = (self.id.clone(), Arc::clone(&self.driver));
            let answer = service_fn(move |request| Arc::clone(&driver).answer(id.clone(), request));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(theirs), answer);
            tokio::spawn(connection);
            Ok(Box::new(ours) as BoxStream)
        })
    }
}

/// What a fleet gets: shared, so that tests keep hold of the script.
#[derive(Debug, Clone, Default)]
pub struct Script(pub Arc<Scripted>);

impl Driver for Script {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn preflight(&self) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(async { Vec::new() })
    }

    fn known(&self) -> BoxFuture<'_, Result<Vec<Known>, DriverError>> {
        Box::pin(async {
            let seen = self.0.seen();
            let known = seen.stuck.iter().map(|id| Known {
                id: id.clone(),
                unclaimed: false,
            });
            Ok(known.collect())
        })
    }

    fn start<'a>(&'a self, spec: &'a DesktopSpec) -> BoxFuture<'a, Result<Instance, DriverError>> {
        Box::pin(Arc::clone(&self.0).begin(spec.clone()))
    }

    fn claim<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async {
            self.0
                .change(|seen| seen.there.insert(id.to_owned(), false));
            Ok(())
        })
    }

    fn adopt<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Adopted> {
        Box::pin(async {
            match self.0.seen().stuck.contains(id) {
                true => Adopted::Lost("it is stuck".to_owned()),
                false => Adopted::Stopped,
            }
        })
    }

    fn pause<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async { Ok(()) })
    }

    fn resume<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool, DriverError>> {
        Box::pin(async { Ok(true) })
    }

    fn stop<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async {
            self.0.change(|seen| {
                seen.ends.remove(id);
                seen.there.remove(id);
                seen.leave(id)
            })
        })
    }

    fn destroy<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async {
            self.0.change(|seen| {
                seen.ends.remove(id);
                seen.there.remove(id);
                seen.destroyed.push(id.to_owned());
                seen.leave(id)
            })
        })
    }
}
