//! Every mouse action: delivered with exactly the right events, refused with exactly none.

use nen_e2e::{Desktop, Event, Paint, Server, Window, clicks, keys};
use serde_json::{Value, json};

const SHIFT: u16 = 0x1;
const CONTROL: u16 = 0x4;
const BUTTON1: u16 = 0x100;

/// The call is refused with 400 and this message, and the window sees nothing of it.
#[track_caller]
fn refused(desktop: &Desktop, window: &Window<'_>, action: &str, params: Value, message: &str) {
    let (reply, log) = window.input(|| desktop.act(action, params));
    reply.refused(400, message);
    assert_eq!(log, [], "{action} was refused and did something");
}

fn motions(log: &[Event]) -> Vec<(i16, i16, u16)> {
    let motions = log.iter().filter_map(|event| match event {
        Event::Motion { x, y, state } => Some((*x, *y, *state)),
        _ => None,
    });
    motions.collect()
}

fn places(log: &[Event]) -> Vec<(i16, i16)> {
    motions(log).into_iter().map(|(x, y, _)| (x, y)).collect()
}

#[test]
fn left_click_lands_exactly() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);

    let (reply, log) =
        window.input(|| desktop.act("left_click", json!({"coordinate": [500, 300]})));
    let reply = reply.expect(200);
    assert_eq!(reply["status"], "ok");
    assert_eq!(reply["output"], "left click at (500, 300)");
    assert_eq!(reply["coordinate"], json!([500, 300]));
    assert_eq!(clicks(&log), ["+1 500,300", "-1 500,300"]);
    assert_eq!(
        places(&log),
        [(500, 300)],
        "the pointer goes there and nowhere else"
    );

    // Where the pointer is, when no place is given.
    desktop
        .act("mouse_move", json!({"coordinate": [301, 402]}))
        .expect(200);
    let (reply, log) = window.input(|| desktop.act("left_click", json!({})));
    assert_eq!(clicks(&log), ["+1 301,402", "-1 301,402"]);
    assert_eq!(reply.expect(200)["coordinate"], json!([301, 402]));

    for (params, message) in [
        (
            json!({"coordinate": [1280, 10]}),
            "outside the screen, which is 1280x800",
        ),
        (
            json!({"coordinate": [10, 800]}),
            "outside the screen, which is 1280x800",
        ),
        (json!({"coordinate": [-1, 0]}), "outside the screen"),
        (
            json!({"coordinate": "500,300"}),
            "coordinate must be [x, y]",
        ),
        (json!({"coordinate": [500]}), "coordinate must be [x, y]"),
        (json!({"coordinate": [500.5, 300]}), "whole numbers"),
        (
            json!({"coordinate": [500, 300], "text": "q"}),
            "not a modifier",
        ),
        (
            json!({"cordinate": [500, 300]}),
            "unknown parameter \"cordinate\"",
        ),
    ] {
        refused(&desktop, &window, "left_click", params, message);
    }
}

#[test]
fn row_and_column_zero_and_the_far_corner_are_places() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    for (x, y) in [(0, 0), (0, 400), (600, 0), (1279, 799)] {
        let (reply, log) =
            window.input(|| desktop.act("left_click", json!({"coordinate": [x, y]})));
        assert_eq!(reply.expect(200)["coordinate"], json!([x, y]));
        assert_eq!(clicks(&log), [format!("+1 {x},{y}"), format!("-1 {x},{y}")]);
    }
}

#[test]
fn right_and_middle_click_use_their_buttons() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    for (action, button, output) in [
        ("right_click", 3, "right click at (40, 50)"),
        ("middle_click", 2, "middle click at (40, 50)"),
    ] {
        let (reply, log) = window.input(|| desktop.act(action, json!({"coordinate": [40, 50]})));
        assert_eq!(reply.expect(200)["output"], output);
        assert_eq!(
            clicks(&log),
            [format!("+{button} 40,50"), format!("-{button} 40,50")]
        );
        refused(
            &desktop,
            &window,
            action,
            json!({"coordinate": [40, 5000]}),
            "outside the screen",
        );
    }
}

