//! What a run said.

use bytes::Bytes;
use http::Request;
use nen_protocol::segment::escaped;
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, ToolEntry};
use crate::call::Call;
use crate::hints::Hints;
use crate::schema;

/// The tool.
pub(super) const TOOL: ToolEntry = ToolEntry {
    name: "nen_get_run_logs",
    title: "Read the log of a run",
    description: "Read the log of a run: what it printed and what Nen has to say about it, a line each with time and stream. Of a long log the end is given.",
    input,
    output: None,
    hints: Hints::LOOKS,
    run: |call| Box::pin(run(call)),
};

/// Most bytes of a log that are read. A run's own log ends long before.
const MOST: usize = 64 << 20;
/// Most bytes of a log that a model is given.
const SHOWN: usize = 64 << 10;

fn input() -> Value {
    schema::object(
        &json!({
            "messageId": {"type": "string", "description": "The run, from nen_run or nen_list_runs."},
            "deploymentId": schema::deployment_id(),
        }),
        &["messageId"],
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    message_id: String,
}

async fn run(call: Call) -> Outcome {
    let arguments: Arguments = call.arguments.read()?;
    let path = format!("/runs/{}/logs", escaped(&arguments.message_id));
    let answer = call
        .exchange(Request::get(path).body(Bytes::new()), MOST)
        .await?;
    let text = String::from_utf8_lossy(answer.body());
    Ok(CallToolResult::success(vec![ContentBlock::text(end(
        &text,
    ))]))
}

/// The last lines that fit.
fn end(log: &str) -> String {
    if log.is_empty() {
        return "The log is empty.".to_owned();
    }
    if log.len() <= SHOWN {
        return log.to_owned();
    }
    let from = log.len() - SHOWN;
    // A line that would be cut is left out; one that is longer than everything has no beginning to look for.
    let from = log.as_bytes()[from..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(log.len(), |at| from + at + 1);
    format!("[{from} bytes before this are left out]\n{}", &log[from..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_log_the_end_is_given_in_whole_lines() {
        let log: String = (0..20_000).map(|n| format!("line {n} ü\n")).collect();
        let shown = end(&log);
        assert!(shown.len() <= SHOWN + 100);
        let (head, rest) = shown.split_once('\n').unwrap();
        assert!(head.starts_with('['), "{head}");
        assert!(rest.starts_with("line ") && log.ends_with(rest));
        assert_eq!(end(""), "The log is empty.");
        assert_eq!(end("short\n"), "short\n");
    }
}
