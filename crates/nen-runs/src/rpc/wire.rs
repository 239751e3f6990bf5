use std::io;
use std::sync::Arc;

use futures_util::StreamExt as _;
use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncWriteExt as _, BufReader, ReadHalf, WriteHalf};
use tokio::net::UnixStream;
use tokio::sync::Mutex;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// Longest line, in bytes.
const LONGEST: usize = 16 << 20;

type Stream = BufReader<UnixStream>;

/// What the sandbox may say after its greeting. Which field is there says what it is.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Incoming {
    pub id: Option<u64>,
    pub call: Option<String>,
    #[serde(default)]
    pub args: Value,
    pub result: Option<Value>,
    pub failed: Option<Failed>,
    pub described: Option<Described>,
    pub refused: Option<Refused>,
}

/// How a workflow failed.
#[derive(Debug, Deserialize)]
pub(crate) struct Failed {
    pub error: String,
    pub error_type: String,
    #[serde(default)]
    pub traceback: String,
}

/// What a workflow takes and gives.
#[derive(Debug, Deserialize)]
pub(crate) struct Described {
    pub params_schema: Value,
    pub result_schema: Value,
    pub secure_schema: Option<Value>,
    pub network: Option<String>,
}

/// Why files are not a workflow.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    pub reason: String,
}

/// The receiving end.
#[derive(Debug)]
pub(crate) struct Wire {
    lines: FramedRead<ReadHalf<Stream>, LinesCodec>,
}

/// The sending end. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Sender(Arc<Mutex<WriteHalf<Stream>>>);

impl Wire {
    pub fn over(stream: Stream) -> (Self, Sender) {
        let (read, write) = tokio::io::split(stream);
        let lines = FramedRead::new(read, LinesCodec::new_with_max_length(LONGEST));
        (Self { lines }, Sender(Arc::new(Mutex::new(write))))
    }

    /// The next message. None: the other end has closed.
    pub async fn next(&mut self) -> io::Result<Option<Incoming>> {
        let line = match self.lines.next().await {
            None => return Ok(None),
            Some(Ok(line)) => line,
            Some(Err(LinesCodecError::MaxLineLengthExceeded)) => {
                return Err(io::Error::other(format!(
                    "the workflow sent a message of more than {} MiB",
                    LONGEST >> 20
                )));
            }
            Some(Err(LinesCodecError::Io(error))) => return Err(error),
        };
        serde_json::from_str(&line).map(Some).map_err(|_| {
            io::Error::other("the workflow sent something that is not a message of the package nen")
        })
    }
}

impl Sender {
    pub async fn send(&self, message: &Value) -> io::Result<()> {
        let mut line = message.to_string();
        line.push('\n');
        self.0.lock().await.write_all(line.as_bytes()).await
    }
}
