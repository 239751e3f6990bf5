use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nen_e2e::{Api, Options, Receiver, Reply, Server, until_within};
use serde_json::{Value, json};

use crate::place::{Place, State};
use crate::samples;

/// Runs at once; each has a desktop of its own.
const SLOTS: usize = 2;

/// Desktops that are started at once while the house is filled.
const STARTS: usize = 2;

/// Errors that are kept to be shown.
const SHOWN: usize = 50;

/// Descriptors that an empty server may have more than before: pools of connections to the database, kept alive ones of
/// clients.
const SPARE_DESCRIPTORS: u64 = 40;

/// A server, its desktops and what came of calling them.
pub struct House {
    pub server: Server,
    pub api: Api,
    pub receiver: Receiver,
    pub places: Vec<Place>,
    /// Everybody leaves.
    pub over: AtomicBool,
    done: Mutex<BTreeMap<&'static str, Done>>,
    errors: Mutex<Vec<String>>,
    begun: Instant,
}

#[derive(Default)]
struct Done {
    well: u64,
    /// Failed because of what was injected.
    hurt: u64,
    slowest: Duration,
}

impl House {
    /// Starts a server for so many desktops.
    pub fn open(desktops: usize) -> Self {
        let most = (desktops + SLOTS + 8).to_string();
        let slots = SLOTS.to_string();
        let options = Options {
            warm_pool: 2,
            ..Options::with(&[
                "--max-desktops",
                &most,
                "--max-desktops-per-workspace",
                &most,
                "--run-slots",
                &slots,
                "--allow-private-webhooks",
                "--rate-limit=0",
            ])
        };
        let server = Server::start_with(options);
        Self {
            api: server.api(),
            server,
            receiver: Receiver::start(),
            places: (0..desktops).map(|_| Place::default()).collect(),
            over: AtomicBool::default(),
            done: Mutex::default(),
            errors: Mutex::default(),
            begun: Instant::now(),
        }
    }

    /// Makes the desktops.
    pub fn fill(&self) {
        thread::scope(|threads| {
            for part in self.places.chunks(self.places.len().div_ceil(STARTS)) {
                threads.spawn(move || {
                    for place in part {
                        place.trouble();
                        place.well(&self.create());
                    }
                });
            }
        });
    }

    pub fn create(&self) -> String {
        let body = json!({"tools": ["computer", "bash"], "idle_timeout_seconds": 0});
        let made = self.api.post("/desktops", &body).expect(201);
        made["desktop_id"].as_str().unwrap().to_owned()
    }

    /// Calls a desktop. None: it failed as one whose desktop was hurt or went away may.
    pub fn call(
        &self,
        what: &'static str,
        place: &Place,
        (method, path): (&str, &str),
        body: &[u8],
        good: &[u16],
    ) -> Option<Reply> {
        let state = place.state();
        let path = format!("/desktops/{}{path}", state.id);
        let kind = match body.first() {
            Some(b'{') => "application/json",
            _ => "application/octet-stream",
        };
        let begun = Instant::now();
        let asked = self
            .api
            .try_call(method, &path, &[("content-type", kind)], body);
        let outcome = match &asked {
            Ok(reply) if good.contains(&reply.status) => Ok(()),
            Ok(reply) => Err(format!("{method} {path}: {reply}")),
            Err(error) => Err(format!("{method} {path}: {error}")),
        };
        let well = self.note(what, begun, place, &state, outcome);
        asked.ok().filter(|_| well)
    }

    /// `POST …/execute` of one action; true when it was done.
    pub fn act(&self, place: &Place, tool: &str, action: &str, params: &Value) -> Option<Value> {
        let body = json!({"action": {"tool": tool, "action": action, "params": params}});
        let what = match tool {
            "bash" => "a command",
            _ => "an action with its picture",
        };
        let body = body.to_string();
        let reply = self.call(what, place, ("POST", "/execute"), body.as_bytes(), &[200]);
        reply.map(|reply| reply.json())
    }

    /// Notes what came of something; true when it went well. A failure is an error unless the desktop was not well.
    pub fn note(
        &self,
        what: &'static str,
        begun: Instant,
        place: &Place,
        state: &State,
        outcome: Result<(), String>,
    ) -> bool {
        let mut done = self.done.lock().unwrap();
        let count = done.entry(what).or_default();
        match outcome {
            Ok(()) => {
                count.well += 1;
                count.slowest = count.slowest.max(begun.elapsed());
                true
            }
            Err(_) if !place.was_well(state) => {
                count.hurt += 1;
                false
            }
            Err(error) => {
                drop(done);
                self.error(format!("{what}: {error}"));
                false
            }
        }
    }

    /// Something that nobody injected.
    pub fn error(&self, error: String) {
        let mut errors = self.errors.lock().unwrap();
        if errors.len() < SHOWN {
            let at = self.begun.elapsed().as_secs_f64();
            println!("{at:7.1} s  ERROR  {error}");
            errors.push(error);
        }
    }

    pub fn errors(&self) -> Vec<String> {
        self.errors.lock().unwrap().clone()
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// What was done, for people to read.
    pub fn print(&self) {
        println!(
            "\n{:<28} {:>9} {:>9} {:>9}",
            "", "well", "injected", "slowest"
        );
        for (what, done) in &*self.done.lock().unwrap() {
            let slowest = done.slowest.as_secs_f64();
            println!(
                "{what:<28} {:>9} {:>9} {slowest:>7.1} s",
                done.well, done.hurt
            );
        }
    }

    /// Deletes everything; nothing may be left of it.
    pub fn empty(mut self, before: &samples::Server) {
        for place in &self.places {
            let path = format!("/desktops/{}", place.state().id);
            self.api.delete(&path).expect(200);
        }
        let folder = self.server.data_dir().join("desktops");
        // Two of the pool are there.
        until_within(Duration::from_secs(60), "only the pool is left", || {
            let left = std::fs::read_dir(&folder).unwrap().count();
            (left <= 2).then_some(())
        });
        let most = before.descriptors + SPARE_DESCRIPTORS;
        until_within(
            Duration::from_secs(60),
            "descriptors are given back",
            || (samples::server(&self).descriptors <= most).then_some(()),
        );
        let after = samples::server(&self);
        println!("\nserver, empty before: {before}\nserver, empty after:  {after}");
        self.server.stop();
    }
}
