//! What Prometheus is shown: after known deeds, known numbers.

use crate::app::App;
use axum::http::Method;
use nen_agent::{BilledCall, Ledger as _};
use nen_fleet::{FleetConfig, Usage};
use nen_server::ServerConfig;
use nen_store::{NewWebhook, Scope};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// Fails unless a metric has this value.
async fn is(app: &App, name: &str, value: f64) {
    assert_eq!(app.metric(name).await, Some(value), "{name}");
}

#[tokio::test]
async fn metrics_are_the_operator_s() {
    let app = App::start().await;
    let reply = app.get("/metrics").await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.header("content-type"),
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    assert!(reply.text().ends_with("# EOF\n"));
    let reader = app.key(&[Scope::DesktopsRead]).await;
    let call = |key: String| {
        let app = &app;
        async move { app.call_as(&key, Method::GET, "/metrics", &[], "").await }
    };
    assert!(call(reader).await.error(403).contains("admin"));
    // An admin of another workspace is nobody here.
    let foreign = app.foreign_key().await;
    assert!(call(foreign).await.error(403).contains("ws_default"));
    call("wrong".to_owned()).await.error(401);
}

#[tokio::test]
async fn desktops_are_counted_where_they_are_and_what_they_take() {
    let fleet = FleetConfig {
        max_desktops_per_workspace: 2,
        ..FleetConfig::default()
    };
    let app = App::with(ServerConfig::default(), fleet).await;
    is(
        &app,
        r#"nen_desktop_creation_seconds_count{provisioning="cold"}"#,
        0.0,
    )
    .await;
    let (one, two) = (app.desktop().await, app.desktop().await);
    app.post("/desktops", json!({})).await.error(429);
    app.post("/desktops", json!({"display": {"width": 1}}))
        .await
        .error(400);
    app.post(&format!("/desktops/{two}/pause"), json!({}))
        .await
        .good();
    *app.driver.usage.lock().unwrap() = Some(Usage {
        memory_bytes: 5000,
        cpu_seconds: 1.5,
    });
    is(
        &app,
        r#"nen_desktop_creation_seconds_count{provisioning="cold"}"#,
        2.0,
    )
    .await;
    is(
        &app,
        r#"nen_desktop_creation_seconds_count{provisioning="warm"}"#,
        0.0,
    )
    .await;
    is(
        &app,
        r#"nen_desktop_creation_failures_total{reason="quota"}"#,
        1.0,
    )
    .await;
    is(
        &app,
        r#"nen_desktop_creation_failures_total{reason="start"}"#,
        0.0,
    )
    .await;
    is(&app, r#"nen_desktops{status="running"}"#, 1.0).await;
    is(&app, r#"nen_desktops{status="paused"}"#, 1.0).await;
    is(&app, r#"nen_desktops{status="error"}"#, 0.0).await;
    is(&app, "nen_desktop_crashes_total", 0.0).await;
    is(&app, "nen_warm_pool_ready", 0.0).await;
    is(
        &app,
        &format!(r#"nen_desktop_memory_bytes{{desktop="{one}"}}"#),
        5000.0,
    )
    .await;
    is(
        &app,
        &format!(r#"nen_desktop_cpu_seconds_total{{desktop="{one}"}}"#),
        1.5,
    )
    .await;
    app.delete(&format!("/desktops/{one}")).await.good();
    let gone = format!(r#"nen_desktop_memory_bytes{{desktop="{one}"}}"#);
    assert_eq!(app.metric(&gone).await, None);
}

#[tokio::test]
async fn actions_are_counted_by_name_and_by_what_came_of_them() {
    let app = App::start().await;
    let id = app.desktop().await;
    for _ in 0..3 {
        app.act(&id, "left_click").await.good();
    }
    let timed = app.act(&id, "timed").await;
    assert_eq!(
        timed.header("server-timing"),
        "wait;dur=0.010, input;dur=0.020, settle;dur=0.500"
    );
    // What cannot be so is not told on, and not believed.
    for action in ["boastful", "chatty"] {
        let reply = app.act(&id, action).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("server-timing")),
            (200, "")
        );
    }
    app.act(&id, "refuse").await.error(400);
    app.put(
        &format!("/desktops/{id}/session"),
        json!({"interactive": true, "takeover": true}),
    )
    .await
    .good();
    app.act(&id, "left_click").await.error(409);
    let clicks = r#"tool="computer",action="left_click""#;
    is(
        &app,
        &format!(r#"nen_actions_total{{{clicks},status="ok"}}"#),
        3.0,
    )
    .await;
    is(&app, &format!("nen_action_seconds_count{{{clicks}}}"), 3.0).await;
    is(
        &app,
        &format!(r#"nen_action_seconds_bucket{{le="0.01",{clicks}}}"#),
        0.0,
    )
    .await;
    is(
        &app,
        &format!(r#"nen_action_seconds_bucket{{le="0.025",{clicks}}}"#),
        3.0,
    )
    .await;
    // The names of a controller's own making are one.
    is(
        &app,
        r#"nen_actions_total{tool="other",action="other",status="ok"}"#,
        1.0,
    )
    .await;
    is(
        &app,
        r#"nen_actions_total{tool="other",action="other",status="error"}"#,
        1.0,
    )
    .await;
    is(&app, "nen_settle_seconds_count", 1.0).await;
    is(&app, "nen_settle_seconds_sum", 0.0005).await;
    for (kind, times) in [
        ("refused", 1.0),
        ("held", 1.0),
        ("failed", 0.0),
        ("timeout", 0.0),
    ] {
        is(
            &app,
            &format!(r#"nen_action_errors_total{{kind="{kind}"}}"#),
            times,
        )
        .await;
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_is_counted() {
    let app = App::start().await;
    let id = app.desktop().await;
    let seen = app.driver.seen(&id);
    tokio::select! {
        _ = app.act(&id, "slow") => panic!("it ended"),
        () = seen.slow_began.notified() => {}
    }
    is(&app, r#"nen_action_errors_total{kind="abandoned"}"#, 1.0).await;
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_path() {
    let app = App::start().await;
    let id = app.desktop().await;
    for path in [
        &format!("/desktops/{id}"),
        "/desktops/dsk_unknown",
        "/no/such/path",
    ] {
        app.get(path).await;
    }
    let odd = Method::from_bytes(b"BREW").unwrap();
    app.call(odd, "/desktops", &[], "").await;
    let counted = |route: &str, method: &str, status: &str| {
        format!(r#"nen_http_requests_total{{route="{route}",method="{method}",status="{status}"}}"#)
    };
    is(&app, &counted("/desktops", "POST", "2xx"), 1.0).await;
    is(&app, &counted("/desktops/{id}", "GET", "2xx"), 1.0).await;
    is(&app, &counted("/desktops/{id}", "GET", "4xx"), 1.0).await;
    is(&app, &counted("-", "GET", "4xx"), 1.0).await;
    is(&app, &counted("/desktops", "other", "4xx"), 1.0).await;
    is(
        &app,
        r#"nen_http_request_seconds_count{route="/desktops/{id}",method="GET"}"#,
        2.0,
    )
    .await;
    assert!(!app.get("/metrics").await.text().contains("no/such"));
}

#[tokio::test]
async fn runs_and_webhooks_that_wait_are_known_by_number_and_age() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    is(&app, "nen_run_queue_oldest_seconds", 0.0).await;
    let first = app.run(&workflow).await;
    app.run(&workflow).await;
    app.later(Duration::from_secs(90));
    let waited = app.metric("nen_run_queue_oldest_seconds").await.unwrap();
    assert!((90.0..100.0).contains(&waited), "{waited}");
    is(&app, r#"nen_runs{status="queued"}"#, 2.0).await;
    app.post(&format!("/runs/{first}/cancel"), json!({}))
        .await
        .good();
    is(&app, r#"nen_runs{status="queued"}"#, 1.0).await;
    is(&app, r#"nen_runs{status="cancelled"}"#, 1.0).await;
    is(
        &app,
        r#"nen_run_duration_seconds_count{status="cancelled"}"#,
        1.0,
    )
    .await;
    is(
        &app,
        r#"nen_run_duration_seconds_sum{status="cancelled"}"#,
        0.0,
    )
    .await;
    is(&app, "nen_webhooks_owed", 0.0).await;
    let lease = app.store.now_ms() + 60_000;
    let announce = |_: &nen_store::RunRow| {
        Some(NewWebhook {
            id: "msg_000000000001".to_owned(),
            status: nen_protocol::workflow::WebhookStatus::Processing,
            url: "https://127.0.0.1/never".to_owned(),
            body: "{}".to_owned(),
        })
    };
    app.store
        .runs()
        .claim("elsewhere", lease, 100, announce)
        .await
        .unwrap()
        .unwrap();
    is(&app, r#"nen_runs{status="running"}"#, 1.0).await;
    is(&app, "nen_webhooks_owed", 1.0).await;
    app.later(Duration::from_secs(30));
    for name in [
        "nen_webhook_oldest_owed_seconds",
        "nen_webhook_overdue_seconds",
    ] {
        let late = app.metric(name).await.unwrap();
        assert!((30.0..40.0).contains(&late), "{name} {late}");
    }
}

#[tokio::test]
async fn the_database_and_the_process_are_among_them() {
    let app = App::start().await;
    is(&app, "nen_database_up", 1.0).await;
    is(&app, r#"nen_database_connections_max{pool="write"}"#, 1.0).await;
    // What looks after runs writes now and then.
    let used = r#"nen_database_connections{pool="write",state="used"}"#;
    let free = async { while app.metric(used).await != Some(0.0) {} };
    tokio::time::timeout(Duration::from_secs(10), free)
        .await
        .expect("nobody writes");
    is(
        &app,
        &format!(
            r#"nen_build_info{{version="{}"}}"#,
            env!("CARGO_PKG_VERSION")
        ),
        1.0,
    )
    .await;
    for name in [
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_start_time_seconds",
    ] {
        assert!(app.metric(name).await.unwrap() > 0.0, "{name}");
    }
}

/// A model that was asked, as the agent writes it down.
async fn ask_a_model(app: &App) {
    let call = BilledCall {
        model: "claude-test-1".to_owned(),
        usage: nen_agent::Usage {
            input: 1000,
            cached_input: 50,
            output: 20,
            ..nen_agent::Usage::default()
        },
        cost_usd: Some(0.25),
        latency_ms: 1500,
        attempts: 1,
    };
    let ledger = app.runs.ledger("ws_default", None, "dsk_1");
    ledger.record(call).await.unwrap();
}

#[tokio::test]
async fn models_are_counted_by_provider_with_tokens_and_cost() {
    let app = App::start().await;
    ask_a_model(&app).await;
    ask_a_model(&app).await;
    let model = r#"provider="anthropic",model="claude-test-1""#;
    is(
        &app,
        &format!("nen_model_call_seconds_count{{{model}}}"),
        2.0,
    )
    .await;
    is(&app, &format!("nen_model_call_seconds_sum{{{model}}}"), 3.0).await;
    is(&app, &format!("nen_model_cost_usd_total{{{model}}}"), 0.5).await;
    for (kind, tokens) in [
        ("input", 2000.0),
        ("cached_input", 100.0),
        ("cache_write", 0.0),
        ("output", 40.0),
    ] {
        is(
            &app,
            &format!(r#"nen_model_tokens_total{{{model},kind="{kind}"}}"#),
            tokens,
        )
        .await;
    }
}

/// The documentation's table has every metric there is, and no other.
#[tokio::test]
async fn every_metric_is_documented_and_every_documented_one_is_there() {
    let app = App::start().await;
    let id = app.desktop().await;
    app.act(&id, "left_click").await.good();
    ask_a_model(&app).await;
    *app.driver.usage.lock().unwrap() = Some(Usage {
        memory_bytes: 1,
        cpu_seconds: 1.0,
    });
    let text = app.get("/metrics").await.text();
    let shown: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split_once(' '))
        .map(|(name, kind)| match kind {
            "counter" => format!("{name}_total"),
            "info" => format!("{name}_info"),
            _ => name.to_owned(),
        })
        .collect();
    let page = include_str!("../../../../docs/monitoring.md");
    let documented: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter(|line| line.starts_with("nen_") || line.starts_with("process_"))
        .filter_map(|line| line.split(['`', '{']).next())
        .map(str::to_owned)
        .collect();
    assert_eq!(documented, shown);
}
