//! The tool log's writer: a task that stores what was done in batches, so that an action does not wait for the disk.

use crate::history::{self, History};
use crate::metrics::ActionMetrics;
use nen_fleet::{Fleet, kind};
use nen_protocol::tool_log::{ActionRecord, Status, ToolLogEntry};
use nen_store::{LogEntry, LogRow, Store, StoreError};
use serde_json::Value;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Entries that may wait; beyond it actions wait for the disk after all, so that none is lost.
const WAITING: usize = 1024;
/// Most messages taken up in one go.
const BATCH: usize = 256;
/// How long entries are tried to be stored: longer than a database takes to start again.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between the first two tries, and the longest.
const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(5);

/// Who acted when a person did.
pub(crate) const HUMAN: &str = "human";

/// Hands entries to the writer. Cheap to clone; the writer ends when the last clone is gone.
#[derive(Debug, Clone)]
pub struct ToolLogWriter {
    messages: mpsc::Sender<Message>,
    metrics: ActionMetrics,
}

/// Where entries go.
struct Targets {
    store: Store,
    fleet: Fleet,
    history: History,
}

#[derive(Debug)]
enum Message {
    Append {
        desktop_id: String,
        actor: String,
        records: Vec<ActionRecord>,
    },
    Flush(oneshot::Sender<()>),
}

impl ToolLogWriter {
    /// Starts the task; needs a Tokio runtime. A server has one writer, so that its log stays in order.
    #[must_use]
    pub fn start(store: Store, fleet: Fleet, history: History) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let targets = Targets {
            store,
            fleet,
            history,
        };
        tokio::spawn(run(receiver, targets));
        Self {
            messages: sender,
            metrics: ActionMetrics::default(),
        }
    }

    /// What actions are counted by: what stands in the log, and what came to nothing.
    pub(crate) fn metrics(&self) -> &ActionMetrics {
        &self.metrics
    }

    /// Takes records in; they are stored soon, and published as events once stored.
    pub(crate) async fn append(&self, desktop_id: &str, actor: &str, records: Vec<ActionRecord>) {
        let message = Message::Append {
            desktop_id: desktop_id.to_owned(),
            actor: actor.to_owned(),
            records,
        };
        if self.messages.send(message).await.is_err() {
            tracing::error!(desktop_id, "Tool log writer is gone, entries are lost");
        }
    }

    /// Waits until everything appended before is stored.
    pub(crate) async fn flush(&self) {
        let (done, waiting) = oneshot::channel();
        if self.messages.send(Message::Flush(done)).await.is_ok() {
            // An error means the writer ended, and then there is nothing to wait for.
            let _ = waiting.await;
        }
    }
}

async fn run(mut messages: mpsc::Receiver<Message>, targets: Targets) {
    let mut taken = Vec::with_capacity(BATCH);
    while messages.recv_many(&mut taken, BATCH).await > 0 {
        // Neighbours of one desktop and actor are stored together, which keeps every desktop's order.
        let mut pending: Option<(String, String, Vec<ActionRecord>)> = None;
        for message in taken.drain(..) {
            match (message, &mut pending) {
                (
                    Message::Append {
                        desktop_id,
                        actor,
                        records,
                    },
                    Some((id, who, list)),
                ) if *id == desktop_id && *who == actor => {
                    list.extend(records);
                }
                (
                    Message::Append {
                        desktop_id,
                        actor,
                        records,
                    },
                    pending,
                ) => {
                    write(&targets, pending.replace((desktop_id, actor, records))).await;
                }
                (Message::Flush(done), pending) => {
                    write(&targets, pending.take()).await;
                    let _ = done.send(());
                }
            }
        }
        write(&targets, pending).await;
    }
}

async fn write(targets: &Targets, batch: Option<(String, String, Vec<ActionRecord>)>) {
    let Targets {
        store,
        fleet,
        history,
    } = targets;
    let Some((desktop_id, actor, records)) = batch.filter(|(_, _, records)| !records.is_empty())
    else {
        return;
    };
    let entries: Vec<_> = records
        .iter()
        .map(|record| to_row(record, &actor))
        .collect();
    let last = match stored(store, &desktop_id, &entries).await {
        Ok(last) => last,
        // The desktop was forgotten meanwhile, with its log.
        Err(StoreError::Missing { .. }) => return,
        Err(error) => {
            tracing::error!(%error, desktop_id, entries = records.len(), "Tool log entries could not be stored");
            return;
        }
    };
    let first = last - i64::try_from(records.len()).unwrap_or(0) + 1;
    for (id, record) in (first..).zip(records) {
        let entry = ToolLogEntry {
            id,
            actor: actor.clone(),
            record,
            screenshot: None,
        };
        match serde_json::to_value(&entry) {
            Ok(data) => fleet.publish(&desktop_id, kind::ACTION, data),
            Err(error) => tracing::error!(%error, "Tool log entry is not JSON"),
        }
    }
    history.done(&desktop_id, last);
}

/// Stores entries, and tries again while the database is away: what was done is to be found in the log. Actions wait as soon
/// as too many entries do.
async fn stored(store: &Store, desktop_id: &str, entries: &[LogEntry]) -> Result<i64, StoreError> {
    let until = Instant::now() + PATIENCE;
    let mut pause = SHORTEST;
    loop {
        let error = match store.tool_log().append(desktop_id, entries).await {
            Err(error) if error.may_pass() => error,
            done => return done,
        };
        if Instant::now() + pause > until {
            return Err(error);
        }
        if pause == SHORTEST {
            tracing::warn!(%error, "The tool log cannot be written to, it is tried again");
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
}

fn to_row(record: &ActionRecord, actor: &str) -> LogEntry {
    let text = |value: &Option<String>| value.clone();
    LogEntry {
        tool: record.tool.clone(),
        action: record.action.clone(),
        params: Value::Object(record.params.clone()),
        status: serde_json::to_value(record.status)
            .ok()
            .and_then(|s| s.as_str().map(str::to_owned))
            .unwrap_or_default(),
        output: text(&record.output),
        error: text(&record.error),
        coordinate: record
            .coordinate
            .and_then(|point| serde_json::to_value(point).ok()),
        changed: record.changed,
        started_at: record.started_at,
        duration_ms: record.duration_ms,
        actor: actor.to_owned(),
    }
}

/// A stored row of a desktop as it stands on the wire.
pub(crate) fn from_row(desktop_id: &str, row: LogRow) -> ToolLogEntry {
    let entry = row.entry;
    ToolLogEntry {
        id: row.seq,
        actor: entry.actor,
        record: ActionRecord {
            tool: entry.tool,
            action: entry.action,
            params: match entry.params {
                Value::Object(params) => params,
                _ => serde_json::Map::new(),
            },
            status: serde_json::from_value(Value::String(entry.status)).unwrap_or(Status::Error),
            output: entry.output,
            error: entry.error,
            coordinate: entry
                .coordinate
                .and_then(|value| serde_json::from_value(value).ok()),
            changed: entry.changed,
            started_at: entry.started_at,
            duration_ms: entry.duration_ms,
        },
        screenshot: row.picture.map(|_| history::path(desktop_id, row.seq)),
    }
}
