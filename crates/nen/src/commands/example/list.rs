//! `nen example list`.

use serde_json::{Value, json};

use super::embedded;
use crate::output::Output;

/// Lists the examples.
pub fn run(output: &Output) -> anyhow::Result<()> {
    let examples = embedded::all();
    if output.is_json() {
        let all: Vec<Value> = examples
            .iter()
            .map(|(name, example)| json!({"name": name, "summary": example.summary()}))
            .collect();
        return output.json(&json!(all));
    }
    let style = output.style();
    for (name, example) in &examples {
        output.line(format!("{name:<14}  {}", style.dim(&example.summary())))?;
    }
    output.line("\nnen example create NAME writes one into a folder")?;
    Ok(())
}
