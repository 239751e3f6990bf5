//! From settings to a running server and, when told so, to nothing left of it.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use nen_fleet::{Driver, Fleet, FleetConfig};
use nen_host::durable;
use nen_server::{AppState, FleetDesktops, History, ServerConfig, ToolLogWriter, sign_in_link};
use nen_store::{SignInKind, Store};
use serde_json::json;
use tokio::net::TcpListener;

use super::{
    DoorArgs, DriverArgs, LogFormat,
    driver::Room,
    logging, notify,
    objects::ObjectArgs,
    preflight,
    runs::{self, Identity, RunArgs, Site},
    signals::Signals,
};
use crate::{
    data_dir::{self, DataDir},
    output::{Output, Style},
};

/// Files and connections that the server may have open, where this machine allows it.
const OPEN_FILES: u64 = 65_536;
/// Seconds.
const DAY: u64 = 24 * 3600;

/// How long open requests may go on after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long the link to the dashboard that a first start prints is good: a day. Seconds.
const FIRST_LINK: i64 = 24 * 3600;

/// Everything an operator can set.
#[derive(Debug)]
pub struct ServerSettings {
    /// Address and port.
    pub listen: SocketAddr,
    /// Data directory, none for the usual one.
    pub data_dir: Option<PathBuf>,
    /// Database URL, none for SQLite in the data directory.
    pub database: Option<String>,
    /// How clients reach the server.
    pub public_url: Option<String>,
    /// Loopback ports that desktops, and workflows with a network, reach as `host.nen`.
    pub expose_host_ports: Vec<u16>,
    /// Where desktops run.
    pub driver: DriverArgs,
    /// Desktops at most.
    pub max_desktops: usize,
    /// Desktops in one workspace at most.
    pub max_desktops_per_workspace: usize,
    /// Desktops kept started for nobody yet.
    pub warm_pool: usize,
    /// MiB per desktop.
    pub memory_limit_mb: u64,
    /// MiB that one desktop may keep on disk; 0 for no limit.
    pub disk_limit_mb: u64,
    /// Processes and threads per desktop.
    pub process_limit: u64,
    /// MiB of pictures that are kept of what was done on a desktop.
    pub history_mb: u64,
    /// Days for which the audit log is kept.
    pub keep_audit_days: u32,
    /// Web origins that may call.
    pub cors_origins: Vec<String>,
    /// Leave desktops running at the end.
    pub hand_over: bool,
    /// Connections and callers.
    pub door: DoorArgs,
    /// Workflows and runs.
    pub runs: RunArgs,
    /// Where pictures and artifacts are kept.
    pub objects: ObjectArgs,
    /// Clients are sent on to the object store for artifacts.
    pub object_links: bool,
    /// Log lines as text or JSON.
    pub log_format: LogFormat,
    /// What is logged.
    pub log_filter: String,
    /// Stop when standard input ends.
    pub stop_with_stdin: bool,
    /// Start in spite of failed checks.
    pub start_anyway: bool,
}

