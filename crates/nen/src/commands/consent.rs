//! The question before something that cannot be undone.

use crate::{exit::UsageError, output::confirm};

/// Asks; with nobody to ask it is a mistake in the command line, not a silent yes.
pub fn agreed(question: &str) -> anyhow::Result<bool> {
    match confirm(question)? {
        Some(answer) => Ok(answer),
        None => Err(UsageError(
            "there is no terminal to ask on; use --force to do it without asking".into(),
        )
        .into()),
    }
}
