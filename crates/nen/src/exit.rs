//! Exit codes: scripts tell "not found" from "failed" without reading text.

use std::process::ExitCode;

use crate::client::ClientError;

/// Everything went well.
pub const DONE: u8 = 0;
/// It was tried and did not work.
pub const FAILED: u8 = 1;
/// The command line itself is wrong.
pub const USAGE: u8 = 2;
/// The desktop, file or key does not exist.
pub const NOT_FOUND: u8 = 3;
/// No key, a wrong key, or a key without the scope.
pub const UNAUTHORISED: u8 = 4;

/// The command line is wrong in a way that only shows after parsing (a file that would be overwritten, `x=y` without `=`).
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Something on this machine that was asked for by name does not exist.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MissingError(pub String);

/// A check that failed has already been printed; only the exit code is left to say.
#[derive(Debug, thiserror::Error)]
#[error("a check failed")]
pub struct AlreadyReported;

/// The exit code an error stands for.
pub fn code_of(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if cause.is::<UsageError>() {
            return USAGE;
        }
        if cause.is::<MissingError>() {
            return NOT_FOUND;
        }
        match cause.downcast_ref::<ClientError>() {
            Some(ClientError::NotFound { .. }) => return NOT_FOUND,
            Some(ClientError::Unauthorised { .. } | ClientError::NoKey { .. }) => {
                return UNAUTHORISED;
            }
            Some(ClientError::BadUrl { .. }) => return USAGE,
            _ => {}
        }
    }
    FAILED
}

/// Prints an error the way people read it and gives its exit code.
pub fn report(error: &anyhow::Error) -> ExitCode {
    use std::io::Write;

    if !error.is::<AlreadyReported>() && !is_broken_pipe(error) {
        let style = crate::output::Style::for_stderr();
        let text = text_of(error);
        // Nothing is left to tell anybody when standard error is closed as well.
        let _ = writeln!(std::io::stderr(), "{} {text}", style.red("error:"));
    }
    ExitCode::from(code_of(error))
}

/// An error with its causes, without those that the text before already has in it.
fn text_of(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let part = cause.to_string();
        if text.is_empty() {
            text = part;
        } else if !text.contains(&part) {
            text = format!("{text}: {part}");
        }
    }
    text
}

/// `nen desktop list | head -1` is not an error worth a message.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn causes_are_told_once() {
        let error = anyhow::anyhow!("disk full")
            .context("cannot write x: disk full")
            .context("upload failed");
        assert_eq!(text_of(&error), "upload failed: cannot write x: disk full");
    }

    #[test]
    fn context_does_not_hide_the_code() {
        let usage = Err::<(), _>(UsageError("x".into())).context("while y");
        assert_eq!(code_of(&usage.unwrap_err()), USAGE);
        let missing = anyhow::Error::from(ClientError::NotFound {
            message: "desktop not found".into(),
        });
        assert_eq!(code_of(&missing), NOT_FOUND);
        let auth = anyhow::Error::from(ClientError::Unauthorised {
            status: 401,
            message: "wrong key".into(),
        });
        assert_eq!(code_of(&auth), UNAUTHORISED);
        assert_eq!(code_of(&anyhow::anyhow!("disk full")), FAILED);
    }
}
