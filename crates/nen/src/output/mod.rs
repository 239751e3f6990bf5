//! What the commands print: text for people, JSON for programs.

mod bytes;
mod style;
mod table;
mod time;

use std::io::{IsTerminal, Write};

use serde::Serialize;

pub use bytes::human_size;
pub use style::Style;
pub use table::Table;
pub use time::{local_rfc3339, now, relative};

/// Standard output together with how to write to it.
#[derive(Debug)]
pub struct Output {
    json: bool,
    style: Style,
}

impl Output {
    /// Text with colour on a terminal, or JSON.
    pub fn new(json: bool) -> Self {
        Self {
            json,
            style: Style::for_stdout(),
        }
    }

    /// True when `--json` was given.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Colours to use on standard output.
    pub fn style(&self) -> Style {
        self.style
    }

    /// Writes a line of text.
    pub fn line(&self, text: impl AsRef<str>) -> std::io::Result<()> {
        writeln!(std::io::stdout().lock(), "{}", text.as_ref())
    }

    /// Writes text as it is.
    pub fn text(&self, text: impl AsRef<str>) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_ref().as_bytes())?;
        out.flush()
    }

    /// Writes a value as indented JSON.
    pub fn json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, value)?;
        writeln!(out)?;
        Ok(())
    }

    /// Writes a line to standard error: progress and hints, never results.
    pub fn note(&self, text: impl AsRef<str>) {
        // A closed standard error must not fail the command.
        let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
    }
}

/// Asks a yes-or-no question on the terminal; anything but yes is no. `None` when there is nobody to ask.
pub fn confirm(question: &str) -> std::io::Result<Option<bool>> {
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let mut err = std::io::stderr().lock();
    write!(err, "{question} [y/N] ")?;
    err.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    let answer = answer.trim().to_lowercase();
    Ok(Some(answer == "y" || answer == "yes"))
}
