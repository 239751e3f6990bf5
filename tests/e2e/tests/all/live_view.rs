//! The live view from the wire's side: raw RFB bytes by WebSocket, and what of them arrives on the desktop.

use nen_e2e::{Api, Desktop, Event, Paint, Refused, Rfb, Server, Window, clicks, keys, until};
use serde_json::{Value, json};

fn session(desktop: &Desktop, body: &Value) -> (String, Value) {
    let session = desktop
        .api()
        .send("PUT", &desktop.path("/session"), body)
        .expect(200);
    (session["href"].as_str().unwrap().to_owned(), session)
}

fn token(href: &str) -> &str {
    href.split_once("#token=").unwrap().1
}

#[test]
fn a_session_can_be_opened_again_and_ended() {
    let server = Server::start();
    let desktop = server.api().create(&json!({}));
    desktop
        .api()
        .get(&desktop.path("/session"))
        .refused(404, "session");
    let bare = desktop
        .api()
        .call("PUT", &desktop.path("/session"), &[], &[])
        .expect(200);
    assert_eq!(
        (&bare["active"], &bare["interactive"]),
        (&json!(true), &json!(false))
    );
    let href = bare["href"].as_str().unwrap();
    assert!(
        href.starts_with(&format!("{}/view/{}#token=", server.url(), desktop.id())),
        "{href}"
    );
    assert!(!href.contains(server.key()), "the key is not in the link");
    let (_, again) = session(&desktop, &json!({}));
    assert_eq!(again["active"], true);
    assert_eq!(
        desktop.api().get(&desktop.path("/session")).expect(200)["active"],
        true
    );
    assert_eq!(desktop.state()["session"]["active"], true);
    let page = server
        .api()
        .without_key()
        .get(&format!("/view/{}", desktop.id()))
        .expect_raw(200);
    assert!(
        page.header("content-type").starts_with("text/html"),
        "{page}"
    );

    let mut viewer = Rfb::open(href).unwrap();
    assert_eq!(viewer.size, (1280, 800));
    viewer.update().unwrap();
    assert_eq!(desktop.api().delete(&desktop.path("/session")).status, 204);
    viewer.wait_until_closed();
    desktop
        .api()
        .get(&desktop.path("/session"))
        .refused(404, "session");
    assert!(Rfb::open(href).is_err(), "the link is dead");
    // A new session does not bring old links back.
    session(&desktop, &json!({}));
    assert!(Rfb::open(href).is_err(), "the old link stays dead");
}

#[test]
fn a_wrong_foreign_or_missing_token_gets_nothing() {
    let server = Server::start();
    let api = server.api();
    let (one, two) = (api.create(&json!({})), api.create(&json!({})));
    let (href, _) = session(&one, &json!({}));
    session(&two, &json!({}));
    let good = token(&href);
    let changed = {
        let mut bytes = good.as_bytes().to_vec();
        let last = bytes.len() - 10;
        bytes[last] = if bytes[last] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let open = |id: &str, token: &str| Rfb::open_with(server.url(), id, token).map(|_| ());
    assert!(open(one.id(), good).is_ok());
    for (id, token) in [
        (two.id(), good),
        (one.id(), changed.as_str()),
        (one.id(), ""),
        (one.id(), "nonsense"),
        (one.id(), server.key()),
        ("dsk_000000000000", good),
    ] {
        let refused = open(id, token).expect_err("it opened");
        assert!(
            matches!(refused, Refused(0 | 400 | 401 | 403 | 404)),
            "{refused:?}"
        );
        let state = Api::new(server.url(), "")
            .without_key()
            .get(&format!("/desktops/{id}/view/state?token={token}"));
        assert!(matches!(state.status, 401 | 403 | 404), "{state}");
    }
    // The role in the token cannot be changed by its holder either.
    let promoted = good.replacen("v.", "i.", 1);
    if promoted != good {
        assert!(open(one.id(), &promoted).is_err());
    }
}

#[test]
fn view_only_input_is_dropped_by_the_server() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let (href, _) = session(&desktop, &json!({"interactive": false}));
    let mut viewer = Rfb::open(&href).unwrap();
    let ((), log) = window.input(|| {
        viewer.key(0x61);
        viewer.pointer(0, 300, 300);
        viewer.pointer(1, 300, 300);
        viewer.pointer(0, 300, 300);
        viewer.send(&[&[6, 0, 0, 0, 0, 0, 0, 3][..], b"cut"].concat());
        // QEMU's extended key event.
        viewer.send(&[255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 0x1e]);
        // The same hidden behind what is allowed, and cut into pieces.
        viewer.send(&[3, 1, 0, 0, 0, 0, 0, 16, 0, 16, 4, 1, 0, 0, 0, 0, 0]);
        viewer.send(&[0x61, 4, 0, 0, 0, 0, 0]);
        viewer.send(&[0, 0x61]);
        viewer.update().unwrap();
    });
    assert_eq!(log, [], "a viewer's input arrived");
}

