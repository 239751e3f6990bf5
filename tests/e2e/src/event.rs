use serde::{Deserialize, Serialize};

/// What a window of ours received, one line of JSON each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The window is on the screen and has the focus.
    Ready,
    /// A key went down.
    KeyPress(Key),
    /// A key went up.
    KeyRelease(Key),
    /// A button went down.
    ButtonPress(Button),
    /// A button went up.
    ButtonRelease(Button),
    /// The pointer moved.
    Motion {
        /// Pixels of the screen.
        x: i16,
        /// Pixels of the screen.
        y: i16,
        /// Buttons and modifiers held, as X counts them.
        state: u16,
    },
    /// The window painted something on its own.
    Painted {
        /// How often so far.
        count: u32,
    },
}

/// A key as a program sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The key.
    pub keycode: u8,
    /// Name of what it means with the modifiers held, by the keyboard's map as it was when the event was read.
    pub keysym: String,
    /// The character it types, if any.
    pub text: String,
    /// Modifiers held before it, as X counts them.
    pub state: u16,
    /// Milliseconds of the X server.
    pub time: u32,
}

/// A button as a program sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// 1 left, 2 middle, 3 right, 4 to 7 the wheel up, down, left, right.
    pub button: u8,
    /// Pixels of the screen.
    pub x: i16,
    /// Pixels of the screen.
    pub y: i16,
    /// Buttons and modifiers held before it, as X counts them.
    pub state: u16,
    /// Milliseconds of the X server.
    pub time: u32,
}
