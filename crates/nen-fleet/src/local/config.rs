//! What an operator can set about desktops on this machine.

use std::path::PathBuf;

/// The usual first of the users that desktops run as when the server is root; above those of people and services.
pub const FIRST_USER: u32 = 210_000;

/// Settings of the local driver.
#[derive(Debug, Clone)]
pub struct LocalConfig {
    /// The server's data folder; desktops live in `desktops/<id>` beneath it.
    pub data_dir: PathBuf,
    /// The `nen` binary: run before the sandbox as `nen sandbox SPEC`, inside as
    /// `nen desktopd CONFIG` and as `nen-launch`. A copy in `data_dir` is what is actually used.
    pub nen_bin: PathBuf,
    /// TCP ports of the host's loopback that desktops reach as `host.nen`.
    pub expose_host_ports: Vec<u16>,
    /// Memory one desktop may take, in MiB.
    pub memory_limit_mb: u64,
    /// Home and drive of one desktop together, in MiB, when the server is root; at least 64. 0: no limit.
    pub disk_limit_mb: u64,
    /// Processes and threads one desktop may have.
    pub process_limit: u64,
    /// Share of the processor against other desktops, 1 to 10000; 100 is usual.
    pub cpu_weight: u64,
    /// First of the uids (and gids) that desktops run as when the server is root.
    pub first_uid: u32,
}

impl LocalConfig {
    /// The usual limits, for a data folder and a binary.
    #[must_use]
    pub fn new(data_dir: PathBuf, nen_bin: PathBuf) -> Self {
        Self {
            data_dir,
            nen_bin,
            expose_host_ports: Vec::new(),
            memory_limit_mb: 2048,
            disk_limit_mb: 8192,
            process_limit: 1024,
            cpu_weight: 100,
            first_uid: FIRST_USER,
        }
    }
}
