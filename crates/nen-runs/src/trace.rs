//! Spans of runs for OpenTelemetry: a run, its steps, and below them what the desktop and the models do.

use std::collections::HashMap;

use nen_protocol::tracing::TARGET;
use nen_store::RunRow;
use opentelemetry::global;
use opentelemetry::trace::TraceContextExt as _;
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The span of one execution of a run. It is a trace of its own, as it may begin hours after the request that started it
/// and be begun again, and links to that request.
pub(crate) fn run(run: &RunRow) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        parent: None,
        "run",
        otel.kind = "consumer",
        otel.status_code = field::Empty,
        nen.run_id = run.id,
        nen.workflow_id = run.workflow_id,
        nen.workflow_version = run.workflow_version,
        nen.attempt = run.attempt,
        nen.request_id = run.request_id,
        nen.run_status = field::Empty,
    );
    if let Some(traceparent) = run.traceparent.as_ref().filter(|_| !span.is_disabled()) {
        let carried = HashMap::from([("traceparent".to_owned(), traceparent.clone())]);
        let request = global::get_text_map_propagator(|of| of.extract(&carried));
        span.add_link(request.span().span_context().clone());
    }
    span
}

/// The span of a call that a workflow makes. Its name comes from the workflow, so only what can be one stands there.
pub(crate) fn step(call: &str) -> Span {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_' || byte == b'.';
    let name = match call.len() <= 40 && call.bytes().all(plain) {
        true => call,
        false => "unknown",
    };
    tracing::info_span!(target: TARGET, "step", otel.name = name, otel.status_code = field::Empty)
}
