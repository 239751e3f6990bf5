//! Pixels and input of a display: what to press when, when the screen has settled, how an image is made.
//!
//! The pure half decides: [`plan`] turns an action into steps, [`settle`] judges damage, [`keymap`] finds
//! keys for characters, [`encode`] turns pixels into files. The impure half is thin: [`x11`] presses, looks
//! and waits. [`Executor`] joins them.

pub mod cancel;
pub mod cursor;
pub mod display;
pub mod encode;
pub mod executor;
pub mod frame;
pub mod keymap;
pub mod plan;
pub mod rect;
pub mod settle;
pub mod x11;

pub use cancel::Cancel;
pub use display::{Damage, DisplayError, Input};
pub use executor::Executor;
pub use frame::Frame;
pub use rect::Rect;
