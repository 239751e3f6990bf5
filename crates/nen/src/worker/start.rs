//! From settings to a running worker and, when told so, to nothing left of it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use nen_store::Store;
use reqwest::{Method, StatusCode, Url};
use serde_json::json;

use super::{
    desktop_api::{CallError, DesktopApi},
    metrics,
    remote_desktops::RemoteDesktops,
};
use crate::{
    data_dir,
    output::Output,
    server::{
        Identity, LogFormat, ObjectArgs, RunArgs, Signals, Site, notify, start_logging, start_runs,
    },
};

/// The file that makes a folder a server's data directory, unless the key is in the environment.
const SECRET_KEY_FILE: &str = "secret.key";

/// Everything an operator can set.
#[derive(Debug)]
pub struct WorkerSettings {
    /// The server whose desktops are driven.
    pub server: Url,
    /// The server's database, none for SQLite in its data directory.
    pub database: Option<String>,
    /// The server's data directory, none for the usual one.
    pub data_dir: Option<PathBuf>,
    /// How clients reach the server.
    pub public_url: Option<String>,
    /// Loopback ports that workflows with a network reach as `host.nen`.
    pub expose_host_ports: Vec<u16>,
    /// Where metrics are shown.
    pub metrics_listen: Option<SocketAddr>,
    /// Where pictures and artifacts are kept.
    pub objects: ObjectArgs,
    /// Workflows and runs.
    pub runs: RunArgs,
    /// Log lines as text or JSON.
    pub log_format: LogFormat,
    /// What is logged.
    pub log_filter: String,
}

/// Runs a worker until SIGTERM, SIGINT or SIGHUP.
pub fn run(settings: &WorkerSettings, output: &Output) -> anyhow::Result<()> {
    let traces = start_logging(
        settings.log_format,
        &settings.log_filter,
        Some("nen-worker"),
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let result = runtime.block_on(work(settings, output));
    // Whatever blocks a worker thread now must not keep the process alive.
    runtime.shutdown_timeout(Duration::from_secs(2));
    if let Some(traces) = traces {
        traces.end();
    }
    result
}

async fn work(settings: &WorkerSettings, output: &Output) -> anyhow::Result<()> {
    // First of all: a signal during the start must end it in order, too.
    let mut signals = Signals::catch(false).context("cannot catch signals")?;
    let given = settings.data_dir.clone();
    let folder = data_folder(&given.unwrap_or_else(data_dir::default_path))?;
    let _lock = data_dir::share_with_workers(&folder)?;
    let database = settings.database.clone();
    let database = database.unwrap_or_else(|| data_dir::default_database(&folder));
    let store = Store::open(&database).await?;
    let api = Arc::new(DesktopApi::new(settings.server.clone(), store.clone())?);
    let server = settings.server.as_str().trim_end_matches('/');
    let result = async {
        same_database(&api, &store).await?;
        let identity = Identity::of_process()?;
        let name = identity.worker.clone();
        let public = settings.public_url.as_deref().unwrap_or(server);
        let runs = start_runs(
            &settings.runs,
            identity,
            Site {
                folder: &folder,
                objects: settings.objects.open(&folder).await?,
                base_url: public.trim_end_matches('/').to_owned(),
                host_ports: &settings.expose_host_ports,
            },
            store.clone(),
            Arc::new(RemoteDesktops::new(api.clone(), store.clone())),
        )
        .await?;
        let metrics = match settings.metrics_listen {
            Some(address) => Some(metrics::serve(address, &runs).await),
            None => None,
        };
        let metrics = match metrics.transpose() {
            Ok(metrics) => metrics,
            Err(error) => {
                runs.stop().await;
                return Err(error);
            }
        };
        let said = say_ready(output, server, &folder, &name, settings.runs.slots());
        notify::ready();
        tracing::info!(server, worker = name, data_dir = %folder.display(), "Working");
        if said.is_ok() {
            let signal = signals.next().await;
            tracing::info!(signal, "Stopping");
        }
        notify::stopping();
        runs.stop().await;
        if let Some(metrics) = metrics {
            metrics.abort();
        }
        said
    }
    .await;
    api.revoke_keys().await;
    store.close().await;
    tracing::info!("Stopped");
    result
}

/// The absolute path of a server's data directory. A worker makes none: its secrets would not be the server's.
fn data_folder(given: &Path) -> anyhow::Result<PathBuf> {
    let path = given.canonicalize().with_context(|| {
        format!(
            "cannot open the data directory {}; a worker uses that of its server (--data-dir)",
            given.display()
        )
    })?;
    let key = path.join(SECRET_KEY_FILE);
    if std::env::var_os("NEN_SECRET_KEY").is_none() && !key.exists() {
        bail!(
            "{} is not there: --data-dir must be that of the server, which must have been started once; or set \
             NEN_SECRET_KEY as for the server",
            key.display()
        );
    }
    Ok(path)
}

/// Fails when the server answers but takes its keys from another database; one that does not answer yet may do so later.
async fn same_database(api: &DesktopApi, store: &Store) -> anyhow::Result<()> {
    let Some(workspace) = store.workspaces().list().await?.into_iter().next() else {
        bail!(
            "the database has no workspace: --database must be that of the server, which must have been started once"
        );
    };
    let request = api.request(Method::GET, &["desktops"], &[]);
    match api.send(&workspace.id, request).await {
        Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => {
            answer.good()?;
        }
        Ok(answer) => {
            if let Err(error) = answer.good() {
                tracing::warn!(%error, "The server cannot be used yet");
            }
        }
        Err(error @ CallError::Key(_)) => return Err(error.into()),
        Err(error) => tracing::warn!(%error, "The server cannot be used yet"),
    }
    Ok(())
}

fn say_ready(
    output: &Output,
    server: &str,
    folder: &Path,
    name: &str,
    slots: usize,
) -> anyhow::Result<()> {
    if output.is_json() {
        // One line, so that a program can wait for it.
        return output.json_line(&json!({
            "status": "ready",
            "server": server,
            "data_dir": folder.display().to_string(),
            "worker": name,
            "run_slots": slots,
        }));
    }
    let title = format!("Nen {} worker is ready", env!("CARGO_PKG_VERSION"));
    output.line(output.style().bold(&title))?;
    output.line(format!("  Server   {server}"))?;
    output.line(format!("  Data     {}", folder.display()))?;
    output.line(format!("  Name     {name}"))?;
    output.line(format!("  Runs     {slots} at once"))?;
    Ok(())
}
