use nen_protocol::action::{MouseButton, MouseMove};

use super::{Step, button};

pub(super) fn motion(action: &MouseMove) -> Vec<Step> {
    vec![Step::Move(action.coordinate)]
}

pub(super) fn press(action: &MouseButton, down: bool) -> Vec<Step> {
    let place = action.coordinate.map(Step::Move);
    place
        .into_iter()
        .chain([Step::Button(button::LEFT, down)])
        .collect()
}
