//! The wire examples of `tests/vectors`, sent to a real server, and read and written by the types of the protocol.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nen_e2e::{Api, Options, Reply, Server, repository};
use nen_protocol::desktop::{DeletedDesktop, Desktop};
use nen_protocol::execute::{BatchReply, ExecuteBody, ExecuteReply};
use nen_protocol::files::{FileList, UploadFileResponse};
use nen_protocol::session::SessionInfo;
use nen_protocol::tool_log::ToolLogEntry;
use nen_protocol::tools::ToolSchema;
use nen_protocol::workflow::{
    NewSecret, Run, RunAccepted, RunList, StepList, WebhookList, WebhookPayload, Workflow,
    WorkflowErrorBody, WorkflowList, WorkflowVersions, WorkspaceSettings,
};
use nen_protocol::{ErrorBody, execute};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A picture of one pixel, in place of real ones.
const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC";

fn files() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(repository().join("tests/vectors")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    assert!(files.len() >= 9, "{files:?}");
    files
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_server_answers_what_stands_there() {
    let write = std::env::var_os("NEN_VECTORS_WRITE").is_some();
    for path in files() {
        let mut file = read(&path);
        // Each file has a server of its own, so that lists hold what the file made and nothing else;
        // without pictures, which come to an entry of the log some time after it stands there.
        let server = Server::start_with(Options::with(&["--history-mb", "0"]));
        let api = server.api();
        let mut known = BTreeMap::new();
        if let Some(body) = file.get("desktop") {
            known.insert("desktop_id".to_owned(), api.create(body).id().to_owned());
        }
        for example in file["examples"].as_array_mut().unwrap() {
            let reply = send(&api, &example["request"], &known);
            if write {
                record(&reply, example);
            }
            compare(
                &format!("{}: {}", path.display(), example["name"]),
                &reply,
                &example["response"],
            );
            for (name, pointer) in example["capture"].as_object().into_iter().flatten() {
                let value = reply
                    .json()
                    .pointer(pointer.as_str().unwrap())
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .to_owned();
                known.insert(name.clone(), value);
            }
        }
        if write {
            std::fs::write(&path, serde_json::to_string_pretty(&file).unwrap() + "\n").unwrap();
        }
    }
}

fn send(api: &Api, request: &Value, known: &BTreeMap<String, String>) -> Reply {
    let mut path = request["path"].as_str().unwrap().to_owned();
    for (name, value) in known {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    let mut headers: Vec<(&str, &str)> = Vec::new();
    let mut api = api.clone();
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        if name == "authorization" {
            api = api.without_key();
        }
        headers.extend(
            value
                .as_str()
                .filter(|value| !value.is_empty())
                .map(|value| (name.as_str(), value)),
        );
    }
    let body = match (&request["json"], &request["text"]) {
        (Value::Null, Value::Null) => Vec::new(),
        (Value::Null, text) => text.as_str().unwrap().as_bytes().to_vec(),
        (json, _) => {
            headers.push(("content-type", "application/json"));
            json.to_string().into_bytes()
        }
    };
    api.call(request["method"].as_str().unwrap(), &path, &headers, &body)
}

fn compare(what: &str, reply: &Reply, expected: &Value) {
    assert_eq!(reply.status, expected["status"], "{what}: {reply}");
    match (expected.get("json"), expected["text"].as_str()) {
        (None, None) => assert_eq!(reply.text(), "", "{what}"),
        (None, Some(text)) => assert_eq!(reply.text(), text, "{what}"),
        (Some(json), _) => {
            let (mut got, mut wanted) = (reply.json(), json.clone());
            for pointer in pointers(expected) {
                match (got.pointer_mut(pointer), wanted.pointer_mut(pointer)) {
                    (Some(a), Some(b)) => {
                        assert_eq!(kind(a), kind(b), "{what}: {pointer}");
                        *a = b.take();
                        *b = a.clone();
                    }
                    (None, None) => {}
                    (a, b) => panic!("{what}: {pointer} is {a:?} and should be {b:?}"),
                }
            }
            assert_eq!(got, wanted, "{what}");
        }
    }
}

fn pointers(response: &Value) -> impl Iterator<Item = &str> {
    response["vary"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|pointer| pointer.as_str().unwrap())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Writes what the server answered into an example that has no answer yet.
fn record(reply: &Reply, example: &mut Value) {
    let response = example["response"].as_object_mut().unwrap();
    if response.contains_key("json") || response.contains_key("text") || reply.body.is_empty() {
        return;
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else {
        response.insert("text".into(), reply.text().into());
        return;
    };
    if let Some(image) = body.get_mut("base64_image") {
        *image = json!(PIXEL);
    }
    response.insert("json".into(), body);
}

#[test]
fn the_protocol_reads_and_writes_what_stands_there() {
    for path in files() {
        let file = read(&path);
        for payload in file["payloads"].as_array().into_iter().flatten() {
            let what = format!("{}: {}", path.display(), payload["name"]);
            round_trip(&what, payload["type"].as_str().unwrap(), &payload["json"]);
        }
        for example in file["examples"].as_array().unwrap() {
            let what = format!("{}: {}", path.display(), example["name"]);
            let (response, name) = (&example["response"], example["response"]["type"].as_str());
            match name {
                None => assert!(
                    response.get("json").is_none(),
                    "{what}: JSON without a type"
                ),
                Some(name) => round_trip(&what, name, &response["json"]),
            }
            let executes = example["request"]["path"]
                .as_str()
                .unwrap()
                .ends_with("/execute");
            if executes && response["status"] == 200 {
                let body = &example["request"]["json"];
                let read: ExecuteBody = serde_json::from_value(body.clone()).unwrap();
                let again: ExecuteBody =
                    serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
                assert_eq!(read, again, "{what}");
                let skipped = response["json"].to_string().contains("\"skipped\"");
                assert!(
                    !skipped || response["json"].to_string().contains(execute::SKIPPED),
                    "{what}"
                );
            }
        }
    }
}

fn round_trip(what: &str, name: &str, json: &Value) {
    fn same<T: DeserializeOwned + Serialize>(what: &str, json: &Value) {
        let value: T =
            serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(serde_json::to_value(&value).unwrap(), *json, "{what}");
    }
    match name {
        "Desktop" => same::<Desktop>(what, json),
        "Desktop[]" => same::<Vec<Desktop>>(what, json),
        "DeletedDesktop" => same::<DeletedDesktop>(what, json),
        "Tool[]" => same::<Vec<ToolSchema>>(what, json),
        "ExecuteReply" => same::<ExecuteReply>(what, json),
        "BatchReply" => same::<BatchReply>(what, json),
        "FileList" => same::<FileList>(what, json),
        "UploadFileResponse" => same::<UploadFileResponse>(what, json),
        "SessionInfo" => same::<SessionInfo>(what, json),
        "ToolLogEntry[]" => same::<Vec<ToolLogEntry>>(what, json),
        "Workflow" => same::<Workflow>(what, json),
        "WorkflowList" => same::<WorkflowList>(what, json),
        "WorkflowVersions" => same::<WorkflowVersions>(what, json),
        "Run" => same::<Run>(what, json),
        "RunList" => same::<RunList>(what, json),
        "RunAccepted" => same::<RunAccepted>(what, json),
        "StepList" => same::<StepList>(what, json),
        "WebhookList" => same::<WebhookList>(what, json),
        "WebhookPayload" => same::<WebhookPayload>(what, json),
        "WorkspaceSettings" => same::<WorkspaceSettings>(what, json),
        "NewSecret" => same::<NewSecret>(what, json),
        "Error" => same::<ErrorBody>(what, json),
        "WorkflowError" => same::<WorkflowErrorBody>(what, json),
        other => panic!("{what}: no type {other}"),
    }
}

#[test]
fn every_action_has_its_example() {
    let file = read(&repository().join("tests/vectors/execute.json"));
    let examples = file["examples"].as_array().unwrap();
    let seen: Vec<&str> = examples
        .iter()
        .filter_map(|example| example["request"]["json"]["action"]["action"].as_str())
        .collect();
    for action in nen_protocol::tools::computer::ACTIONS {
        assert!(seen.contains(action), "{action} has no example");
    }
    let names: Map<String, Value> = examples
        .iter()
        .map(|e| (e["name"].as_str().unwrap().to_owned(), Value::Null))
        .collect();
    assert_eq!(names.len(), examples.len(), "two examples of one name");
}
