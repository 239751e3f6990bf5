//! Backups of data folders with a real database, and archives that were made to do harm.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod changing;
mod damaged;
mod hostile;
mod round_trip;
mod source;
