//! Pictures of what was done, and replays.

use crate::app::App;
use axum::http::Method;
use nen_store::StepRow;
use serde_json::{Value, json};
use std::time::Duration;

/// Acts, and waits until the picture after it is kept; answers its entry.
async fn act(app: &App, id: &str) -> i64 {
    let mut events = app.fleet.events("ws_default", id).unwrap();
    app.act(id, "left_click").await.good();
    let picture = async {
        loop {
            let event = events.live.recv().await.unwrap();
            if event.kind == "picture" {
                return event.data["entry"].as_i64().unwrap();
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), picture)
        .await
        .expect("a picture")
}

async fn log(app: &App, id: &str) -> Vec<Value> {
    let log = app.get(&format!("/desktops/{id}/tool-logs")).await.good();
    log.as_array().unwrap().clone()
}

#[tokio::test]
async fn what_was_done_has_its_picture_a_day_longer_than_its_desktop() {
    let app = App::start().await;
    let id = app.desktop().await;
    let entry = act(&app, &id).await;
    let path = format!("/desktops/{id}/tool-logs/{entry}/screenshot");
    assert_eq!(log(&app, &id).await[0]["screenshot"], path);
    let picture = app.get(&path).await;
    assert_eq!(
        (picture.status.as_u16(), picture.text().as_str()),
        (200, "PNG")
    );
    assert_eq!(picture.header("content-type"), "image/png");
    assert!(picture.header("cache-control").contains("immutable"));
    let tag = picture.header("etag").to_owned();
    let known = [("if-none-match", tag.as_str())];
    let again = app.call(Method::GET, &path, &known, "").await;
    assert_eq!(again.status, 304);

    // A screen that has not changed is not stored again.
    let second = act(&app, &id).await;
    let other = format!("/desktops/{id}/tool-logs/{second}/screenshot");
    assert_eq!(log(&app, &id).await[1]["screenshot"], other);
    assert_eq!(app.get(&other).await.text(), "PNG");
    assert_eq!(app.pictures(&id), 1);
    app.get(&format!("/desktops/{id}/tool-logs/99/screenshot"))
        .await
        .error(404);

    app.delete(&format!("/desktops/{id}")).await.good();
    assert_eq!(app.get(&path).await.text(), "PNG", "there is time to look");
    let replay = app.get(&format!("/desktops/{id}/replay")).await.good();
    assert_eq!(replay["steps"][0]["screenshot"], path);
    assert!(replay["ended_at"].is_number());

    app.later(Duration::from_secs(25 * 3600));
    app.get(&path).await.error(404);
    assert_eq!(app.pictures(&id), 1);
    // As the next server on the same folder does it.
    let _next = app.history_again();
    let gone = async {
        while app.pictures(&id) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone)
        .await
        .expect("the pictures are gone");
}

#[tokio::test]
async fn a_desktop_is_replayed() {
    let app = App::start().await;
    let id = app.desktop().await;
    act(&app, &id).await;
    let path = format!("/desktops/{id}/replay");
    let replay = app.get(&path).await.good();
    assert_eq!(
        (&replay["version"], &replay["kind"], &replay["id"]),
        (&json!(1), &json!("desktop"), &json!(id))
    );
    let step = &replay["steps"][0];
    assert_eq!(step["call"], "computer.left_click");
    assert_eq!(
        step["screenshot"],
        format!("/desktops/{id}/tool-logs/1/screenshot")
    );
    let kept = app.get(&format!("{path}?images=inline")).await.good();
    assert_eq!(kept["steps"][0]["screenshot"], "data:image/png;base64,UE5H");
    for query in ["?images=x", "?speed=2"] {
        app.get(&format!("{path}{query}")).await.error(400);
    }
    for speed in ["0", "101", "x", "NaN"] {
        app.get(&format!("{path}.webp?speed={speed}"))
            .await
            .error(400);
    }
    // What the stand-in shows is no picture.
    let nothing = app.get(&format!("{path}.webp")).await.error(404);
    assert!(nothing.contains("picture"), "{nothing}");
}

#[tokio::test]
async fn a_run_without_steps_is_replayed_as_such() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    let run = app.run(&workflow).await;
    let replay = app.get(&format!("/runs/{run}/replay")).await.good();
    assert_eq!(
        (&replay["kind"], &replay["steps"]),
        (&json!("run"), &json!([]))
    );
    assert_eq!(replay["ended_at"], Value::Null);
    app.get(&format!("/runs/{run}/replay.webp"))
        .await
        .failure(404);
}

#[tokio::test]
async fn what_is_used_is_counted() {
    let app = App::start().await;
    let id = app.desktop().await;
    app.act(&id, "left_click").await.good();
    log(&app, &id).await;
    let usage = app.get("/usage?days=3").await.good();
    let days = usage["days"].as_array().unwrap();
    assert_eq!(days.len(), 3);
    assert_eq!(days[2]["actions"], 1);
    assert_eq!(days[0]["actions"], 0);
    assert!(days[0]["day"].as_str() < days[2]["day"].as_str());
    assert_eq!(usage["limits"]["desktops"], json!({"used": 1, "most": 16}));
    assert_eq!(usage["limits"]["runs"], json!({"used": 0, "most": 100}));
    for days in ["0", "401", "x"] {
        app.get(&format!("/usage?days={days}")).await.error(400);
    }
    let models = app.get("/models").await.good();
    assert_eq!(models["default_usable"], false);
    let anthropic = &models["providers"][0];
    assert_eq!(
        (&anthropic["name"], &anthropic["key_variable"]),
        (&json!("anthropic"), &json!("ANTHROPIC_API_KEY"))
    );
}

#[tokio::test]
async fn a_replay_of_a_run_needs_none_of_its_pictures() {
    let app = App::start().await;
    let id = app.run(&app.workflow(false).await).await;
    let path = |number: i64| format!("/runs/{id}/screenshots/{number}.png");
    for number in 1..=2 {
        let step = json!({"number": number, "call": "Computer.screenshot", "args": {}, "status": "ok",
            "started_at": 1.0, "screenshot": path(number)});
        let row = StepRow { number, step };
        let records = app.store.run_records();
        records.put_step(&id, &row).await.unwrap();
    }
    // One is gone, and of one the power left the name alone.
    let name = app.runs.screenshot(&id, "2.png").unwrap();
    let objects = app.runs.objects();
    objects.put(&name, bytes::Bytes::new()).await.unwrap();
    let replay = app.get(&format!("/runs/{id}/replay")).await.good();
    assert_eq!(replay["steps"][1]["screenshot"], path(2), "{replay}");
    assert_eq!(replay["display"], Value::Null);
    app.get(&format!("/runs/{id}/replay?images=inline"))
        .await
        .good();
}
