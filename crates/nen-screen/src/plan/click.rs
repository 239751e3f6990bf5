use std::time::Duration;

use nen_protocol::action::{Button, Click};

use super::{Step, button, holding};

/// Between the clicks of a double or triple click. X tells time in milliseconds, and Chromium takes two
/// clicks of the same millisecond for one; a mouse reports every eighth.
const BETWEEN: Duration = Duration::from_millis(8);

pub(super) fn steps(action: &Click) -> Vec<Step> {
    let number = match action.button {
        Button::Left => button::LEFT,
        Button::Middle => button::MIDDLE,
        Button::Right => button::RIGHT,
        Button::Back => button::BACK,
        Button::Forward => button::FORWARD,
    };
    let mut clicks = Vec::new();
    for click in 0..action.times {
        if click > 0 {
            clicks.push(Step::Pause(BETWEEN));
        }
        clicks.extend([Step::Button(number, true), Step::Button(number, false)]);
    }
    let place = action.coordinate.map(Step::Move);
    place
        .into_iter()
        .chain(holding(&action.modifiers, clicks))
        .collect()
}

pub(super) fn name(action: &Click) -> &'static str {
    match (action.button, action.times) {
        (Button::Left, 2) => "double click",
        (Button::Left, 3) => "triple click",
        (Button::Left, _) => "left click",
        (Button::Middle, _) => "middle click",
        (Button::Right, _) => "right click",
        (Button::Back, _) => "back click",
        (Button::Forward, _) => "forward click",
    }
}
