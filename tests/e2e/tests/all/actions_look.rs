//! Looking and waiting: exact pixels, and nothing touched.

use std::time::{Duration, Instant};

use base64::Engine;
use nen_e2e::{Image, Paint, Server, Window, until};
use serde_json::{Value, json};

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255, 255, 255];

#[test]
fn screenshot_shows_exactly_what_is_painted() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Quarters);
    let (reply, log) = window.input(|| desktop.computer("screenshot", json!({})));
    assert_eq!(log, []);
    let reply = reply.expect(200);
    assert_eq!(reply["status"], "ok");
    let image = Image::of(&reply);
    assert_eq!((image.width, image.height), (1280, 800));
    for (x, y, colour) in [
        (0, 0, RED),
        (639, 399, RED),
        (640, 0, GREEN),
        (1279, 399, GREEN),
        (0, 400, BLUE),
        (639, 799, BLUE),
        (640, 400, WHITE),
        (1279, 799, WHITE),
    ] {
        assert_eq!(image.pixel(x, y), colour, "at {x},{y}");
    }

    // The pointer is drawn unless asked otherwise; without it the quarters are whole.
    desktop
        .act("mouse_move", json!({"coordinate": [200, 200]}))
        .expect(200);
    let shot = |options: Value| {
        let action = json!({"tool": "computer", "action": "screenshot"});
        Image::of(
            &desktop
                .execute(&json!({"action": action, "image": options}))
                .expect(200),
        )
    };
    assert_eq!(shot(json!({"cursor": false})).count(RED), 640 * 400);
    let hidden = 640 * 400 - shot(json!({})).count(RED);
    assert!(
        (20..2000).contains(&hidden),
        "the pointer covers {hidden} pixels"
    );

    let small = shot(json!({"max_width": 640}));
    assert_eq!((small.width, small.height), (640, 400));
    assert_eq!(small.pixel(10, 10), RED);
}

#[test]
fn screenshot_comes_in_other_formats_and_refuses_wrong_ones() {
    let server = Server::start();
    let desktop = server.desktop();
    for (format, magic) in [
        ("png", &b"\x89PNG"[..]),
        ("jpeg", b"\xff\xd8\xff"),
        ("webp", b"RIFF"),
    ] {
        let action = json!({"tool": "computer", "action": "screenshot"});
        let reply = desktop
            .execute(&json!({"action": action, "image": {"format": format}}))
            .expect(200);
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(reply["base64_image"].as_str().unwrap())
            .unwrap();
        assert!(bytes.starts_with(magic), "{format}");
        let named = reply["media_type"].as_str().unwrap_or("image/png");
        assert_eq!(named, format!("image/{format}"));
        let plain = desktop
            .api()
            .get(&desktop.path(&format!("/screenshot?format={format}")))
            .expect_raw(200);
        assert!(plain.body.starts_with(magic), "{format}");
        assert_eq!(plain.header("content-type"), format!("image/{format}"));
    }
    for (image, message) in [
        (json!({"format": "gif"}), "gif"),
        (json!({"quality": 0}), "quality must be 1 to 100"),
        (json!({"max_width": 0}), "max_width must be 1 to 7680"),
        (json!({"size": 5}), "size"),
    ] {
        let action = json!({"tool": "computer", "action": "screenshot"});
        desktop
            .execute(&json!({"action": action, "image": image}))
            .refused(400, message);
    }
}

