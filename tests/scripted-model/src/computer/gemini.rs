//! Gemini's computer use: predefined functions that point on a grid of a thousand by a thousand. Wire facts: the types of
//! Google's own client for Python; the functions: its documentation.

use serde_json::{Map, Value, json};

use super::Computer;
use super::neutral::Neutral;
use crate::dialect::only;

/// Pixels of one click of the wheel.
const TICK: i64 = 100;

/// Functions of a desktop.
const DESKTOP: &[&str] = &[
    "click",
    "double_click",
    "triple_click",
    "middle_click",
    "right_click",
    "mouse_down",
    "mouse_up",
    "move",
    "type",
    "drag_and_drop",
    "wait",
    "press_key",
    "key_down",
    "key_up",
    "hotkey",
    "take_screenshot",
    "scroll",
];

/// Functions of a browser.
const BROWSER: &[&str] = &[
    "open_web_browser",
    "wait_5_seconds",
    "go_back",
    "go_forward",
    "search",
    "navigate",
    "click_at",
    "hover_at",
    "type_text_at",
    "key_combination",
    "scroll_document",
    "scroll_at",
    "drag_and_drop",
];

/// What a request declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tool {
    browser: bool,
    excluded: Vec<String>,
}

/// What the `computerUse` of a tool declares.
pub(crate) fn declared(computer: &Value) -> Result<Computer, String> {
    only(
        computer,
        "computerUse",
        &["environment", "excludedPredefinedFunctions"],
    )?;
    let browser = match computer["environment"].as_str() {
        Some("ENVIRONMENT_BROWSER") => true,
        Some("ENVIRONMENT_DESKTOP") => false,
        other => return Err(format!("computerUse.environment cannot be {other:?}")),
    };
    let excluded = computer["excludedPredefinedFunctions"].as_array();
    let excluded = excluded.into_iter().flatten().filter_map(Value::as_str);
    Ok(Computer::Gemini(Tool {
        browser,
        excluded: excluded.map(str::to_owned).collect(),
    }))
}

impl Tool {
    /// Whether it has a function of this name.
    pub(crate) fn owns(&self, name: &str) -> bool {
        let functions = if self.browser { BROWSER } else { DESKTOP };
        functions.contains(&name) && !self.excluded.iter().any(|excluded| excluded == name)
    }

    /// A script's call as function calls without their ids, for a model that sees images of this size.
    pub(crate) fn calls(&self, input: &Value, seen: (u32, u32)) -> Result<Vec<Value>, String> {
        let call = Neutral::read(input)?;
        let functions = match self.browser {
            true => browser(&call, seen)?,
            false => desktop(&call, seen)?,
        };
        functions
            .into_iter()
            .map(|(name, mut args)| match self.owns(name) {
                true => {
                    args["intent"] = json!(format!("To {} as the script says.", call.action));
                    Ok(json!({"name": name, "args": args}))
                }
                false => call.unknown("this computerUse"),
            })
            .collect()
    }
}

type Functions = Vec<(&'static str, Value)>;

fn desktop(call: &Neutral<'_>, seen: (u32, u32)) -> Result<Functions, String> {
    let at = |name: &'static str| Ok(vec![(name, place(call, seen, ["x", "y"], "coordinate")?)]);
    match call.action {
        "left_click" => at("click"),
        "double_click" => at("double_click"),
        "triple_click" => at("triple_click"),
        "middle_click" => at("middle_click"),
        "right_click" => at("right_click"),
        "mouse_move" => at("move"),
        "left_mouse_down" => at("mouse_down"),
        "left_mouse_up" => at("mouse_up"),
        "screenshot" => Ok(vec![("take_screenshot", json!({}))]),
        "type" => Ok(vec![(
            "type",
            json!({"text": call.text()?, "press_enter": false}),
        )]),
        "wait" => Ok(vec![(
            "wait",
            json!({"seconds": call.duration().unwrap_or(1)}),
        )]),
        "key" => {
            let press = |keys: Vec<&str>| match keys.as_slice() {
                [key] => ("press_key", json!({"key": key.to_lowercase()})),
                keys => ("hotkey", json!({"keys": keys})),
            };
            Ok(call.chords()?.into_iter().map(press).collect())
        }
        "left_click_drag" => {
            let mut args = place(call, seen, ["start_x", "start_y"], "start_coordinate")?;
            join(
                &mut args,
                place(call, seen, ["end_x", "end_y"], "coordinate")?,
            );
            Ok(vec![("drag_and_drop", args)])
        }
        "scroll" => {
            let (direction, amount) = call.scroll();
            let mut args = place(call, seen, ["x", "y"], "coordinate")?;
            join(
                &mut args,
                json!({"direction": direction, "magnitude_in_pixels": amount * TICK}),
            );
            Ok(vec![("scroll", args)])
        }
        _ => call.unknown("ENVIRONMENT_DESKTOP"),
    }
}

fn browser(call: &Neutral<'_>, seen: (u32, u32)) -> Result<Functions, String> {
    match call.action {
        "left_click" => Ok(vec![(
            "click_at",
            place(call, seen, ["x", "y"], "coordinate")?,
        )]),
        "mouse_move" => Ok(vec![(
            "hover_at",
            place(call, seen, ["x", "y"], "coordinate")?,
        )]),
        "wait" => Ok(vec![("wait_5_seconds", json!({}))]),
        "key" => {
            let press = |keys: Vec<&str>| {
                (
                    "key_combination",
                    json!({"keys": keys.join("+").to_lowercase()}),
                )
            };
            Ok(call.chords()?.into_iter().map(press).collect())
        }
        "left_click_drag" => {
            let mut args = place(call, seen, ["x", "y"], "start_coordinate")?;
            join(
                &mut args,
                place(call, seen, ["destination_x", "destination_y"], "coordinate")?,
            );
            Ok(vec![("drag_and_drop", args)])
        }
        "scroll" => {
            let (direction, amount) = call.scroll();
            let mut args = place(call, seen, ["x", "y"], "coordinate")?;
            join(
                &mut args,
                json!({"direction": direction, "magnitude": amount * TICK}),
            );
            Ok(vec![("scroll_at", args)])
        }
        _ => call.unknown("ENVIRONMENT_BROWSER"),
    }
}

/// A point on the grid, under two names.
fn place(
    call: &Neutral<'_>,
    seen: (u32, u32),
    names: [&str; 2],
    parameter: &str,
) -> Result<Value, String> {
    let (x, y) = call.point(parameter)?;
    let on_grid = |at: i64, side: u32| (at * 1000 / i64::from(side.max(1))).clamp(0, 999);
    let mut args = Map::new();
    args.insert(names[0].to_owned(), json!(on_grid(x, seen.0)));
    args.insert(names[1].to_owned(), json!(on_grid(y, seen.1)));
    Ok(Value::Object(args))
}

fn join(args: &mut Value, more: Value) {
    if let (Some(args), Value::Object(more)) = (args.as_object_mut(), more) {
        args.extend(more);
    }
}
