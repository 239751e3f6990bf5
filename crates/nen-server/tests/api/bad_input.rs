//! Whatever is wrong with a request gets a 4xx that says so, in one shape; never a 5xx.

use crate::app::App;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request};

/// Method, path (`ID` is a desktop), headers, body; the status, and what the message must name.
type Case = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    u16,
    &'static str,
);

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];

const CASES: &[Case] = &[
    // Bodies.
    ("POST", "/desktops", JSON, "{", 400, "not valid JSON"),
    ("POST", "/desktops", JSON, "null", 400, "JSON object"),
    ("POST", "/desktops", JSON, "[]", 400, "JSON object"),
    (
        "PATCH",
        "/desktops/ID",
        JSON,
        r#"["x"]"#,
        400,
        "JSON object",
    ),
    (
        "PUT",
        "/desktops/ID/session",
        JSON,
        "[true,true]",
        400,
        "JSON object",
    ),
    (
        "POST",
        "/desktops/ID/execute",
        JSON,
        "7",
        400,
        "JSON object",
    ),
    ("POST", "/desktops", JSON, "[]x", 400, "not valid JSON"),
    ("POST", "/desktops", JSON, r#"{"nmae":"x"}"#, 400, "`nmae`"),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"name":7}"#,
        400,
        "name: invalid type",
    ),
    ("POST", "/desktops", JSON, r#"{"name":""}"#, 400, "name"),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"display":{"width":"x","height":1}}"#,
        400,
        "display.width",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"display":{"width":10,"height":800}}"#,
        400,
        "320 to 7680",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"desktop_type":"windows"}"#,
        400,
        "desktop_type",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"tools":["hammer"]}"#,
        400,
        "hammer",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"timeout_seconds":0}"#,
        400,
        "timeout_seconds",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"timeout_seconds":-1}"#,
        400,
        "timeout_seconds",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"on_idle":"explode"}"#,
        400,
        "on_idle",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"network":"lan"}"#,
        400,
        "network",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"env":{"A=B":"x"}}"#,
        400,
        "env",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"metadata":{"a":1}}"#,
        400,
        "metadata",
    ),
    (
        "POST",
        "/desktops",
        JSON,
        r#"{"start_url":"file:///etc/passwd"}"#,
        400,
        "start_url",
    ),
    ("POST", "/desktops", FORM, "name=x", 400, "application/json"),
    ("PATCH", "/desktops/ID", JSON, "{}", 400, "`name`"),
    ("PATCH", "/desktops/ID", JSON, "", 400, "`name`"),
    (
        "PATCH",
        "/desktops/ID",
        JSON,
        r#"{"name":"a\u0000b"}"#,
        400,
        "name",
    ),
    (
        "PATCH",
        "/desktops/ID",
        JSON,
        r#"{"status":"deleted"}"#,
        400,
        "`status`",
    ),
    (
        "PUT",
        "/desktops/ID/session",
        JSON,
        r#"{"interactive":"yes"}"#,
        400,
        "interactive",
    ),
    (
        "PUT",
        "/desktops/ID/session",
        JSON,
        r#"{"takeover":true}"#,
        400,
        "takeover",
    ),
    (
        "PUT",
        "/desktops/ID/session",
        JSON,
        "nope",
        400,
        "not valid JSON",
    ),
    (
        "POST",
        "/desktops/ID/execute",
        FORM,
        "a=b",
        400,
        "application/json",
    ),
    (
        "POST",
        "/desktops/ID/execute",
        JSON,
        "{",
        400,
        "not valid JSON",
    ),
    ("POST", "/keys", JSON, "", 400, "`name`"),
    (
        "POST",
        "/keys",
        JSON,
        r#"{"name":"x","scopes":[]}"#,
        400,
        "scopes",
    ),
    (
        "POST",
        "/keys",
        JSON,
        r#"{"name":"x","scopes":["root"]}"#,
        400,
        "scopes[0]",
    ),
    (
        "POST",
        "/keys",
        JSON,
        r#"{"name":"x","scopes":["admin"],"expires_at":5}"#,
        400,
        "expires_at",
    ),
    // Query strings.
    ("GET", "/desktops?limit=5", &[], "", 400, "limit"),
    ("GET", "/desktops?metadata.=x", &[], "", 400, "metadata."),
    (
        "GET",
        "/desktops?metadata.a=x&metadata.a=y",
        &[],
        "",
        400,
        "twice",
    ),
    (
        "GET",
        "/desktops/ID/tool-logs?limit=0",
        &[],
        "",
        400,
        "limit",
    ),
    (
        "GET",
        "/desktops/ID/tool-logs?limit=many",
        &[],
        "",
        400,
        "limit",
    ),
    (
        "GET",
        "/desktops/ID/tool-logs?after=1",
        &[],
        "",
        400,
        "after",
    ),
    (
        "GET",
        "/desktops/ID/tool-logs?before=99999999999999999999",
        &[],
        "",
        400,
        "before",
    ),
    (
        "GET",
        "/desktops/ID/screenshot?format=gif",
        &[],
        "",
        400,
        "gif",
    ),
    (
        "GET",
        "/desktops/ID/screenshot?quality=0",
        &[],
        "",
        400,
        "quality",
    ),
    (
        "GET",
        "/desktops/ID/screenshot?quality=300",
        &[],
        "",
        400,
        "quality",
    ),
    (
        "GET",
        "/desktops/ID/screenshot?colour=red",
        &[],
        "",
        400,
        "colour",
    ),
    ("GET", "/desktops/ID/files?dir=x", &[], "", 400, "dir"),
    ("GET", "/desktops/ID/files?path=../..", &[], "", 400, ".."),
    ("GET", "/desktops/ID/files?path=a%00b", &[], "", 400, "path"),
    ("GET", "/desktops/ID/files?path=%ff", &[], "", 400, ""),
    // Paths and names.
    ("GET", "/desktops/ID/files/..", &[], "", 400, "file name"),
    ("GET", "/desktops/ID/files/a%2Fb", &[], "", 400, "file name"),
    ("GET", "/desktops/ID/files/a%5Cb", &[], "", 400, "file name"),
    (
        "POST",
        "/desktops/ID/files/a%00b",
        &[],
        "x",
        400,
        "file name",
    ),
    (
        "DELETE",
        "/desktops/ID/files/%2e%2e",
        &[],
        "",
        400,
        "file name",
    ),
    ("GET", "/desktops/ID/files/%ff", &[], "", 400, "UTF-8"),
    ("GET", "/desktops/%ff", &[], "", 400, "UTF-8"),
    ("GET", "/desktops/..%2f..%2fetc", &[], "", 404, ""),
    ("GET", "/desktops/dsk_a%00b", &[], "", 404, ""),
    ("GET", "/desktops/%F0%9F%98%80", &[], "", 404, ""),
    ("GET", "/desktops/", &[], "", 404, "no such path"),
    ("GET", "/desktops/ID/nothing", &[], "", 404, "no such path"),
    ("GET", "/assets/none.js", &[], "", 404, ""),
    ("DELETE", "/keys/key_unknown", &[], "", 404, "key_unknown"),
    ("GET", "/desktops/ID/fs", &[], "", 400, "path"),
    (
        "GET",
        "/desktops/ID/fs?path=Downloads",
        &[],
        "",
        400,
        "~/Downloads",
    ),
    (
        "GET",
        "/desktops/ID/fs?path=~root",
        &[],
        "",
        400,
        "neither absolute",
    ),
    ("GET", "/desktops/ID/fs?path=/a%00b", &[], "", 400, "NUL"),
    (
        "GET",
        "/desktops/ID/fs?path=/drive&pattern=..%2f*",
        &[],
        "",
        400,
        "pattern",
    ),
    (
        "GET",
        "/desktops/ID/fs?path=/drive&glob=*",
        &[],
        "",
        400,
        "glob",
    ),
    (
        "GET",
        "/desktops/ID/fs/content?path=x",
        &[],
        "",
        400,
        "neither absolute",
    ),
    ("PUT", "/desktops/ID/fs/content", &[], "", 400, "path"),
    (
        "PUT",
        "/desktops/ID/fs/content?path=/x&append=2",
        &[],
        "",
        400,
        "append",
    ),
    ("DELETE", "/desktops/ID/fs/content", &[], "", 405, "PUT"),
    // Methods.
    ("PUT", "/desktops", &[], "", 405, "GET"),
    ("POST", "/desktops/ID", &[], "", 405, "PATCH"),
    ("GET", "/desktops/ID/execute", &[], "", 405, "POST"),
    ("DELETE", "/health", &[], "", 405, "GET"),
    // Headers.
    (
        "POST",
        "/desktops",
        &[("idempotency-key", "")],
        "",
        400,
        "Idempotency-Key",
    ),
    (
        "POST",
        "/desktops",
        &[("idempotency-key", "a"), ("idempotency-key", "b")],
        "",
        400,
        "Idempotency-Key",
    ),
    (
        "GET",
        "/desktops/ID/events",
        &[("last-event-id", "x")],
        "",
        400,
        "Last-Event-ID",
    ),
    (
        "POST",
        "/desktops/ID/pause",
        &[("origin", "https://evil.example")],
        "",
        403,
        "evil.example",
    ),
    (
        "GET",
        "/desktops",
        &[("host", "evil.example")],
        "",
        421,
        "evil.example",
    ),
    // A WebSocket that is none.
    ("GET", "/desktops/ID/view?token=x", &[], "", 401, "link"),
    ("GET", "/desktops/ID/view", &[], "", 400, "WebSocket"),
];

