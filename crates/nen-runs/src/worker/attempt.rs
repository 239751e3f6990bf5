//! One execution of a run, from its claim to its end.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use nen_protocol::workflow::{RunStatus, SourceFile};
use nen_store::{RunEnd, RunRow, VersionRow};
use secrecy::SecretString;
use tempfile::NamedTempFile;
use tokio::sync::{Mutex, OnceCell};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::control::{Control, Entry};
use super::talk::{self, Talk};
use super::{assets, finish, run_folder};
use crate::desktops::{DesktopErrorKind, DesktopInfo, RUN_LABEL};
use crate::log::RunLog;
use crate::network;
use crate::options::RunOptions;
use crate::rpc::{AgentSetup, Session};
use crate::sandbox::{Confined, Sandbox, zip_artifacts};
use crate::seat::Seat;
use crate::steps::Steps;
use crate::{Runs, bundle};

/// Time between two tries to get a desktop when there is no room for one.
const ROOM: Duration = Duration::from_secs(1);

/// Time for the interpreter to end after it has said how the workflow ended; it gives left-over threads 5 s.
const EXIT: Duration = Duration::from_secs(6);

/// Time for the last picture and the last lines after the workflow has ended.
const LAST: Duration = Duration::from_secs(10);

/// How an execution ended.
pub(super) enum Ended {
    /// The run is over.
    End(RunEnd),
    /// This process stops.
    Stopped,
    /// Another worker has the run.
    Lost,
}

/// Executes a claimed run and stores how it ended.
pub(super) async fn run(runs: &Runs, run: RunRow, entry: Entry) {
    let began = Instant::now();
    tracing::info!(
        run_id = run.id,
        workflow_id = run.workflow_id,
        attempt = run.attempt,
        request_id = run.request_id,
        "Run begins"
    );
    let mut place = Place::default();
    let attempt = Box::pin(attempt(runs, &run, &entry.control, &mut place));
    let ended = AssertUnwindSafe(attempt)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| {
            Ended::End(failed(
                "InternalError",
                "executing the run broke off, see the server's log",
            ))
        });
    match ended {
        Ended::End(end) => {
            let span = tracing::Span::current();
            span.record("nen.run_status", end.status.as_str());
            if !matches!(end.status, RunStatus::Completed | RunStatus::Cancelled) {
                span.record("otel.status_code", "ERROR");
            }
            tracing::info!(
                run_id = run.id,
                status = end.status.as_str(),
                error_type = end.error_type,
                duration_ms = began.elapsed().as_millis(),
                "Run ended"
            );
            finish::finish(runs, &run, &end).await;
        }
        Ended::Stopped => {
            if let Err(error) = stopped(runs, &run).await {
                tracing::error!(run_id = run.id, %error, "A run that was stopped is found by its lease");
            }
        }
        Ended::Lost => tracing::warn!(run_id = run.id, "Run was lost to another worker"),
    }
    place.leave(runs, &run).await;
}

/// A run that had done nothing goes back to the queue; another has lost its worker.
async fn stopped(runs: &Runs, run: &RunRow) -> Result<(), crate::RunsError> {
    // As it is stored now: it may have acted since it was claimed.
    if let Some(run) = runs.0.store.runs().find(&run.id).await?
        && run.status == RunStatus::Running
    {
        finish::recover(runs, &run).await?;
    }
    Ok(())
}

/// The desktop of an execution.
#[derive(Default)]
struct Place {
    /// One that was made for the run, to be deleted.
    made: Option<String>,
}

impl Place {
    async fn leave(self, runs: &Runs, run: &RunRow) {
        let Some(id) = self.made else {
            return;
        };
        if let Err(error) = runs.0.desktops.delete(&run.workspace_id, &id).await
            && error.kind != DesktopErrorKind::Missing
        {
            tracing::warn!(run_id = run.id, desktop_id = id, %error, "The desktop of a run stays for now");
        }
    }
}

