//! Every wrong body, path, id, type, name and header gets a 4xx that says what was wrong; never a 5xx, never a hang.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use nen_e2e::Server;
use serde_json::json;

#[test]
fn creation_names_the_field_that_is_wrong() {
    let server = Server::start();
    let api = server.api();
    for (body, message) in [
        (
            r#"{"desktop_type":"windows"}"#,
            "\"sandbox\" is the only one",
        ),
        (r#"{"desktop_type":5}"#, "desktop_type"),
        (r#"{"dekstop_type":"sandbox"}"#, "dekstop_type"),
        (r#"{"name":""}"#, "name must be 1 to 128"),
        (r#"{"name":"a\u0000b"}"#, "name must be"),
        (
            r#"{"display":{"width":319,"height":800}}"#,
            "display.width must be 320 to 7680 pixels, not 319",
        ),
        (
            r#"{"display":{"width":1280,"height":7681}}"#,
            "display.height must be 320 to 7680 pixels, not 7681",
        ),
        (r#"{"display":{"width":1280}}"#, "height"),
        (r#"{"display":{"width":-1,"height":800}}"#, "display.width"),
        (
            r#"{"display":{"width":"1280","height":800}}"#,
            "display.width",
        ),
        (r#"{"display":"1280x800"}"#, "display"),
        (
            r#"{"display":{"width":1280,"height":800,"depth":24}}"#,
            "depth",
        ),
        (r#"{"tools":[]}"#, "tools is empty"),
        (r#"{"tools":["browser"]}"#, "unknown tool \"browser\""),
        (r#"{"tools":["computer","computer"]}"#, "twice"),
        (r#"{"tools":"computer"}"#, "tools"),
        (
            r#"{"timeout_seconds":0}"#,
            "timeout_seconds must be at least 1",
        ),
        (r#"{"timeout_seconds":-1}"#, "timeout_seconds"),
        (r#"{"timeout_seconds":1.5}"#, "timeout_seconds"),
        (r#"{"idle_timeout_seconds":"1"}"#, "idle_timeout_seconds"),
        (r#"{"on_idle":"sleep"}"#, "on_idle"),
        (r#"{"network":"lan"}"#, "network"),
        (r#"{"env":{"1A":"x"}}"#, "\"1A\" is not a variable's name"),
        (r#"{"env":{"A=B":"x"}}"#, "is not a variable's name"),
        (r#"{"env":{"A":5}}"#, "env.A"),
        (r#"{"metadata":{"":"x"}}"#, "metadata"),
        (r#"{"metadata":{"a":5}}"#, "metadata.a"),
        (r#"{"start_url":"file:///etc/passwd"}"#, "start_url"),
        (r#"{"start_url":"javascript:alert(1)"}"#, "start_url"),
        (r#"{"start_url":"--no-sandbox"}"#, "start_url"),
        ("[]", "must be a JSON object"),
        ("null", "must be a JSON object"),
        ("{", "not valid JSON"),
        ("{} {}", "not valid JSON"),
        ("\u{1}", "not valid JSON"),
    ] {
        let reply = api.call(
            "POST",
            "/desktops",
            &[("content-type", "application/json")],
            body.as_bytes(),
        );
        assert_eq!(reply.status, 400, "{body}: {reply}");
        reply.refused(400, message);
    }
    let not_text = api.call(
        "POST",
        "/desktops",
        &[("content-type", "application/json")],
        b"{\"name\":\"\xff\xfe\"}",
    );
    not_text.refused(400, "JSON");
    let huge = format!(r#"{{"name":"{}"}}"#, "x".repeat(2 << 20));
    api.call(
        "POST",
        "/desktops",
        &[("content-type", "application/json")],
        huge.as_bytes(),
    )
    .refused(413, "at most");
    let deep = "[".repeat(100_000);
    api.call(
        "POST",
        "/desktops",
        &[("content-type", "application/json")],
        deep.as_bytes(),
    )
    .refused(400, "JSON");
    api.call(
        "POST",
        "/desktops",
        &[("content-type", "text/plain")],
        b"{}",
    )
    .refused(400, "application/json");
    assert_eq!(
        api.get("/desktops").expect(200),
        json!([]),
        "nothing was made on the way"
    );
}

#[test]
fn unknown_paths_methods_and_ids_are_said_so() {
    let server = Server::start();
    let api = server.api();
    let desktop = api.create(&json!({}));
    api.get("/nope").refused(404, "/nope");
    api.get(&desktop.path("/nope")).refused(404, "no such path");
    assert_eq!(api.call("PUT", "/desktops", &[], b"{}").status, 405);
    let wrong = api.call("PATCH", &desktop.path("/execute"), &[], b"{}");
    wrong.refused(405, "POST");
    assert!(wrong.header("allow").contains("POST"));
    for id in [
        "dsk_000000000000",
        "dsk_",
        "x",
        "..",
        "%2e%2e",
        "dsk_%00",
        "dsk_%27%3b--",
        "%ff",
        &"a".repeat(3000),
    ] {
        for rest in [
            "",
            "/tools",
            "/files",
            "/screenshot",
            "/tool-logs",
            "/session",
        ] {
            let reply = api.get(&format!("/desktops/{id}{rest}"));
            assert!(
                matches!(reply.status, 400 | 404 | 414),
                "{id}{rest}: {reply}"
            );
        }
        let execute = json!({"action": {"tool": "computer", "action": "screenshot"}});
        let reply = api.post(&format!("/desktops/{id}/execute"), &execute);
        assert!(matches!(reply.status, 400 | 404 | 414), "{id}: {reply}");
    }
    api.get("/desktops?foo=1").refused(400, "foo");
    api.get(&desktop.path("/session")).refused(404, "session");
    assert_eq!(
        api.delete(&desktop.path("/session")).status,
        204,
        "there is none, as wanted"
    );
}

#[test]
fn execute_names_what_is_wrong_with_the_body() {
    let server = Server::start();
    let desktop = server.api().create(&json!({}));
    let send = |body: &str| {
        let headers = [("content-type", "application/json")];
        desktop
            .api()
            .call("POST", &desktop.path("/execute"), &headers, body.as_bytes())
    };
    for (body, message) in [
        ("", "JSON"),
        ("{}", "either action"),
        ("[]", "must be a JSON object"),
        ("{", "not valid JSON"),
        (r#"{"action":"screenshot"}"#, "action"),
        (r#"{"action":{"tool":"computer"}}"#, "action"),
        (r#"{"action":{"action":"screenshot"}}"#, "tool"),
        (
            r#"{"action":{"tool":"computer","action":"screenshot","params":[]}}"#,
            "params",
        ),
        (
            r#"{"action":{"tool":"computer","action":"screenshot","parms":{}}}"#,
            "parms",
        ),
        (
            r#"{"action":{"tool":"computer","action":"left_click","params":{"coordinate":[1e99,0]}}}"#,
            "coordinate",
        ),
        (
            r#"{"action":{"tool":"computer","action":"left_click","params":{"coordinate":[9223372036854775807,0]}}}"#,
            "coordinate",
        ),
        (
            r#"{"action":{"tool":"computer","action":"left_click","params":{"coordinate":[true,0]}}}"#,
            "coordinate",
        ),
        (
            r#"{"action":{"tool":"computer","action":"screenshot"},"screenshot":"maybe"}"#,
            "screenshot",
        ),
        (
            r#"{"action":{"tool":"computer","action":"screenshot"},"wait":5}"#,
            "wait",
        ),
        (
            r#"{"action":{"tool":"computer","action":"screenshot"},"image":"png"}"#,
            "image",
        ),
    ] {
        let reply = send(body);
        assert_eq!(reply.status, 400, "{body}: {reply}");
        reply.refused(400, message);
    }
    let deep = format!(
        r#"{{"action":{{"tool":"computer","action":"key","params":{}"#,
        r#"{"text":"#.repeat(50_000)
    );
    send(&deep).refused(400, "JSON");
}

#[test]
fn wrong_names_of_other_resources_are_refused() {
    let server = Server::start();
    let api = server.api();
    let desktop = api.create(&json!({}));
    for (body, message) in [
        (json!({}), "name"),
        (json!({"name": ""}), "name must be 1 to 128"),
        (json!({"name": "x".repeat(129)}), "name must be 1 to 128"),
        (json!({"name": "a\nb"}), "control characters"),
        (json!({"name": 5}), "name"),
        (json!({"name": "x", "status": "paused"}), "status"),
    ] {
        api.send("PATCH", &desktop.path(""), &body)
            .refused(400, message);
    }
    for (body, message) in [
        (json!({"interactive": "yes"}), "interactive"),
        (json!({"takeover": true}), "interactive"),
        (json!({"role": "view"}), "role"),
    ] {
        api.send("PUT", &desktop.path("/session"), &body)
            .refused(400, message);
    }
    for (body, message) in [
        (json!({}), "name"),
        (json!({"name": "x", "scopes": []}), "scopes"),
        (json!({"name": "x", "scopes": ["root"]}), "scopes[0]"),
        (
            json!({"name": "x", "scopes": ["admin"], "expires_at": "soon"}),
            "expires_at",
        ),
    ] {
        api.post("/keys", &body).refused(400, message);
    }
}

/// Sends bytes as they are and reads what comes back until the server closes or is silent.
fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        answer.extend_from_slice(&part[..length]);
        if answer.windows(4).any(|window| window == b"\r\n\r\n") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn headers_of_browsers_that_were_tricked_are_refused() {
    let server = Server::start();
    let key = server.key();
    let get = |headers: &str| {
        raw(
            &server,
            format!("GET /desktops HTTP/1.1\r\n{headers}\r\n\r\n").as_bytes(),
        )
    };
    let good = format!("authorization: Bearer {key}");
    assert!(get(&format!("host: 127.0.0.1\r\n{good}")).starts_with("HTTP/1.1 200"));
    // A name that an attacker's DNS points at this machine.
    let rebound = get(&format!("host: evil.example\r\n{good}"));
    assert!(
        rebound.starts_with("HTTP/1.1 421") && rebound.len() < 1000,
        "{rebound}"
    );
    let missing = get(&good);
    assert!(missing.starts_with("HTTP/1.1 400"), "{missing}");
    let post = format!(
        "POST /desktops HTTP/1.1\r\nhost: 127.0.0.1\r\n{good}\r\norigin: https://evil.example\r\ncontent-length: 0\r\n\r\n"
    );
    assert!(raw(&server, post.as_bytes()).starts_with("HTTP/1.1 403"));
    assert_eq!(server.api().get("/desktops").expect(200), json!([]));
    for nonsense in [
        &b"nonsense\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
    ] {
        let answer = raw(&server, nonsense);
        assert!(
            answer.is_empty()
                || answer.starts_with("HTTP/1.1 4")
                || answer.starts_with("HTTP/1.1 505"),
            "{answer}"
        );
    }
    let both = format!("host: 127.0.0.1\r\n{good}\r\nx-api-key: another");
    assert!(get(&both).starts_with("HTTP/1.1 401"));
    assert_eq!(server.api().get("/health").status, 200, "still there");
}
