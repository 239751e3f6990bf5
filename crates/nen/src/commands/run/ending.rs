//! How a run ended, as an exit code and a sentence.

use nen_protocol::workflow::{Run, RunStatus};

use crate::output::{Style, human_seconds, printable};

/// An error unless the run completed.
pub fn check(run: &Run) -> anyhow::Result<()> {
    if run.run_status == RunStatus::Completed {
        return Ok(());
    }
    anyhow::bail!("run {} {}", run.message_id, why(run))
}

/// `failed: ValueError: no such row`, `was cancelled`, `took too long: …`.
fn why(run: &Run) -> String {
    let error = printable(run.error.as_deref().unwrap_or_default());
    let said = match (run.run_status, run.error_type.as_deref()) {
        (RunStatus::Failed, Some(kind)) => format!("failed: {}: {error}", printable(kind)),
        (RunStatus::Failed, None) => format!("failed: {error}"),
        (RunStatus::Timeout, _) => format!("took too long: {error}"),
        (RunStatus::Cancelled, _) => "was cancelled".to_owned(),
        (status, _) => format!("is {}", status.as_str()),
    };
    said.trim_end_matches([':', ' ']).to_owned()
}

/// `Completed in 1m 23s, 14 steps, $0.0123`.
pub fn summary(run: &Run, style: Style) -> String {
    let word = match run.run_status {
        RunStatus::Completed => style.green("Completed"),
        RunStatus::Failed => style.red("Failed"),
        RunStatus::Timeout => style.red("Timed out"),
        RunStatus::Cancelled => style.yellow("Cancelled"),
        RunStatus::Queued => "Queued".to_owned(),
        RunStatus::Running => "Running".to_owned(),
    };
    let mut text = word;
    if let (Some(started), Some(finished)) = (run.started_at, run.finished_at) {
        text.push_str(&format!(" in {}", human_seconds(finished - started)));
    }
    let unit = if run.steps == 1 { "step" } else { "steps" };
    text.push_str(&format!(", {} {unit}", run.steps));
    if run.cost_usd > 0.0 {
        text.push_str(&format!(", ${:.4}", run.cost_usd));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::run::details::tests::a_run;

    #[test]
    fn only_a_completed_run_went_well() {
        let mut run = a_run();
        run.run_status = RunStatus::Completed;
        check(&run).unwrap();
        run.run_status = RunStatus::Failed;
        run.error = Some("no such row".into());
        run.error_type = Some("ValueError".into());
        assert_eq!(
            check(&run).unwrap_err().to_string(),
            "run run-1 failed: ValueError: no such row"
        );
        run.run_status = RunStatus::Cancelled;
        assert_eq!(
            check(&run).unwrap_err().to_string(),
            "run run-1 was cancelled"
        );
        run.run_status = RunStatus::Timeout;
        run.error = None;
        assert_eq!(
            check(&run).unwrap_err().to_string(),
            "run run-1 took too long"
        );
    }

    #[test]
    fn the_summary_has_what_it_took() {
        let mut run = a_run();
        run.run_status = RunStatus::Completed;
        (run.started_at, run.finished_at) = (Some(10.0), Some(93.0));
        (run.steps, run.cost_usd) = (14, 0.01234);
        assert_eq!(
            summary(&run, Style::PLAIN),
            "Completed in 1m 23s, 14 steps, $0.0123"
        );
    }
}
