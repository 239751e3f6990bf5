//! What is written down of a run: its log, its steps, their pictures.

use std::io::{BufRead, BufReader, Read};

use nen_e2e::{Image, Server, Workflow};
use serde_json::{Value, json};

#[test]
fn a_log_is_followed_while_the_run_goes_on_until_its_end() {
    let server = Server::start();
    let api = server.api();
    let workflow = Workflow::of(
        &api,
        "
def run(params: Params) -> Result:
    print('waiting')
    for _ in range(3000):
        if Computer().drive('/drive').files('go'):
            break
        time.sleep(0.02)
    print('went on')
    return Result()
",
    );
    let desktop = server.desktop();
    let id = workflow.start(json!({"desktop_id": desktop.id()}));
    let url = format!("{}/runs/{id}/logs?follow=true", server.url());
    let stream = ureq::get(&url)
        .header("authorization", format!("Bearer {}", server.key()))
        .header("accept", "application/x-ndjson")
        .call()
        .unwrap();
    let mut lines = BufReader::new(stream.into_body().into_reader()).lines();
    let mut next = |wanted: &str| -> Value {
        loop {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("no line {wanted:?}"))
                .unwrap();
            let record: Value = serde_json::from_str(&line).unwrap();
            if record["text"] == wanted {
                return record;
            }
        }
    };
    let first = next("waiting");
    assert_eq!(first["stream"], "stdout");
    // It has come although the run goes on: only now can it end.
    api.call("POST", &desktop.path("/files/go"), &[], b"")
        .expect(200);
    assert!(next("went on")["seq"].as_i64() > first["seq"].as_i64());
    next("run completed");
    assert!(lines.next().is_none(), "nothing follows the end");
}

#[test]
fn steps_show_calls_outcomes_and_what_was_on_the_screen() {
    let server = Server::start();
    let api = server.api();
    let ended = Workflow::of(
        &api,
        "
def run(params: Params) -> Result:
    computer = Computer()
    computer.move(300, 200)
    computer.type('only this many')
    try:
        computer.click_at(9000, 1)
    except WorkflowError:
        pass
    return Result()
",
    )
    .run(json!({}));
    let id = ended["message_id"].as_str().unwrap();
    let steps = api.get(&format!("/runs/{id}/steps")).expect(200)["steps"].clone();
    let seen: Vec<(&Value, &Value)> = steps
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (&step["call"], &step["status"]))
        .collect();
    assert_eq!(
        json!(seen),
        json!([
            ["computer.move", "ok"],
            ["computer.type", "ok"],
            ["computer.click_at", "error"]
        ])
    );
    assert_eq!(steps[1]["args"]["text"], "[14 characters]");
    assert!(
        steps[2]["error"]
            .as_str()
            .unwrap()
            .contains("outside the screen"),
        "{}",
        steps[2]
    );
    for step in [&steps[0], &steps[1]] {
        let path = step["screenshot"]
            .as_str()
            .unwrap_or_else(|| panic!("no picture: {step}"));
        let picture = api.get(path).expect_raw(200);
        assert_eq!(Image::from_png(&picture.body).size(), (1280, 800));
        assert_eq!(api.without_key().get(path).status, 401);
    }
    let mut body = String::new();
    BufReader::new(&*api.get(&format!("/runs/{id}/logs")).body)
        .read_to_string(&mut body)
        .unwrap();
    assert!(!body.contains("only this many"), "{body}");
}
