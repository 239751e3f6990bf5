//! Desktops as a resource: create, list, look, rename, delete, and who may.

use nen_e2e::{Api, Options, Server, until};
use serde_json::{Value, json};

/// A second workspace cannot be made over the API yet, so a stranger is somebody whose key is unknown here.
fn ids(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|desktop| desktop["desktop_id"].as_str().unwrap())
        .collect()
}

fn key(api: &Api, scopes: &[&str]) -> Api {
    let made = api
        .post(
            "/keys",
            &json!({"name": scopes.join(" "), "scopes": scopes}),
        )
        .expect(201);
    let secret = ["key", "secret", "api_key"]
        .iter()
        .find_map(|field| made[*field].as_str());
    api.with_key(secret.unwrap_or_else(|| panic!("no secret in {made}")))
}

#[test]
fn a_desktop_lives_from_creation_to_deletion() {
    let server = Server::start();
    let api = server.api();
    assert_eq!(api.get("/desktops").expect(200), json!([]));

    // No body at all means all defaults.
    let made = api.call("POST", "/desktops", &[], &[]).expect(201);
    let id = made["desktop_id"].as_str().unwrap();
    assert!(id.strip_prefix("dsk_").is_some_and(|rest| {
        rest.len() == 12
            && rest
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    }));
    assert_eq!(
        (&made["desktop_type"], &made["status"]),
        (&json!("sandbox"), &json!("running"))
    );
    assert_eq!(made["workspace_id"], "ws_default");
    assert_eq!(made["display"], json!({"width": 1280, "height": 800}));
    assert_eq!(made["tools"], json!(["computer"]));
    assert!(made["created_at"].is_i64() && made["updated_at"].is_i64());
    assert!(
        made.get("name").is_none() && made.get("session").is_none(),
        "empty fields are left out"
    );

    let path = format!("/desktops/{id}");
    assert_eq!(api.get(&path).expect(200)["status"], "running");
    assert_eq!(ids(&api.get("/desktops").expect(200)), [id]);
    let renamed = api
        .send("PATCH", &path, &json!({"name": "invoices"}))
        .expect(200);
    assert_eq!(renamed["name"], "invoices");
    assert_eq!(api.get(&path).expect(200)["name"], "invoices");
    assert_eq!(
        api.delete(&path).expect(200),
        json!({"desktop_id": id, "status": "deleted"})
    );

    // Still to be seen for a day, and nothing else.
    assert_eq!(api.get(&path).expect(200)["status"], "deleted");
    assert_eq!(api.get("/desktops").expect(200), json!([]));
    let execute = json!({"action": {"tool": "computer", "action": "screenshot", "params": {}}});
    api.post(&format!("{path}/execute"), &execute)
        .refused(404, "desktop");
    api.get(&format!("{path}/tools")).refused(404, "desktop");
    api.get(&format!("{path}/files")).refused(404, "desktop");
    api.send("PATCH", &path, &json!({"name": "x"}))
        .refused(404, "desktop");
    api.send("PUT", &format!("{path}/session"), &json!({}))
        .refused(404, "desktop");
    api.delete(&path).refused(404, "desktop");
}

#[test]
fn options_of_a_creation_are_kept() {
    let server = Server::start();
    let api = server.api();
    let wanted = json!({
        "desktop_type": "sandbox", "name": "büro — 1", "display": {"width": 1024, "height": 768},
        "tools": ["computer", "bash"], "timeout_seconds": 3600, "idle_timeout_seconds": 60, "on_idle": "delete",
        "network": "none", "env": {"GREETING": "hé llo"}, "metadata": {"team": "finance", "run": "7"},
    });
    let desktop = api.create(&wanted);
    let state = desktop.state();
    for (field, value) in wanted
        .as_object()
        .unwrap()
        .iter()
        .filter(|(field, _)| *field != "env")
    {
        assert_eq!(state[field], *value, "{field}");
    }
    assert_eq!(desktop.bash("echo \"$GREETING\"").trim_end(), "hé llo");
    let image = desktop.look();
    assert_eq!((image.width, image.height), (1024, 768));

    let other = api.create(&json!({"metadata": {"team": "sales"}}));
    let list = |query: &str| api.get(&format!("/desktops{query}")).expect(200);
    let mut both = [desktop.id(), other.id()];
    both.sort_unstable(); // made within one second, perhaps
    let everything = list("");
    let mut listed = ids(&everything);
    listed.sort_unstable();
    assert_eq!(listed, both);
    assert_eq!(ids(&list("?metadata.team=finance")), [desktop.id()]);
    assert_eq!(
        ids(&list("?metadata.team=finance&metadata.run=8")),
        Vec::<&str>::new()
    );
    assert_eq!(ids(&list("?metadata.team=sales")), [other.id()]);
}