async fn attempt(runs: &Runs, run: &RunRow, control: &Control, place: &mut Place) -> Ended {
    let options = RunOptions::from_value(&run.options);
    let deadline = Instant::now() + Duration::from_secs(options.timeout_seconds);
    let (log, log_writer) = match RunLog::open(runs, &run.id, runs.0.config.limits.log_bytes).await
    {
        Ok(opened) => opened,
        Err(error) => {
            return Ended::End(failed(
                "InternalError",
                &format!("the run's log cannot be opened: {error}"),
            ));
        }
    };
    let (steps, step_writer) = Steps::open(runs, &run.id, run.steps, log.clone());
    let steps = Arc::new(steps);
    let asked = run.request_id.as_ref();
    let asked = asked.map_or_else(String::new, |id| format!(", started by request {id}"));
    log.say(&format!(
        "run {} of {} version {} begins{asked}",
        run.id, run.workflow_name, run.workflow_version
    ));
    let prepared = tokio::select! {
        biased;
        () = control.lost.cancelled() => return Ended::Lost,
        () = runs.0.stopping.cancelled() => return Ended::Stopped,
        () = control.cancel.cancelled() => Err(cancelled()),
        () = tokio::time::sleep_until(deadline) => Err(timeout(options.timeout_seconds)),
        prepared = prepare(runs, run, &options, &log, place) => prepared,
    };
    let (workflow, sandbox, desktop, secrets) = match prepared {
        Ok(prepared) => prepared,
        Err(end) => return close(end, log, steps, log_writer, step_writer).await,
    };
    let Sandbox {
        socket,
        stdout,
        stderr,
        denied,
        mut process,
    } = sandbox;
    let denied = denied.map(|reports| tokio::spawn(network::follow_denied(log.clone(), reports)));
    let pipes = [
        tokio::spawn(
            log.clone()
                .follow(stdout, nen_protocol::workflow::LogStream::Stdout),
        ),
        tokio::spawn(
            log.clone()
                .follow(stderr, nen_protocol::workflow::LogStream::Stderr),
        ),
    ];
    let agent_cancel = control.cancel.child_token();
    let agent = AgentSetup {
        agent: runs.0.agent.clone(),
        ledger: runs.ledger(&run.workspace_id, Some(&run.id), &desktop.id),
        model: options.model.clone(),
        max_cost_usd: options.max_cost_usd,
        deadline,
        cancel: agent_cancel.clone(),
    };
    let session = Arc::new(Session {
        seat: Seat {
            desktops: runs.0.desktops.clone(),
            workspace: run.workspace_id.clone(),
            desktop,
            actor: format!("run {}", run.id),
            store: runs.0.store.clone(),
            run_id: run.id.clone(),
            worker: runs.0.config.worker.clone(),
            secrets,
            steps: steps.clone(),
            touched: OnceCell::new(),
            tail: Mutex::default(),
        },
        steps: steps.clone(),
        agent,
    });
    let talk = Talk {
        runs,
        run,
        control,
        session: session.clone(),
        workflow: &workflow,
        model: options.model.as_deref(),
        process: &process,
        deadline,
        timeout_seconds: options.timeout_seconds,
    };
    let ended = talk::talk(talk, socket).await;
    agent_cancel.cancel();
    if matches!(&ended, Ended::End(end) if end.status != RunStatus::Cancelled) {
        // What it has not flushed is written when its interpreter ends.
        let _ = tokio::time::timeout(EXIT, process.exited()).await;
    }
    // The last picture is worth a moment, and what was printed last is in the pipes.
    let _ = tokio::time::timeout(LAST, session.seat.leave()).await;
    if let Err(error) = process.end().await {
        tracing::error!(run_id = run.id, %error, "A sandbox is not wholly gone");
    }
    for pipe in pipes.into_iter().chain(denied) {
        let _ = tokio::time::timeout(LAST, pipe).await;
    }
    drop(session);
    let ended = match ended {
        // Where an object store is away, they are waited for.
        Ended::End(end) => tokio::select! {
            biased;
            () = control.lost.cancelled() => Ended::Lost,
            end = with_assets(runs, run, end, &process) => Ended::End(end),
            () = moment_after_stop(runs) => Ended::Stopped,
        },
        other => other,
    };
    match ended {
        Ended::End(end) => close(end, log, steps, log_writer, step_writer).await,
        other => other,
    }
}

