use std::collections::BTreeMap;

use nen_protocol::{
    Size,
    action::ActionCall,
    execute::{Screenshot, SettleOption},
    image::ImageOptions,
};
use nen_store::{DEFAULT_WORKSPACE, DesktopLimits, NewDesktop, Provisioning};
use reqwest::Url;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::*;
use crate::worker::stand_in::{StandIn, database};

const WS: &str = DEFAULT_WORKSPACE;
const ID: &str = "dsk_abc123def456";

struct Scene {
    desktops: RemoteDesktops,
    server: StandIn,
    store: Store,
    _folder: TempDir,
}

async fn scene() -> Scene {
    let (store, folder) = database().await;
    let server = StandIn::start(&store).await;
    Scene {
        desktops: desktops_at(server.url.clone(), &store),
        server,
        store,
        _folder: folder,
    }
}

fn desktops_at(url: Url, store: &Store) -> RemoteDesktops {
    let api = DesktopApi::new(url, store.clone()).unwrap();
    RemoteDesktops::new(Arc::new(api), store.clone())
}

fn desktop(id: &str, status: &str, metadata: &Value) -> Value {
    json!({"desktop_id": id, "desktop_type": "sandbox", "status": status, "workspace_id": WS,
        "display": {"width": 1024, "height": 768}, "tools": ["computer"], "network": "none",
        "provisioning": "cold", "metadata": metadata, "idle_timeout_seconds": 0, "on_idle": "pause",
        "created_at": 1, "updated_at": 1})
}

fn call(action: &str) -> ActionCall {
    ActionCall {
        tool: "computer".into(),
        action: action.into(),
        params: Map::new(),
    }
}

fn body(action: Option<ActionCall>, actions: Option<Vec<ActionCall>>) -> ExecuteBody {
    ExecuteBody {
        action,
        actions,
        screenshot: Screenshot::Never,
        settle: Some(SettleOption::Switch(false)),
        image: ImageOptions::default(),
        secret: false,
    }
}

/// Stores a desktop as the server would.
async fn store_desktop(store: &Store, workspace: &str, metadata: &[(&str, &str)]) {
    let new = NewDesktop {
        id: nen_store::random_id("dsk").unwrap(),
        workspace_id: workspace.into(),
        desktop_type: "sandbox".into(),
        name: None,
        spec: Value::Null,
        display_width: 1280,
        display_height: 800,
        metadata: metadata
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect(),
        provisioning: Provisioning::Cold,
        driver: "local".into(),
        expires_at: None,
    };
    let desktops = store.desktops();
    desktops
        .insert(&new, DesktopLimits::default())
        .await
        .unwrap();
}

async fn keys_made(store: &Store, workspace: &str) -> usize {
    let keys = store.keys().list(workspace).await.unwrap();
    keys.iter().filter(|key| key.name == "worker").count()
}

#[tokio::test]
async fn a_desktop_is_created_as_the_run_wants_it_in_its_workspace() {
    let scene = scene().await;
    scene
        .server
        .on("POST /desktops", 201, &desktop(ID, "running", &json!({})));
    let wanted = CreateDesktop {
        start_url: Some("https://example.com".into()),
        metadata: BTreeMap::from([(RUN_LABEL.into(), "run_1".into())]),
        ..CreateDesktop::default()
    };
    let made = scene.desktops.create(WS, wanted.clone()).await.unwrap();
    let size = Size {
        width: 1024,
        height: 768,
    };
    assert_eq!((made.id.as_str(), made.size), (ID, size));
    let asked = scene.server.only();
    assert_eq!(asked.workspace.as_deref(), Some(WS));
    // Read by the server's own parser, which refuses what it does not know.
    assert_eq!(CreateDesktop::parse(&asked.body).unwrap(), wanted);
}

#[tokio::test]
async fn a_deleted_desktop_is_missing_and_deleting_it_again_is_fine() {
    let scene = scene().await;
    let line = format!("/desktops/{ID}");
    scene.server.on(
        &format!("GET {line}"),
        200,
        &desktop(ID, "deleted", &json!({})),
    );
    scene
        .server
        .on(&format!("DELETE {line}"), 404, &json!({"error": "gone"}));
    let error = scene.desktops.get(WS, ID).await.unwrap_err();
    assert_eq!(error.kind, DesktopErrorKind::Missing);
    scene.desktops.delete(WS, ID).await.unwrap();
}

