//! Questions to the person at the terminal.

use std::io::{BufRead, IsTerminal, Write};

/// Asks a yes-or-no question on the terminal; anything but yes is no. `None` when there is nobody to ask.
pub fn confirm(question: &str) -> std::io::Result<Option<bool>> {
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let answer = ask(&format!("{question} [y/N] "))?.unwrap_or_default();
    let answer = answer.to_lowercase();
    Ok(Some(answer == "y" || answer == "yes"))
}

/// Asks for a line of text; `None` when it is empty.
pub fn ask(question: &str) -> std::io::Result<Option<String>> {
    let mut err = std::io::stderr().lock();
    write!(err, "{question}")?;
    err.flush()?;
    first_line()
}

/// Asks without showing what is typed.
pub fn ask_hidden(question: &str) -> anyhow::Result<Option<String>> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    let stdin = std::io::stdin();
    let shown = tcgetattr(&stdin)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Flush, &hidden)?;
    let answer = ask(question);
    tcsetattr(&stdin, OptionalActions::Flush, &shown)?;
    // The line feed the terminal did not show.
    let _ = writeln!(std::io::stderr());
    Ok(answer?)
}

/// The next line of standard input without blanks around it; `None` when it is empty.
pub fn first_line() -> std::io::Result<Option<String>> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let line = line.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}