/// Everything the workflow needs, at once: its files, its secrets, a sandbox, a desktop.
async fn prepare(
    runs: &Runs,
    run: &RunRow,
    options: &RunOptions,
    log: &RunLog,
    place: &mut Place,
) -> Result<
    (
        VersionRow,
        Sandbox,
        DesktopInfo,
        BTreeMap<String, SecretString>,
    ),
    RunEnd,
> {
    let internal = |error: &dyn std::fmt::Display| failed("InternalError", &error.to_string());
    let workflow = runs
        .0
        .store
        .workflows()
        .of_run(&run.workflow_id, run.workflow_version)
        .await
        .map_err(|error| internal(&error))?
        .ok_or_else(|| failed("InternalError", "the workflow's version is gone"))?
        .version;
    let files: Vec<SourceFile> =
        serde_json::from_value(workflow.files.clone()).map_err(|error| internal(&error))?;
    let own = run_folder(&runs.0.config.folder, &run.id);
    bundle::private(&own, runs.0.sandboxes.user_of(&run.id))
        .and_then(|()| bundle::write(&own.join("bundle"), &files))
        .map_err(|error| internal(&error))?;
    let secrets = open_secrets(runs, run).map_err(|error| internal(&error))?;
    let settings = runs.0.store.settings();
    let widest = settings.network(&run.workspace_id).await;
    let widest = widest.map_err(|error| internal(&error))?;
    let network = network::granted(workflow.network, widest);
    let network = network.map_err(|why| failed("NetworkError", &why))?;
    let sandbox = async {
        let sandboxes = &runs.0.sandboxes;
        let started = sandboxes.start(&run.id, &own, &network).await;
        started.map_err(|error| failed("SandboxError", &error.to_string()))
    };
    let (sandbox, desktop) = tokio::try_join!(sandbox, desktop(runs, run, options, log, place))?;
    Ok((workflow, sandbox, desktop, secrets))
}

fn open_secrets(
    runs: &Runs,
    run: &RunRow,
) -> Result<BTreeMap<String, SecretString>, crate::RunsError> {
    let Some(sealed) = &run.secrets else {
        return Ok(BTreeMap::new());
    };
    let plain = runs.0.key.open(&run.id, sealed)?;
    let secrets: BTreeMap<String, String> =
        serde_json::from_slice(&plain).map_err(|_| crate::RunsError::Sealed)?;
    Ok(secrets
        .into_iter()
        .map(|(name, value)| (name, SecretString::from(value)))
        .collect())
}

/// The desktop the run asked for, or one made for it. When there is no room, waits for some.
async fn desktop(
    runs: &Runs,
    run: &RunRow,
    options: &RunOptions,
    log: &RunLog,
    place: &mut Place,
) -> Result<DesktopInfo, RunEnd> {
    let fail = |error: crate::DesktopError| failed("DesktopError", &error.to_string());
    if let Some(id) = &options.desktop_id {
        let found = runs
            .0
            .desktops
            .get(&run.workspace_id, id)
            .await
            .map_err(fail)?;
        assign(runs, run, &found.id).await?;
        return Ok(found);
    }
    let mut create = options.desktop.clone().unwrap_or_default();
    create.metadata.insert(RUN_LABEL.to_owned(), run.id.clone());
    let mut told = false;
    loop {
        match runs
            .0
            .desktops
            .create(&run.workspace_id, create.clone())
            .await
        {
            Ok(made) => {
                place.made = Some(made.id.clone());
                assign(runs, run, &made.id).await?;
                return Ok(made);
            }
            Err(error) if error.kind == DesktopErrorKind::Busy => {
                if !told {
                    log.say(&format!("waiting for a desktop: {error}"));
                    told = true;
                }
                tokio::time::sleep(ROOM).await;
            }
            Err(error) => return Err(fail(error)),
        }
    }
}

