//! What happened on a desktop or in a run, gathered from what was stored, and as an animation.

mod animation;
mod gather;
mod pointer;
mod riff;

pub(crate) use animation::{Animation, animate};
pub(crate) use gather::{Gathered, of_desktop, of_run};
