//! What runs between the server and the sandbox: the hidden command `nen sandbox SPEC`.

use std::convert::Infallible;
use std::path::Path;

/// Why the stage could not become the sandbox.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StageError(pub(crate) String);

/// Makes the namespaces described by the file and becomes the program in it. Must be called before
/// any thread is started. Speaks with the server over standard input; there is nothing for a person.
///
/// # Errors
/// Returns only when something failed; the server has been told already.
pub fn run(spec: &Path) -> Result<Infallible, StageError> {
    Err(StageError(spec.display().to_string()))
}
