//! Text from elsewhere, made fit for a terminal.

/// The text without control characters, which could play with the terminal; tabs and line feeds stay.
pub fn printable(text: &str) -> String {
    text.replace(
        |c: char| c.is_control() && c != '\t' && c != '\n',
        "\u{fffd}",
    )
}

/// The text on one line of at most `most` characters.
pub fn one_line(text: &str, most: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let flat = printable(&flat);
    if flat.chars().count() <= most {
        return flat;
    }
    let mut cut: String = flat.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_play_with_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\tc\n"), "a\u{fffd}[2Jb\tc\n");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(one_line("a\n  b", 10), "a b");
        assert_eq!(one_line("abcdef", 6), "abcdef");
        assert_eq!(one_line("abcdefg", 6), "abcde…");
        assert_eq!(one_line("äöüßéè", 3), "äö…");
    }
}
