//! The commands, one file each.

pub mod audit;
pub mod backup;
pub mod completions;
pub mod config;
mod consent;
pub mod dashboard;
pub mod demo;
pub mod desktop;
pub mod doctor;
pub mod example;
pub mod inside;
pub mod key;
pub mod login;
pub mod mcp;
mod network;
mod new_files;
mod params;
mod replay;
pub mod restore;
pub mod run;
pub mod serve;
pub mod settings;
pub mod worker;
pub mod workflow;