#[test]
fn interactive_input_arrives() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let (href, info) = session(&desktop, &json!({"interactive": true}));
    assert_eq!(info["interactive"], true);
    let mut viewer = Rfb::open(&href).unwrap();
    let ((), log) = window.input(|| {
        viewer.pointer(0, 300, 301);
        viewer.pointer(1, 300, 301);
        viewer.pointer(0, 300, 301);
        viewer.key(0x61);
        viewer.key(0x20ac);
        viewer.update().unwrap();
        until("the keys arrive", || {
            (keys(&window.all()).len() >= 4).then_some(())
        });
    });
    assert_eq!(clicks(&log), ["+1 300,301", "-1 300,301"]);
    let typed: Vec<String> = keys(&log)
        .into_iter()
        .filter(|key| key.starts_with("+a") || key.contains("Euro"))
        .collect();
    assert_eq!(typed.first().map(String::as_str), Some("+a"), "{log:?}");
}

#[test]
fn turning_a_session_view_only_ends_its_interactive_viewers() {
    let server = Server::start();
    let desktop = server.api().create(&json!({}));
    let (interactive, _) = session(&desktop, &json!({"interactive": true}));
    let mut viewer = Rfb::open(&interactive).unwrap();
    let (view, _) = session(&desktop, &json!({"interactive": false}));
    viewer.wait_until_closed();
    assert!(Rfb::open(&interactive).is_err());
    assert!(Rfb::open(&view).is_ok());
    // Deleting the desktop disconnects as well.
    let mut viewer = Rfb::open(&view).unwrap();
    desktop.delete();
    viewer.wait_until_closed();
}

#[test]
fn while_a_person_holds_the_desktop_nobody_else_acts() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let key = || desktop.act("key", json!({"text": "a"}));
    let (_, info) = session(&desktop, &json!({"interactive": true, "takeover": true}));
    assert_eq!(info["takeover"], true);
    key().refused(409, "person");
    desktop
        .api()
        .get(&desktop.path("/screenshot"))
        .expect_raw(200);
    assert_eq!(keys(&window.all()), Vec::<String>::new());
    let (href, _) = session(&desktop, &json!({"interactive": true, "takeover": false}));
    key().expect(200);

    // The person in the viewer can take it and hand it back, with the token of an interactive link only.
    let anyone = server.api().without_key();
    let path = |href: &str| desktop.path(&format!("/view/takeover?token={}", token(href)));
    assert_eq!(anyone.call("POST", &path(&href), &[], &[]).status, 204);
    key().refused(409, "person");
    let state = anyone
        .get(&desktop.path(&format!("/view/state?token={}", token(&href))))
        .expect(200);
    assert_eq!(
        (&state["takeover"], &state["role"]),
        (&json!(true), &json!("interactive"))
    );
    assert_eq!(anyone.call("DELETE", &path(&href), &[], &[]).status, 204);
    key().expect(200);
    let (view, _) = session(&desktop, &json!({"interactive": false}));
    let refused = anyone.call("POST", &path(&view), &[], &[]);
    assert!(matches!(refused.status, 401 | 403), "{refused}");

    // Ending the session hands it back, too.
    session(&desktop, &json!({"interactive": true, "takeover": true}));
    key().refused(409, "person");
    assert_eq!(desktop.api().delete(&desktop.path("/session")).status, 204);
    key().expect(200);
    let pressed = || {
        let events = window.all();
        let presses = events
            .iter()
            .filter(|event| matches!(event, Event::KeyPress(_)));
        presses.count()
    };
    until("as many presses as were allowed", || {
        (pressed() >= 3).then_some(())
    });
    assert_eq!(pressed(), 3, "as often as it was allowed");
}
