//! Traces, as a collector gets them.

use std::collections::BTreeMap;

use nen_e2e::{CollectedSpan, Collector, Options, Server, Workflow, until};
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// An execute call as a program with traces of its own makes it.
fn execute(server: &Server, desktop: &str, body: &Value) {
    let answer = ureq::post(format!("{}/desktops/{desktop}/execute", server.url()))
        .header("authorization", format!("Bearer {}", server.key()))
        .header("traceparent", format!("00-{TRACE}-{CALLER}-01"))
        .header("x-request-id", "ticket-17")
        .send_json(body)
        .unwrap();
    assert_eq!(answer.status(), 200);
}

fn named<'a>(spans: &'a [CollectedSpan], name: &str) -> &'a CollectedSpan {
    let found = spans.iter().find(|span| span.name == name);
    found.unwrap_or_else(|| panic!("no span {name}"))
}

/// Those of the caller's trace, once the request's own, which ends last, is there.
fn of_caller(collector: &Collector) -> Vec<CollectedSpan> {
    until("the request's span has come", || {
        let mut spans = collector.spans();
        spans.retain(|span| span.trace == TRACE);
        let whole = spans.iter().any(|span| span.parent == CALLER);
        whole.then_some(spans)
    })
}

fn attributes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn a_click_is_one_trace_from_the_request_to_the_pixels() {
    let collector = Collector::start();
    let server = Server::start_with(collector.configure(Options::default()));
    let desktop = server.desktop();
    let click = json!({"action": {"tool": "computer", "action": "left_click",
        "params": {"coordinate": [400, 300]}}});
    execute(&server, desktop.id(), &click);
    let spans = of_caller(&collector);
    let request = named(&spans, "POST /desktops/{id}/execute");
    assert_eq!((request.parent.as_str(), request.kind), (CALLER, 2));
    assert_eq!(request.service, "nen");
    let wanted = attributes(&[
        ("http.request.method", "POST"),
        ("http.route", "/desktops/{id}/execute"),
        ("http.response.status_code", "200"),
        ("nen.request_id", "ticket-17"),
    ]);
    assert_eq!(request.attributes, wanted);
    let call = named(&spans, "desktop");
    assert_eq!((&call.parent, call.kind), (&request.id, 3));
    let wanted = attributes(&[("nen.desktop_id", desktop.id())]);
    assert_eq!(call.attributes, wanted);
    // Inside the desktop, one behind the other and within the call.
    let inside = ["wait", "input", "settle", "capture", "encode"];
    let mut end = call.start;
    for name in inside {
        let phase = named(&spans, name);
        assert_eq!(phase.parent, call.id, "{name}");
        assert!(phase.start >= end && phase.end >= phase.start, "{name}");
        assert_eq!(phase.attributes, BTreeMap::new());
        end = phase.end;
    }
    assert!(end <= call.end && call.end <= request.end);
    assert_eq!(spans.len(), 2 + inside.len(), "{spans:#?}");
    // The creation before it is a trace of its own, with the start of the desktop in it.
    let created = collector.spans();
    let creation = named(&created, "POST /desktops");
    let start = named(&created, "start");
    assert_eq!(
        (&start.trace, creation.parent.as_str()),
        (&creation.trace, "")
    );
}

#[test]
fn what_is_typed_or_asked_for_is_in_no_trace() {
    let collector = Collector::start();
    let mut server = Server::start_with(collector.configure(Options::default()));
    let (api, desktop) = (server.api(), server.desktop());
    let action = |tool: &str, action: &str, params: Value| json!({"action": {"tool": tool, "action": action, "params": params}});
    desktop
        .execute(&action("computer", "type", json!({"text": "typed-words"})))
        .expect(200);
    let mut secret = action("computer", "type", json!({"text": "typed-secret"}));
    secret["secret"] = true.into();
    desktop.execute(&secret).expect(200);
    desktop
        .execute(&action("bash", "run", json!({"command": "echo run-words"})))
        .expect(200);
    desktop
        .execute(&action("computer", "key", json!({"text": "no-such-key"})))
        .refused(400, "key");
    api.get("/desktops?metadata.team=query-words").expect(200);
    api.get("/no/such/path-words").refused(404, "no such path");
    // What is left is sent at the end.
    server.stop();
    let spans = collector.spans();
    let calls: Vec<_> = spans.iter().filter(|span| span.name == "desktop").collect();
    assert_eq!(calls.len(), 4);
    for words in [
        "typed-words",
        "typed-secret",
        "run-words",
        "no-such-key",
        "query-words",
        "path-words",
        "sk_nen_",
    ] {
        assert!(!collector.has(words), "{words}");
    }
    // How long typing took tells how long a secret is.
    let under = |id: &str, name: &str| {
        spans
            .iter()
            .any(|span| span.parent == id && span.name == name)
    };
    let typing: Vec<_> = calls.iter().map(|call| under(&call.id, "input")).collect();
    assert_eq!(typing, [true, false, true, false]);
}

#[test]
fn a_run_is_a_trace_that_links_to_the_request_that_started_it() {
    let collector = Collector::start();
    let mut server = Server::start_with(collector.configure(Options::default()));
    let workflow = Workflow::of(
        &server.api(),
        "def run(params: Params) -> Result:\n    Computer().click_at(200, 200)\n    return Result(value=1)\n",
    );
    let done = workflow.run(json!({"workflow_params": {}}));
    assert_eq!(done["run_status"], "completed", "{done}");
    server.stop();
    let spans = collector.spans();
    let request = named(&spans, "POST /runs");
    let run = named(&spans, "run");
    assert_eq!(run.links, std::slice::from_ref(&request.trace));
    assert_eq!(run.parent, "");
    assert_eq!(
        run.attributes["nen.run_id"],
        done["message_id"].as_str().unwrap()
    );
    assert_eq!(run.attributes["nen.run_status"], "completed");
    assert_eq!(
        run.attributes["nen.request_id"],
        request.attributes["nen.request_id"]
    );
    let step = named(&spans, "computer.click_at");
    assert_eq!((&step.parent, &step.trace), (&run.id, &run.trace));
    let call = spans
        .iter()
        .find(|span| span.name == "desktop" && span.parent == step.id);
    let call = call.expect("the step's call of the desktop");
    assert!(
        spans
            .iter()
            .any(|span| span.name == "input" && span.parent == call.id)
    );
    // The log of the run says by which request it was started, too.
    let id = &request.attributes["nen.request_id"];
    assert!(id.starts_with("req_"), "{id}");
}