#[test]
fn a_screenshot_that_did_not_change_is_not_sent_again() {
    let server = Server::start();
    let desktop = server.desktop();
    let _window = Window::open(&desktop, Paint::Square);
    let path = desktop.path("/screenshot?region=0,0,640,400");
    let first = desktop.api().get(&path).expect_raw(200);
    let image = Image::from_png(&first.body);
    assert_eq!((image.width, image.height), (640, 400));
    let tag = first.header("etag").to_owned();
    assert!(!tag.is_empty());
    let again = desktop
        .api()
        .call("GET", &path, &[("if-none-match", &tag)], &[]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    desktop.computer("key", json!({"text": "a"})).expect(200);
    let changed = desktop
        .api()
        .call("GET", &path, &[("if-none-match", &tag)], &[])
        .expect_raw(200);
    assert_ne!(changed.header("etag"), tag);
    for (query, message) in [
        ("region=0,0,0,5", "region"),
        ("region=0,0,1281,5", "1280x800"),
        ("format=bmp", "format"),
        ("quality=101", "quality must be 1 to 100"),
        ("qality=1", "qality"),
    ] {
        desktop
            .api()
            .get(&desktop.path(&format!("/screenshot?{query}")))
            .refused(400, message);
    }
}

#[test]
fn the_first_picture_of_a_desktop_is_finished() {
    let server = Server::start();
    for _ in 0..4 {
        let desktop = server.desktop();
        let first = desktop.look();
        // Wallpaper and icons of the task bar; its clock, to the right, may go on meanwhile.
        let shown = |image: &Image| -> Vec<[u8; 3]> {
            let places = (0..1000).step_by(3).flat_map(|x| [(x, 400), (x, 778)]);
            places.map(|(x, y)| image.pixel(x, y)).collect()
        };
        desktop.computer("wait", json!({})).expect(200);
        let later = desktop.look();
        assert!(shown(&first) == shown(&later), "painted only later");
        let bar: std::collections::BTreeSet<_> = (0..400).map(|x| first.pixel(x, 778)).collect();
        assert!(bar.len() > 10, "{} colours in the task bar", bar.len());
    }
}

#[test]
fn the_image_of_a_still_screen_gets_smaller_and_shows_the_same() {
    let server = Server::start();
    let desktop = server.desktop();
    let look = || {
        let reply = desktop
            .api()
            .get(&desktop.path("/screenshot"))
            .expect_raw(200);
        (reply.header("etag").to_owned(), reply.body)
    };
    let mut first = look();
    let smaller = until("a smaller image of the same screen", || {
        let (tag, body) = look();
        if tag != first.0 {
            // The clock of the task bar went on.
            first = (tag, body);
            return None;
        }
        (body.len() < first.1.len()).then_some(body)
    });
    assert!(Image::from_png(&smaller) == Image::from_png(&first.1));
}

#[test]
fn zoom_shows_a_region_large() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Quarters);
    let (reply, log) =
        window.input(|| desktop.computer("zoom", json!({"region": [560, 350, 720, 450]})));
    assert_eq!(log, [], "looking touches nothing");
    let image = Image::of(&reply.expect(200));
    assert_eq!(
        (image.width, image.height),
        (1280, 800),
        "160x100 has the screen's proportions"
    );
    // Away from the seams, where scaling mixes colours.
    for (x, y, colour) in [
        (300, 200, RED),
        (1000, 200, GREEN),
        (300, 600, BLUE),
        (1000, 600, WHITE),
    ] {
        assert_eq!(image.pixel(x, y), colour, "at {x},{y}");
    }
    // Coordinates stay those of the whole screen.
    let (_, log) = window.input(|| desktop.act("left_click", json!({"coordinate": [1000, 600]})));
    assert_eq!(nen_e2e::clicks(&log), ["+1 1000,600", "-1 1000,600"]);

    for (params, message) in [
        (json!({}), "\"zoom\" needs region"),
        (json!({"region": [5, 5, 5, 9]}), "is empty"),
        (json!({"region": [9, 9, 5, 5]}), "is empty"),
        (json!({"region": [0, 0, 1281, 800]}), "1280x800"),
        (
            json!({"region": [0, 0, 5]}),
            "region must be [x0, y0, x1, y1]",
        ),
        (json!({"region": [-1, 0, 5, 5]}), "outside the screen"),
    ] {
        desktop.computer("zoom", params).refused(400, message);
    }
}

#[test]
fn wait_waits_and_refuses_to_wait_too_long() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let began = Instant::now();
    let (reply, log) = window.input(|| desktop.computer("wait", json!({"duration": 0.3})));
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert_eq!(log, []);
    assert!(
        reply.expect(200)["base64_image"].is_string(),
        "the screen may have changed meanwhile"
    );
    // Without a duration: until the screen settles, which it has.
    let reply = desktop.computer("wait", json!({})).expect(200);
    assert!(reply.get("settle_timed_out").is_none(), "{reply}");
    for (params, message) in [
        (json!({"duration": -1}), "from 0 to 300"),
        (json!({"duration": 300.1}), "from 0 to 300"),
        (json!({"duration": "1"}), "from 0 to 300"),
    ] {
        desktop.computer("wait", params).refused(400, message);
    }
}

#[test]
fn replies_say_whether_the_screen_changed_and_carry_images_as_asked() {
    let server = Server::start();
    let desktop = server.desktop();
    let _window = Window::open(&desktop, Paint::Square);
    let key = |screenshot: &str, text: &str| {
        let action = json!({"tool": "computer", "action": "key", "params": {"text": text}});
        desktop
            .execute(&json!({"action": action, "screenshot": screenshot}))
            .expect(200)
    };
    let moved = key("auto", "a");
    assert_eq!(moved["changed"], true);
    assert!(moved["settled_ms"].is_number());
    assert_eq!(
        Image::of(&moved).pixel(135, 205),
        RED,
        "the square has moved once"
    );
    assert!(key("never", "a").get("base64_image").is_none());
    assert_eq!(Image::of(&key("always", "a")).pixel(195, 205), RED);
    let still = desktop
        .computer("mouse_move", json!({"coordinate": [5, 5]}))
        .expect(200);
    assert!(
        still["base64_image"].is_string(),
        "a move can change the screen"
    );
    let position = desktop.computer("cursor_position", json!({})).expect(200);
    assert!(
        position.get("base64_image").is_none(),
        "asking cannot: {position}"
    );
}
