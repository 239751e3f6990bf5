use std::fmt;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::flat::{Risen, risen};
use crate::house::House;

/// Samples of the whole time.
const MANY: u32 = 60;

/// Rows of the table for people.
const SHOWN: usize = 12;

/// What the server holds.
#[derive(Debug, Clone, Copy)]
pub struct Server {
    /// KiB, shared memory by its share.
    pub memory: u64,
    pub descriptors: u64,
    pub threads: u64,
}

/// What of a sample is judged.
type Value = fn(&Sample) -> f64;

/// What is looked at again and again.
#[derive(Debug)]
pub struct Samples {
    length: Duration,
    taken: Vec<Sample>,
}

#[derive(Debug)]
struct Sample {
    seconds: f64,
    server: Server,
    /// KiB of one controller, of all by their mean.
    controller: f64,
    /// Descriptors of one controller.
    controller_descriptors: f64,
    controllers: usize,
    /// KiB in the data folder's database with its log.
    database: u64,
}

/// Looks at the server.
pub fn server(house: &House) -> Server {
    let pid = house.server.pid();
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap().count();
    Server {
        memory: memory(pid).expect("the server runs"),
        descriptors: descriptors(pid).expect("the server runs"),
        threads: threads as u64,
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = self.memory as f64 / 1024.0;
        let Self {
            descriptors,
            threads,
            ..
        } = self;
        write!(
            f,
            "{memory:.1} MiB, {descriptors} descriptors, {threads} threads"
        )
    }
}

impl Samples {
    pub fn of(length: Duration) -> Self {
        Self {
            length,
            taken: Vec::new(),
        }
    }

    /// Looks again and again until the time is over.
    pub fn take(&mut self, house: &House) {
        let begun = Instant::now();
        let step = self.length / MANY;
        for number in 1..=MANY {
            let due = begun + step * number;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let seconds = begun.elapsed().as_secs_f64();
            self.taken.push(sample(house, seconds));
        }
    }

    pub fn print(&self) {
        println!(
            "\n{:>8} {:>12} {:>12} {:>8} {:>12} {:>14} {:>12} {:>12}",
            "s",
            "server MiB",
            "descriptors",
            "threads",
            "controllers",
            "each MiB",
            "descriptors",
            "database MiB"
        );
        for sample in self.taken.iter().step_by(self.taken.len().div_ceil(SHOWN)) {
            println!(
                "{:>8.0} {:>12.1} {:>12} {:>8} {:>12} {:>14.2} {:>12.1} {:>12.1}",
                sample.seconds,
                sample.server.memory as f64 / 1024.0,
                sample.server.descriptors,
                sample.server.threads,
                sample.controllers,
                sample.controller / 1024.0,
                sample.controller_descriptors,
                sample.database as f64 / 1024.0,
            );
        }
    }

    /// What rose over the last part of the time by more than it may.
    pub fn risen(&self, last: f64) -> Vec<Risen> {
        let from = self.length.as_secs_f64() * (1.0 - last);
        let late = || self.taken.iter().filter(|sample| sample.seconds >= from);
        // Each with what it goes up and down by itself.
        let judged: [(&str, Value, f64); 5] = [
            ("server, KiB", |s| s.server.memory as f64, 8192.0),
            ("server, descriptors", |s| s.server.descriptors as f64, 24.0),
            ("server, threads", |s| s.server.threads as f64, 6.0),
            ("controller, KiB", |s| s.controller, 2048.0),
            ("controller, descriptors", |s| s.controller_descriptors, 4.0),
        ];
        judged
            .into_iter()
            .filter_map(|(name, value, spare)| {
                let points: Vec<(f64, f64)> = late()
                    .map(|sample| (sample.seconds, value(sample)))
                    .collect();
                risen(name, &points, spare)
            })
            .collect()
    }
}

fn sample(house: &House, seconds: f64) -> Sample {
    let mut found: Vec<(u64, u64)> = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // Those that end meanwhile are not looked at.
        if is_controller_of(house, pid)
            && let (Some(memory), Some(descriptors)) = (memory(pid), descriptors(pid))
        {
            found.push((memory, descriptors));
        }
    }
    let mean = |value: fn(&(u64, u64)) -> u64| {
        let sum: u64 = found.iter().map(value).sum();
        sum as f64 / found.len().max(1) as f64
    };
    let size = |name: &str| {
        let file = house.server.data_dir().join(name);
        fs::metadata(file).map_or(0, |file| file.len() / 1024)
    };
    Sample {
        seconds,
        server: server(house),
        controller: mean(|(memory, _)| *memory),
        controller_descriptors: mean(|(_, descriptors)| *descriptors),
        controllers: found.len(),
        database: size("nen.db") + size("nen.db-wal"),
    }
}

fn is_controller_of(house: &House, pid: u32) -> bool {
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&command);
    let mut words = command.split('\0');
    let program = words.next().unwrap_or_default().rsplit('/').next();
    if program != Some("nen") || words.next() != Some("desktopd") {
        return false;
    }
    let mounts = fs::read_to_string(format!("/proc/{pid}/mountinfo")).unwrap_or_default();
    mounts.contains(&house.server.data_dir().display().to_string())
}

/// KiB, shared memory by its share.
fn memory(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn descriptors(pid: u32) -> Option<u64> {
    Some(fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count() as u64)
}
