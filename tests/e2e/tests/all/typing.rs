//! Typing is exact, whatever the text and wherever it lands.

use nen_e2e::{Desktop, Options, Paint, Server, Site, Window, open_page, texts};
use serde_json::json;

const TEXT: &str = "héllo wörld — Привет, κόσμε, 你好, ñ € 😀\n\ttab";

/// A text area over the whole page that takes tabs and posts its value whenever that has changed.
const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>typing</title>
<style>html, body { margin: 0; height: 100% } textarea { width: 100%; height: 100%; box-sizing: border-box }</style>
<textarea autofocus autocomplete="off" spellcheck="false"></textarea>
<script>
const area = document.querySelector("textarea");
area.addEventListener("keydown", (event) => {
  if (event.key !== "Tab") return;
  event.preventDefault();
  area.setRangeText("\t", area.selectionStart, area.selectionEnd, "end");
});
let sent = "", busy = false;
setInterval(async () => {
  if (busy || area.value === sent) return;
  busy = true;
  const value = area.value;
  try {
    await fetch("/value", { method: "POST", body: value });
    sent = value;
  } finally {
    busy = false;
  }
}, 20);
// A page can be loaded before its window stands on the screen: it is ready once it has the keyboard.
const waiting = setInterval(() => {
  if (!document.hasFocus() || document.activeElement !== area) return;
  clearInterval(waiting);
  fetch("/ready", { method: "POST", body: "ready" });
}, 20);
</script>"#;

fn ascii(count: usize) -> String {
    (0..count)
        .map(|at| char::from(b' ' + (at % 95) as u8))
        .collect()
}

/// Types into the window and checks that every letter arrived, in order, once.
#[track_caller]
fn types(desktop: &Desktop, window: &Window<'_>, text: &str) {
    let (reply, log) = window.input(|| desktop.act("type", json!({"text": text})));
    reply.expect(200);
    assert_eq!(texts(&log), text);
}

#[test]
fn letter_for_letter_into_a_window() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    types(&desktop, &window, TEXT);
    types(
        &desktop,
        &window,
        "line\nline\r\nAND\tTAB".replace("\r\n", "\n").as_str(),
    );
    types(&desktop, &window, &ascii(5000));
    // Letters in a row, capitals between small ones, the same one many times.
    types(&desktop, &window, &"aAbB".repeat(50));
    types(&desktop, &window, &"éé😀😀".repeat(25));
}

#[test]
fn more_different_characters_than_there_are_spare_keys() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    let many: String = (0..500)
        .filter_map(|at| char::from_u32(0x4e00 + 7 * at))
        .collect();
    types(&desktop, &window, &many);
    // Once more, when every spare key is bound to something already.
    let back: String = many.chars().rev().collect();
    types(&desktop, &window, &back);
    types(&desktop, &window, TEXT);
}

#[test]
fn caps_lock_and_num_lock_change_nothing() {
    let server = Server::start();
    let desktop = server.desktop();
    let window = Window::open(&desktop, Paint::Plain);
    for lock in ["Caps_Lock", "Num_Lock"] {
        desktop.act("key", json!({"text": lock})).expect(200);
        window.input(|| ());
        types(&desktop, &window, "Hello World 123 — ЖжÉé");
    }
}

#[test]
fn letter_for_letter_into_chromium() {
    let site = Site::page(PAGE);
    let server = Server::start_with(Options::with(&[
        "--expose-host-port",
        &site.port().to_string(),
    ]));
    let desktop = open_page(&server.api(), &site, &json!({}));
    desktop
        .computer("left_click", json!({"coordinate": [640, 400]}))
        .expect(200);
    let mut expected = String::new();
    for text in [TEXT, "\n", &ascii(5000), "\nЖ中é😀"] {
        desktop.act("type", json!({"text": text})).expect(200);
        expected.push_str(text);
        site.wait_for_text("/value", &expected);
    }
    desktop
        .computer("key", json!({"text": "ctrl+a"}))
        .expect(200);
    desktop.act("type", json!({"text": "instead"})).expect(200);
    site.wait_for_text("/value", "instead");
}
