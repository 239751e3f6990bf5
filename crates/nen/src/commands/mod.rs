//! The commands, one file each.

pub mod completions;
pub mod demo;
pub mod desktop;
pub mod doctor;
pub mod inside;
pub mod key;
pub mod login;
pub mod serve;
