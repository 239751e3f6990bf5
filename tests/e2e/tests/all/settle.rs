//! Settling: as long as it takes, and no longer.

use std::time::{Duration, Instant};

use nen_e2e::{Desktop, Image, Paint, Server, Window};
use serde_json::{Value, json};

const GREEN: [u8; 3] = [0, 255, 0];

/// Clicks with everything at its default; the reply and how long it took.
fn click(desktop: &Desktop, settle: &Value) -> (Value, Duration) {
    let action =
        json!({"tool": "computer", "action": "left_click", "params": {"coordinate": [640, 300]}});
    let began = Instant::now();
    let reply = desktop
        .execute(&json!({"action": action, "settle": settle}))
        .expect(200);
    (reply, began.elapsed())
}

#[test]
fn a_blinking_caret_and_a_clock_do_not_hold_it_open() {
    for paint in [Paint::Caret, Paint::Clock] {
        let server = Server::start();
        let desktop = server.desktop();
        let _window = Window::open(&desktop, paint);
        for _ in 0..5 {
            let (reply, _) = click(&desktop, &json!(true));
            assert!(
                reply.get("settle_timed_out").is_none(),
                "{paint:?}: {reply}"
            );
        }
    }
}

#[test]
fn a_film_holds_it_open_until_max_ms_and_the_reply_says_so() {
    let server = Server::start();
    let desktop = server.desktop();
    let _window = Window::open(&desktop, Paint::Film);
    let (reply, took) = click(&desktop, &json!({"quiet_ms": 80, "max_ms": 600}));
    assert_eq!(reply["settle_timed_out"], true, "{reply}");
    assert!(took >= Duration::from_millis(600), "{took:?}");
    assert_eq!(reply["changed"], true);
    let (reply, _) = click(&desktop, &json!(false));
    assert!(
        reply.get("settled_ms").is_none(),
        "without settling: {reply}"
    );
    assert!(reply.get("settle_timed_out").is_none());
}

#[test]
fn a_single_frame_is_in_the_picture() {
    let server = Server::start();
    let desktop = server.desktop();
    let _window = Window::open(&desktop, Paint::Flash);
    let (reply, _) = click(&desktop, &json!(true));
    assert_eq!(reply["changed"], true);
    assert_eq!(Image::of(&reply).pixel(100, 700), GREEN);
    assert!(reply.get("settle_timed_out").is_none(), "{reply}");
}

#[test]
fn an_animation_is_waited_for_to_its_last_frame() {
    let server = Server::start();
    let desktop = server.desktop();
    let _window = Window::open(&desktop, Paint::Animation);
    for _ in 0..3 {
        let (reply, took) = click(&desktop, &json!(true));
        assert_eq!(
            Image::of(&reply).pixel(100, 700),
            GREEN,
            "the picture is of the last frame"
        );
        assert!(reply.get("settle_timed_out").is_none());
        assert!(took >= Duration::from_millis(350), "{took:?}");
    }
}

#[test]
fn a_still_screen_is_settled_after_the_quiet_time() {
    let server = Server::start();
    let desktop = server.desktop();
    let _window = Window::open(&desktop, Paint::Plain);
    desktop
        .act("mouse_move", json!({"coordinate": [640, 300]}))
        .expect(200);
    for quiet in [50, 400] {
        let (reply, took) = click(&desktop, &json!({"quiet_ms": quiet}));
        assert_eq!(reply["changed"], false, "{reply}");
        assert!(took >= Duration::from_millis(quiet), "{took:?}");
        assert!(reply.get("settle_timed_out").is_none(), "{reply}");
    }
}

#[test]
fn wrong_settle_options_are_refused() {
    let server = Server::start();
    let desktop = server.desktop();
    for (settle, message) in [
        (json!("soon"), "settle"),
        (json!({"quiet": 5}), "settle"),
        (
            json!({"quiet_ms": 10_001}),
            "settle.quiet_ms must be 0 to 10000",
        ),
        (
            json!({"max_ms": 60_001}),
            "settle.max_ms must be 0 to 60000",
        ),
        (json!({"max_ms": -1}), "settle"),
    ] {
        let action = json!({"tool": "computer", "action": "screenshot"});
        desktop
            .execute(&json!({"action": action, "settle": settle}))
            .refused(400, message);
    }
}
