//! "Label: value" lines that line up.

use super::table::visible_width;

/// Labels with their values, one per line.
#[derive(Debug, Default)]
pub struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Adds a line. Further lines of a value stand below its first.
    pub fn add(&mut self, label: &'static str, value: impl Into<String>) {
        self.0.push((label, value.into()));
    }

    /// Adds a line when there is a value.
    pub fn add_some(&mut self, label: &'static str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.add(label, value);
        }
    }

    /// The lines, each with its line feed.
    pub fn render(&self) -> String {
        let width = self.0.iter().map(|(label, _)| visible_width(label)).max();
        // The colon and two blanks.
        let width = width.unwrap_or_default() + 3;
        let mut text = String::new();
        for (label, value) in &self.0 {
            let mut start = format!("{label}:");
            for line in value.split('\n') {
                let pad = width.saturating_sub(visible_width(&start));
                let line = format!("{start}{}{line}", " ".repeat(pad));
                text.push_str(line.trim_end());
                text.push('\n');
                start.clear();
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn values_line_up_and_their_further_lines_too() {
        let mut fields = Fields::default();
        fields.add("Run ID", "7f");
        fields.add("Result", "{\n  \"total\": 3\n}");
        fields.add_some("Model", None::<String>);
        assert_eq!(
            fields.render(),
            "Run ID:  7f\nResult:  {\n           \"total\": 3\n         }\n"
        );
    }
}
