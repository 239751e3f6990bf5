//! Colour, only where a person sees it.

use std::io::IsTerminal;

use nen_protocol::workflow::RunStatus;

/// Whether text may carry colour, and the colours.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// No colour at all.
    pub const PLAIN: Self = Self { colour: false };

    /// Colour when standard output is a terminal and `NO_COLOR` is not set.
    pub fn for_stdout() -> Self {
        Self {
            colour: std::io::stdout().is_terminal() && allowed(),
        }
    }

    /// Colour when standard error is a terminal and `NO_COLOR` is not set.
    pub fn for_stderr() -> Self {
        Self {
            colour: std::io::stderr().is_terminal() && allowed(),
        }
    }

    /// Bold, for headings.
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Faint, for what matters less.
    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// Green, for what is well.
    pub fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Yellow, for what deserves a look.
    pub fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Red, for what is wrong.
    pub fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// Cyan, for what is under way.
    pub fn cyan(self, text: &str) -> String {
        self.wrap("36", text)
    }

    /// A desktop's status in its colour.
    pub fn status(self, status: &str) -> String {
        match status {
            "running" => self.green(status),
            "creating" | "paused" => self.yellow(status),
            "error" => self.red(status),
            _ => self.dim(status),
        }
    }

    /// A run's status in its colour.
    pub fn run_status(self, status: RunStatus) -> String {
        let text = status.as_str();
        match status {
            RunStatus::Queued => self.yellow(text),
            RunStatus::Running => self.cyan(text),
            RunStatus::Completed => self.green(text),
            RunStatus::Failed | RunStatus::Timeout => self.red(text),
            RunStatus::Cancelled => self.dim(text),
        }
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// <https://no-color.org>: present and not empty means no colour; a dumb terminal shows none either.
fn allowed() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        && std::env::var_os("TERM").is_none_or(|v| v != "dumb")
}

#[cfg(test)]
mod tests {
    use super::Style;

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(Style::PLAIN.status("running"), "running");
        let colour = Style { colour: true };
        assert_eq!(colour.status("running"), "\x1b[32mrunning\x1b[0m");
        assert_eq!(colour.red(""), "");
    }
}
