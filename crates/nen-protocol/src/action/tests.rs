use serde_json::{Value, json};

use super::*;
use crate::Point;

#[expect(clippy::needless_pass_by_value, reason = "called with json!")]
fn parse(action: &str, params: Value) -> Result<Action, Invalid> {
    Action::parse(&ActionCall {
        tool: "computer".into(),
        action: action.into(),
        params: params.as_object().cloned().unwrap_or_default(),
    })
}

fn refused(action: &str, params: Value) -> String {
    parse(action, params).unwrap_err().to_string()
}

#[test]
fn row_and_column_zero_are_places() {
    let Ok(Action::Click(click)) = parse("left_click", json!({"coordinate": [0, 0]})) else {
        panic!("not a click");
    };
    assert_eq!(click.coordinate, Some(Point { x: 0, y: 0 }));
}

#[test]
fn both_spellings_of_a_scroll() {
    let documented = parse(
        "scroll",
        json!({"scroll_direction": "left", "scroll_amount": 5}),
    );
    let clients = parse("scroll", json!({"direction": "LEFT", "amount": 5}));
    assert_eq!(documented, clients);
    let Ok(Action::Scroll(scroll)) = parse("scroll", json!({"direction": "down"})) else {
        panic!("not a scroll");
    };
    assert_eq!(scroll.ticks, 3);
}

#[test]
fn null_is_absent_and_other_actions_parameters_are_ignored() {
    assert!(
        parse(
            "left_click",
            json!({"coordinate": null, "text": null, "scroll_amount": 0})
        )
        .is_ok()
    );
}

#[test]
fn numbers_with_an_empty_fraction_are_whole() {
    assert!(parse("mouse_move", json!({"coordinate": [10.0, 20.0]})).is_ok());
    assert!(refused("mouse_move", json!({"coordinate": [10.5, 20]})).contains("whole numbers"));
}

#[test]
fn refusals_say_what_would_be_right() {
    for (action, params, expected) in [
        (
            "drag",
            json!({}),
            "unknown computer action \"drag\": the actions are screenshot",
        ),
        ("key", json!({}), "\"key\" needs text"),
        ("key", json!({"text": "Retrun"}), "unknown key \"Retrun\""),
        (
            "left_click",
            json!({"coordinate": "500,300"}),
            "coordinate must be [x, y]",
        ),
        (
            "left_click",
            json!({"cordinate": [1, 2]}),
            "unknown parameter \"cordinate\"",
        ),
        (
            "left_click",
            json!({"coordinate": [1, 2], "text": "q"}),
            "not a modifier",
        ),
        (
            "scroll",
            json!({"direction": "sideways"}),
            "one of up, down, left, right",
        ),
        (
            "scroll",
            json!({"direction": "up", "amount": 101}),
            "from 0 to 100, not 101",
        ),
        ("scroll", json!({}), "needs scroll_direction"),
        ("hold_key", json!({"text": "shift"}), "needs duration"),
        (
            "hold_key",
            json!({"text": "shift", "duration": 301}),
            "from 0 to 300",
        ),
        ("wait", json!({"duration": -1}), "from 0 to 300"),
        ("zoom", json!({"region": [5, 5, 5, 9]}), "is empty"),
        (
            "left_click_drag",
            json!({"coordinate": [1, 1]}),
            "needs start_coordinate",
        ),
        (
            "left_click_drag",
            json!({"path": [[1, 1]]}),
            "2 to 1000 points",
        ),
        ("type", json!({"text": 5}), "text must be a string, not 5"),
        ("type", json!({"text": "a\u{0}b"}), "U+0000"),
    ] {
        let error = refused(action, params);
        assert!(error.contains(expected), "{action}: {error}");
    }
}

#[test]
fn typed_text_is_in_no_error_and_no_debug_output() {
    let call = parse("type", json!({"text": "hunter2"}));
    assert!(!format!("{call:?}").contains("hunter2"));
    let error = refused("type", json!({"text": "x", "interval": "hunter2"}));
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn every_advertised_action_is_understood() {
    for name in tools::computer::ACTIONS {
        if let Err(error) = parse(name, json!({})) {
            assert!(error.to_string().contains("needs"), "{name}: {error}");
        }
    }
}
