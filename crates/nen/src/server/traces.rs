//! Traces over OTLP, when the environment says where to: by the variables that all programs with OpenTelemetry know.

use std::{
    env, fmt,
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::Context;
use bytes::Bytes;
use opentelemetry::{KeyValue, global, trace::TracerProvider as _};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};
use ureq::http::{Request, Response};

use crate::exit::UsageError;

/// Time for one batch to be taken.
const PATIENCE: Duration = Duration::from_secs(10);

/// Traces on their way; ends them in order.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to export when an endpoint is set. `service` is how this process calls itself unless `OTEL_SERVICE_NAME` says
    /// another name.
    pub fn from_env(service: &'static str) -> anyhow::Result<Option<(Self, SdkTracer)>> {
        if !is_wanted() {
            return Ok(None);
        }
        for name in [
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            "OTEL_EXPORTER_OTLP_PROTOCOL",
        ] {
            if let Ok(protocol) = env::var(name)
                && protocol != "http/protobuf"
            {
                return Err(UsageError(format!(
                    "{name} is {protocol:?}, but traces are sent by http/protobuf only: leave it out"
                ))
                .into());
            }
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .build()
            .context("cannot export traces, see the OTEL_EXPORTER_OTLP_ variables")?;
        let mut resource = Resource::builder()
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        if env::var_os("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name(service);
        }
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource.build())
            .build();
        global::set_text_map_propagator(TraceContextPropagator::new());
        global::set_tracer_provider(provider.clone());
        let tracer = provider.tracer("nen");
        Ok(Some((Self(provider), tracer)))
    }

    /// Sends what is left. Waits for the collector for some seconds at most.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "The last traces were not sent");
        }
    }
}

fn is_wanted() -> bool {
    let set = |name: &str| env::var(name).is_ok_and(|value| !value.is_empty());
    let is = |name: &str, wanted: &str| {
        env::var(name).is_ok_and(|value| value.eq_ignore_ascii_case(wanted))
    };
    let somewhere = set("OTEL_EXPORTER_OTLP_ENDPOINT") || set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    somewhere && !is("OTEL_SDK_DISABLED", "true") && !is("OTEL_TRACES_EXPORTER", "none")
}

/// Sends batches from the exporter's own thread, which may block.
struct Client {
    agent: ureq::Agent,
    /// The last batch was not taken: the next one that is not is no news.
    failing: AtomicBool,
}

impl Client {
    fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("nen/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
            failing: AtomicBool::new(false),
        }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts, body.to_vec());
        let (parts, mut body) = self.agent.run(request)?.into_parts();
        let answer = body.with_config().limit(1 << 20).read_to_vec()?;
        Ok(Response::from_parts(parts, answer.into()))
    }

    /// Says when traces begin to be lost, and when no longer.
    fn note(&self, sent: &Result<Response<Bytes>, HttpError>) {
        let problem = match sent {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("the collector answered {}", answer.status())),
            Err(error) => Some(error.to_string()),
        };
        let failed_before = self.failing.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            Some(problem) if !failed_before => tracing::warn!(problem, "Traces cannot be sent"),
            None if failed_before => tracing::info!("Traces are sent again"),
            _ => {}
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl HttpClient for Client {
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let sent = self.send(request);
            self.note(&sent);
            sent
        })
    }
}
