//! The parts that a desktop is made of.

pub(crate) mod home;
pub(crate) mod wallpaper;
pub(crate) mod window_manager;
pub(crate) mod x_server;

use std::process::{Command, Stdio};

use crate::config::Config;

/// A program of the desktop with its environment; what it says goes to the controller's own output.
pub(crate) fn program(config: &Config, name: &str) -> Command {
    let mut command = Command::new(name);
    command
        .envs(&config.env)
        .env_remove("NEN_READY_FD")
        .current_dir(&config.home)
        .stdin(Stdio::null());
    command
}
