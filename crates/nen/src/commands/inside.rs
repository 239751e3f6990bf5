//! The hidden commands: the same binary is also the stage before a sandbox, the first process of a container, the guard of its network outside, and the
//! controller inside.

use std::{io::Write, os::unix::process::ExitStatusExt, path::Path, process::ExitCode};

/// Sets up a sandbox's namespaces and becomes its program.
pub fn sandbox(spec: &Path) -> anyhow::Result<()> {
    match nen_host::stage::run(spec)? {}
}

/// Is the first process of a container, and ends as its program did.
pub fn contained(socket: &Path, spec: &Path) -> anyhow::Result<()> {
    let status = nen_host::stage::run_contained(socket, spec)?;
    // A signal as shells say it.
    let code = status.code().or_else(|| Some(128 + status.signal()?));
    std::process::exit(code.unwrap_or(1))
}

/// Guards a sandbox's network until the sandbox ends.
pub fn egress(orders: &Path, descriptors: &[i32]) -> anyhow::Result<()> {
    Ok(nen_egress::run(orders, descriptors)?)
}

/// Runs the controller until the desktop ends.
pub fn desktopd(config: &Path) -> anyhow::Result<()> {
    Ok(nen_desktopd::run(config)?)
}

/// Asks the controller to start an app; called by the task bar's icons as `nen-launch APP [ARGUMENT…]`.
pub fn launch(args: &[String]) -> ExitCode {
    let result = match args {
        [app, rest @ ..] => nen_desktopd::launch(app, rest),
        [] => Err("which app? try `nen-launch chromium`".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Goes to the desktop's log; nobody reads it on a screen.
            let _ = writeln!(std::io::stderr(), "nen-launch: {why}");
            ExitCode::FAILURE
        }
    }
}
