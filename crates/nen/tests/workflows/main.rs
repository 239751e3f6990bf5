//! `nen workflow`, `nen run` and `nen settings` as scripts and people see them, against a server that stands in.
#![allow(clippy::unwrap_used, clippy::panic)]

mod assets;
mod catalogue;
mod deploy;
mod follow;
mod local_run;
mod nen;
mod run_queries;
mod samples;
mod settings;
mod stand_in;
mod start;
