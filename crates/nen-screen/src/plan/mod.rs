//! What to press when: an action as a list of steps. Pure; one file per kind of action.

mod click;
mod drag;
mod key;
mod mouse;
mod scroll;
mod type_text;

use std::time::Duration;

use nen_protocol::keys::Chord;
use nen_protocol::{Action, Point};
use xkeysym::Keysym;

/// The smallest thing that is done to a display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Put the pointer there.
    Move(Point),
    /// Press (true) or let go a button.
    Button(u8, bool),
    /// Press (true) or let go a key.
    Key(Keysym, bool),
    /// Type characters in order.
    Type(String),
    /// Let time pass, because the action itself asks for it.
    Pause(Duration),
}

/// Buttons of the X protocol.
mod button {
    pub(super) const LEFT: u8 = 1;
    pub(super) const MIDDLE: u8 = 2;
    pub(super) const RIGHT: u8 = 3;
    pub(super) const WHEEL_UP: u8 = 4;
    pub(super) const WHEEL_DOWN: u8 = 5;
    pub(super) const WHEEL_LEFT: u8 = 6;
    pub(super) const WHEEL_RIGHT: u8 = 7;
    pub(super) const BACK: u8 = 8;
    pub(super) const FORWARD: u8 = 9;
}

/// The steps of an action, or none when it is not about pointer and keys.
pub fn steps(action: &Action) -> Option<Vec<Step>> {
    match action {
        Action::MouseMove(action) => Some(mouse::motion(action)),
        Action::MouseDown(action) => Some(mouse::press(action, true)),
        Action::MouseUp(action) => Some(mouse::press(action, false)),
        Action::Click(action) => Some(click::steps(action)),
        Action::Drag(action) => Some(drag::steps(action)),
        Action::Scroll(action) => Some(scroll::steps(action)),
        Action::Type(action) => Some(type_text::steps(action)),
        Action::Key(action) => Some(key::press(action)),
        Action::HoldKey(action) => Some(key::hold(action)),
        Action::KeyDown(action) => Some(press(&action.chord).collect()),
        Action::KeyUp(action) => Some(release(&action.chord).collect()),
        _ => None,
    }
}

/// Text for a model about an action that was done, with the pointer where it then was, if it was about
/// the pointer.
pub fn describe(action: &Action, pointer: Option<Point>) -> String {
    let at = |point: Option<Point>| {
        let point = point.or(pointer);
        point.map_or_else(String::new, |point| format!("({}, {})", point.x, point.y))
    };
    match action {
        Action::MouseMove(a) => format!("moved to {}", at(Some(a.coordinate))),
        Action::MouseDown(a) => format!("left button down at {}", at(a.coordinate)),
        Action::MouseUp(a) => format!("left button up at {}", at(a.coordinate)),
        Action::Click(a) => format!("{} at {}", click::name(a), at(a.coordinate)),
        Action::Drag(a) => format!(
            "dragged from {} to {}",
            at(a.path.first().copied()),
            at(a.path.last().copied())
        ),
        Action::Scroll(a) => scroll::describe(a, &at(a.coordinate)),
        Action::Type(a) => format!("typed {} characters", a.text.chars().count()),
        Action::Key(a) => key::describe(a),
        Action::HoldKey(a) => format!("held the key for {} s", a.duration),
        Action::KeyDown(_) => "key down".into(),
        Action::KeyUp(_) => "key up".into(),
        _ => String::new(),
    }
}

fn press(chord: &Chord) -> impl Iterator<Item = Step> {
    chord.0.iter().map(|key| Step::Key(*key, true))
}

fn release(chord: &Chord) -> impl Iterator<Item = Step> {
    chord.0.iter().rev().map(|key| Step::Key(*key, false))
}

/// Steps with keys held around them.
fn holding(chord: &Chord, steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    press(chord).chain(steps).chain(release(chord)).collect()
}

#[cfg(test)]
mod tests;
