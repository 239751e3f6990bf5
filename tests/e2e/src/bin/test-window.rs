//! A window that records what it receives, one line of JSON each, and paints as asked. It runs inside a desktop.
//!
//! `test-window --log FILE [--paint plain|quarters|square|caret|clock|film|flash|animation] [--managed]`

// A panic is how it tells the test what is wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "test-window/canvas.rs"]
mod canvas;
#[path = "test-window/keyboard.rs"]
mod keyboard;
#[path = "test-window/ping.rs"]
mod ping;

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::time::Instant;

use nen_e2e::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::connection::Connection;
use x11rb::properties::{WmSizeHints, WmSizeHintsSpecification};
use x11rb::protocol;
use x11rb::protocol::xproto::*;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use canvas::Canvas;
use keyboard::Keyboard;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name);
        at.map(|at| arguments.get(at + 1).cloned().unwrap_or_default())
    };
    let mut log = File::create(option("--log").expect("--log FILE")).unwrap();
    let managed = option("--managed").is_some();

    let (x11, screen) = RustConnection::connect(None).unwrap();
    let screen = x11.setup().roots[screen].clone();
    let window = open(&x11, &screen, managed);
    let size = x11.get_geometry(window).unwrap().reply().unwrap();
    let mut canvas = Canvas::new(
        &x11,
        window,
        (size.width, size.height),
        &option("--paint").unwrap_or_default(),
    );
    let mut keyboard = Keyboard::default();
    let mut ready = false;
    let mut record = |event: &Event| {
        let line = serde_json::to_string(event).unwrap() + "\n";
        log.write_all(line.as_bytes()).unwrap();
    };

    loop {
        while let Some(event) = x11.poll_for_event().unwrap() {
            match event {
                protocol::Event::Expose(_) => {
                    canvas.paint_all();
                    if !managed {
                        // Nobody else gives the focus to a window that no window manager manages.
                        x11.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)
                            .unwrap();
                    }
                }
                protocol::Event::FocusIn(_) if !ready => {
                    ready = true;
                    record(&Event::Ready);
                }
                protocol::Event::KeyPress(key) => {
                    record(&Event::KeyPress(keyboard.read(&x11, &key)));
                    canvas.pressed();
                }
                protocol::Event::KeyRelease(key) => {
                    record(&Event::KeyRelease(keyboard.read(&x11, &key)));
                }
                protocol::Event::ButtonPress(at) => {
                    record(&Event::ButtonPress(button(&at)));
                    if at.detail <= 3 {
                        canvas.pressed();
                    }
                }
                protocol::Event::ButtonRelease(at) => record(&Event::ButtonRelease(button(&at))),
                protocol::Event::MotionNotify(at) => record(&Event::Motion {
                    x: at.root_x,
                    y: at.root_y,
                    state: at.state.into(),
                }),
                protocol::Event::MappingNotify(_) => keyboard.forget(),
                protocol::Event::ClientMessage(message) => ping::answer(&x11, screen.root, message),
                _ => {}
            }
        }
        if let Some(count) = canvas.paint_due() {
            record(&Event::Painted { count });
        }
        x11.flush().unwrap();
        wait(&x11, canvas.due());
    }
}

/// Waits for the X server, at most until the next frame is due.
fn wait(x11: &RustConnection, due: Option<Instant>) {
    let timeout = due.map(|due| due.saturating_duration_since(Instant::now()));
    let timeout = timeout.map(|left| Timespec::try_from(left).unwrap());
    let mut fds = [PollFd::from_borrowed_fd(
        x11.stream().as_fd(),
        PollFlags::IN,
    )];
    match poll(&mut fds, timeout.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => panic!("poll: {error}"),
    }
}

fn open(x11: &RustConnection, screen: &Screen, managed: bool) -> Window {
    let window = x11.generate_id().unwrap();
    let events = EventMask::EXPOSURE
        | EventMask::FOCUS_CHANGE
        | EventMask::KEY_PRESS
        | EventMask::KEY_RELEASE
        | EventMask::BUTTON_PRESS
        | EventMask::BUTTON_RELEASE
        | EventMask::POINTER_MOTION;
    let values = CreateWindowAux::new()
        .event_mask(events)
        .override_redirect(u32::from(!managed))
        .background_pixel(0x0020_4060);
    let (x, y, width, height) = match managed {
        true => (200, 150, 600, 400),
        false => (0, 0, screen.width_in_pixels, screen.height_in_pixels),
    };
    let class = WindowClass::INPUT_OUTPUT;
    x11.create_window(
        0,
        window,
        screen.root,
        x,
        y,
        width,
        height,
        0,
        class,
        0,
        &values,
    )
    .unwrap()
    .check()
    .unwrap();
    x11.change_property8(
        PropMode::REPLACE,
        window,
        AtomEnum::WM_NAME,
        AtomEnum::STRING,
        b"test window",
    )
    .unwrap();
    let hints = WmSizeHints {
        position: Some((WmSizeHintsSpecification::UserSpecified, x.into(), y.into())),
        ..WmSizeHints::new()
    };
    hints.set_normal_hints(x11, window).unwrap();
    ping::take_part(x11, window);
    x11.map_window(window).unwrap().check().unwrap();
    window
}

fn button(event: &ButtonPressEvent) -> nen_e2e::Button {
    nen_e2e::Button {
        button: event.detail,
        x: event.root_x,
        y: event.root_y,
        state: event.state.into(),
        time: event.time,
    }
}
