//! Workflows and runs of a server: from flags to what executes them.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use clap::{Args, builder::FalseyValueParser};
use nen_agent::{Agent, Models, ModelsConfig};
use nen_host::durable;
use nen_objects::Objects;
use nen_runs::{Desktops, Runs, RunsConfig, SandboxLimits, SecretKey};
use nen_store::Store;

/// How long a run is believed to go on without a sign of life from its worker.
const LEASE: Duration = Duration::from_secs(30);

/// Where set-up puts what workflows import.
pub const PACKAGES: &str = "/usr/local/lib/nen/python";

/// The interpreter of workflows: the system's, which the sandbox sees.
pub const PYTHON: &str = "/usr/bin/python3";

/// What can be set about workflows and runs.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Workflows")]
pub struct RunArgs {
    /// Runs executed here at once; with 0 a server leaves them to `nen worker`
    #[arg(long, env = "NEN_RUN_SLOTS", default_value_t = 4, value_name = "N")]
    run_slots: usize,
    /// Runs of one workspace at once, on all workers together
    #[arg(
        long,
        env = "NEN_MAX_RUNS_PER_WORKSPACE",
        default_value_t = 10,
        value_name = "N"
    )]
    max_runs_per_workspace: u32,
    /// Memory of one workflow at most, in MiB
    #[arg(long, env = "NEN_RUN_MEMORY_LIMIT", default_value_t = 1024, value_name = "MIB",
          value_parser = clap::value_parser!(u64).range(128..))]
    run_memory_limit: u64,
    /// Files of one workflow at most, in MiB; they are kept in its memory
    #[arg(long, env = "NEN_RUN_ARTIFACTS_LIMIT", default_value_t = 256, value_name = "MIB",
          value_parser = clap::value_parser!(u64).range(1..))]
    run_artifacts_limit: u64,
    /// Folder with pydantic for the system's Python
    #[arg(long, env = "NEN_WORKFLOW_PACKAGES", default_value = PACKAGES, value_name = "DIR")]
    workflow_packages: PathBuf,
    /// Webhooks may also go to private addresses, for development
    #[arg(long, env = "NEN_ALLOW_PRIVATE_WEBHOOKS", value_parser = FalseyValueParser::new())]
    allow_private_webhooks: bool,
    /// Days for which ended runs are kept
    #[arg(
        long,
        env = "NEN_KEEP_RUNS_DAYS",
        default_value_t = 30,
        value_name = "DAYS"
    )]
    keep_runs_days: u32,
    /// Multiplies the delays between attempts of a webhook, for tests
    #[arg(
        long,
        env = "NEN_WEBHOOK_DELAY_FACTOR",
        default_value_t = 1.0,
        hide = true
    )]
    webhook_delay_factor: f64,
    /// Seconds without a sign of life after which a worker counts as lost, for tests
    #[arg(long, env = "NEN_RUN_LEASE", default_value_t = LEASE.as_secs(), hide = true,
          value_parser = clap::value_parser!(u64).range(1..))]
    run_lease: u64,
}

impl RunArgs {
    /// Runs that this process executes at once.
    pub fn slots(&self) -> usize {
        self.run_slots
    }
}

/// Which process on the database this is.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its name among the workers.
    pub worker: String,
    /// Whether no other living process can have that name.
    pub sole: bool,
}

impl Identity {
    /// The name that goes with a data folder, over restarts. The folder must be locked.
    pub fn of_folder(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("worker-id");
        let what = || format!("cannot keep this server's name in {}", path.display());
        let worker = match fs::read_to_string(&path) {
            Ok(name) if !name.trim().is_empty() => name.trim().to_owned(),
            _ => {
                let name = nen_store::random_id("wrk")?;
                durable::replace(&path, name.as_bytes()).with_context(what)?;
                name
            }
        };
        Ok(Self { worker, sole: true })
    }

    /// A name for this process alone, to be used beside others on the same folder.
    pub fn of_process() -> anyhow::Result<Self> {
        Ok(Self {
            worker: nen_store::random_id("wrk")?,
            sole: false,
        })
    }
}

/// What a process has around it.
#[derive(Debug)]
pub struct Site<'a> {
    /// Its data folder, or the server's.
    pub folder: &'a Path,
    /// Where pictures and artifacts are kept.
    pub objects: Objects,
    /// How clients reach the server, without a slash at the end.
    pub base_url: String,
    /// Ports of the host that desktops and workflows reach.
    pub host_ports: &'a [u16],
}

/// Starts what a process does for workflows and runs.
pub async fn start(
    args: &RunArgs,
    identity: Identity,
    site: Site<'_>,
    store: Store,
    desktops: Arc<dyn Desktops>,
) -> anyhow::Result<Runs> {
    let key = match std::env::var("NEN_SECRET_KEY") {
        Ok(text) => SecretKey::from_text(&text)?,
        Err(_) => SecretKey::of_folder(site.folder)?,
    };
    let models = Models::new(ModelsConfig::from_env()?)?;
    let config = RunsConfig {
        folder: site.folder.to_owned(),
        objects: site.objects,
        base_url: site.base_url,
        worker: identity.worker,
        sole_worker: identity.sole,
        slots: args.run_slots,
        per_workspace: args.max_runs_per_workspace,
        lease: Duration::from_secs(args.run_lease),
        limits: SandboxLimits {
            memory_mb: args.run_memory_limit,
            artifacts_mb: args.run_artifacts_limit,
            ..SandboxLimits::default()
        },
        python: PYTHON.into(),
        packages: args.workflow_packages.clone(),
        nen_bin: Some(std::env::current_exe().context("cannot find the file of this program")?),
        expose_host_ports: site.host_ports.to_owned(),
        allow_private_webhooks: args.allow_private_webhooks,
        webhook_delay_factor: args.webhook_delay_factor,
        keep_days: args.keep_runs_days,
    };
    let runs = Runs::start(config, store, key, desktops, Agent::new(Arc::new(models))).await?;
    if let Some(lacks) = runs.lacks() {
        tracing::warn!("Workflows cannot be executed here: {lacks}");
    }
    Ok(runs)
}

/// How links reach this server when nobody said so.
pub fn base_url(public: Option<&str>, scheme: &str, address: SocketAddr) -> String {
    match public {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None if address.ip().is_unspecified() => format!("{scheme}://127.0.0.1:{}", address.port()),
        None => format!("{scheme}://{address}"),
    }
}
