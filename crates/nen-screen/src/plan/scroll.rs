use nen_protocol::action::{Direction, Scroll};

use super::{Step, button, holding};

pub(super) fn steps(action: &Scroll) -> Vec<Step> {
    let wheel = match action.direction {
        Direction::Up => button::WHEEL_UP,
        Direction::Down => button::WHEEL_DOWN,
        Direction::Left => button::WHEEL_LEFT,
        Direction::Right => button::WHEEL_RIGHT,
    };
    let ticks =
        (0..action.ticks).flat_map(|_| [Step::Button(wheel, true), Step::Button(wheel, false)]);
    let place = action.coordinate.map(Step::Move);
    place
        .into_iter()
        .chain(holding(&action.modifiers, ticks))
        .collect()
}

pub(super) fn describe(action: &Scroll, at: &str) -> String {
    let direction = match action.direction {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::Left => "left",
        Direction::Right => "right",
    };
    format!("scrolled {direction} {} at {at}", action.ticks)
}
