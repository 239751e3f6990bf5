//! The X11 implementation: thin, and the only part that talks to a server.

mod camera;
mod connection;
mod damage;
mod input;
mod keyboard;
mod ping;
pub mod polish;
mod shared_memory;
mod windows;

pub use camera::{Camera, Image};
pub use input::X11Input;
pub use windows::{Window, Windows};
