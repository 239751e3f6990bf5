//! Every keyboard action: delivered with exactly the right events, refused with exactly none.

use std::time::Instant;

use nen_e2e::{Desktop, Event, Paint, Server, Window, keys, texts};
use serde_json::{Value, json};

#[track_caller]
fn refused(desktop: &Desktop, window: &Window<'_>, action: &str, params: Value, message: &str) {
    let (reply, log) = window.input(|| desktop.act(action, params));
    reply.refused(400, message);
    assert_eq!(log, [], "{action} was refused and did something");
}

fn pressed(desktop: &Desktop, window: &Window<'_>, params: Value) -> Vec<String> {
    let (reply, log) = window.input(|| desktop.act("key", params));
    reply.expect(200);
    keys(&log)
}

#[test]
fn key_presses_names_aliases_and_combinations() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    for (text, expected) in [
        ("Return", &["+Return", "-Return"][..]),
        ("Enter", &["+Return", "-Return"]),
        ("esc", &["+Escape", "-Escape"]),
        ("PageDown", &["+Next", "-Next"]),
        ("cmd", &["+Super_L", "-Super_L"]),
        ("a", &["+a", "-a"]),
        ("F5", &["+F5", "-F5"]),
        ("ctrl+a", &["+Control_L", "+a", "-a", "-Control_L"]),
        ("ctrl+A", &["+Control_L", "+a", "-a", "-Control_L"]),
        (
            "ctrl+shift+t",
            &[
                "+Control_L",
                "+Shift_L",
                "+T",
                "-T",
                "-Shift_L",
                "-Control_L",
            ],
        ),
        // Not alt+F4: the window manager takes that one to close windows.
        ("alt+x", &["+Alt_L", "+x", "-x", "-Alt_L"]),
        ("Down Down", &["+Down", "-Down", "+Down", "-Down"]),
    ] {
        let got: Vec<String> = pressed(&desktop, &window, json!({"text": text}));
        // X11 has two names for the page keys.
        let got: Vec<String> = got
            .into_iter()
            .map(|key| key.replace("Page_Down", "Next"))
            .collect();
        assert_eq!(got, expected, "{text}");
    }
    let three = pressed(&desktop, &window, json!({"text": "Tab", "repeat": 3}));
    assert_eq!(three, ["+Tab", "-Tab"].repeat(3));
    // Not on the keyboard: a key of its own is found for it.
    let (reply, log) = window.input(|| desktop.act("key", json!({"text": "ж"})));
    reply.expect(200);
    assert_eq!(texts(&log), "ж");
}

#[test]
fn key_refuses_what_it_does_not_know_and_presses_nothing() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    for (params, message) in [
        (json!({}), "\"key\" needs text"),
        (json!({"text": ""}), "text is empty"),
        (json!({"text": "Retrun"}), "unknown key \"Retrun\""),
        (json!({"text": "ctrl+Retrun"}), "unknown key \"Retrun\""),
        (json!({"text": "a b; rm -rf /"}), "unknown key"),
        (json!({"text": 5}), "text must be a string, not 5"),
        (json!({"text": "a", "repeat": 0}), "from 1 to 100, not 0"),
        (
            json!({"text": "a", "repeat": 101}),
            "from 1 to 100, not 101",
        ),
    ] {
        refused(&desktop, &window, "key", params, message);
    }
}

#[test]
fn hold_key_holds_as_long_as_asked() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let (reply, log) =
        window.input(|| desktop.act("hold_key", json!({"text": "shift+a", "duration": 0.4})));
    reply.expect(200);
    assert_eq!(keys(&log), ["+Shift_L", "+A", "-A", "-Shift_L"]);
    let times: Vec<u32> = log
        .iter()
        .filter_map(|event| match event {
            Event::KeyPress(key) | Event::KeyRelease(key) => Some(key.time),
            _ => None,
        })
        .collect();
    let held = times[2] - times[1];
    assert!((395..700).contains(&held), "held for {held} ms");

    for (params, message) in [
        (json!({"duration": 1}), "needs text"),
        (json!({"text": "shift"}), "needs duration"),
        (json!({"text": "shift", "duration": 301}), "from 0 to 300"),
        (json!({"text": "shift", "duration": -0.1}), "from 0 to 300"),
        (json!({"text": "shift", "duration": "1"}), "from 0 to 300"),
        (
            json!({"text": "shft", "duration": 1}),
            "unknown key \"shft\"",
        ),
    ] {
        refused(&desktop, &window, "hold_key", params, message);
    }
}

#[test]
fn type_refuses_what_no_key_types() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    for (params, message) in [
        (json!({}), "\"type\" needs text"),
        (json!({"text": 5}), "text must be a string, not 5"),
        (json!({"text": "good\u{0}bad"}), "U+0000"),
        (json!({"text": "good\u{1}"}), "U+0001"),
        (json!({"text": "x", "interval": -1}), "from 0 to 10"),
        (json!({"text": "x".repeat(100_001)}), "100001 characters"),
    ] {
        refused(&desktop, &window, "type", params, message);
    }
    let (reply, log) = window.input(|| desktop.act("type", json!({"text": ""})));
    reply.expect(200);
    assert_eq!(log, [], "an empty text presses nothing");
}

#[test]
fn interval_spaces_the_characters() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let began = Instant::now();
    let (reply, log) =
        window.input(|| desktop.act("type", json!({"text": "abcde", "interval": 0.1})));
    reply.expect(200);
    assert_eq!(texts(&log), "abcde");
    let times: Vec<u32> = log
        .iter()
        .filter_map(|event| match event {
            Event::KeyPress(key) => Some(key.time),
            _ => None,
        })
        .collect();
    assert!(
        times.windows(2).all(|pair| pair[1] - pair[0] >= 90),
        "{times:?}"
    );
    assert!(began.elapsed().as_secs_f64() < 3.0);
}

#[test]
fn an_unknown_action_or_tool_is_named() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    // Nen's own clients look for these words.
    refused(
        &desktop,
        &window,
        "drag",
        json!({}),
        "unknown computer action \"drag\"",
    );
    let call = |tool: &str| json!({"action": {"tool": tool, "action": "list", "params": {}}});
    desktop
        .execute(&call("browser"))
        .refused(400, "unknown tool \"browser\"");
    desktop
        .execute(&call("windows"))
        .refused(400, "this desktop has no tool \"windows\"");
}
