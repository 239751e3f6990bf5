//! A model's provider that hangs, is busy, fails, talks nonsense or is not there.

use nen_e2e::{Model, Options, Server, Workflow, call, click, final_state, finish, turns};
use serde_json::{Value, json};

const ASKS: &str = "
def run(params: Params) -> Result:
    try:
        return Result(value=Agent().execute('press the button')['success'])
    except WorkflowError as error:
        return Result(value=str(error))
";

fn asked(model: &Model) -> Value {
    let server = Server::start_with(model.configure(Options::default()));
    Workflow::of(&server.api(), ASKS).run(json!({}))
}

#[test]
fn a_run_is_cancelled_while_its_agent_waits_for_a_model_that_hangs() {
    let model = Model::start(json!([{"hang": true}]));
    let server = Server::start_with(model.configure(Options::default()));
    let api = server.api();
    let id = Workflow::of(&api, ASKS).start(json!({}));
    model.wait_for(1);
    api.post(&format!("/runs/{id}/cancel"), &json!({}))
        .expect(202);
    let ended = final_state(&api, &id);
    assert_eq!(
        (&ended["run_status"], &ended["status"], &ended["error"]),
        (
            &json!("cancelled"),
            &json!("failed"),
            &json!("the run was cancelled")
        )
    );
    api.post(&format!("/runs/{id}/cancel"), &json!({}))
        .expect(409);
    nen_e2e::until("its desktop is gone", || {
        (api.get("/desktops").expect(200) == json!([])).then_some(())
    });
}

#[test]
fn a_busy_and_failing_provider_is_asked_again() {
    let model = Model::start(json!([
        {"status": 429, "retry_after": "1"}, {"status": 529}, {"status": 500}, click(10, 10), {"close": true},
        finish("It is pressed."),
    ]));
    let server = Server::start_with(model.configure(Options::default()));
    let api = server.api();
    let ended = Workflow::of(&api, ASKS).run(json!({}));
    assert_eq!(ended["result"], json!({"value": true}), "{ended}");
    let steps = api.get(&format!(
        "/runs/{}/steps",
        ended["message_id"].as_str().unwrap()
    ));
    let calls = steps.expect(200)["steps"][0]["model_calls"].clone();
    let attempts: Vec<&Value> = calls
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["attempts"])
        .collect();
    assert_eq!(json!(attempts), json!([4, 2]));
    assert!(
        calls[0]["latency_ms"].as_f64().unwrap() >= 1000.0,
        "what it asked for was waited: {calls}"
    );
    assert!(
        ended["input_tokens"].as_i64().unwrap() > 0 && ended["cost_usd"].as_f64().unwrap() > 0.0,
        "{ended}"
    );
}

#[test]
fn a_model_that_makes_up_actions_is_told_and_can_do_better() {
    let model = Model::start(json!([
        call("computer", json!({"action": "fly"})),
        click(10, 10),
        finish("It is pressed."),
    ]));
    assert_eq!(asked(&model)["result"], json!({"value": true}));
    let told = model.requests()[1].body.to_string();
    assert!(told.contains("unknown computer action"), "{told}");
}

#[test]
fn a_model_that_talks_nonsense_for_good_fails_the_call_and_not_the_server() {
    let nonsense = json!({"when": {"contains": "press the button"}, "answer": call("computer", json!({"action": "fly"}))});
    let ended = asked(&Model::start(json!([nonsense])));
    let error = ended["result"]["value"].as_str().unwrap();
    assert!(
        error.contains("claude-sonnet-4-6") && error.contains("fly"),
        "{error}"
    );
}

#[test]
fn a_provider_that_is_down_is_named_in_the_error() {
    // Nothing listens where something just did.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let options = Options::default()
        .variable("ANTHROPIC_API_KEY", Model::KEY)
        .variable("ANTHROPIC_BASE_URL", &format!("http://{closed}"));
    let server = Server::start_with(options);
    let ended = Workflow::of(
        &server.api(),
        "
def run(params: Params) -> Result:
    return Result(value=Agent().verify('the button is pressed'))
",
    )
    .run(json!({}));
    assert_eq!(ended["run_status"], "failed", "{ended}");
    assert_eq!(ended["error_type"], "WorkflowError", "{ended}");
    let error = ended["error"].as_str().unwrap();
    assert!(
        error.contains("Anthropic") && error.contains("connect"),
        "{error}"
    );
    assert!(!ended.to_string().contains(Model::KEY));
}

#[test]
fn each_provider_points_at_what_it_sees() {
    // Gemini counts in thousandths of the screen, the others in its pixels.
    for (name, lands) in [
        ("claude-haiku-4-5", [100, 200]),
        ("gpt-5.4", [100, 200]),
        ("gemini-3-pro", [128, 160]),
        ("vision@local", [100, 200]),
    ] {
        let clicks = [click(100, 200), finish("Done.")];
        let model = Model::start(json!([turns("press the button", &clicks)]));
        let server = Server::start_with(model.configure(Options::default()));
        let desktop = server.desktop();
        let run = json!({"model": name, "desktop_id": desktop.id()});
        let ended = Workflow::of(&server.api(), ASKS).run(run);
        assert_eq!(ended["result"], json!({"value": true}), "{name}: {ended}");
        model.assert_all_answered();
        let at = desktop.computer("cursor_position", json!({})).expect(200);
        assert_eq!(at["coordinate"], json!(lands), "{name}");
    }
}
