//! What runs do on desktops, through the fleet.

use crate::app::App;
use bytes::Bytes;
use nen_protocol::desktop::CreateDesktop;
use nen_protocol::execute::ExecuteBody;
use nen_runs::{DesktopErrorKind, Desktops, RUN_LABEL};
use serde_json::{Value, json};

const WS: &str = "ws_default";

fn body(action: &str) -> ExecuteBody {
    let body = json!({"action": {"tool": "computer", "action": action, "params": {}}});
    serde_json::from_value(body).unwrap()
}

#[tokio::test]
async fn desktops_of_runs_are_found_in_all_workspaces() {
    let app = App::start().await;
    let other = app.store.workspaces().create("other").await.unwrap().id;
    app.desktop().await;
    let mut made = Vec::new();
    for (workspace, run) in [(WS, "run-1"), (other.as_str(), "run-2")] {
        let create = CreateDesktop {
            metadata: [(RUN_LABEL.to_owned(), run.to_owned())].into(),
            ..CreateDesktop::default()
        };
        let desktop = app.desktops.create(workspace, create).await.unwrap();
        assert_eq!((desktop.size.width, desktop.size.height), (1280, 800));
        assert_eq!(
            app.desktops.get(workspace, &desktop.id).await.unwrap(),
            desktop
        );
        made.push((workspace.to_owned(), desktop.id, run.to_owned()));
    }
    let of_runs = async || {
        let found = app.desktops.of_runs().await.unwrap();
        let mut found: Vec<_> = found
            .into_iter()
            .map(|desktop| (desktop.workspace, desktop.id, desktop.run_id))
            .collect();
        found.sort_by(|a, b| a.2.cmp(&b.2));
        found
    };
    assert_eq!(of_runs().await, made);
    let (workspace, id, _) = made.remove(0);
    app.desktops.delete(&workspace, &id).await.unwrap();
    app.desktops
        .delete(&workspace, &id)
        .await
        .expect("gone is fine");
    assert_eq!(of_runs().await, made);
    let gone = app.desktops.get(&workspace, &id).await.unwrap_err();
    assert_eq!(gone.kind, DesktopErrorKind::Missing);
}

#[tokio::test]
async fn what_a_run_does_stands_in_the_tool_log_under_its_name() {
    let app = App::start().await;
    let id = app.desktop().await;
    let done = app
        .desktops
        .execute(WS, &id, "run 17", body("left_click"))
        .await;
    assert_eq!(done.unwrap().result.output.as_deref(), Some("left_click"));
    let refused = app
        .desktops
        .execute(WS, &id, "run 17", body("refuse"))
        .await;
    let refused = refused.unwrap_err();
    assert_eq!(
        (refused.kind, refused.message.as_str()),
        (DesktopErrorKind::Bad, "no such key")
    );
    let log = app.get(&format!("/desktops/{id}/tool-logs")).await.good();
    let log: Vec<_> = log.as_array().unwrap().iter().collect();
    let entry = |entry: &Value| {
        (
            entry["actor"].clone(),
            entry["action"].clone(),
            entry["status"].clone(),
        )
    };
    assert_eq!(
        entry(log[0]),
        (json!("run 17"), json!("left_click"), json!("ok"))
    );
    assert_eq!(
        entry(log[1]),
        (json!("run 17"), json!("refuse"), json!("error"))
    );
}

#[tokio::test]
async fn a_desktop_that_a_person_holds_is_busy_and_another_workspaces_is_missing() {
    let app = App::start().await;
    let id = app.desktop().await;
    let theirs = app
        .desktops
        .execute("ws_other", &id, "r", body("wait"))
        .await;
    assert_eq!(theirs.unwrap_err().kind, DesktopErrorKind::Missing);
    app.fleet.hold(WS, &id, true, "anna").unwrap();
    let held = app.desktops.execute(WS, &id, "r", body("wait")).await;
    assert_eq!(held.unwrap_err().kind, DesktopErrorKind::Busy);
}

#[tokio::test]
async fn a_controller_that_talks_nonsense_has_failed() {
    let app = App::start().await;
    let id = app.desktop().await;
    for action in ["teapot", "html"] {
        let failed = app.desktops.execute(WS, &id, "r", body(action)).await;
        assert!(failed.is_err(), "{action}");
    }
}

#[tokio::test]
async fn files_are_written_listed_and_read_in_pieces() {
    let app = App::start().await;
    let (desktops, id) = (&app.desktops, app.desktop().await);
    let path = "~/Downloads/a b&c.txt";
    let write = |text: &'static str, append| {
        desktops.write_file(WS, &id, path, Bytes::from_static(text.as_bytes()), append)
    };
    write("0123", false).await.unwrap();
    write("456", true).await.unwrap();
    let read = async |offset, length| {
        let bytes = desktops.read_file(WS, &id, path, offset, length).await;
        String::from_utf8(bytes.unwrap().to_vec()).unwrap()
    };
    assert_eq!(read(0, 4).await, "0123");
    assert_eq!(read(4, 100).await, "456");
    assert_eq!(read(7, 4).await, "", "at the end there is nothing more");
    assert_eq!(read(2, 0).await, "");
    let folder = desktops
        .list_folder(WS, &id, "~/Downloads", "*.txt")
        .await
        .unwrap();
    assert_eq!(folder.files[0].name, "a b&c.txt");
    let missing = desktops
        .read_file(WS, &id, "/none", 0, 1)
        .await
        .unwrap_err();
    assert_eq!(
        (missing.kind, missing.message.as_str()),
        (DesktopErrorKind::Missing, "no such file")
    );
}
