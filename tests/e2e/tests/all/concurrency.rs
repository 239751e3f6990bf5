//! Several callers, and callers who go away.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use nen_e2e::{Event, Paint, Server, Window, clicks, texts, until};
use serde_json::{Value, json};

#[test]
fn two_callers_never_interleave() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let (small, large) = ("a".repeat(300), "Ä".repeat(300));
    let ((), log) = window.input(|| {
        std::thread::scope(|scope| {
            for text in [&small, &large] {
                let desktop = &desktop;
                scope.spawn(move || {
                    for _ in 0..3 {
                        desktop.act("type", json!({"text": text})).expect(200);
                    }
                });
            }
        });
    });
    let typed = texts(&log);
    assert_eq!(typed.chars().count(), 1800);
    let mut rest: Vec<char> = typed.chars().collect();
    while !rest.is_empty() {
        let head: String = rest.drain(..300).collect();
        assert!(
            head == small || head == large,
            "two texts got mixed: {head}"
        );
    }
}

#[test]
fn batches_of_two_callers_do_not_interleave_either() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let batch = |x: i32| {
        let click =
            json!({"tool": "computer", "action": "left_click", "params": {"coordinate": [x, 300]}});
        json!({"actions": vec![click; 20], "settle": false, "screenshot": "never"})
    };
    let ((), log) = window.input(|| {
        std::thread::scope(|scope| {
            for x in [100, 900] {
                let (desktop, body) = (&desktop, batch(x));
                scope.spawn(move || {
                    for _ in 0..3 {
                        desktop.execute(&body).expect(200);
                    }
                });
            }
        });
    });
    let places = clicks(&log);
    assert_eq!(places.len(), 2 * 20 * 6);
    for batch in places.chunks(40) {
        assert!(
            batch.iter().all(|click| click[1..] == batch[0][1..]),
            "two batches got mixed: {batch:?}"
        );
    }
}

/// Sends a call by hand, waits until the desktop has felt it, and hangs up.
fn hang_up_during(server: &Server, path: &str, action: &Value, felt: impl Fn() -> bool) {
    let body = json!({"action": action}).to_string();
    let host = server.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        server.key(),
        body.len()
    );
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .unwrap();
    until("the action began", || felt().then_some(()));
    stream.shutdown(Shutdown::Both).unwrap();
}

#[test]
fn a_caller_who_hangs_up_leaves_no_key_down() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let hold = json!({"tool": "computer", "action": "hold_key", "params": {"text": "ctrl+shift", "duration": 60}});
    let began = Instant::now();
    let held = || {
        window
            .all()
            .iter()
            .filter(|event| matches!(event, Event::KeyPress(_)))
            .count()
            == 2
    };
    hang_up_during(&server, &desktop.path("/execute"), &hold, held);
    until("both keys are up", || {
        let ups = window
            .all()
            .iter()
            .filter(|event| matches!(event, Event::KeyRelease(_)))
            .count();
        (ups == 2).then_some(())
    });
    // And the desktop is free for the next caller at once.
    desktop.act("key", json!({"text": "x"})).expect(200);
    let log = desktop.api().get(&desktop.path("/tool-logs")).expect(200);
    let entry = log
        .as_array()
        .into_iter()
        .flatten()
        .find(|entry| entry["action"] == "hold_key");
    let entry = entry.expect("who hangs up is logged all the same");
    assert!(
        entry["error"]
            .as_str()
            .is_some_and(|error| error.starts_with("no answer was given")),
        "{entry}"
    );
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_caller_who_hangs_up_leaves_no_button_down() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    // Long enough to be felt on its way: a thousand points, back and forth.
    let path: Vec<[i32; 2]> = (0..1000)
        .map(|at| [if at % 2 == 0 { 10 } else { 1270 }, 10 + at % 700])
        .collect();
    let drag = json!({"tool": "computer", "action": "left_click_drag", "params": {"path": path}});
    let pressed = || {
        clicks(&window.all())
            .iter()
            .any(|click| click.starts_with("+1"))
    };
    hang_up_during(&server, &desktop.path("/execute"), &drag, pressed);
    until("the button is up", || {
        clicks(&window.all())
            .iter()
            .any(|click| click.starts_with("-1"))
            .then_some(())
    });
    let ((), log) = window.input(|| {
        desktop
            .act("mouse_move", json!({"coordinate": [5, 5]}))
            .expect(200);
    });
    let last = log.last().expect("a motion");
    assert_eq!(
        *last,
        Event::Motion {
            x: 5,
            y: 5,
            state: 0
        },
        "nothing is held"
    );
    assert_eq!(clicks(&window.all()).len(), 2, "pressed once, let go once");
}

#[test]
fn a_caller_who_hangs_up_while_typing_leaves_nothing_pressed() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let text = "AbC".repeat(5000);
    let slow =
        json!({"tool": "computer", "action": "type", "params": {"text": text, "interval": 0.02}});
    hang_up_during(&server, &desktop.path("/execute"), &slow, || {
        texts(&window.all()).len() > 5
    });
    let ((), _) = window.input(|| {
        desktop.act("key", json!({"text": "x"})).expect(200);
    });
    let all = window.all();
    let downs = all
        .iter()
        .filter(|event| matches!(event, Event::KeyPress(_)))
        .count();
    let ups = all
        .iter()
        .filter(|event| matches!(event, Event::KeyRelease(_)))
        .count();
    assert_eq!(downs, ups, "every key is up");
    assert!(texts(&all).len() < 5000, "it stopped typing");
}
