//! The parts that a desktop is made of.

pub(crate) mod home;
pub(crate) mod wallpaper;
pub(crate) mod window_manager;
pub(crate) mod x_server;

use std::process::{Command, Stdio};

use crate::config::Config;

/// A program of the desktop; what it says goes to the controller's own output.
pub(crate) fn program(config: &Config, name: &str) -> Command {
    let mut command = Command::new(name);
    command
        .env_remove("NEN_READY_FD")
        .current_dir(&config.home)
        .stdin(Stdio::null());
    command
}

/// A program that a person or agent uses, with the environment the desktop's creator gave. The desktop's
/// own parts do without it: no variable may keep them from starting.
pub(crate) fn application(config: &Config, name: &str) -> Command {
    let mut command = program(config, name);
    command.envs(&config.env);
    command
}
