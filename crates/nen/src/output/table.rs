//! Columns that line up, whatever is in them.

use super::Style;

/// Space between two columns.
const GAP: &str = "  ";

/// Rows under a heading, padded to the widest cell of each column.
#[derive(Debug, Default)]
pub struct Table {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    /// A table with these column names.
    pub fn new(heading: &[&str]) -> Self {
        Self {
            heading: heading.iter().map(|&h| h.to_owned()).collect(),
            ..Self::default()
        }
    }

    /// Aligns a column (counted from 0) to the right, as numbers want it.
    pub fn right(mut self, column: usize) -> Self {
        self.right.push(column);
        self
    }

    /// Adds a row; cells may carry colour.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table as text, a line feed after every row, no blanks at a line's end.
    pub fn render(&self, style: Style) -> String {
        let columns = self.heading.len();
        let mut widths: Vec<usize> = self.heading.iter().map(|h| visible_width(h)).collect();
        for row in &self.rows {
            for (i, cell) in row.iter().enumerate().take(columns) {
                widths[i] = widths[i].max(visible_width(cell));
            }
        }
        let heading: Vec<String> = self.heading.iter().map(|h| style.bold(h)).collect();
        let mut text = String::new();
        for row in std::iter::once(&heading).chain(&self.rows) {
            let mut line = String::new();
            for (i, cell) in row.iter().enumerate().take(columns) {
                if i > 0 {
                    line.push_str(GAP);
                }
                let pad = " ".repeat(widths[i].saturating_sub(visible_width(cell)));
                if self.right.contains(&i) {
                    line.push_str(&pad);
                    line.push_str(cell);
                } else {
                    line.push_str(cell);
                    line.push_str(&pad);
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Columns a text takes on a terminal: escape sequences none, CJK and emoji two.
pub fn visible_width(text: &str) -> usize {
    let mut width = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            // Colours are the only sequences we write: they end with a letter.
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
            continue;
        }
        width += char_width(c);
    }
    width
}

fn char_width(c: char) -> usize {
    match u32::from(c) {
        0..=0x1f | 0x7f..=0x9f | 0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(&["NAME", "SIZE", "MODIFIED"]).right(1);
        table.row(vec!["报告.pdf".into(), "1.2 kB".into(), "just now".into()]);
        table.row(vec!["Downloads/".into(), "<DIR>".into(), "2m ago".into()]);
        assert_eq!(
            table.render(Style::PLAIN),
            "NAME          SIZE  MODIFIED\n\
             报告.pdf    1.2 kB  just now\n\
             Downloads/   <DIR>  2m ago\n"
        );
    }

    #[test]
    fn colour_takes_no_room() {
        assert_eq!(visible_width("\x1b[32mrunning\x1b[0m"), 7);
        assert_eq!(visible_width("你好😀"), 6);
    }
}
