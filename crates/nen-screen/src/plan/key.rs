use std::time::Duration;

use nen_protocol::action::{HoldKey, PressKey};

use super::{Step, holding};

pub(super) fn press(action: &PressKey) -> Vec<Step> {
    (0..action.repeat)
        .flat_map(|_| &action.chords)
        .flat_map(|chord| holding(chord, []))
        .collect()
}

pub(super) fn hold(action: &HoldKey) -> Vec<Step> {
    let time = Duration::from_secs_f64(action.duration);
    holding(&action.chord, [Step::Pause(time)])
}

/// Says how many, not which: a password can be typed key by key.
pub(super) fn describe(action: &PressKey) -> String {
    let count = action.chords.len() * action.repeat as usize;
    match count {
        1 => "pressed the key".into(),
        count => format!("pressed {count} keys"),
    }
}
