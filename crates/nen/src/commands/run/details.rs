//! A run as lines of text.

use nen_protocol::workflow::{Run, Workflow};
use serde_json::Value;

use crate::output::{Fields, Style, human_seconds, local_rfc3339, one_line, printable};

/// Everything about it that there is to say.
pub fn lines(run: &Run, style: Style) -> String {
    let mut fields = Fields::default();
    fields.add("Run ID", &run.message_id);
    fields.add(
        "Workflow",
        format!(
            "{}, version {}  {}",
            printable(&run.workflow_name),
            run.workflow_version,
            style.dim(&run.workflow_id)
        ),
    );
    let mut status = style.run_status(run.run_status);
    if run.cancel_requested && !run.run_status.is_final() {
        status.push_str(", its end was asked for");
    }
    fields.add("Status", status);
    fields.add_some(
        "Attempt",
        (run.attempt > 1).then(|| run.attempt.to_string()),
    );
    fields.add("Created", local_rfc3339(run.created_at));
    fields.add_some(
        "Started",
        run.started_at.map(|at| after(at, run.created_at, "waited")),
    );
    fields.add_some(
        "Finished",
        run.finished_at
            .map(|at| after(at, run.started_at.unwrap_or(run.created_at), "took")),
    );
    fields.add_some("Desktop", run.desktop_id.as_deref().map(printable));
    fields.add_some("Live view", run.live_view_url.as_deref().map(printable));
    fields.add("Steps", run.steps.to_string());
    fields.add_some("Models", models(run));
    fields.add_some(
        "Webhooks to",
        run.webhook_callback.as_deref().map(printable),
    );
    if run
        .workflow_params
        .as_object()
        .is_some_and(|params| !params.is_empty())
    {
        fields.add("Params", one_line(&run.workflow_params.to_string(), 400));
    }
    if let Some(error) = &run.error {
        let error = match &run.error_type {
            Some(kind) => format!("{kind}: {error}"),
            None => error.clone(),
        };
        fields.add("Error", printable(&error));
    }
    fields.add_some("Result", run.result.as_ref().map(pretty));
    if run.assets.is_some() {
        fields.add("Files", format!("nen run assets {}", run.message_id));
    }
    fields.render()
}

/// A workflow by its name and version.
pub fn workflow_of(workflow: &Workflow) -> String {
    format!(
        "{}, version {}",
        printable(&workflow.name),
        workflow.version
    )
}

/// Where a run can be watched.
pub fn live_view(run: &Run) -> String {
    let url = run.live_view_url.as_deref().unwrap_or_default();
    format!("Live view: {}", printable(url))
}

/// JSON for reading; control characters are escaped by JSON itself.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

fn after(at: f64, before: f64, what: &str) -> String {
    format!(
        "{} ({what} {})",
        local_rfc3339(at),
        human_seconds(at - before)
    )
}

fn models(run: &Run) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(run.model.as_deref().map(printable));
    if run.input_tokens + run.output_tokens > 0 {
        parts.push(format!(
            "{} tokens read, {} written",
            run.input_tokens, run.output_tokens
        ));
    }
    if run.cost_usd > 0.0 {
        parts.push(format!("${:.4}", run.cost_usd));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A run that was just accepted.
    pub fn a_run() -> Run {
        serde_json::from_value(json!({
            "workflow_id": "wf-1", "message_id": "run-1", "status": "processing", "run_status": "queued",
            "expires_at": 0, "assets": null, "workflow_version": 3, "workflow_name": "invoices", "attempt": 1,
            "workflow_params": {}, "timeout_seconds": 1800, "queue_timeout_seconds": 3600,
            "cancel_requested": false, "steps": 0, "input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0,
            "created_at": 1_743_447_260.0,
        }))
        .unwrap()
    }

    #[test]
    fn a_run_is_shown_with_what_it_has() {
        let mut run = a_run();
        let text = lines(&run, Style::PLAIN);
        assert!(
            text.starts_with(
                "Run ID:    run-1\nWorkflow:  invoices, version 3  wf-1\nStatus:    queued\n"
            ),
            "{text}"
        );
        assert_eq!(text.lines().count(), 5, "{text}");
        run.started_at = Some(run.created_at + 2.0);
        run.finished_at = Some(run.created_at + 85.0);
        run.result = Some(json!({"total": 3}));
        run.assets = Some("https://nen.example/x.zip?sig=abc".into());
        (run.input_tokens, run.output_tokens, run.cost_usd) = (1200, 34, 0.005);
        let text = lines(&run, Style::PLAIN);
        for part in [
            "(waited 2.0 s)\n",
            "(took 1m 23s)\n",
            "Models:    1200 tokens read, 34 written, $0.0050\n",
            "Result:    {\n             \"total\": 3\n           }\n",
            "Files:     nen run assets run-1\n",
        ] {
            assert!(text.contains(part), "{part:?} in {text}");
        }
    }

    #[test]
    fn an_error_is_shown_with_its_class() {
        let mut run = a_run();
        run.error = Some("no such row".into());
        run.error_type = Some("ValueError".into());
        assert!(lines(&run, Style::PLAIN).contains("Error:     ValueError: no such row\n"));
    }
}
