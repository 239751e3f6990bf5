//! Workflows in the real sandbox, on desktops that write down what is asked of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod folders;
mod forgetting;
mod hostile;
mod house;
mod life;
mod network;
mod notebook;
mod secrets;
mod uploads;
