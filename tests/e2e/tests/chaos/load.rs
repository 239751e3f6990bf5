//! Clients that use a server as hard as they can, and remember what they were told.

mod actions;
mod desktops;
mod files;
mod keys;
mod line;
mod possibly;
mod runs;
mod stamps;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use nen_e2e::{Receiver, Server, until_within};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

pub use line::{Lives, Outage};

use crate::aftermath::PATIENCE;
use line::Line;

/// One who does something again and again.
trait Client: Send {
    /// Does one thing. What is answered is certain from then on; what is not may have happened or not.
    fn deed(&mut self, line: &Line, dice: &mut StdRng);

    /// Compares what it remembers with what is there, after the last outage and with nothing else going on.
    fn check(&mut self, line: &Line);

    /// What it did that was answered, for people to read.
    fn told(&self) -> String;
}

/// Clients at work.
pub struct Load {
    line: Line,
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Box<dyn Client>>>,
    /// Those that have done something.
    begun: Arc<AtomicUsize>,
}

impl Load {
    /// Sets them to work on a server, which must stay at its address.
    pub fn start(server: &Server, receiver: &Arc<Receiver>, outage: Outage, seed: u64) -> Self {
        let line = Line::new(server, outage);
        let clients: Vec<Box<dyn Client>> = vec![
            Box::new(desktops::Desktops::default()),
            Box::new(files::Files::default()),
            Box::new(actions::Actions::default()),
            Box::new(runs::Runs::new(&line, receiver)),
            Box::new(keys::Keys::default()),
            Box::new(stamps::Stamps::default()),
        ];
        let stop: Arc<AtomicBool> = Arc::default();
        let begun: Arc<AtomicUsize> = Arc::default();
        let clients = (seed..).zip(clients).map(|(seed, mut client)| {
            let (line, stop, begun) = (line.clone(), Arc::clone(&stop), Arc::clone(&begun));
            std::thread::spawn(move || {
                let mut dice = StdRng::seed_from_u64(seed);
                client.deed(&line, &mut dice);
                begun.fetch_add(1, Ordering::Relaxed);
                while !stop.load(Ordering::Relaxed) {
                    line.wait();
                    client.deed(&line, &mut dice);
                }
                client
            })
        });
        Self {
            clients: clients.collect(),
            line,
            stop,
            begun,
        }
        .all_begun()
    }

    /// Waits until each has something to lose.
    fn all_begun(self) -> Self {
        until_within(PATIENCE, "every client has begun", || {
            let many = self.begun.load(Ordering::Relaxed);
            (many == self.clients.len()).then_some(())
        });
        self
    }

    /// Counts what the server went through.
    pub fn lives(&self) -> &Lives {
        &self.line.lives
    }

    /// Ends the work; the server must be there. Everything must be as it was said, and whatever was answered with 500
    /// while the disk was well is told.
    pub fn check(self) {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            let mut client = client.join().expect("a client did its work");
            client.check(&self.line);
            eprintln!("  {}", client.told());
        }
        let failures = self.line.failures();
        assert!(failures.is_empty(), "answered with 500: {failures:#?}");
    }
}
