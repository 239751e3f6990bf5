//! The agent of a desktop by plain HTTP.

use nen_e2e::{Model, Options, Server, call, click, finish, turns};
use serde_json::json;

#[test]
fn execute_verify_and_extract_answer_by_http() {
    let model = Model::start(json!([
        turns(
            "open the menu",
            &[click(20, 30), finish("The menu is open.")]
        ),
        turns(
            "the menu is open",
            &[call(
                "answer",
                json!({"holds": true, "reason": "I see it."})
            )]
        ),
        turns(
            "entries of the menu",
            &[
                call("extracted", json!({"entries": "none"})),
                call("extracted", json!({"entries": ["Files", "Terminal"]})),
            ]
        ),
    ]));
    let server = Server::start_with(model.configure(Options::default()));
    let (api, desktop) = (server.api(), server.desktop());
    let ask = |what: &str, body: serde_json::Value| {
        api.post(&desktop.path(&format!("/agent/{what}")), &body)
    };

    let done =
        ask("execute", json!({"instruction": "open the menu"})).expect(200)["result"].clone();
    assert_eq!(
        (&done["success"], &done["summary"]),
        (&json!(true), &json!("The menu is open.")),
        "{done}"
    );
    let at = desktop.computer("cursor_position", json!({})).expect(200);
    assert_eq!(at["coordinate"], json!([20, 30]));
    let holds = ask(
        "verify",
        json!({"condition": "the menu is open", "timeout": 1}),
    )
    .expect(200);
    assert_eq!(holds, json!({"result": true}));
    let schema = json!({"type": "object", "required": ["entries"],
        "properties": {"entries": {"type": "array", "items": {"type": "string"}}}});
    let read = ask(
        "extract",
        json!({"query": "entries of the menu", "schema": schema}),
    )
    .expect(200);
    assert_eq!(read, json!({"result": {"entries": ["Files", "Terminal"]}}));
    model.assert_all_answered();
    // What the agent did stands in the tool log with whoever asked for it.
    let log = api.get(&desktop.path("/tool-logs")).expect(200);
    assert!(
        log.as_array()
            .unwrap()
            .iter()
            .any(|entry| entry["action"] == "left_click"),
        "{log}"
    );
}

#[test]
fn requests_that_make_no_sense_are_refused_with_the_reason() {
    let model = Model::start(json!([]));
    let server = Server::start_with(model.configure(Options::default()));
    let desktop = server.desktop();
    let ask = |what: &str, body: serde_json::Value| {
        server
            .api()
            .post(&desktop.path(&format!("/agent/{what}")), &body)
    };
    ask("execute", json!({})).refused(400, "instruction");
    ask("execute", json!({"instruction": " "})).refused(400, "instruction");
    ask("verify", json!({"condition": "x", "timeout": -1})).refused(400, "timeout");
    ask("extract", json!({"query": "x", "schema": {}})).refused(400, "schema");
    ask(
        "execute",
        json!({"instruction": "click", "model": "vision@nowhere"}),
    )
    .refused(400, "NEN_MODEL_ALIASES");
    assert_eq!(model.requests().len(), 0, "the model was not asked");
}

#[test]
fn without_a_model_it_is_said_how_to_configure_one() {
    let server = Server::start();
    let desktop = server.desktop();
    let asked = json!({"instruction": "click"});
    let reply = server.api().post(&desktop.path("/agent/execute"), &asked);
    reply.refused(400, "ANTHROPIC_API_KEY");
}
