//! Where the log goes: standard error, as text or as one JSON object per line; and traces, where they are wanted.

use std::io::IsTerminal;

use clap::ValueEnum;
use nen_protocol::tracing::TARGET;
use tracing_subscriber::{
    EnvFilter, Layer, filter::filter_fn, layer::SubscriberExt as _, registry::Registry,
    util::SubscriberInitExt as _,
};

use super::traces::Traces;

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// For machines
    Json,
}

/// Starts logging; `filter` is in the syntax of `tracing-subscriber`, such as `info,nen_fleet=debug`. Exports traces, too,
/// when the environment says where to; `service` is how this process calls itself there, none
/// for one that has nothing to tell. What is answered is to be ended
/// last of all.
pub fn start(
    format: LogFormat,
    filter: &str,
    service: Option<&'static str>,
) -> anyhow::Result<Option<Traces>> {
    let traces = service.map(Traces::from_env).transpose()?.flatten();
    let (traces, tracer) = traces.unzip();
    // Only what was made for it, so that nothing of the log gets there by accident.
    let spans = tracer.map(|tracer| {
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|metadata| {
                metadata.is_span() && metadata.target() == TARGET
            }))
    });
    tracing_subscriber::registry()
        .with(log(format, filter)?)
        .with(spans)
        .try_init()
        .map_err(|e| anyhow::anyhow!("cannot start logging: {e}"))?;
    Ok(traces)
}

fn log(
    format: LogFormat,
    filter: &str,
) -> anyhow::Result<Box<dyn Layer<Registry> + Send + Sync + 'static>> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|e| crate::exit::UsageError(format!("--log {filter:?}: {e}")))?;
    let filter = filter
        // The library of MCP logs whole messages, and what a model types stands in them.
        .add_directive("rmcp=error".parse()?)
        .add_directive(format!("{TARGET}=off").parse()?);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    Ok(match format {
        LogFormat::Text => lines
            .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
            .with_target(false)
            .with_filter(filter)
            .boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
    })
}
