//! The document that is checked in is the one the code makes.

use serde_json::Value;
use std::path::Path;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

#[test]
fn openapi_is_checked_in_as_it_is() {
    let mut made = serde_json::to_string_pretty(&nen_server::openapi()).unwrap();
    made.push('\n');
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::create_dir_all(Path::new(FILE).parent().unwrap()).unwrap();
        std::fs::write(FILE, &made).unwrap();
    }
    let stored = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        stored == made,
        "docs/openapi.json is not what the code makes, run: UPDATE_OPENAPI=1 cargo test --release -p nen-server openapi"
    );
}

#[test]
fn openapi_is_whole() {
    let document = serde_json::to_value(nen_server::openapi()).unwrap();
    assert_eq!(
        document["openapi"].as_str().map(|version| &version[..3]),
        Some("3.1")
    );
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{name}"
            );
            assert!(
                operation["summary"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{name}"
            );
            assert!(operation["tags"][0].is_string(), "{name}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(
                responses
                    .keys()
                    .any(|status| status.starts_with('2') || status == "101"),
                "{name}"
            );
            for (status, response) in responses
                .iter()
                .filter(|(status, _)| *status >= &"400".to_owned() && *status != "431")
            {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                let of_workflows = ["/runs", "/workflows", "/settings"];
                let shape = match path.as_str() {
                    // What is not ready says which part is not.
                    "/health/ready" if status == "503" => "#/components/schemas/Ready",
                    path if of_workflows.iter().any(|first| path.starts_with(first)) => {
                        "#/components/schemas/WorkflowErrorBody"
                    }
                    _ => "#/components/schemas/ErrorBody",
                };
                assert_eq!(schema, shape, "{name} {status}");
            }
        }
    }
    references(&document, &document);
}

/// Every `$ref` leads somewhere.
fn references(document: &Value, value: &Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get("$ref") {
                let pointer = target.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{target}");
            }
            fields
                .values()
                .for_each(|value| references(document, value));
        }
        Value::Array(items) => items.iter().for_each(|value| references(document, value)),
        _ => {}
    }
}
