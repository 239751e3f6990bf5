//! What the models of a workspace may cost together.

use nen_e2e::{Model, Options, Server, Workflow, click, finish, turns};
use serde_json::{Value, json};

/// A price of a thousand dollars per token written makes one answer expensive.
const PRICES: &str =
    r#"{"claude-": {"input": 0, "cached_input": 0, "cache_write": 0, "output": 1000000}}"#;

fn server(model: &Model) -> Server {
    let options = model.configure(Options::default());
    Server::start_with(options.variable("NEN_MODEL_PRICES", PRICES))
}

fn spent(server: &Server) -> f64 {
    let settings = server.api().get("/settings").expect(200);
    settings["budget"]["spent_usd"].as_f64().unwrap()
}

#[test]
fn runs_and_http_calls_pay_from_one_budget_and_stop_when_it_is_spent() {
    let model = Model::start(json!([
        turns("look around", &[click(20, 30), finish("Done.")]),
        turns("look again", &[click(20, 30), finish("Done.")]),
    ]));
    let server = server(&model);
    let (api, desktop) = (&server.api(), server.desktop());
    let ask = |instruction: &str| {
        let body = json!({"instruction": instruction});
        api.post(&desktop.path("/agent/execute"), &body)
    };

    ask("look around").expect(200);
    let first = spent(&server);
    assert!(first > 0.0, "an answer has output tokens");
    let days = api.get("/settings/model-use").expect(200)["days"].clone();
    assert_eq!(days.as_array().unwrap().len(), 1, "{days}");
    assert_eq!(days[0]["calls"], 2);
    assert_eq!(days[0]["cost_usd"].as_f64().unwrap(), first);
    assert!(days[0]["output_tokens"].as_i64().unwrap() > 0);

    // Less than what is spent already: the next call is not made, for whomever.
    let limit = json!({"max_cost_usd": first / 2.0});
    api.send("PUT", "/settings/budget", &limit).expect(200);
    let asked = model.requests().len();
    ask("look again").refused(422, "US dollars a month are spent");
    let workflow = Workflow::of(
        api,
        "def run(params: Params) -> Result:
    Agent().execute(\"look again\")
    return Result()
",
    );
    let run = workflow.run(json!({}));
    assert_eq!(run["run_status"], "failed", "{run}");
    let error = run["error"].as_str().unwrap();
    assert!(error.contains("US dollars a month are spent"), "{error}");
    assert_eq!(
        model.requests().len(),
        asked,
        "the model was asked nevertheless"
    );
    assert_eq!(spent(&server), first);

    // With more, the same goes through and is added up.
    let more = json!({"max_cost_usd": first * 100.0});
    api.send("PUT", "/settings/budget", &more).expect(200);
    let run = workflow.run(json!({}));
    assert_eq!(run["run_status"], "completed", "{run}");
    assert!(spent(&server) > first);
    model.assert_all_answered();
}

#[test]
fn a_model_without_a_price_is_refused_only_where_there_is_a_budget() {
    let model = Model::start(json!([turns("look around", &[finish("Done.")])]));
    let server = server(&model);
    let (api, desktop) = (server.api(), server.desktop());
    let ask = || -> Value { json!({"instruction": "look around", "model": "anything@local"}) };
    api.send("PUT", "/settings/budget", &json!({"max_cost_usd": 1000}))
        .expect(200);
    let path = desktop.path("/agent/execute");
    api.post(&path, &ask()).refused(422, "NEN_MODEL_PRICES");
    assert_eq!(model.requests().len(), 0);
    api.send("PUT", "/settings/budget", &json!({"max_cost_usd": null}))
        .expect(200);
    api.post(&path, &ask()).expect(200);
    let days = api.get("/settings/model-use").expect(200)["days"].clone();
    assert_eq!(days[0]["cost_usd"], Value::Null, "{days}");
}
