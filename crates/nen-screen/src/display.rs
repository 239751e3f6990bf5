//! What an executor needs of a display. X11 is the first; anything with a pointer, keys and pixels can follow.

use std::time::{Duration, Instant};

use nen_protocol::{Point, Size};
use xkeysym::Keysym;

use crate::{Cancel, Rect};

/// A display that failed. Its desktop is then of no use any more.
#[derive(Debug, thiserror::Error)]
pub enum DisplayError {
    /// The display could not be reached or lacks something that is needed.
    #[error("cannot use the display: {0}")]
    Unusable(String),
    /// The display went away.
    #[error("the display is gone: {0}")]
    Gone(String),
    /// A character or key that cannot be put on the keyboard.
    #[error("no key types {0}")]
    NoKey(String),
}

/// What a wait for damage ended with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// These parts of the screen were painted.
    Painted(Vec<Rect>),
    /// The deadline came first.
    Deadline,
    /// The wait was called off.
    Cancelled,
}

/// Pointer, keys and damage of a display.
pub trait Input {
    /// Size of the screen in pixels.
    fn size(&self) -> Size;
    /// Where the pointer is once all that was asked for so far has arrived, unless something holds it for
    /// more than 50 ms; then it is queued by the display and happens in order.
    fn pointer(&mut self) -> Result<Point, DisplayError>;
    /// Moves the pointer. It need not have arrived on return: see [`Input::pointer`] and [`Input::sync`].
    fn move_pointer(&mut self, to: Point) -> Result<(), DisplayError>;
    /// Presses or lets go a button: 1 left, 2 middle, 3 right, 4 to 7 the wheel up, down, left, right.
    fn button(&mut self, button: u8, press: bool) -> Result<(), DisplayError>;
    /// Presses or lets go a key.
    fn key(&mut self, key: Keysym, press: bool) -> Result<(), DisplayError>;
    /// Types characters in order, as fast as the display takes them.
    fn type_text(&mut self, text: &str) -> Result<(), DisplayError>;
    /// Returns once the display has taken all input so far and the pointer has followed, as in
    /// [`Input::pointer`].
    fn sync(&mut self) -> Result<(), DisplayError>;
    /// Returns once the focused program has read all input so far, as far as it lets that be known, or at
    /// the deadline.
    fn wait_until_read(&mut self, deadline: Instant, cancel: &Cancel) -> Result<(), DisplayError>;
    /// Forgets the damage so far.
    fn forget_damage(&mut self) -> Result<(), DisplayError>;
    /// Waits for damage.
    fn next_damage(&mut self, deadline: Instant, cancel: &Cancel) -> Result<Damage, DisplayError>;
    /// Lets time pass; true when called off.
    fn pause(&mut self, time: Duration, cancel: &Cancel) -> Result<bool, DisplayError>;
}