#[tokio::test]
async fn an_action_arrives_whole_and_its_picture_comes_back() {
    let scene = scene().await;
    let reply = json!({"status": "ok", "output": "done", "base64_image": "aGk=", "changed": true});
    let line = format!("POST /desktops/{ID}/execute");
    scene.server.on(&line, 200, &reply);
    let wanted = body(Some(call("screenshot")), None);
    let got = scene
        .desktops
        .execute(WS, ID, "run run_1", wanted.clone())
        .await
        .unwrap();
    assert_eq!(serde_json::to_value(got).unwrap(), reply);
    let asked = scene.server.only();
    assert_eq!(
        serde_json::from_value::<ExecuteBody>(asked.json()).unwrap(),
        wanted
    );
    assert_eq!(asked.headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_batch_answers_its_first_failure() {
    let scene = scene().await;
    let reply = json!({"status": "error", "results": [{"status": "ok", "output": "moved"},
        {"status": "error", "error": "no such window"}, {"status": "skipped", "error": "Not executed"}]});
    scene
        .server
        .on(&format!("POST /desktops/{ID}/execute"), 200, &reply);
    let three = vec![call("wait"), call("wait"), call("wait")];
    let got = scene
        .desktops
        .execute(WS, ID, "run run_1", body(None, Some(three)))
        .await
        .unwrap();
    assert_eq!(got.result.error.as_deref(), Some("no such window"));
}

#[tokio::test]
async fn a_refusal_keeps_the_servers_words_and_says_what_kind_it_is() {
    let scene = scene().await;
    for (status, kind) in [
        (400, DesktopErrorKind::Bad),
        (413, DesktopErrorKind::Bad),
        (403, DesktopErrorKind::Failed),
        (404, DesktopErrorKind::Missing),
        (409, DesktopErrorKind::Busy),
        (429, DesktopErrorKind::Busy),
        (503, DesktopErrorKind::Busy),
        (502, DesktopErrorKind::Failed),
        (504, DesktopErrorKind::Failed),
    ] {
        let said = json!({"error": format!("words for {status}")});
        let line = format!("POST /desktops/{ID}/execute");
        scene.server.on(&line, status, &said);
        let error = scene
            .desktops
            .execute(WS, ID, "run run_1", body(Some(call("wait")), None))
            .await
            .unwrap_err();
        assert_eq!(
            error,
            DesktopError::new(kind, format!("words for {status}")),
        );
    }
}

#[tokio::test]
async fn a_folder_is_listed_by_any_path_and_pattern() {
    let scene = scene().await;
    let folder =
        json!({"path": "/drive/a b&c", "files": [{"name": "ü.pdf", "size": 3, "modified": 1.5}]});
    let line = format!("GET /desktops/{ID}/fs?path=%2Fdrive%2Fa+b%26c&pattern=**%2F%C3%BC*.pdf");
    scene.server.on(&line, 200, &folder);
    let got = scene
        .desktops
        .list_folder(WS, ID, "/drive/a b&c", "**/ü*.pdf")
        .await
        .unwrap();
    assert_eq!(serde_json::to_value(got).unwrap(), folder);
}

#[tokio::test]
async fn a_part_of_a_file_is_asked_for_by_its_range() {
    let scene = scene().await;
    let line = format!("GET /desktops/{ID}/fs/content?path=%7E%2Fa");
    scene.server.on_bytes(&line, 206, b"cde");
    let got = scene.desktops.read_file(WS, ID, "~/a", 2, 3).await.unwrap();
    assert_eq!(got, "cde");
    assert_eq!(scene.server.only().headers["range"], "bytes=2-4");
}

#[tokio::test]
async fn a_whole_file_in_answer_to_a_range_is_cut_to_it() {
    let scene = scene().await;
    let line = format!("GET /desktops/{ID}/fs/content?path=%2Fa");
    scene.server.on_bytes(&line, 200, b"abcdefg");
    let desktops = &scene.desktops;
    assert_eq!(desktops.read_file(WS, ID, "/a", 2, 3).await.unwrap(), "cde");
    assert_eq!(desktops.read_file(WS, ID, "/a", 5, 9).await.unwrap(), "fg");
    assert_eq!(desktops.read_file(WS, ID, "/a", 9, 9).await.unwrap(), "");
}

#[tokio::test]
async fn behind_the_end_of_a_file_there_is_nothing() {
    let scene = scene().await;
    let line = format!("GET /desktops/{ID}/fs/content?path=%2Fa");
    scene
        .server
        .on(&line, 416, &json!({"error": "no such part"}));
    let got = scene.desktops.read_file(WS, ID, "/a", 100, 10).await;
    assert_eq!(got.unwrap(), "");
}

#[tokio::test]
async fn a_file_is_written_anew_or_made_longer() {
    let scene = scene().await;
    for append in [false, true] {
        let line = format!("PUT /desktops/{ID}/fs/content?path=%2Fa&append={append}");
        scene.server.on_bytes(&line, 204, b"");
        let data = Bytes::from_static(b"\0\xff text");
        let desktops = &scene.desktops;
        desktops
            .write_file(WS, ID, "/a", data.clone(), append)
            .await
            .unwrap();
        let asked = scene.server.asked();
        assert_eq!(asked.last().unwrap().body, data);
        assert_eq!(asked.last().unwrap().line, line);
    }
}

#[tokio::test]
async fn desktops_of_runs_are_found_in_every_workspace_that_has_some() {
    let scene = scene().await;
    let make = async || {
        let made = scene.store.workspaces().create("x").await.unwrap();
        made.id
    };
    let (second, third) = (make().await, make().await);
    store_desktop(&scene.store, WS, &[(RUN_LABEL, "run_1")]).await;
    store_desktop(&scene.store, &second, &[(RUN_LABEL, "run_2")]).await;
    store_desktop(&scene.store, &third, &[("team", "x")]).await;
    let list = |id: &str, run: &str| {
        json!([
            desktop(id, "running", &json!({RUN_LABEL: run})),
            desktop("dsk_other", "running", &json!({"team": "x"}))
        ])
    };
    scene
        .server
        .on_in(WS, "GET /desktops", &list("dsk_1", "run_1"));
    scene
        .server
        .on_in(&second, "GET /desktops", &list("dsk_2", "run_2"));
    let mut found = scene.desktops.of_runs().await.unwrap();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let of = |workspace: &str, id: &str, run: &str| RunDesktop {
        workspace: workspace.into(),
        id: id.into(),
        run_id: run.into(),
    };
    assert_eq!(
        found,
        [of(WS, "dsk_1", "run_1"), of(&second, "dsk_2", "run_2")]
    );
    assert_eq!(keys_made(&scene.store, &third).await, 0);
}

#[tokio::test]
async fn an_id_cannot_lead_to_another_route() {
    let scene = scene().await;
    for id in ["", "..", "dsk_1/../../keys", "dsk_1?x", "%2e%2e"] {
        let error = scene.desktops.get(WS, id).await.unwrap_err();
        assert_eq!(error.kind, DesktopErrorKind::Missing, "{id}");
    }
    assert!(scene.server.asked().is_empty());
}

#[tokio::test]
async fn a_key_that_somebody_revoked_is_replaced() {
    let scene = scene().await;
    let line = format!("GET /desktops/{ID}");
    scene
        .server
        .on(&line, 200, &desktop(ID, "running", &json!({})));
    scene.desktops.get(WS, ID).await.unwrap();
    let keys = scene.store.keys();
    for key in keys.list(WS).await.unwrap() {
        keys.revoke(WS, &key.id).await.unwrap();
    }
    scene.desktops.get(WS, ID).await.unwrap();
    assert_eq!(keys_made(&scene.store, WS).await, 2);
}

#[tokio::test]
async fn a_server_of_another_database_is_told_as_such_and_gets_no_second_key() {
    let scene = scene().await;
    let (other, _folder) = database().await;
    let desktops = desktops_at(scene.server.url.clone(), &other);
    for _ in 0..2 {
        let error = desktops.get(WS, ID).await.unwrap_err();
        assert_eq!(error.kind, DesktopErrorKind::Failed);
        assert!(error.message.contains("--database"), "{error}");
    }
    assert_eq!(keys_made(&other, WS).await, 1);
}

#[tokio::test]
async fn while_the_server_is_away_creations_may_wait_and_calls_fail() {
    let (store, _folder) = database().await;
    // A port that was free a moment ago and that nobody listens on.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let desktops = desktops_at(Url::parse(&url).unwrap(), &store);
    let creation = desktops.create(WS, CreateDesktop::default()).await;
    assert_eq!(creation.unwrap_err().kind, DesktopErrorKind::Busy);
    let error = desktops.get(WS, ID).await.unwrap_err();
    assert_eq!(error.kind, DesktopErrorKind::Failed);
    assert!(error.message.contains(&url), "{error}");
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_key_away() {
    let scene = scene().await;
    let elsewhere = StandIn::start(&scene.store).await;
    let line = format!("GET /desktops/{ID}");
    let target = elsewhere.url.join(&format!("/desktops/{ID}")).unwrap();
    scene.server.on_redirect(&line, target.as_str());
    let error = scene.desktops.get(WS, ID).await.unwrap_err();
    assert_eq!(error.kind, DesktopErrorKind::Failed);
    assert!(error.message.contains("redirects"), "{error}");
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_prefix_of_the_servers_address_is_kept() {
    let (store, _folder) = database().await;
    let server = StandIn::start(&store).await;
    let line = format!("GET /nen/desktops/{ID}");
    server.on(&line, 200, &desktop(ID, "running", &json!({})));
    for prefix in ["nen", "nen/"] {
        let desktops = desktops_at(server.url.join(prefix).unwrap(), &store);
        desktops.get(WS, ID).await.unwrap();
    }
}
