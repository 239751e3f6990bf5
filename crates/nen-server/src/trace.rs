//! Spans for OpenTelemetry: one for each request, and below it where its time went, down to the pixels.
//!
//! They have a target of their own, which only the exporter listens to: where there is none they are not made. What stands
//! in them are names of ours, ids and numbers; never a path as it was asked, a query, a body or a text.

use crate::request_id::X_REQUEST_ID;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use nen_protocol::phases::Phases;
use nen_protocol::tracing::TARGET;
use opentelemetry::global;
use opentelemetry::trace::{Span as _, TraceContextExt as _, Tracer as _};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use std::time::SystemTime;
use tracing::{Instrument as _, Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The trace that a request is a part of, as callers say it and as it is passed on.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Middleware: the span of a request, below the caller's where it tells one.
pub(crate) async fn request(mut request: Request, next: Next) -> Response {
    let span = span(&request);
    if span.is_disabled() {
        return next.run(request).await;
    }
    let headers = request.headers_mut();
    if headers.contains_key(TRACEPARENT) {
        let caller = global::get_text_map_propagator(|of| of.extract(&HeaderExtractor(headers)));
        // A span of ours can have a parent.
        let _ = span.set_parent(caller);
    }
    // For what is asked within the server, and for the run that it may start.
    pass_on(&span, headers);
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    response
}

fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("-", MatchedPath::as_str);
    let id = request.headers().get(X_REQUEST_ID);
    tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format_args!("{} {route}", request.method()),
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = %request.method(),
        http.route = route,
        http.response.status_code = field::Empty,
        nen.request_id = id.and_then(|id| id.to_str().ok()),
    )
}

fn pass_on(span: &Span, headers: &mut HeaderMap) {
    let context = span.context();
    global::get_text_map_propagator(|of| of.inject_context(&context, &mut HeaderInjector(headers)));
}

/// The trace of a request, if what it says is one.
pub(crate) fn traceparent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(TRACEPARENT).map(HeaderValue::to_str)?.ok()?;
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |part: &&str, length: usize| {
        part.len() == length
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    match parts.as_slice() {
        [version, trace, span, flags] => {
            let known = hex(version, 2) && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
            known.then(|| text.to_owned())
        }
        _ => None,
    }
}

/// Spans below the current one for what happened inside the desktop until `end`. The controller tells how long each phase
/// took and not when it was, so they stand one behind the other.
pub(crate) fn phases(phases: &Phases, end: SystemTime) {
    let context = Span::current().context();
    if !context.span().span_context().is_sampled() {
        return;
    }
    let tracer = global::tracer("nen");
    let mut at = end.checked_sub(phases.sum()).unwrap_or(end);
    for (phase, time) in phases.iter() {
        let span = tracer.span_builder(phase.as_str()).with_start_time(at);
        let mut span = span.start_with_context(&tracer, &context);
        at += time;
        span.end_with_timestamp(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trace_is_taken_for_one() {
        let of = |text: &'static str| {
            let headers = HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_static(text))]);
            traceparent(&headers)
        };
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(of(good).as_deref(), Some(good));
        for wrong in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what else",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
