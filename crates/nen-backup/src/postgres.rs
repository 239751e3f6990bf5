//! PostgreSQL's own tools. They are of the client's packages, `postgresql-client` on Debian.

use std::path::Path;
use std::process::Command;

use nen_store::without_password;

use crate::BackupError;

/// Dumps a database into a file.
pub(crate) fn dump(url: &str, file: &Path) -> Result<(), BackupError> {
    let mut command = tool("pg_dump", url);
    command
        .args(["--format=custom", "--no-owner", "--no-privileges", "--file"])
        .arg(file);
    run(command, "pg_dump")
}

/// Fills an empty database from such a file, wholly or not at all.
pub(crate) fn load(url: &str, file: &Path) -> Result<(), BackupError> {
    let (_, clean) = without_password(url);
    let mut command = tool("pg_restore", url);
    command
        .args(["--single-transaction", "--exit-on-error", "--no-owner"])
        .args(["--no-privileges", "--dbname"])
        .arg(clean)
        .arg(file);
    run(command, "pg_restore")
}

/// The password goes by the environment: arguments can be read by every user of the machine.
fn tool(name: &str, url: &str) -> Command {
    let (password, clean) = without_password(url);
    let mut command = Command::new(name);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    if name == "pg_dump" {
        command.arg("--dbname").arg(clean);
    }
    command
}

fn run(mut command: Command, name: &str) -> Result<(), BackupError> {
    let done = command.output().map_err(|error| {
        BackupError::Postgres(format!(
            "cannot run {name}: {error}; `apt install postgresql-client` brings it, and --without-database leaves the \
             database to other means"
        ))
    })?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(BackupError::Postgres(format!(
        "{name} failed: {}",
        said.trim().replace('\n', "; ")
    )))
}
