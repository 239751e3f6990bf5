//! `nen demo`: a whole job on a real desktop, done over the public API, with checks of what really happened.

mod agent;
mod checks;
mod choice;
mod desktop;
mod latency;
mod receipt;
mod receiver;
mod report;
mod run;
mod samples;
mod script;
mod server_process;
mod site;
mod task;
mod watchdog;
mod workflow;

pub use choice::choose;
pub use run::{DemoSettings, run};
