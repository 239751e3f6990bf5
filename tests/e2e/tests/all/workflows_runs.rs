//! `POST /runs` from the request to the result, the webhooks and the files.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use nen_e2e::{Api, Options, Receiver, Server, Workflow, final_state};
use serde_json::{Value, json};

const LEAVES_A_FILE: &str = "
def run(params: Params) -> Result:
    os.makedirs('/artifacts/deep')
    open('/artifacts/deep/note.txt', 'w').write(f'note {params.n}')
    return Result(value=params.n + 1)
";

/// The files of a run by their names, fetched by the link as it stands, without a key.
pub fn unpacked(api: &Api, run: &Value) -> BTreeMap<String, Vec<u8>> {
    let link = run["assets"]
        .as_str()
        .unwrap_or_else(|| panic!("no files: {run}"));
    let path = link
        .strip_prefix(api.base())
        .expect("a link to this server");
    let zip = api.without_key().get(path).expect_raw(200).body;
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn server() -> Server {
    Server::start_with(Options::with(&["--allow-private-webhooks"]))
}

#[test]
fn a_run_is_told_of_by_two_signed_webhooks_that_say_what_its_resource_says() {
    let server = server();
    let api = server.api();
    let secret = api
        .post("/settings/webhook-secret/rotate", &json!({}))
        .expect(200);
    let secret = secret["secret"].as_str().unwrap();
    let receiver = Receiver::start();
    let workflow = Workflow::of(&api, LEAVES_A_FILE);
    let id =
        workflow.start(json!({"workflow_params": {"n": 41}, "webhook_callback": receiver.url()}));

    let [begun, ended] = receiver.wait("two webhooks", |hooks| {
        <[_; 2]>::try_from(hooks.to_vec()).ok()
    });
    for hook in [&begun, &ended] {
        hook.assert_signed(secret);
    }
    let expires_at = &begun.json()["expires_at"];
    let processing = json!({"workflow_id": workflow.id, "message_id": id, "status": "processing", "expires_at": expires_at});
    assert_eq!(begun.json(), processing);
    let (told, shown) = (ended.json(), final_state(&api, &id));
    assert_eq!(told["result"], json!({"value": 42}));
    for field in ["workflow_id", "message_id", "status", "success", "result"] {
        assert_eq!(told[field], shown[field], "{field}");
    }
    assert_eq!(
        (&told["status"], &told["success"]),
        (&json!("success"), &json!(true))
    );
    for files in [unpacked(&api, &told), unpacked(&api, &shown)] {
        assert_eq!(
            files,
            BTreeMap::from([("deep/note.txt".to_owned(), b"note 41".to_vec())])
        );
    }
    let forged = told["assets"]
        .as_str()
        .unwrap()
        .replace("signature=", "signature=0");
    let forged = forged.strip_prefix(api.base()).unwrap();
    assert_eq!(api.without_key().get(forged).status, 404);
}

#[test]
fn a_failed_run_is_told_of_with_its_error() {
    let server = server();
    let receiver = Receiver::start();
    let workflow = Workflow::of(
        &server.api(),
        "
def run(params: Params) -> Result:
    raise WorkflowError('no invoice')
",
    );
    let id = workflow.start(json!({"webhook_callback": receiver.url()}));
    let told = receiver.wait("the end", |hooks| hooks.get(1).map(nen_e2e::Hook::json));
    let expires_at = &told["expires_at"];
    assert_eq!(
        told,
        json!({"workflow_id": workflow.id, "message_id": id, "status": "failed", "expires_at": expires_at,
            "success": false, "error": "no invoice", "error_type": "WorkflowError", "assets": null})
    );
}

#[test]
fn secrets_without_a_signature_are_refused_as_documented() {
    let server = server();
    let api = server.api();
    let workflow = Workflow::of(
        &api,
        "
class SecureParams(BaseModel):
    pin: Secure[str]

def run(params: Params, secure_params: SecureParams) -> Result:
    return Result()
",
    );
    let body = workflow.body(json!({"secure_workflow_params": {"pin": "1234"}}));
    let refused = api.post("/runs", &body).expect(403);
    assert_eq!(
        refused,
        json!({"error": "hmac_required_for_secure_params",
            "message": "The secure_workflow_params field requires HMAC authentication."})
    );
    let headers = [
        ("content-type", "application/json"),
        ("x-hmac-signature", "sha256=00"),
    ];
    api.call("POST", "/runs", &headers, body.to_string().as_bytes())
        .expect(401);
    assert_eq!(api.get("/runs").expect(200)["runs"], json!([]));
}

#[test]
fn a_typed_secret_is_in_the_tool_log_without_its_length() {
    let server = server();
    let api = server.api();
    let signing = api
        .post("/settings/signing-secret/rotate", &json!({}))
        .expect(200);
    let signing = signing["secret"].as_str().unwrap();
    let desktop = server.desktop();
    let workflow = Workflow::of(
        &api,
        "
class SecureParams(BaseModel):
    pin: Secure[str]

def run(params: Params, secure_params: SecureParams) -> Result:
    Computer().type(secure_params.pin, interval=0)
    Computer().type('open', interval=0)
    return Result()
",
    );
    let mut seen = Vec::new();
    for pin in ["12", "something a lot longer"] {
        let body = workflow
            .body(json!({"desktop_id": desktop.id(), "secure_workflow_params": {"pin": pin}}))
            .to_string();
        let signature = format!("sha256={}", nen_e2e::hmac_hex(signing, body.as_bytes()));
        let headers = [
            ("content-type", "application/json"),
            ("x-hmac-signature", signature.as_str()),
        ];
        let accepted = api
            .call("POST", "/runs", &headers, body.as_bytes())
            .expect(202);
        let run = final_state(&api, accepted["messageId"].as_str().unwrap());
        assert_eq!(run["run_status"], "completed", "{run}");
        let typed = nen_e2e::until("what was typed is in the log", || {
            let log = api.get(&desktop.path("/tool-logs")).expect(200);
            let entries = log.as_array().unwrap().iter();
            let typed = entries.filter(|entry| entry["action"] == "type").cloned();
            let typed: Vec<Value> = typed.collect();
            (typed.len() == 2 * (seen.len() + 1)).then_some(typed)
        });
        let [.., secret, open] = &typed[..] else {
            panic!("{typed:?}")
        };
        assert_eq!(open["params"]["text"], "[4 characters]");
        assert_eq!(secret["params"]["text"], "[secret]");
        let mut secret = secret.clone();
        for own in ["id", "started_at", "actor", "screenshot"] {
            secret[own].take();
        }
        seen.push(secret);
    }
    assert_eq!(seen[0], seen[1], "a secret's record depends on it");
}

#[test]
fn the_same_idempotency_key_starts_one_run() {
    let server = server();
    let api = server.api();
    let workflow = Workflow::of(&api, LEAVES_A_FILE);
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "invoices-of-may"),
    ];
    let body = workflow.body(json!({})).to_string();
    let [first, second] = [(); 2].map(|()| api.call("POST", "/runs", &headers, body.as_bytes()));
    assert_eq!(first.expect(202), second.expect(202));
    assert_eq!(
        (
            first.header("idempotent-replayed"),
            second.header("idempotent-replayed")
        ),
        ("", "true")
    );
    let other = workflow
        .body(json!({"workflow_params": {"n": 2}}))
        .to_string();
    api.call("POST", "/runs", &headers, other.as_bytes())
        .expect(422);
    assert_eq!(
        api.get("/runs").expect(200)["runs"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn an_ordinary_user_executes_workflows_too() {
    let server = Server::start_with(Options::unprivileged());
    let api = server.api();
    let ended = Workflow::of(
        &api,
        "
def run(params: Params) -> Result:
    computer = Computer()
    computer.move(40, 50)
    open('/artifacts/screen.png', 'wb').write(computer.screenshot())
    return Result(value=os.listdir('/artifacts'))
",
    )
    .run(json!({}));
    assert_eq!(ended["result"], json!({"value": ["screen.png"]}), "{ended}");
    let picture = unpacked(&api, &ended).remove("screen.png").unwrap();
    assert_eq!(nen_e2e::Image::from_png(&picture).size(), (1280, 800));
}