#[test]
fn double_and_triple_click_are_quick_enough_to_be_one() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    for (action, times) in [("double_click", 2), ("triple_click", 3)] {
        let (reply, log) = window.input(|| desktop.act(action, json!({"coordinate": [640, 401]})));
        assert_eq!(reply.expect(200)["coordinate"], json!([640, 401]));
        assert_eq!(clicks(&log), ["+1 640,401", "-1 640,401"].repeat(times));
        let times: Vec<u32> = log
            .iter()
            .filter_map(|event| match event {
                Event::ButtonPress(press) => Some(press.time),
                _ => None,
            })
            .collect();
        let span = times[times.len() - 1] - times[0];
        assert!(span < 250, "{action} took {span} ms");
        refused(
            &desktop,
            &window,
            action,
            json!({"coordinate": [5000, 5]}),
            "outside the screen",
        );
    }
}

#[test]
fn modifiers_are_held_during_a_click_and_let_go_after_it() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let (reply, log) = window.input(|| {
        desktop.act(
            "left_click",
            json!({"coordinate": [90, 90], "text": "ctrl+shift"}),
        )
    });
    reply.expect(200);
    assert_eq!(
        keys(&log),
        ["+Control_L", "+Shift_L", "-Shift_L", "-Control_L"]
    );
    let states: Vec<u16> = log
        .iter()
        .filter_map(|event| match event {
            Event::ButtonPress(press) => Some(press.state),
            _ => None,
        })
        .collect();
    assert_eq!(states, [SHIFT | CONTROL]);
    assert!(matches!(log.last(), Some(Event::KeyRelease(_))), "{log:?}");
}

#[test]
fn mouse_move_moves_and_does_nothing_else() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let (reply, log) =
        window.input(|| desktop.act("mouse_move", json!({"coordinate": [333, 222]})));
    assert_eq!(reply.expect(200)["coordinate"], json!([333, 222]));
    assert_eq!(
        log,
        [Event::Motion {
            x: 333,
            y: 222,
            state: 0
        }]
    );
    refused(
        &desktop,
        &window,
        "mouse_move",
        json!({}),
        "\"mouse_move\" needs coordinate",
    );
    refused(
        &desktop,
        &window,
        "mouse_move",
        json!({"coordinate": [0, 800]}),
        "outside the screen",
    );
}

#[test]
fn a_drag_never_lets_go_on_the_way() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);

    let (reply, log) = window.input(|| {
        desktop.act(
            "left_click_drag",
            json!({"start_coordinate": [200, 200], "coordinate": [700, 500]}),
        )
    });
    assert_eq!(reply.expect(200)["coordinate"], json!([700, 500]));
    assert_eq!(
        clicks(&log),
        ["+1 200,200", "-1 700,500"],
        "pressed once, let go once, at the ends"
    );
    let held: Vec<_> = motions(&log)
        .into_iter()
        .filter(|(.., state)| state & BUTTON1 != 0)
        .collect();
    assert!(
        held.len() >= 5,
        "it moves in steps, not in a jump: {held:?}"
    );
    assert!(
        held.windows(2)
            .all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1),
        "{held:?}"
    );
    assert_eq!(held.last().map(|(x, y, _)| (*x, *y)), Some((700, 500)));

    let path = json!({"path": [[100, 100], [400, 100], [400, 500], [0, 0]], "text": "shift"});
    let (reply, log) = window.input(|| desktop.act("left_click_drag", path));
    reply.expect(200);
    assert_eq!(clicks(&log), ["+1 100,100", "-1 0,0"]);
    assert_eq!(keys(&log), ["+Shift_L", "-Shift_L"]);
    let seen = places(&log);
    let corners =
        [(400, 100), (400, 500), (0, 0)].map(|corner| seen.iter().position(|at| *at == corner));
    assert!(
        corners.iter().all(Option::is_some) && corners.is_sorted(),
        "not through every point: {seen:?}"
    );

    for (params, message) in [
        (json!({"coordinate": [1, 1]}), "needs start_coordinate"),
        (json!({"start_coordinate": [1, 1]}), "needs coordinate"),
        (json!({"path": [[1, 1]]}), "2 to 1000 points"),
        (json!({"path": [[1, 1], [5000, 1]]}), "outside the screen"),
    ] {
        refused(&desktop, &window, "left_click_drag", params, message);
    }
}

