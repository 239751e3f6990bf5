//! `nen run assets`.

use serde_json::json;

use crate::{
    nen::Nen,
    samples::{completed, run},
    stand_in::StandIn,
};

fn with_files(server: &StandIn) {
    let mut done = completed();
    done["assets"] = json!(format!("{}/signed/assets.zip?sig=abc", server.url()));
    server.on("GET /runs/run-1", 200, &done);
    server.on_bytes("GET /signed/assets.zip?sig=abc", b"PK-zip");
}

#[test]
fn files_come_by_the_signed_link_without_the_key() {
    let server = StandIn::start();
    with_files(&server);
    let nen = Nen::with(&server);
    let done = nen.good(&["run", "assets", "run-1"]);
    assert_eq!(done.out, "Downloaded run-1.zip (6 B)\n");
    assert_eq!(std::fs::read(nen.path("run-1.zip")).unwrap(), b"PK-zip");
    let request = server.request("GET /signed/assets.zip?sig=abc");
    assert_eq!(request.header("authorization"), None);

    assert_eq!(nen.run(&["run", "assets", "run-1"]).code, 2, "it exists");
    nen.write("other.zip", "old");
    nen.good(&["run", "assets", "run-1", "-o", "other.zip", "--force"]);
    assert_eq!(std::fs::read(nen.path("other.zip")).unwrap(), b"PK-zip");
    assert_eq!(
        nen.good(&["run", "assets", "run-1", "-o", "-"]).out,
        "PK-zip"
    );
}

#[test]
fn a_run_without_files_has_none_to_find() {
    let server = StandIn::start();
    server.on("GET /runs/run-1", 200, &completed());
    server.on("GET /runs/run-2", 200, &run());
    let nen = Nen::with(&server);
    let ended = nen.run(&["run", "assets", "run-1"]);
    assert_eq!(ended.code, 3);
    assert!(ended.err.contains("left no files"), "{ended:?}");
    let ended = nen.run(&["run", "assets", "run-2"]);
    assert!(ended.err.contains("is running"), "{ended:?}");
    assert!(!nen.path("run-1.zip").exists());
}

#[test]
fn a_link_that_expired_leaves_no_file() {
    let server = StandIn::start();
    let mut done = completed();
    done["assets"] = json!(format!("{}/signed/old.zip", server.url()));
    server.on("GET /runs/run-1", 200, &done);
    let expired = json!({"error": "expired", "message": "the link has expired"});
    server.on("GET /signed/old.zip", 410, &expired);
    let nen = Nen::with(&server);
    let ended = nen.run(&["run", "assets", "run-1"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("the link has expired"), "{ended:?}");
    assert!(!nen.path("run-1.zip").exists());
}