/// Runs a server until SIGTERM, SIGINT or SIGHUP.
pub fn run(settings: ServerSettings, output: &Output) -> anyhow::Result<()> {
    let traces = logging::start(settings.log_format, &settings.log_filter, Some("nen"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let result = runtime.block_on(serve(settings, output));
    // Whatever blocks a worker thread now must not keep the process alive.
    runtime.shutdown_timeout(Duration::from_secs(2));
    if let Some(traces) = traces {
        traces.end();
    }
    result
}

async fn serve(settings: ServerSettings, output: &Output) -> anyhow::Result<()> {
    // First of all: a signal during the start must end it in order, too.
    let mut signals = Signals::catch(settings.stop_with_stdin).context("cannot catch signals")?;
    let path = settings
        .data_dir
        .clone()
        .unwrap_or_else(data_dir::default_path);
    let data = DataDir::open(&path)?;

    // Before anything is started: a port in use is the most common mistake.
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr()?;
    let scheme = match settings.door.tls() {
        true => "https",
        false => "http",
    };
    let by_acme = settings.door.acme_url();
    let public_url = settings.public_url.as_ref().or(by_acme.as_ref());
    raise_open_files();

    let room = Room {
        data_dir: data.path(),
        expose_host_ports: &settings.expose_host_ports,
        memory_limit_mb: settings.memory_limit_mb,
        disk_limit_mb: settings.disk_limit_mb,
        process_limit: settings.process_limit,
    };
    let driver = settings.driver.open(&room).await?;
    say_problems(driver.as_ref(), &settings, output).await?;

    let objects = settings.objects.open(data.path()).await?;
    let identity = Identity::of_folder(data.path())?;
    let store = Store::open(&database_url(&settings, &data)).await?;
    store.call_process(&identity.worker);
    let first_key = store
        .workspaces()
        .ensure_default(|secret| data.write_key(secret).map_err(std::io::Error::other))
        .await?;
    let fleet_config = FleetConfig {
        max_desktops: settings.max_desktops,
        max_desktops_per_workspace: settings.max_desktops_per_workspace,
        warm_pool: settings.warm_pool,
        ..FleetConfig::default()
    };
    let fleet = Fleet::start(fleet_config, store.clone(), driver).await?;
    let server_config = ServerConfig {
        listen_ip: address.ip(),
        public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
        cors_origins: settings.cors_origins.clone(),
        door: settings.door.door(data.path()),
        gate: settings.door.gate(),
        audit_kept: Duration::from_secs(u64::from(settings.keep_audit_days) * DAY),
        object_links: settings.object_links,
        ..ServerConfig::default()
    };
    let history = History::start(
        store.clone(),
        fleet.clone(),
        objects.clone(),
        settings.history_mb,
    );
    let tool_log = ToolLogWriter::start(store.clone(), fleet.clone(), history.clone());
    let desktops = FleetDesktops::new(
        fleet.clone(),
        tool_log.clone(),
        server_config.execute_timeout,
    );
    let runs = runs::start(
        &settings.runs,
        identity,
        Site {
            folder: data.path(),
            objects,
            base_url: runs::base_url(public_url.map(String::as_str), scheme, address),
            host_ports: &settings.expose_host_ports,
        },
        store.clone(),
        Arc::new(desktops),
    )
    .await?;
    let state = AppState::start(
        server_config,
        store.clone(),
        fleet.clone(),
        tool_log,
        history,
        runs.clone(),
    )
    .await?;

    // The folders that were made in it meanwhile.
    durable::sync_folder(data.path()).context("cannot store the data directory")?;

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(nen_server::serve(listener, state, async {
        // A dropped sender means that we are ending as well.
        let _ = stopped.await;
    }));
    // A certificate of an authority is for its names only, not for an address.
    let by_address = || format!("{scheme}://{address}");
    let url = by_acme.clone().unwrap_or_else(by_address);
    let reached = public_url.unwrap_or(&url);
    let dashboard = match &first_key {
        Some(first) => {
            let sign_ins = store.sign_ins();
            let link = sign_ins.create(SignInKind::Link, &first.key.id, FIRST_LINK);
            sign_in_link(reached, &link.await?.secret)
        }
        None => format!("{}/", reached.trim_end_matches('/')),
    };
    let ready = Ready {
        url,
        dashboard,
        data: &data,
        key: first_key.as_ref().map(|k| k.secret.as_str()),
    };
    let said = ready.say(output);
    notify::ready();
    tracing::info!(address = %address, data_dir = %data.path().display(), "Serving");

    let result = match said {
        Ok(()) => wait_for_end(&mut signals, stop, serving).await,
        Err(error) => Err(error),
    };
    notify::stopping();
    runs.stop().await;
    match settings.hand_over {
        true => fleet.leave().await,
        false => fleet.stop().await,
    }
    store.close().await;
    tracing::info!("Stopped");
    result
}

/// Waits for a signal, then for open requests; or for the HTTP surface to fail by itself.
async fn wait_for_end(
    signals: &mut Signals,
    stop: tokio::sync::oneshot::Sender<()>,
    mut serving: tokio::task::JoinHandle<std::io::Result<()>>,
) -> anyhow::Result<()> {
    tokio::select! {
        signal = signals.next() => {
            tracing::info!(signal, "Stopping");
            let _ = stop.send(());
            tokio::select! {
                ended = &mut serving => ended??,
                () = tokio::time::sleep(GRACE) => {
                    tracing::warn!("Open requests did not end in time");
                    serving.abort();
                }
                signal = signals.next() => {
                    tracing::warn!(signal, "Asked again: not waiting for open requests");
                    serving.abort();
                }
            }
            Ok(())
        }
        ended = &mut serving => {
            ended??;
            anyhow::bail!("the HTTP server ended by itself")
        }
    }
}

/// What is said once the server can be used.
struct Ready<'a> {
    url: String,
    /// On the first start a link that signs in, once.
    dashboard: String,
    data: &'a DataDir,
    key: Option<&'a str>,
}

impl Ready<'_> {
    fn say(&self, output: &Output) -> anyhow::Result<()> {
        let key_file = data_dir::key_file(self.data.path());
        if output.is_json() {
            let mut line = json!({
                "status": "ready",
                "url": self.url,
                "dashboard": self.dashboard,
                "data_dir": self.data.path().display().to_string(),
                "api_key_file": key_file.display().to_string(),
            });
            if let Some(key) = self.key {
                line["api_key"] = key.into();
            }
            // One line, so that a program can wait for it.
            return Ok(output.line(line.to_string())?);
        }
        let style = output.style();
        output.line(style.bold(&format!("Nen {} is ready", env!("CARGO_PKG_VERSION"))))?;
        output.line(format!("  Dashboard  {}", self.dashboard))?;
        if self.key.is_some() {
            output
                .line(style.dim(
                    "             signs in once, within a day; `nen dashboard` makes another",
                ))?;
        }
        output.line(format!("  API        {}", self.url))?;
        output.line(format!("  Docs       {}/docs", self.url))?;
        output.line(format!("  Data       {}", self.data.path().display()))?;
        if let Some(key) = self.key {
            output.line(format!("  API key    {}", style.green(key)))?;
            output.line(style.dim(&format!(
                "             shown only this once, kept in {}",
                key_file.display()
            )))?;
        }
        Ok(())
    }
}

async fn say_problems(
    driver: &dyn Driver,
    settings: &ServerSettings,
    output: &Output,
) -> anyhow::Result<()> {
    let checks = driver.preflight().await;
    let Some(problems) = preflight::problems(&checks, Style::for_stderr()) else {
        return Ok(());
    };
    output.note("This machine is not quite ready for desktops:");
    output.note(problems.text.trim_end());
    output.note("Run `nen doctor` for all checks, `nen doctor --fix` to install what is missing.");
    if problems.fatal && !settings.start_anyway {
        anyhow::bail!("desktops could not start on this machine (--start-anyway serves the rest)");
    }
    Ok(())
}

/// Each connection, desktop and run has descriptors, and shells allow 1024 only. What the sandboxes have is set for them.
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit
        .maximum
        .map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    if limit.current.is_none_or(|now| now >= wanted) {
        return;
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum: limit.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "The limit of open files stays as it is");
    }
}

fn database_url(settings: &ServerSettings, data: &DataDir) -> String {
    settings
        .database
        .clone()
        .unwrap_or_else(|| data_dir::default_database(data.path()))
}