#[test]
fn mouse_down_holds_until_mouse_up() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);

    let (reply, log) =
        window.input(|| desktop.act("left_mouse_down", json!({"coordinate": [150, 160]})));
    assert_eq!(reply.expect(200)["coordinate"], json!([150, 160]));
    assert_eq!(clicks(&log), ["+1 150,160"]);
    let (_, log) = window.input(|| desktop.act("mouse_move", json!({"coordinate": [400, 401]})));
    assert_eq!(
        log,
        [Event::Motion {
            x: 400,
            y: 401,
            state: BUTTON1
        }]
    );
    let (reply, log) =
        window.input(|| desktop.act("left_mouse_up", json!({"coordinate": [450, 460]})));
    assert_eq!(reply.expect(200)["coordinate"], json!([450, 460]));
    assert_eq!(clicks(&log), ["-1 450,460"]);

    let outside = json!({"coordinate": [5000, 0]});
    refused(
        &desktop,
        &window,
        "left_mouse_down",
        outside.clone(),
        "outside the screen",
    );
    refused(
        &desktop,
        &window,
        "left_mouse_up",
        outside,
        "outside the screen",
    );
}

#[test]
fn scroll_turns_the_wheel_in_all_four_directions() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    for (direction, button) in [("up", 4), ("down", 5), ("left", 6), ("right", 7)] {
        let params =
            json!({"coordinate": [70, 80], "scroll_direction": direction, "scroll_amount": 2});
        let (reply, log) = window.input(|| desktop.act("scroll", params));
        assert_eq!(reply.expect(200)["coordinate"], json!([70, 80]));
        let (down, up) = (format!("+{button} 70,80"), format!("-{button} 70,80"));
        assert_eq!(clicks(&log), [&*down, &*up, &*down, &*up], "{direction}");
    }
    // What Nen's published clients send, with three ticks when the number is left out.
    let (_, log) = window.input(|| {
        desktop.act(
            "scroll",
            json!({"coordinate": [70, 80], "direction": "down"}),
        )
    });
    assert_eq!(clicks(&log).len(), 6);
    let (_, log) = window.input(|| {
        desktop.act(
            "scroll",
            json!({"direction": "down", "amount": 1, "text": "ctrl"}),
        )
    });
    assert_eq!(keys(&log), ["+Control_L", "-Control_L"]);
    let (reply, log) =
        window.input(|| desktop.act("scroll", json!({"direction": "down", "amount": 0})));
    reply.expect(200);
    assert_eq!(clicks(&log), Vec::<String>::new());

    for (params, message) in [
        (json!({}), "needs scroll_direction"),
        (
            json!({"direction": "sideways"}),
            "one of up, down, left, right",
        ),
        (
            json!({"direction": "up", "amount": 101}),
            "from 0 to 100, not 101",
        ),
        (
            json!({"direction": "up", "amount": -1}),
            "from 0 to 100, not -1",
        ),
        (
            json!({"direction": "up", "coordinate": [9999, 1]}),
            "outside the screen",
        ),
    ] {
        refused(&desktop, &window, "scroll", params, message);
    }
}

#[test]
fn cursor_position_is_exact_and_touches_nothing() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let (reply, log) = window.input(|| {
        desktop
            .act("mouse_move", json!({"coordinate": [512, 384]}))
            .expect(200);
        desktop.act("cursor_position", json!({}))
    });
    let reply = reply.expect(200);
    assert_eq!(reply["coordinate"], json!([512, 384]));
    assert_eq!(reply["output"], "X=512, Y=384");
    assert_eq!(
        log,
        [Event::Motion {
            x: 512,
            y: 384,
            state: 0
        }]
    );
    // An error says no place at all, least of all (0, 0).
    let (reply, log) =
        window.input(|| desktop.act("cursor_position", json!({"cordinate": [1, 1]})));
    reply.refused(400, "unknown parameter");
    assert_eq!(log, []);
}

#[test]
fn a_managed_window_gets_every_click_too() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open_managed(&desktop, Paint::Plain);
    // Window managers freeze the pointer during a click to focus; moves right after it must not get lost.
    let (_, log) = window.input(|| {
        for at in 0..20 {
            desktop
                .act("left_click", json!({"coordinate": [300 + at, 300]}))
                .expect(200);
        }
    });
    let expected: Vec<String> = (0..20)
        .flat_map(|at| ['+', '-'].map(|sign| format!("{sign}1 {},300", 300 + at)))
        .collect();
    assert_eq!(clicks(&log), expected);
}