#[test]
fn tools_are_those_asked_for() {
    let server = Server::start();
    let api = server.api();
    let tools = api.create(&json!({})).api().get(&format!(
        "/desktops/{}/tools",
        ids(&api.get("/desktops").json())[0]
    ));
    let tools = tools.expect(200);
    assert_eq!(tools.as_array().unwrap().len(), 1);
    assert_eq!(tools[0]["name"], "computer");
    let schema = &tools[0]["parameters"];
    assert_eq!(schema["required"], json!(["action"]));
    assert_eq!(
        schema["properties"]["action"]["enum"]
            .as_array()
            .unwrap()
            .len(),
        17
    );
    for (name, property) in schema["properties"].as_object().unwrap() {
        assert!(
            property["description"].is_string(),
            "{name} is not described"
        );
    }
    let all = api.create(&json!({"tools": ["computer", "bash", "clipboard", "windows"]}));
    let all = api.get(&all.path("/tools")).expect(200);
    let names: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["computer", "bash", "clipboard", "windows"]);
    for tool in all.as_array().unwrap() {
        assert_eq!(
            tool["parameters"]["required"],
            json!(["action"]),
            "a generic loop needs action in each"
        );
    }
}

#[test]
fn the_same_idempotency_key_makes_one_desktop() {
    let server = Server::start();
    let api = server.api();
    let create = |key: &str, body: &str| {
        api.call(
            "POST",
            "/desktops",
            &[
                ("idempotency-key", key),
                ("content-type", "application/json"),
            ],
            body.as_bytes(),
        )
    };
    // Two at once, as a client does that lost the first answer.
    let [first, second] = std::thread::scope(|scope| {
        let tasks = [0, 1].map(|_| scope.spawn(|| create("k-1", r#"{"name":"one"}"#).expect(201)));
        tasks.map(|task| task.join().unwrap())
    });
    assert_eq!(first, second);
    assert_eq!(create("k-1", r#"{"name":"one"}"#).expect(201), first);
    create("k-1", r#"{"name":"two"}"#).refused(422, "Idempotency-Key");
    create("", r#"{"name":"one"}"#).refused(400, "Idempotency-Key");
    create(&"k".repeat(256), "{}").refused(400, "Idempotency-Key");
    assert_ne!(
        create("k-2", r#"{"name":"one"}"#).expect(201)["desktop_id"],
        first["desktop_id"]
    );
    assert_eq!(ids(&api.get("/desktops").expect(200)).len(), 2);
}

#[test]
fn quota_and_capacity_are_said_with_a_time_to_come_again() {
    let server = Server::start_with(Options::with(&["--max-desktops-per-workspace", "1"]));
    let api = server.api();
    let first = api.create(&json!({}));
    let refused = api.post("/desktops", &json!({}));
    refused.refused(429, "1 desktops");
    assert!(
        refused
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|seconds| seconds > 0)
    );
    first.delete();
    api.create(&json!({}));

    let server = Server::start_with(Options::with(&["--max-desktops", "1"]));
    let api = server.api();
    api.create(&json!({}));
    let refused = api.post("/desktops", &json!({}));
    refused.refused(503, "");
    assert!(
        refused
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|seconds| seconds > 0)
    );
}

#[test]
fn keys_open_what_their_scopes_say() {
    let server = Server::start();
    let api = server.api();
    let desktop = api.create(&json!({}));

    for (name, value) in [
        ("authorization", format!("Bearer {}", server.key())),
        ("x-api-key", server.key().to_owned()),
    ] {
        assert_eq!(
            api.without_key()
                .call("GET", "/desktops", &[(name, &value)], &[])
                .status,
            200,
            "{name}"
        );
    }
    api.without_key().get("/desktops").refused(401, "API key");
    api.with_key("sk_nen_invalid_key")
        .get("/desktops")
        .refused(401, "API key");
    api.without_key()
        .get(&desktop.path(""))
        .refused(401, "API key");
    assert_eq!(api.without_key().get("/health").status, 200);

    let reader = key(&api, &["desktops:read"]);
    assert_eq!(
        reader.get(&desktop.path("")).expect(200)["status"],
        "running"
    );
    reader
        .post("/desktops", &json!({}))
        .refused(403, "desktops:write");
    reader
        .delete(&desktop.path(""))
        .refused(403, "desktops:write");
    let execute = json!({"action": {"tool": "computer", "action": "screenshot", "params": {}}});
    reader
        .post(&desktop.path("/execute"), &execute)
        .refused(403, "desktops:write");
    let session = api
        .send(
            "PUT",
            &desktop.path("/session"),
            &json!({"interactive": true}),
        )
        .expect(200);
    let shown = reader.get(&desktop.path("/session")).expect(200);
    assert_ne!(shown["href"], session["href"]);

    let other = key(&api, &["workflows:write"]);
    other.get("/desktops").refused(403, "desktops:read");
    reader
        .post("/keys", &json!({"name": "x", "scopes": ["admin"]}))
        .refused(403, "admin");
}

#[test]
fn the_tool_log_tells_what_was_done_and_no_secret() {
    let server = Server::start();
    let desktop = server.api().create(&json!({}));
    desktop
        .act("left_click", json!({"coordinate": [5, 6]}))
        .expect(200);
    desktop
        .act("type", json!({"text": "hunter2 is the password"}))
        .expect(200);
    desktop
        .act("key", json!({"text": "Retrun"}))
        .refused(400, "Retrun");
    // With the picture behind the last, which comes when it comes, so that the entries are the same from then on.
    let logs = until("three entries and their picture", || {
        let logs = desktop.api().get(&desktop.path("/tool-logs")).expect(200);
        let all = logs.as_array().unwrap().len() == 3;
        (all && logs[2]["screenshot"].is_string()).then_some(logs)
    });
    assert_eq!(
        (&logs[0]["tool"], &logs[0]["action"]),
        (&json!("computer"), &json!("left_click"))
    );
    assert_eq!(logs[0]["coordinate"], json!([5, 6]));
    assert_eq!(logs[0]["status"], "ok");
    assert!(
        logs[0]["started_at"].is_f64()
            && logs[0]["duration_ms"].is_number()
            && logs[0]["actor"].is_string()
    );
    assert_eq!(
        (&logs[2]["status"], &logs[2]["action"]),
        (&json!("error"), &json!("key")),
        "newest last"
    );
    assert!(logs[2]["error"].as_str().unwrap().contains("unknown key"));
    assert!(!logs.to_string().contains("hunter2"), "{logs}");
    let one = desktop
        .api()
        .get(&desktop.path("/tool-logs?limit=1"))
        .expect(200);
    assert_eq!(one, json!([logs[2]]));
    let before = format!("/tool-logs?before={}&limit=1", logs[2]["id"]);
    assert_eq!(
        desktop.api().get(&desktop.path(&before)).expect(200),
        json!([logs[1]])
    );
    desktop
        .api()
        .get(&desktop.path("/tool-logs?limit=0"))
        .refused(400, "limit");
    desktop
        .api()
        .get(&desktop.path("/tool-logs?limit=many"))
        .refused(400, "limit");
}

#[test]
fn pause_and_resume() {
    let server = Server::start();
    let desktop = server.desktop();
    desktop.bash("echo kept > ~/file; cd /tmp; VARIABLE=kept");
    let paused = desktop
        .api()
        .post(&desktop.path("/pause"), &json!({}))
        .expect(200);
    assert_eq!(paused["status"], "paused");
    assert_eq!(desktop.state()["status"], "paused");
    let resumed = desktop
        .api()
        .post(&desktop.path("/resume"), &json!({}))
        .expect(200);
    assert_eq!(resumed["status"], "running");
    assert_eq!(desktop.bash("cat ~/file").trim(), "kept");
    // And by itself, when it is called.
    desktop
        .api()
        .post(&desktop.path("/pause"), &json!({}))
        .expect(200);
    assert_eq!(desktop.bash("cat ~/file").trim(), "kept");
    assert_eq!(desktop.state()["status"], "running");
}
