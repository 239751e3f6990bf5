//! What a sandbox takes of the machine.

use std::fs;
use std::path::Path;

use super::{Group, field};

/// What a sandbox takes now, and has taken.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Memory in use, in bytes. By cgroup its caches of files count, as they do against its limit; by processes the
    /// resident sizes are added up, with what they share counted for each.
    pub memory_bytes: u64,
    /// Processor time that was used since its start, in seconds.
    pub cpu_seconds: f64,
}

impl Group {
    /// What the sandbox takes. Reads some files of the kernel's and so may block for a moment.
    pub fn usage(&self) -> Usage {
        let number = |folder: &Path, file: &str| {
            let text = fs::read_to_string(folder.join(file)).ok()?;
            text.trim().parse().ok()
        };
        match self {
            Self::V2(folder) => {
                let cpu = fs::read_to_string(folder.join("cpu.stat")).unwrap_or_default();
                Usage {
                    memory_bytes: number(folder, "memory.current").unwrap_or_default(),
                    cpu_seconds: to_f64(field(&cpu, "usage_usec")) / 1e6,
                }
            }
            // Time is counted in a tree that we make no groups in.
            Self::V1(trees) => {
                let of_processes = Usage::of_processes(&self.members());
                let memory = trees.memory.as_deref();
                let memory = memory.and_then(|folder| number(folder, "memory.usage_in_bytes"));
                Usage {
                    memory_bytes: memory.unwrap_or(of_processes.memory_bytes),
                    ..of_processes
                }
            }
        }
    }
}

impl Usage {
    /// What these processes take, and what those took that they have waited for. One that has ended meanwhile counts
    /// with its parent.
    pub fn of_processes(pids: &[i32]) -> Self {
        let (page, ticks) = (procfs::page_size(), procfs::ticks_per_second());
        let mut sum = Self::default();
        for pid in pids {
            let found = procfs::process::Process::new(*pid).and_then(|process| process.stat());
            let Ok(stat) = found else {
                continue;
            };
            let waited_for = stat.cutime.saturating_add(stat.cstime);
            let own = stat.utime.saturating_add(stat.stime);
            let used = own.saturating_add(u64::try_from(waited_for).unwrap_or_default());
            sum.memory_bytes += stat.rss.saturating_mul(page);
            sum.cpu_seconds += to_f64(used) / to_f64(ticks);
        }
        sum
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "less than a microsecond in a century"
)]
fn to_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_takes_memory_and_time() {
        let own = i32::try_from(std::process::id()).unwrap();
        // Until the kernel's clock has moved on.
        let mut used = Usage::of_processes(&[own]);
        while used.cpu_seconds == 0.0 {
            used = Usage::of_processes(&[own]);
        }
        assert!(used.memory_bytes > 100_000, "{used:?}");
        let twice = Usage::of_processes(&[own, own]);
        assert!(twice.cpu_seconds >= 2.0 * used.cpu_seconds);
        assert_eq!(Usage::of_processes(&[]), Usage::default());
    }
}