async fn assign(runs: &Runs, run: &RunRow, desktop_id: &str) -> Result<(), RunEnd> {
    let worker = &runs.0.config.worker;
    match runs
        .0
        .store
        .runs()
        .assign_desktop(&run.id, worker, desktop_id)
        .await
    {
        Ok(_) => {
            runs.tell_change();
            Ok(())
        }
        Err(error) => Err(failed("InternalError", &error.to_string())),
    }
}

async fn moment_after_stop(runs: &Runs) {
    runs.0.stopping.cancelled().await;
    tokio::time::sleep(LAST).await;
}

/// Takes the files out of the sandbox's memory, and keeps them.
async fn with_assets(runs: &Runs, run: &RunRow, mut end: RunEnd, process: &Confined) -> RunEnd {
    match keep_assets(runs, run, process).await {
        Ok(size) => {
            end.assets_bytes = size.and_then(|size| i64::try_from(size).ok());
            end
        }
        Err(error) => {
            tracing::error!(run_id = run.id, %error, "The files of a run are lost");
            without_assets(end)
        }
    }
}

/// Answers the size of the zip file; none when there are no files.
async fn keep_assets(
    runs: &Runs,
    run: &RunRow,
    process: &Confined,
) -> Result<Option<u64>, Box<dyn std::error::Error + Send + Sync>> {
    let folder = process.artifacts().try_clone()?;
    // Where a folder keeps it, it stays there; else it is gone with whatever goes wrong here.
    let zip = NamedTempFile::new_in(run_folder(&runs.0.config.folder, &run.id))?;
    let file = zip.reopen()?;
    let Some(size) = tokio::task::spawn_blocking(move || zip_artifacts(&folder, file)).await??
    else {
        return Ok(None);
    };
    let objects = &runs.0.config.objects;
    // The run's end, which is stored next, tells of the file.
    objects.put_file(&assets(&run.id), zip).await?;
    Ok(Some(size))
}

/// A result without the files it promises is not a success. Why they are lost is the operator's business: it may name places.
fn without_assets(end: RunEnd) -> RunEnd {
    match end.status {
        RunStatus::Completed => failed(
            "ArtifactsError",
            "the files in /artifacts could not be kept, see the server's log",
        ),
        _ => end,
    }
}

/// Lets log and steps come to their ends before the run's own end is told.
async fn close(
    end: RunEnd,
    log: RunLog,
    steps: Arc<Steps>,
    log_writer: JoinHandle<()>,
    step_writer: JoinHandle<()>,
) -> Ended {
    log.say(&match (&end.error, &end.error_type) {
        (Some(error), Some(kind)) => format!("run {}: {kind}: {error}", end.status.as_str()),
        _ => format!("run {}", end.status.as_str()),
    });
    drop((log, steps));
    for writer in [step_writer, log_writer] {
        if tokio::time::timeout(LAST, writer).await.is_err() {
            tracing::warn!("The end of a run's log comes late");
        }
    }
    Ended::End(end)
}

/// The run failed.
pub(super) fn failed(error_type: &str, error: &str) -> RunEnd {
    RunEnd::error(RunStatus::Failed, error_type, error)
}

/// Somebody asked for its end.
pub(super) fn cancelled() -> RunEnd {
    RunEnd::error(RunStatus::Cancelled, "Cancelled", "the run was cancelled")
}

/// It took too long.
pub(super) fn timeout(seconds: u64) -> RunEnd {
    RunEnd::error(
        RunStatus::Timeout,
        "Timeout",
        format!("the run was not done within its timeout of {seconds} s"),
    )
}
