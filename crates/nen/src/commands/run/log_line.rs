//! A line of a run's log for people.

use nen_protocol::workflow::{LogRecord, LogStream};

use crate::output::{Style, local_clock, printable};

/// The time of day, who said it, and what.
pub fn of(record: &LogRecord, style: Style) -> String {
    let text = printable(&record.text);
    let (from, text) = match record.stream {
        LogStream::Stdout => ("out", text),
        LogStream::Stderr => ("err", style.yellow(&text)),
        LogStream::System => ("nen", style.cyan(&text)),
    };
    format!(
        "{}  {text}",
        style.dim(&format!("{}  {from}", local_clock(record.at)))
    )
    .trim_end()
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_and_who_and_cannot_play_with_the_terminal() {
        let record = LogRecord {
            seq: 1,
            at: 1_743_447_260.25,
            stream: LogStream::Stderr,
            text: "oh\u{1b}[2J".into(),
        };
        let line = of(&record, Style::PLAIN);
        assert!(line.ends_with(":20.250  err  oh\u{fffd}[2J"), "{line}");
    }
}
