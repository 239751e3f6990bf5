//! What the commands print: text for people, JSON for programs.

mod ask;
mod bytes;
mod duration;
mod fields;
mod shown;
mod style;
mod table;
mod time;

use std::io::Write;

use serde::Serialize;

pub use ask::{ask, ask_hidden, confirm, first_line};
pub use bytes::human_size;
pub use duration::human_seconds;
pub use fields::Fields;
pub use shown::{one_line, printable};
pub use style::Style;
pub use table::Table;
pub use time::{local_clock, local_rfc3339, now, relative};

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

    /// Writes a value as JSON on a line of its own, at once: for what comes bit by bit.
    pub fn json_line(&self, value: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        let mut out = std::io::stdout().lock();
        out.write_all(&line)?;
        out.flush()?;
        Ok(())
    }

    /// Writes a line to standard error: progress and hints, never results.
    pub fn note(&self, text: impl AsRef<str>) {
        // A closed standard error must not fail the command.
        let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
    }
}
