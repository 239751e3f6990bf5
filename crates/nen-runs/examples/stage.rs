//! Stands in for the `nen` binary in this crate's tests: it is the stage before a sandbox, and nothing else.

#![allow(clippy::print_stderr, reason = "a test fixture")]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "sandbox", spec] => {
            let Err(error) = nen_host::stage::run(Path::new(spec));
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::from(2),
    }
}
