//! `nen run logs` and `nen run watch`.

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};

use crate::{
    nen::Nen,
    samples::{completed, failed, line, run, run_with},
    stand_in::StandIn,
};

const LOG: &str = "GET /runs/run-1/logs?follow=true";

#[test]
fn a_line_is_there_before_the_next_is_written() {
    let server = StandIn::start();
    server.on("GET /runs/run-1", 200, &run());
    let log = server.on_bits(LOG);
    let nen = Nen::with(&server);
    let mut child = nen.spawn(&["run", "logs", "run-1", "--follow"]);
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    log.write(&line(1, "first"));
    assert!(out.next().unwrap().unwrap().ends_with("  out  first"));
    log.write(&line(2, "second"));
    assert!(out.next().unwrap().unwrap().ends_with("  out  second"));
    server.on("GET /runs/run-1", 200, &completed());
    // The answer of before may be given once more; then the log is asked for again, and has nothing new.
    server.on_lines(LOG, &[line(1, "first"), line(2, "second")]);
    drop(log);
    assert!(out.next().is_none());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_connection_that_breaks_is_made_again_and_no_line_comes_twice() {
    let server = StandIn::start();
    server
        .on("GET /runs/run-1", 200, &run())
        .on("GET /runs/run-1", 200, &completed());
    let log = server.on_bits(LOG);
    server.on_lines(LOG, &[line(1, "first"), line(2, "second")]);
    let nen = Nen::with(&server);
    let mut child = nen.spawn(&["run", "logs", "run-1", "-f", "--json"]);
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    log.write(&line(1, "first"));
    let mut next =
        || -> Option<Value> { Some(serde_json::from_str(&out.next()?.unwrap()).unwrap()) };
    assert_eq!(next(), Some(line(1, "first")));
    log.break_off();
    assert_eq!(next(), Some(line(2, "second")));
    assert_eq!(next(), None);
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_log_so_far_is_printed_without_waiting() {
    let server = StandIn::start();
    let escape = line(2, "\u{1b}[2Jcleared");
    server.on_lines("GET /runs/run-1/logs", &[line(1, "hello"), escape]);
    let nen = Nen::with(&server);
    let text = nen.good(&["run", "logs", "run-1"]).out;
    assert!(text.contains(":22.250  out  hello\n"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
    let accept = server.request("GET /runs/run-1/logs");
    assert_eq!(accept.header("accept"), Some("application/x-ndjson"));
    assert_eq!(nen.run(&["run", "logs", "absent"]).code, 3);
    assert_eq!(nen.run(&["run", "logs", "absent", "--follow"]).code, 3);
}

fn step(number: i64, status: &str) -> Value {
    json!({"number": number, "call": "computer.press", "args": {"key": "Return"}, "status": status,
        "started_at": 1_743_447_262.0, "duration_ms": 42.0})
}

#[test]
fn watching_shows_live_view_steps_log_and_how_it_ended() {
    let server = StandIn::start();
    let live = run_with(&json!({"live_view_url": "https://nen.example/runs/run-1", "steps": 1}));
    let mut done = completed();
    done["steps"] = json!(2);
    done["assets"] = json!("https://nen.example/signed");
    server
        .on("GET /runs/run-1", 200, &live)
        .on("GET /runs/run-1", 200, &done);
    let first = json!({"steps": [step(1, "running")]});
    let both = json!({"steps": [step(1, "ok"), step(2, "ok")]});
    server
        .on("GET /runs/run-1/steps", 200, &first)
        .on("GET /runs/run-1/steps", 200, &both);
    server.on_lines(LOG, &[line(1, "hello")]);
    let ended = Nen::with(&server).good(&["run", "watch", "run-1"]);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines[0], "run-1  invoices v3  running");
    assert_eq!(lines[1], "Live view: https://nen.example/runs/run-1");
    assert!(
        lines[2].ends_with("#1  computer.press key=\"Return\" …"),
        "{ended:?}"
    );
    assert!(lines[3].ends_with("  out  hello"), "{ended:?}");
    assert!(
        lines[4].ends_with("#1  computer.press key=\"Return\"  ok 42 ms"),
        "{ended:?}"
    );
    assert!(lines[5].contains("#2  computer.press"), "{ended:?}");
    assert_eq!(
        lines[6..],
        [
            "",
            "Completed in 1m 23s, 2 steps",
            "{",
            "  \"total\": 3.5",
            "}",
            "Files: nen run assets run-1"
        ]
    );
}

#[test]
fn watching_in_json_gives_an_object_per_line_and_a_failure_its_exit_code() {
    let server = StandIn::start();
    let mut done = failed();
    done["steps"] = json!(1);
    server.on("GET /runs/run-1", 200, &done);
    server.on(
        "GET /runs/run-1/steps",
        200,
        &json!({"steps": [step(1, "ok")]}),
    );
    server.on_lines(LOG, &[line(1, "hello")]);
    let ended = Nen::with(&server).run(&["run", "watch", "run-1", "--json"]);
    assert_eq!(ended.code, 1);
    let lines: Vec<Value> = ended
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 3, "{ended:?}");
    assert_eq!(lines[0]["step"]["number"], 1);
    assert_eq!(lines[1]["log"], line(1, "hello"));
    assert_eq!(lines[2]["run"]["error"], "no such row");
}
