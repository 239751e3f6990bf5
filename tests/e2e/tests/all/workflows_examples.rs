//! The examples of the workflow package, unchanged, on real desktops; their model is a script.

use std::path::Path;
use std::sync::Mutex;

use nen_e2e::{
    Api, Model, Options, Server, Site, Workflow, call, click, example, finish, hmac_hex, open_page,
    turns, until,
};
use serde_json::{Value, json};

const PASSWORD: &str = "c0rrect-horse-battery";

/// A form whose fields fill the page, the user name left and the password right, so that a model finds them blindly.
const LOGIN: &str = r#"<!doctype html><meta charset="utf-8"><title>Portal</title>
<style>input { position: fixed; top: 0; height: 100%; width: 45%; font-size: 40px; box-sizing: border-box }
#user { left: 0 } #password { left: 46% } button { position: fixed; right: 0; bottom: 0 }</style>
<form method="post" action="/login"><input id="user" name="user" value="guest"><input id="password" name="password"
type="password"><button>Log in</button></form>
<script>
const waiting = setInterval(() => {
  if (!document.hasFocus()) return;
  clearInterval(waiting);
  fetch("/ready", { method: "POST", body: "ready" });
}, 20);
</script>"#;

/// A page that is one link to a file.
const INVOICES: &str = r#"<!doctype html><meta charset="utf-8"><title>Invoices</title>
<a href="/acme-117.pdf" style="position: fixed; inset: 0; font-size: 60px">Acme 117</a>
<script>
const waiting = setInterval(() => {
  if (!document.hasFocus()) return;
  clearInterval(waiting);
  fetch("/ready", { method: "POST", body: "ready" });
}, 20);
</script>"#;

/// Two fields, reached by Tab in this order.
const FORM: &str = r#"<!doctype html><meta charset="utf-8"><title>Form</title>
<form method="post" action="/sent" accept-charset="utf-8"><input name="name"><input name="mail" value="old">
<button>Send</button></form>"#;

fn served(port: u16) -> Options {
    Options::with(&["--expose-host-port", &port.to_string(), "--run-slots", "1"])
}

#[test]
fn portal_login_brings_the_secret_into_the_page_and_nowhere_else() {
    let site = Site::new(|request| match (&*request.method, &*request.path) {
        ("GET", "/") => (200, "text/html", LOGIN.into()),
        ("POST", "/login") => (200, "text/html", "<h1>Welcome, Ada Lovelace".into()),
        _ => (204, "text/plain", Vec::new()),
    });
    let model = Model::start(json!([
        turns(
            "field for the user name",
            &[click(300, 500), finish("The field has the cursor.")]
        ),
        turns(
            "field for the password",
            &[click(900, 500), finish("The field has the cursor.")]
        ),
        turns(
            "the user is logged in",
            &[call(
                "answer",
                json!({"holds": true, "reason": "It says welcome."})
            )],
        ),
        turns(
            "the name of the user",
            &[call("extracted", json!({"name": "Ada Lovelace"}))],
        ),
    ]));
    let mut options = served(site.port()).variable("NEN_LOG", "debug");
    // Homes and drives in plain folders, so that each file can be looked at by itself.
    let plain = ["--disk-limit", "0"];
    options.arguments.extend(plain.map(str::to_owned));
    let mut server = Server::start_with(model.configure(options));
    let api = server.api();
    let desktop = open_page(&api, &site, &json!({}));
    let workflow = Workflow::upload(&api, &example("portal_login"));

    let run = workflow.body(json!({
        "desktop_id": desktop.id(),
        "workflow_params": {"portal": site.url_inside(), "user": "ada"},
        "secure_workflow_params": {"password": PASSWORD},
    }));
    let accepted = signed(&api, &run).expect(202);
    let id = accepted["messageId"].as_str().unwrap();
    let ended = nen_e2e::final_state(&api, id);
    assert_eq!(
        ended["result"],
        json!({"greeted_as": "Ada Lovelace"}),
        "{ended}"
    );
    let form = site.wait_for("/login").body;
    assert_eq!(
        String::from_utf8(form).unwrap(),
        format!("user=ada&password={PASSWORD}")
    );
    model.assert_all_answered();
    assert!(model.requests().iter().all(|request| request.images > 0));

    let steps = api.get(&format!("/runs/{id}/steps")).expect(200);
    let calls: Vec<&str> = steps["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["call"].as_str().unwrap())
        .collect();
    assert_eq!(
        calls,
        [
            "agent.execute",
            "computer.hotkey",
            "computer.type",
            "agent.execute",
            "computer.type",
            "computer.press",
            "agent.verify",
            "agent.extract",
        ]
    );
    let tool_log = api.get(&desktop.path("/tool-logs")).expect(200);
    let tool_log = tool_log.as_array().unwrap();
    assert!(
        tool_log.iter().any(|entry| entry["action"] == "type"),
        "{tool_log:?}"
    );
    let told = [
        ended,
        steps,
        json!(tool_log),
        api.get(&format!("/runs/{id}/logs")).text().into(),
        serde_json::to_value(model.requests()).unwrap(),
    ];
    for told in &told {
        assert!(!told.to_string().contains(PASSWORD), "{told}");
    }
    server.stop();
    assert!(server.log().contains(id), "the log has much to say");
    for secret in [PASSWORD, Model::KEY] {
        assert!(!server.log().contains(secret), "the log holds {secret}");
        assert_eq!(holding(&server.data_dir(), secret), [""; 0]);
    }
    // Looking would have found it.
    assert!(!holding(&server.data_dir(), id).is_empty());
}

/// A request of a caller who has the signing secret.
fn signed(api: &Api, body: &Value) -> nen_e2e::Reply {
    let secret = api
        .post("/settings/signing-secret/rotate", &json!({}))
        .expect(200);
    let body = body.to_string();
    let signature = hmac_hex(secret["secret"].as_str().unwrap(), body.as_bytes());
    let headers = [
        ("content-type", "application/json"),
        ("x-hmac-signature", &format!("sha256={signature}")),
    ];
    api.call("POST", "/runs", &headers, body.as_bytes())
}

/// Files below a data folder that hold this text, but for what programs inside a desktop wrote into their home.
fn holding(data_dir: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![data_dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() && !path.ends_with("home") {
                folders.push(path);
            } else if kind.is_file() {
                let bytes = std::fs::read(&path).unwrap();
                if bytes
                    .windows(text.len())
                    .any(|window| window == text.as_bytes())
                {
                    found.push(path.display().to_string());
                }
            }
        }
    }
    found
}

