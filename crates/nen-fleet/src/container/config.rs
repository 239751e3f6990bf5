//! What an operator can set about desktops in containers.

use std::path::PathBuf;

/// The image that `deploy/desktop` builds.
pub const IMAGE: &str = "localhost/nen-desktop";

/// Settings of the container driver.
#[derive(Debug, Clone)]
pub struct ContainerConfig {
    /// The server's data folder; desktops' files live in `desktops/<id>` beneath it.
    pub data_dir: PathBuf,
    /// The `nen` binary. A copy in `data_dir` is what runs, outside of containers and inside.
    pub nen_bin: PathBuf,
    /// The engine's socket, on this machine.
    pub socket: PathBuf,
    /// The image that desktops are made from: programs only. What is Nen's own is mounted into it, so that a desktop is of
    /// its server's version whatever the age of the image.
    pub image: String,
    /// TCP ports of the host's loopback that desktops reach as `host.nen`.
    pub expose_host_ports: Vec<u16>,
    /// Memory one desktop may take, in MiB, where the engine can limit it.
    pub memory_limit_mb: u64,
    /// What a desktop may keep on disk, in MiB. Only one file at a time is held to it. 0: no limit.
    pub disk_limit_mb: u64,
    /// Processes and threads one desktop may have.
    pub process_limit: u64,
}
