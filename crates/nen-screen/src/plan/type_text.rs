use std::time::Duration;

use nen_protocol::action::TypeText;

use super::Step;

pub(super) fn steps(action: &TypeText) -> Vec<Step> {
    if action.interval == 0.0 {
        return vec![Step::Type(action.text.clone())];
    }
    let interval = Duration::from_secs_f64(action.interval);
    let mut steps = Vec::new();
    for character in action.text.chars() {
        if !steps.is_empty() {
            steps.push(Step::Pause(interval));
        }
        steps.push(Step::Type(character.to_string()));
    }
    steps
}