#[test]
fn invoice_download_hands_the_files_of_the_drive_on() {
    const PDF: &[u8] = b"%PDF-1.4 invoice 117 of Acme";
    let site = Site::new(|request| match (&*request.method, &*request.path) {
        ("GET", "/") => (200, "text/html", INVOICES.into()),
        ("GET", "/acme-117.pdf") => (200, "application/octet-stream", PDF.to_vec()),
        _ => (204, "text/plain", Vec::new()),
    });
    // A model sees when a download is complete; a script is told.
    let looks: std::sync::Arc<Mutex<Option<nen_e2e::Desktop>>> = std::sync::Arc::default();
    let model = Model::gated(
        json!([turns(
            "download the",
            &[click(600, 500), finish("The invoice is there.")]
        )]),
        {
            let looks = looks.clone();
            move |body| {
                if body.contains("tool_result") {
                    let desktop = looks.lock().unwrap().clone().unwrap();
                    until("the download is complete", || {
                        let path = desktop.path("/files/acme-117.pdf?path=Downloads");
                        (desktop.api().get(&path).body == PDF).then_some(())
                    });
                }
            }
        },
    );
    let server = Server::start_with(model.configure(served(site.port())));
    let api = server.api();
    let desktop = open_page(&api, &site, &json!({}));
    *looks.lock().unwrap() = Some(desktop.clone());
    // One that was there before is none of the run's.
    let old = desktop.path("/files/old.pdf?path=Downloads");
    api.call("POST", &old, &[], b"%PDF-old").expect(200);
    let workflow = Workflow::upload(&api, &example("invoice_download"));

    let ended = workflow.run(json!({
        "desktop_id": desktop.id(),
        "workflow_params": {"portal": site.url_inside(), "vendor": "Acme"},
    }));
    let invoice = json!({"name": "acme-117.pdf", "size": PDF.len()});
    assert_eq!(ended["result"], json!({"invoices": [invoice]}), "{ended}");
    let mut files = crate::workflows_runs::unpacked(&api, &ended);
    assert_eq!(files.remove("acme-117.pdf").as_deref(), Some(PDF));
    let table = String::from_utf8(files.remove("invoices.csv").unwrap()).unwrap();
    assert_eq!(
        table.trim(),
        format!("file,bytes\r\nacme-117.pdf,{}", PDF.len())
    );
    assert!(files.is_empty(), "{files:?}");
    model.assert_all_answered();
    assert_eq!(
        desktop.state()["status"],
        "running",
        "it was lent, and is left"
    );
}

#[test]
fn fill_form_sends_exactly_the_form_by_keyboard() {
    let site = Site::new(|request| match (&*request.method, &*request.path) {
        ("GET", "/form") => (200, "text/html", FORM.into()),
        ("GET", "/") => (200, "text/html", LOGIN.into()),
        ("POST", "/sent") => (200, "text/html", "<h1>Thanks".into()),
        _ => (204, "text/plain", Vec::new()),
    });
    let server = Server::start_with(served(site.port()));
    let api = server.api();
    // Chromium is there already, so that the example's pauses suffice on a busy machine.
    let desktop = open_page(&api, &site, &json!({}));
    let workflow = Workflow::upload(&api, &example("fill_form"));
    let ended = workflow.run(json!({
        "desktop_id": desktop.id(),
        "workflow_params": {"url": format!("{}form", site.url_inside()), "fields": ["Ada Łovelace", "ada@example.com"]},
    }));
    assert_eq!(
        ended["result"],
        json!({"filled": 2, "screenshot": "form.png"}),
        "{ended}"
    );
    let form = String::from_utf8(site.wait_for("/sent").body).unwrap();
    assert_eq!(form, "name=Ada+%C5%81ovelace&mail=ada%40example.com");
    let picture = crate::workflows_runs::unpacked(&api, &ended)
        .remove("form.png")
        .unwrap();
    assert_eq!(nen_e2e::Image::from_png(&picture).size(), (1280, 800));
}
