//! A run's log, from its pipes to the database.

use std::time::{SystemTime, UNIX_EPOCH};

use nen_protocol::workflow::LogStream;
use nen_store::{RunLogRow, StoreError};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::Runs;

/// Longest line, in bytes; a longer one becomes several.
const LONGEST_LINE: usize = 16 << 10;
/// Lines that wait for the database; a workflow that prints faster waits, too.
const WAITING: usize = 1024;

/// The writing end of a run's log. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct RunLog {
    lines: mpsc::Sender<RunLogRow>,
}

impl RunLog {
    /// Opens the log of a run, behind what an earlier attempt wrote. It is complete when all clones are dropped and the
    /// task has ended.
    pub async fn open(
        runs: &Runs,
        run_id: &str,
        limit: usize,
    ) -> Result<(Self, JoinHandle<()>), StoreError> {
        let last = runs.0.store.run_records().last_log(run_id).await?;
        let (lines, received) = mpsc::channel(WAITING);
        let writer = tokio::spawn(write(
            runs.clone(),
            run_id.to_owned(),
            last,
            limit,
            received,
        ));
        Ok((Self { lines }, writer))
    }

    /// Adds a line of ours. Does not wait: a line that finds the log too busy is dropped.
    pub fn say(&self, text: &str) {
        let _ = self
            .lines
            .try_send(line(LogStream::System, text.to_owned()));
    }

    /// Adds what comes out of a pipe, line by line, until its end.
    pub async fn follow(self, pipe: impl AsyncRead + Unpin, stream: LogStream) {
        let mut pipe = BufReader::new(pipe);
        let mut rest = Vec::new();
        loop {
            let (used, ended) = match pipe.fill_buf().await {
                Ok(read) if !read.is_empty() => take(read, &mut rest),
                _ => break,
            };
            pipe.consume(used);
            if ended && self.add(stream, &mut rest).await.is_err() {
                return;
            }
        }
        if !rest.is_empty() {
            let _ = self.add(stream, &mut rest).await;
        }
    }

    async fn add(&self, stream: LogStream, bytes: &mut Vec<u8>) -> Result<(), ()> {
        let text = String::from_utf8_lossy(bytes)
            .trim_end_matches('\r')
            .to_owned();
        bytes.clear();
        self.lines.send(line(stream, text)).await.map_err(|_| ())
    }
}

/// Moves bytes up to the end of a line. Answers how many, and whether the line is complete.
fn take(read: &[u8], rest: &mut Vec<u8>) -> (usize, bool) {
    let room = LONGEST_LINE - rest.len();
    match read.iter().take(room).position(|byte| *byte == b'\n') {
        Some(end) => {
            rest.extend_from_slice(&read[..end]);
            (end + 1, true)
        }
        None => {
            let many = read.len().min(room);
            rest.extend_from_slice(&read[..many]);
            (many, rest.len() == LONGEST_LINE)
        }
    }
}

/// A line without its number, which the writer gives.
fn line(stream: LogStream, text: String) -> RunLogRow {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    RunLogRow {
        seq: 0,
        at_ms: since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0)),
        stream,
        text,
    }
}

async fn write(
    runs: Runs,
    run_id: String,
    mut last: i64,
    limit: usize,
    mut received: mpsc::Receiver<RunLogRow>,
) {
    let mut batch = Vec::new();
    let mut bytes = 0;
    let mut full = false;
    while received.recv_many(&mut batch, 500).await > 0 {
        batch.retain(|line| {
            bytes += line.text.len() + 1;
            bytes <= limit || line.stream == LogStream::System
        });
        if bytes > limit && !full {
            full = true;
            let text = format!(
                "the log is full ({limit} bytes): what the workflow prints from here on is dropped"
            );
            batch.push(line(LogStream::System, text));
        }
        for line in &mut batch {
            last += 1;
            line.seq = last;
        }
        let stored = runs.0.store.run_records().append_log(&run_id, &batch).await;
        if let Err(error) = stored {
            tracing::warn!(run_id, %error, "Lines of a run's log are lost");
        }
        batch.clear();
        runs.tell_change();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_their_end_or_when_too_long() {
        let mut rest = Vec::new();
        assert_eq!(take(b"ab\ncd", &mut rest), (3, true));
        assert_eq!(rest, b"ab");
        rest.clear();
        assert_eq!(take(b"cd", &mut rest), (2, false));
        let long = vec![b'x'; 2 * LONGEST_LINE];
        assert_eq!(take(&long, &mut rest), (LONGEST_LINE - 2, true));
    }
}