#[tokio::test]
async fn bad_input_is_refused_with_a_reason() {
    let app = App::start().await;
    let id = app.desktop().await;
    for (method, path, headers, body, status, named) in CASES {
        let path = path.replace("ID", &id);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = Request::builder()
            .method(&method)
            .uri(&path)
            .header("x-api-key", &app.admin);
        for (name, value) in *headers {
            request = request.header(*name, *value);
        }
        let reply = app.send(request.body(Body::from(*body)).unwrap()).await;
        let case = format!("{method} {path} {body}");
        assert_eq!(reply.status, *status, "{case}: {}", reply.text());
        let message = reply.error(*status);
        assert!(message.contains(named), "{case}: {message}");
        if *status == 405 {
            assert!(reply.header("allow").contains(named), "{case}");
        }
    }
    assert_eq!(app.driver.count(), 1, "no bad request made a desktop");
}

#[tokio::test]
async fn bodies_over_the_limit_are_413() {
    let app = App::start().await;
    let id = app.desktop().await;
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(1 << 20));
    for path in [
        "/desktops".to_owned(),
        format!("/desktops/{id}/execute"),
        "/keys".to_owned(),
    ] {
        let reply = app.call(Method::POST, &path, JSON, large.clone()).await;
        assert!(reply.error(413).contains("1 MiB"));
    }
    let streamed =
        futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 1 << 16]));
    let reply = app
        .call(Method::POST, "/desktops", JSON, Body::from_stream(streamed))
        .await;
    reply.error(413);
}

#[tokio::test]
async fn header_values_that_are_no_text_are_refused() {
    let app = App::start().await;
    for name in ["authorization", "x-api-key"] {
        let value = HeaderValue::from_bytes(b"Bearer \xff").unwrap();
        let request = Request::builder()
            .uri("/desktops")
            .header(name, value)
            .body(Body::empty())
            .unwrap();
        app.send(request).await.error(401);
    }
}
