//! Requests, by the route that was matched and never by the path, so that callers cannot make names.

use axum::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// From an answer out of memory to a batch of long actions. Seconds.
const LATENCY: [f64; 15] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByAnswer {
    route: String,
    method: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRoute {
    route: String,
    method: &'static str,
}

/// Requests that were answered.
#[derive(Debug)]
pub(crate) struct HttpMetrics {
    requests: Family<ByAnswer, Counter>,
    latencies: Family<ByRoute, Histogram>,
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            latencies: Family::new_with_constructor(|| Histogram::new(LATENCY)),
        }
    }
}

impl HttpMetrics {
    /// A request was answered; `took` is the time to the head of the answer.
    pub(crate) fn answered(
        &self,
        route: &str,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let (route, method) = (route.to_owned(), name(method));
        let by = ByRoute {
            route: route.clone(),
            method,
        };
        self.latencies
            .get_or_create(&by)
            .observe(took.as_secs_f64());
        let by = ByAnswer {
            route,
            method,
            status: class(status),
        };
        self.requests.get_or_create(&by).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Requests that were answered, by route, method and class of the status",
            self.requests.clone(),
        );
        registry.register(
            "http_request_seconds",
            "Time from a request's head to the head of its answer",
            self.latencies.clone(),
        );
    }
}

/// A method of HTTP; callers can make up others.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}
