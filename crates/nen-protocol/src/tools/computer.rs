//! The `computer` tool: mouse, keyboard and screen.

use serde_json::json;

use super::ToolSchema;

/// Its actions, in the order of the schema.
pub const ACTIONS: &[&str] = &[
    "screenshot",
    "zoom",
    "cursor_position",
    "mouse_move",
    "left_click",
    "right_click",
    "middle_click",
    "double_click",
    "triple_click",
    "left_click_drag",
    "left_mouse_down",
    "left_mouse_up",
    "scroll",
    "type",
    "key",
    "hold_key",
    "wait",
];

/// Actions that are taken but not advertised, because only some providers' own tools have them; dialects are made of them.
pub const FURTHER_ACTIONS: &[&str] = &["back_click", "forward_click", "key_down", "key_up"];

/// Its parameters. `direction` and `amount` are what Nen's published clients send for a scroll; they
/// are taken but not advertised.
pub const PARAMETERS: &[&str] = &[
    "text",
    "coordinate",
    "start_coordinate",
    "path",
    "scroll_direction",
    "scroll_amount",
    "duration",
    "repeat",
    "interval",
    "region",
    "direction",
    "amount",
];

/// The schema.
pub fn schema() -> ToolSchema {
    let point = |description: &str| {
        json!({
            "type": "array",
            "items": {"type": "integer"},
            "minItems": 2,
            "maxItems": 2,
            "description": description,
        })
    };
    ToolSchema {
        name: "computer".into(),
        description: "Control the computer's mouse, keyboard, and screen.".into(),
        parameters: json!({
            "type": "object",
            "properties": {
                "action": {
                    "type": "string",
                    "enum": ACTIONS,
                    "description": "What to do. Coordinates are always pixels of the full screenshot, [0, 0] at the top left, also after a zoom.",
                },
                "text": {
                    "type": "string",
                    "description": "For type: the text, any Unicode; newline presses Return, tab presses Tab. For key and hold_key: a key or combination (e.g. 'Return', 'ctrl+a'). For clicks, left_click_drag and scroll: modifiers to hold meanwhile (e.g. 'ctrl+shift').",
                },
                "coordinate": point("[x, y] screen coordinates. Needed by mouse_move and left_click_drag (where to let go); for clicks, left_mouse_down, left_mouse_up and scroll the pointer's place when left out."),
                "start_coordinate": point("[x, y] where left_click_drag presses the button."),
                "path": {
                    "type": "array",
                    "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
                    "minItems": 2,
                    "description": "For left_click_drag, instead of start_coordinate and coordinate: points to drag along with the button held.",
                },
                "scroll_direction": {
                    "type": "string",
                    "enum": ["up", "down", "left", "right"],
                    "description": "Which way to scroll.",
                },
                "scroll_amount": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 100,
                    "description": "Clicks of the wheel, 3 when left out.",
                },
                "duration": {
                    "type": "number",
                    "minimum": 0,
                    "maximum": 300,
                    "description": "Duration in seconds for wait or hold_key; wait without it lasts until the screen settles.",
                },
                "repeat": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 100,
                    "description": "How often key presses its keys, 1 when left out.",
                },
                "interval": {
                    "type": "number",
                    "minimum": 0,
                    "maximum": 10,
                    "description": "Seconds between the characters of type, 0 when left out.",
                },
                "region": {
                    "type": "array",
                    "items": {"type": "integer"},
                    "minItems": 4,
                    "maxItems": 4,
                    "description": "[x0, y0, x1, y1] for zoom: the part of the screen to look at closely.",
                },
            },
            "required": ["action"],
        }),
    }
}
