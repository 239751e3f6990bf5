//! A run's log as a stream of lines.

use crate::state::AppState;
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use nen_protocol::workflow::LogRecord;
use nen_store::{RunLogRow, StoreError};
use std::time::Duration;
use tokio::sync::watch;

/// Most lines read at once.
const PAGE: u32 = 1000;
/// Longest time between two looks: a worker in another process tells nobody here that it has written something.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `2026-11-22T20:00:00.123Z stdout text`.
    Text,
    /// A [`LogRecord`] as JSON.
    Ndjson,
}

/// Which part of which log.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) run_id: String,
    /// The number of the last line that is known already; 0 for none.
    pub(crate) after: i64,
    /// Goes on until the run is over and its log is out.
    pub(crate) follow: bool,
    pub(crate) form: Form,
}

/// The lines that are there, and when asked for those that come; until the run's end, or the server's.
pub(crate) fn lines(
    state: &AppState,
    wanted: Wanted,
) -> impl Stream<Item = Result<Bytes, StoreError>> + use<> {
    let reader = Reader {
        changes: state.runs().changes(),
        state: state.clone(),
        wanted,
    };
    stream::unfold(Some(reader), |reader| async {
        let mut reader = reader?;
        match reader.next().await {
            Ok(page) => page.map(|page| (Ok(page), Some(reader))),
            Err(error) => {
                tracing::error!(%error, run_id = reader.wanted.run_id, "Log could not be read on");
                Some((Err(error), None))
            }
        }
    })
}

struct Reader {
    state: AppState,
    changes: watch::Receiver<u64>,
    wanted: Wanted,
}

impl Reader {
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        loop {
            // Before looking, so that what comes while looking is looked for again.
            self.changes.borrow_and_update();
            // Also before looking: what a run says, it says before its end.
            let complete = !self.wanted.follow || self.is_over().await?;
            let found = self
                .state
                .store()
                .run_records()
                .log(&self.wanted.run_id, self.wanted.after, PAGE)
                .await?;
            if let Some(last) = found.last() {
                self.wanted.after = last.seq;
                return Ok(Some(self.written(found)));
            }
            if complete {
                return Ok(None);
            }
            tokio::select! {
                _ = tokio::time::timeout(LOOK_AGAIN, self.changes.changed()) => {}
                () = self.state.stopping().cancelled() => return Ok(None),
            }
        }
    }

    async fn is_over(&self) -> Result<bool, StoreError> {
        let run = self.state.store().runs().find(&self.wanted.run_id).await?;
        // One that was forgotten meanwhile says nothing more either.
        Ok(run.is_none_or(|run| run.status.is_final()))
    }

    fn written(&self, rows: Vec<RunLogRow>) -> Bytes {
        let mut text = String::new();
        for row in rows {
            match self.wanted.form {
                Form::Text => {
                    text.push_str(&time(row.at_ms));
                    text.push(' ');
                    text.push_str(row.stream.as_str());
                    text.push(' ');
                    text.push_str(&row.text);
                }
                Form::Ndjson => {
                    let line = serde_json::to_string(&record(row));
                    text.push_str(&line.unwrap_or_default());
                }
            }
            text.push('\n');
        }
        text.into()
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit for 280 000 years"
)]
fn record(row: RunLogRow) -> LogRecord {
    LogRecord {
        seq: row.seq,
        at: row.at_ms as f64 / 1000.0,
        stream: row.stream,
        text: row.text,
    }
}

/// `2026-11-22T20:00:00.123Z`.
fn time(at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    DateTimePrinter::new()
        .precision(Some(3))
        .timestamp_to_string(&at)
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_milliseconds_always() {
        assert_eq!(time(1_795_377_600_123), "2026-11-22T20:00:00.123Z");
        assert_eq!(time(1_795_377_600_000), "2026-11-22T20:00:00.000Z");
    }
}
