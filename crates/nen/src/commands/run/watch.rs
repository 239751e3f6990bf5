//! `nen run watch`.

use nen_protocol::workflow::Run;
use serde_json::json;

use super::{
    RunId, details, ending,
    follow::{self, Event},
    log_line, step_line,
};
use crate::{client::Client, output::Output};

/// Prints steps and log as they come, then how it ended. With `--json`, one object per line: `log`, `step`, at last `run`.
pub fn run(id: &RunId, client: &Client, output: &Output) -> anyhow::Result<()> {
    let style = output.style();
    let mut before: Option<Run> = None;
    let last = follow::follow(client, &id.id, follow::Steps::Followed, &mut |event| {
        match event {
            Event::Log(record) if output.is_json() => output.json_line(&json!({"log": record}))?,
            Event::Step(step) if output.is_json() => output.json_line(&json!({"step": step}))?,
            Event::Seen(_) if output.is_json() => {}
            Event::Log(record) => output.line(log_line::of(&record, style))?,
            Event::Step(step) => output.line(step_line::of(step, style))?,
            Event::Seen(run) => {
                if before.is_none() {
                    output.line(format!(
                        "{}  {} v{}  {}",
                        style.bold(&run.message_id),
                        crate::output::printable(&run.workflow_name),
                        run.workflow_version,
                        style.run_status(run.run_status)
                    ))?;
                }
                let known = before.as_ref().and_then(|run| run.live_view_url.as_deref());
                if run.live_view_url.is_some() && run.live_view_url.as_deref() != known {
                    output.line(details::live_view(run))?;
                }
                before = Some(run.clone());
            }
        }
        Ok(())
    })?;
    let run: Run = client.typed(&last)?;
    if output.is_json() {
        output.json_line(&json!({"run": last}))?;
        return ending::check(&run);
    }
    output.line(format!("\n{}", ending::summary(&run, style)))?;
    if let Some(result) = &run.result {
        output.line(details::pretty(result))?;
    }
    if run.assets.is_some() {
        output.line(format!("Files: nen run assets {}", run.message_id))?;
    }
    ending::check(&run)
}
