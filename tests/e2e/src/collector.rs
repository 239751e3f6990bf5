use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1 as wire;
use prost::Message as _;

use crate::{Options, Site};

/// A collector of traces: takes OTLP over HTTP and keeps what came.
#[derive(Debug)]
pub struct Collector {
    site: Site,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// A span as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct CollectedSpan {
    /// Hexadecimal.
    pub trace: String,
    /// Hexadecimal.
    pub id: String,
    /// That of the span above; empty for none.
    pub parent: String,
    /// What it is called.
    pub name: String,
    /// 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
    pub kind: i32,
    /// Nanoseconds since 1970.
    pub start: u64,
    /// Nanoseconds since 1970.
    pub end: u64,
    /// Values as text.
    pub attributes: BTreeMap<String, String>,
    /// Traces of the spans that it links to.
    pub links: Vec<String>,
    /// What the process calls itself.
    pub service: String,
}

impl Collector {
    /// One that takes everything.
    pub fn start() -> Self {
        let bodies: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let site = Site::new({
            let bodies = bodies.clone();
            move |request| {
                bodies.lock().unwrap().push(request.body.clone());
                (200, "application/x-protobuf", Vec::new())
            }
        });
        Self { site, bodies }
    }

    /// Options of a server that sends its traces here, at once.
    #[must_use]
    pub fn configure(&self, options: Options) -> Options {
        options
            .variable("OTEL_EXPORTER_OTLP_ENDPOINT", &self.site.url())
            .variable("OTEL_BSP_SCHEDULE_DELAY", "50")
    }

    /// Every span so far.
    pub fn spans(&self) -> Vec<CollectedSpan> {
        let bodies = self.bodies.lock().unwrap();
        let mut spans = Vec::new();
        for body in bodies.iter() {
            let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
            for resource in request.resource_spans {
                let of_process = resource.resource.map(|found| found.attributes);
                let service = texts(&of_process.unwrap_or_default())
                    .remove("service.name")
                    .unwrap_or_default();
                for span in resource
                    .scope_spans
                    .into_iter()
                    .flat_map(|scope| scope.spans)
                {
                    spans.push(collected(&span, &service));
                }
            }
        }
        spans
    }

    /// Whether this stands anywhere in what came, to the byte.
    pub fn has(&self, text: &str) -> bool {
        let bodies = self.bodies.lock().unwrap();
        bodies
            .iter()
            .any(|body| body.windows(text.len()).any(|part| part == text.as_bytes()))
    }
}

fn collected(span: &wire::Span, service: &str) -> CollectedSpan {
    CollectedSpan {
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        name: span.name.clone(),
        kind: span.kind,
        start: span.start_time_unix_nano,
        end: span.end_time_unix_nano,
        attributes: texts(&span.attributes),
        links: span.links.iter().map(|link| hex(&link.trace_id)).collect(),
        service: service.to_owned(),
    }
}

fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |attribute: &KeyValue| {
        let value = attribute
            .value
            .as_ref()
            .and_then(|value| value.value.as_ref());
        let value = match value {
            Some(any_value::Value::StringValue(text)) => text.clone(),
            Some(any_value::Value::IntValue(number)) => number.to_string(),
            other => format!("{other:?}"),
        };
        (attribute.key.clone(), value)
    };
    attributes.iter().map(text).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
