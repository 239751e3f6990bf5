//! What an operator's Prometheus is shown. What happens is counted where it happens, by atomics; how things stand is asked
//! when somebody looks.

mod actions;
mod http;
mod moment;
mod process;
mod sample;

pub(crate) use actions::{ActionError, ActionMetrics};
pub(crate) use http::HttpMetrics;

use crate::door::Door;
use crate::gate::Gate;
use crate::state::AppState;
use crate::tool_log::ToolLogWriter;
use nen_fleet::Fleet;
use nen_runs::Runs;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::registry::Registry;
use std::fmt;

/// How the text is called.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Before the names of all metrics of ours.
const PREFIX: &str = "nen";

/// Everything that is counted in this process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    http: HttpMetrics,
}

impl Metrics {
    pub(crate) fn new(
        fleet: &Fleet,
        runs: &Runs,
        tool_log: &ToolLogWriter,
        door: &Door,
        gate: &Gate,
    ) -> Self {
        // Every part registers what it counts: one line each.
        let mut registry = Registry::with_prefix(PREFIX);
        let http = HttpMetrics::default();
        http.register(&mut registry);
        door.register_metrics(&mut registry);
        gate.register_metrics(&mut registry);
        tool_log.metrics().register(&mut registry);
        fleet.register_metrics(&mut registry);
        runs.register_metrics(&mut registry);
        Self { registry, http }
    }

    pub(crate) fn http(&self) -> &HttpMetrics {
        &self.http
    }

    /// All of it as OpenMetrics text.
    pub(crate) async fn text(&self, state: &AppState) -> Result<String, fmt::Error> {
        let now = moment::of(state, Registry::with_prefix(PREFIX)).await;
        metrics_text(&[&self.registry, &now])
    }
}

/// What these registries and the process itself have to show, as OpenMetrics text.
///
/// # Errors
/// When a metric of a registry cannot be written.
pub fn metrics_text(registries: &[&Registry]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for registry in registries {
        encode_registry(&mut text, registry)?;
    }
    encode_registry(&mut text, &process::registry())?;
    encode_eof(&mut text)?;
    Ok(text)
}
