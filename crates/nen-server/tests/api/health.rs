//! Health for load balancers.

use crate::app::{App, Reply};
use axum::body::Body;
use axum::http::Request;
use nen_fleet::Check;

async fn ask(app: &App, path: &str) -> Reply {
    app.send(Request::get(path).body(Body::empty()).unwrap())
        .await
}

#[tokio::test]
async fn a_server_that_can_work_is_ready() {
    let app = App::start().await;
    assert_eq!(ask(&app, "/health/live").await.good()["status"], "ok");
    let ready = ask(&app, "/health/ready").await.good();
    assert_eq!(ready["status"], "ready");
    assert!(ready.get("error").is_none());
    for check in ["serving", "database", "desktops"] {
        assert_eq!(ready["checks"][check]["ok"], true, "{check}");
    }
}

#[tokio::test]
async fn a_server_whose_database_is_away_lives_and_is_not_ready() {
    let app = App::start().await;
    app.store.close().await;
    assert_eq!(ask(&app, "/health/live").await.status, 200);
    assert_eq!(
        ask(&app, "/health").await.error(503),
        "the database does not answer"
    );
    let reply = ask(&app, "/health/ready").await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("retry-after")),
        (503, "5")
    );
    let ready = reply.json();
    assert_eq!(ready["status"], "unready");
    assert_eq!(ready["error"], "the database does not answer");
    assert_eq!(ready["checks"]["database"]["ok"], false);
    assert_eq!(ready["checks"]["serving"]["ok"], true);
}

#[tokio::test]
async fn a_server_that_stops_is_not_ready() {
    let app = App::start().await;
    app.fleet.stop().await;
    let reply = ask(&app, "/health/ready").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.json()["error"], "the server is stopping");
    assert_eq!(reply.json()["checks"]["serving"]["ok"], false);
    assert_eq!(ask(&app, "/health/live").await.status, 200);
}

#[tokio::test]
async fn a_machine_that_lacks_what_desktops_need_is_not_ready_and_says_no_more_than_what() {
    let app = App::start().await;
    let check = |name: &str, required| Check {
        name: name.to_owned(),
        ok: false,
        required,
        detail: "/home/somebody/secret is in the way".to_owned(),
        fix: None,
    };
    *app.driver.checks.lock().unwrap() = vec![check("emoji", false), check("Xvnc", true)];
    let reply = ask(&app, "/health/ready").await;
    assert_eq!(reply.status, 503);
    assert_eq!(
        reply.json()["error"],
        "no desktop can be started here, see `nen doctor`: Xvnc"
    );
    assert!(!reply.text().contains("somebody"));
}
