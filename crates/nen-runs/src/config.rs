use std::path::PathBuf;
use std::time::Duration;

use nen_objects::Objects;

/// What an operator can set about workflows and runs.
#[derive(Debug, Clone)]
pub struct RunsConfig {
    /// Folder for what a sandbox needs; made when missing.
    pub folder: PathBuf,
    /// Where artifacts and screenshots are kept, for every server and worker on the database.
    pub objects: Objects,
    /// How clients reach the server, for links, without a slash at the end.
    pub base_url: String,
    /// Name of this process among the workers on one database. A server keeps its name over restarts, so that it knows at
    /// once which runs its predecessor lost.
    pub worker: String,
    /// Whether `worker` cannot be another living process, because this one holds a lock on its name.
    pub sole_worker: bool,
    /// Runs that this process executes at once; 0 leaves them to others.
    pub slots: usize,
    /// Runs of one workspace at once, on all workers together.
    pub per_workspace: u32,
    /// How long a run is believed to go on without a sign of life from its worker.
    pub lease: Duration,
    /// What a workflow may take.
    pub limits: SandboxLimits,
    /// The interpreter of workflows.
    pub python: PathBuf,
    /// Folder with pydantic and what belongs to it, for that interpreter.
    pub packages: PathBuf,
    /// The `nen` binary, run before the sandbox of a workflow with a network as `nen sandbox SPEC`. A copy in `folder` is
    /// what is actually used. None: such workflows cannot be executed here.
    pub nen_bin: Option<PathBuf>,
    /// TCP ports of the host's loopback that workflows with a network reach as `host.nen`.
    pub expose_host_ports: Vec<u16>,
    /// Whether webhooks may go to private addresses.
    pub allow_private_webhooks: bool,
    /// Multiplies the delays between attempts of a webhook; 1 but in tests.
    pub webhook_delay_factor: f64,
    /// Days for which ended runs are kept.
    pub keep_days: u32,
}

/// What the sandbox of one run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SandboxLimits {
    /// MiB of memory, its files in `/artifacts` and `/tmp` among it.
    pub memory_mb: u64,
    /// Processes and threads.
    pub processes: u64,
    /// MiB in `/artifacts`.
    pub artifacts_mb: u64,
    /// MiB in `/tmp`.
    pub temp_mb: u64,
    /// Bytes of its log; what comes after is dropped, and said so.
    pub log_bytes: usize,
}

impl Default for SandboxLimits {
    fn default() -> Self {
        Self {
            memory_mb: 1024,
            processes: 128,
            artifacts_mb: 256,
            temp_mb: 64,
            log_bytes: 10 << 20,
        }
    }
}
