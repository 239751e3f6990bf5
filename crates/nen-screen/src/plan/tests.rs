use nen_protocol::action::ActionCall;
use serde_json::{Value, json};

use super::*;

#[expect(clippy::needless_pass_by_value, reason = "called with json!")]
fn plan(action: &str, params: Value) -> Vec<Step> {
    let call = ActionCall {
        tool: "computer".into(),
        action: action.into(),
        params: params.as_object().cloned().unwrap_or_default(),
    };
    steps(&Action::parse(&call).unwrap()).unwrap()
}

fn at(x: i32, y: i32) -> Step {
    Step::Move(Point { x, y })
}

#[test]
fn a_click_at_the_corner_moves_there() {
    assert_eq!(
        plan("left_click", json!({"coordinate": [0, 0]})),
        [at(0, 0), Step::Button(1, true), Step::Button(1, false)]
    );
}

#[test]
fn a_click_without_place_stays() {
    assert_eq!(
        plan("right_click", json!({})),
        [Step::Button(3, true), Step::Button(3, false)]
    );
}

#[test]
fn modifiers_are_held_around_the_clicks_and_let_go_in_reverse() {
    let steps = plan(
        "double_click",
        json!({"coordinate": [5, 6], "text": "ctrl+shift"}),
    );
    let (ctrl, shift) = (Keysym::Control_L, Keysym::Shift_L);
    assert_eq!(
        steps,
        [
            at(5, 6),
            Step::Key(ctrl, true),
            Step::Key(shift, true),
            Step::Button(1, true),
            Step::Button(1, false),
            Step::Pause(Duration::from_millis(8)),
            Step::Button(1, true),
            Step::Button(1, false),
            Step::Key(shift, false),
            Step::Key(ctrl, false),
        ]
    );
}

#[test]
fn a_drag_holds_the_button_all_the_way() {
    let steps = plan(
        "left_click_drag",
        json!({"path": [[0, 0], [100, 0], [100, 50]]}),
    );
    let buttons: Vec<_> = steps
        .iter()
        .filter(|s| matches!(s, Step::Button(..)))
        .collect();
    assert_eq!(buttons, [&Step::Button(1, true), &Step::Button(1, false)]);
    assert_eq!(steps.first(), Some(&at(0, 0)));
    assert_eq!(steps.last(), Some(&Step::Button(1, false)));
    assert!(steps.contains(&at(100, 0)) && steps.contains(&at(100, 50)));
    assert!(steps.iter().filter(|s| matches!(s, Step::Move(_))).count() > 10);
}

#[test]
fn every_direction_has_its_button() {
    for (direction, button) in [("up", 4), ("down", 5), ("left", 6), ("right", 7)] {
        let steps = plan("scroll", json!({"direction": direction, "amount": 2}));
        assert_eq!(steps.len(), 4);
        assert_eq!(steps[0], Step::Button(button, true));
    }
    assert_eq!(plan("scroll", json!({"direction": "up", "amount": 0})), []);
}

#[test]
fn keys_repeat_in_order() {
    let steps = plan("key", json!({"text": "ctrl+a", "repeat": 2}));
    assert_eq!(steps.len(), 8);
    assert_eq!(steps[1], Step::Key(Keysym::a, true));
    assert_eq!(steps[2], Step::Key(Keysym::a, false));
}

#[test]
fn typing_with_an_interval_pauses_between_characters_only() {
    assert_eq!(
        plan("type", json!({"text": "ab"})),
        [Step::Type("ab".into())]
    );
    let slow = plan("type", json!({"text": "ab", "interval": 0.5}));
    assert_eq!(
        slow,
        [
            Step::Type("a".into()),
            Step::Pause(Duration::from_millis(500)),
            Step::Type("b".into())
        ]
    );
}
