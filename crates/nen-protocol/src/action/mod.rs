//! The actions of the tools: one file each, parsed from `{tool, action, params}`.
//!
//! Parsing checks everything that can be known without a screen; [`Action::check`] checks the rest
//! against the screen's size. After both, an action can only fail because the desktop does.

mod bash;
mod click;
mod clipboard;
mod drag;
mod hold_key;
mod key;
mod key_state;
mod mouse_button;
mod mouse_move;
mod scroll;
mod type_text;
mod wait;
mod windows;
mod zoom;

pub use bash::Bash;
pub use click::{Button, Click};
pub use clipboard::Clipboard;
pub use drag::Drag;
pub use hold_key::HoldKey;
pub use key::PressKey;
pub use key_state::KeyState;
pub use mouse_button::MouseButton;
pub use mouse_move::MouseMove;
pub use scroll::{Direction, Scroll};
pub use type_text::TypeText;
pub use wait::Wait;
pub use windows::Windows;
pub use zoom::Zoom;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::params::Params;
use crate::{Invalid, Size, keys, tools};

/// An action as it stands in a request, before it is understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionCall {
    /// Name of the tool, as `GET /desktops/{id}/tools` lists it.
    #[schema(example = "computer")]
    pub tool: String,
    /// One of the tool's actions.
    #[schema(example = "left_click")]
    pub action: String,
    /// The action's parameters; may be left out when it has none.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"coordinate": [500, 300]}))]
    pub params: Map<String, Value>,
}

/// One thing to do on a desktop.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Look at the screen.
    Screenshot,
    /// Look closely at a part of the screen.
    Zoom(Zoom),
    /// Say where the pointer is.
    CursorPosition,
    /// Move the pointer.
    MouseMove(MouseMove),
    /// Click with any button, any number of times.
    Click(Click),
    /// Press, move, let go.
    Drag(Drag),
    /// Press the left button and keep it down.
    MouseDown(MouseButton),
    /// Let go of the left button.
    MouseUp(MouseButton),
    /// Turn the wheel.
    Scroll(Scroll),
    /// Type text.
    Type(TypeText),
    /// Press keys.
    Key(PressKey),
    /// Hold keys for a time.
    HoldKey(HoldKey),
    /// Press keys and keep them down.
    KeyDown(KeyState),
    /// Let keys go.
    KeyUp(KeyState),
    /// Let time pass.
    Wait(Wait),
    /// Run a command in the desktop's shell.
    Bash(Bash),
    /// Read or write the clipboard.
    Clipboard(Clipboard),
    /// List, focus and open windows.
    Windows(Windows),
}

impl Action {
    /// Understands a call. The error says what was wrong and what would be right.
    pub fn parse(call: &ActionCall) -> Result<Self, Invalid> {
        let name = call.action.as_str();
        let params = Params::new(name, &call.params);
        match call.tool.as_str() {
            "computer" => Self::computer(name, params.only(tools::computer::PARAMETERS)?),
            "bash" => Bash::parse(name, params.only(tools::bash::PARAMETERS)?).map(Self::Bash),
            "clipboard" => Clipboard::parse(name, params.only(tools::clipboard::PARAMETERS)?)
                .map(Self::Clipboard),
            "windows" => {
                Windows::parse(name, params.only(tools::windows::PARAMETERS)?).map(Self::Windows)
            }
            other => Err(Invalid(format!(
                "unknown tool {other:?}: the tools are {}",
                tools::NAMES.join(", ")
            ))),
        }
    }

    fn computer(name: &str, params: Params<'_>) -> Result<Self, Invalid> {
        let click = |button, times| Click::parse(params, button, times).map(Self::Click);
        match name {
            "screenshot" => Ok(Self::Screenshot),
            "zoom" => Zoom::parse(params).map(Self::Zoom),
            "cursor_position" => Ok(Self::CursorPosition),
            "mouse_move" => MouseMove::parse(params).map(Self::MouseMove),
            "left_click" => click(Button::Left, 1),
            "right_click" => click(Button::Right, 1),
            "middle_click" => click(Button::Middle, 1),
            "back_click" => click(Button::Back, 1),
            "forward_click" => click(Button::Forward, 1),
            "double_click" => click(Button::Left, 2),
            "triple_click" => click(Button::Left, 3),
            "left_click_drag" => Drag::parse(params).map(Self::Drag),
            "left_mouse_down" => MouseButton::parse(params).map(Self::MouseDown),
            "left_mouse_up" => MouseButton::parse(params).map(Self::MouseUp),
            "scroll" => Scroll::parse(params).map(Self::Scroll),
            "type" => TypeText::parse(params).map(Self::Type),
            "key" => PressKey::parse(params).map(Self::Key),
            "hold_key" => HoldKey::parse(params).map(Self::HoldKey),
            "key_down" => KeyState::parse(params).map(Self::KeyDown),
            "key_up" => KeyState::parse(params).map(Self::KeyUp),
            "wait" => Wait::parse(params).map(Self::Wait),
            // The wording is Nen's own: clients look for it.
            other => Err(Invalid(format!(
                "unknown computer action {other:?}: the actions are {}",
                tools::computer::ACTIONS.join(", ")
            ))),
        }
    }

    /// Checks every coordinate against the screen.
    pub fn check(&self, screen: Size) -> Result<(), Invalid> {
        let points: Vec<(&str, crate::Point)> = match self {
            Self::Zoom(zoom) => return zoom.region.check(screen).map(drop),
            Self::MouseMove(action) => vec![("coordinate", action.coordinate)],
            Self::Click(action) => named("coordinate", action.coordinate),
            Self::MouseDown(action) | Self::MouseUp(action) => {
                named("coordinate", action.coordinate)
            }
            Self::Scroll(action) => named("coordinate", action.coordinate),
            Self::Drag(action) => action.path.iter().map(|point| ("path", *point)).collect(),
            _ => Vec::new(),
        };
        points
            .into_iter()
            .try_for_each(|(name, point)| screen.check(name, point).map(drop))
    }

    /// Whether the action can change what is on the screen.
    pub fn can_change_screen(&self) -> bool {
        !matches!(
            self,
            Self::Screenshot
                | Self::Zoom(_)
                | Self::CursorPosition
                | Self::Clipboard(_)
                | Self::Bash(Bash::Restart)
                | Self::Windows(Windows::List)
        )
    }

    /// Whether the action goes to whatever has the keyboard.
    pub fn uses_keyboard(&self) -> bool {
        matches!(
            self,
            Self::Type(_) | Self::Key(_) | Self::HoldKey(_) | Self::KeyDown(_) | Self::KeyUp(_)
        )
    }

    /// Whether the action may give the keyboard to something else: a shortcut, which a program may first offer to the page
    /// that it shows, so that what is typed right behind it overtakes it.
    pub fn may_move_keyboard(&self) -> bool {
        match self {
            Self::Key(action) => action.chords.iter().any(keys::is_shortcut),
            Self::Windows(action) => !matches!(action, Windows::List),
            _ => false,
        }
    }

    /// Whether the action exists to look, so that its reply always carries an image.
    pub fn is_look(&self) -> bool {
        matches!(self, Self::Screenshot | Self::Zoom(_))
    }
}

fn named(name: &'static str, point: Option<crate::Point>) -> Vec<(&'static str, crate::Point)> {
    point.map(|point| (name, point)).into_iter().collect()
}

#[cfg(test)]
mod tests;
