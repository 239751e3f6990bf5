//! The process itself, by the names that every Prometheus client gives.

use super::sample::{counter, gauge};
use procfs::process::{LimitValue, Process};
use procfs::{ProcResult, boot_time_secs, page_size, ticks_per_second};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// What this process takes of the machine, and which program it is.
pub(super) fn registry() -> Registry {
    let mut registry = Registry::default();
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    registry.register("nen_build", "The program", Info::new(version));
    if let Err(error) = add(&mut registry) {
        tracing::warn!(%error, "The process cannot be looked at");
    }
    registry
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and no process has so much of anything"
)]
fn add(registry: &mut Registry) -> ProcResult<()> {
    let process = Process::myself()?;
    let (stat, ticks) = (process.stat()?, ticks_per_second() as f64);
    counter(
        registry,
        "process_cpu_seconds",
        "Processor time that the server has used, without desktops",
        (stat.utime + stat.stime) as f64 / ticks,
    );
    gauge(
        registry,
        "process_resident_memory_bytes",
        "Memory that the server has now, without desktops",
        (stat.rss * page_size()) as f64,
    );
    gauge(
        registry,
        "process_virtual_memory_bytes",
        "Addresses that the server has given a meaning",
        stat.vsize as f64,
    );
    gauge(
        registry,
        "process_threads",
        "Threads of the server",
        stat.num_threads as f64,
    );
    gauge(
        registry,
        "process_start_time_seconds",
        "When the server was started, Unix seconds",
        boot_time_secs()? as f64 + stat.starttime as f64 / ticks,
    );
    gauge(
        registry,
        "process_open_fds",
        "Descriptors that the server has open",
        process.fd_count()? as f64,
    );
    let most = match process.limits()?.max_open_files.soft_limit {
        LimitValue::Unlimited => f64::INFINITY,
        LimitValue::Value(most) => most as f64,
    };
    gauge(
        registry,
        "process_max_fds",
        "Descriptors that the server may have open",
        most,
    );
    Ok(())
}
