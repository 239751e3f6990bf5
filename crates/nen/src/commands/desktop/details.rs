//! A desktop as lines of text.

use nen_protocol::network::NetworkPolicy;
use serde_json::Value;

use crate::output::{Style, local_rfc3339};

/// "Desktop ID: …" and so on, one per line, without what the desktop does not have.
pub fn lines(desktop: &Value, style: Style) -> String {
    let text = |key: &str| desktop[key].as_str().filter(|t| !t.is_empty());
    let mut text_of_all = String::new();
    let mut line = |label: &str, value: String| {
        text_of_all.push_str(&format!("{label:<12}{value}\n"));
    };
    line("Desktop ID:", text("desktop_id").unwrap_or("?").to_owned());
    line("Status:", style.status(text("status").unwrap_or("?")));
    if let Some(provisioning) = text("provisioning") {
        line("Start:", provisioning.to_owned());
    }
    if let Some(created) = desktop["created_at"].as_f64() {
        line("Created:", local_rfc3339(created));
    }
    if let Some(name) = text("name") {
        line("Name:", name.to_owned());
    }
    if let (Some(width), Some(height)) = (
        desktop["display"]["width"].as_u64(),
        desktop["display"]["height"].as_u64(),
    ) {
        line("Display:", format!("{width}x{height}"));
    }
    if let Ok(network) = serde_json::from_value::<NetworkPolicy>(desktop["network"].clone())
        && network != NetworkPolicy::default()
    {
        line("Network:", network.to_string());
    }
    if let Some(error) = text("error") {
        line("Error:", style.red(error));
    }
    text_of_all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_shown_only_when_there_is_one() {
        let mut desktop = json!({
            "desktop_id": "dsk_abc123def456", "status": "running", "provisioning": "warm",
            "created_at": 1_743_447_260,
        });
        let plain = lines(&desktop, Style::PLAIN);
        assert!(plain.starts_with(
            "Desktop ID: dsk_abc123def456\nStatus:     running\nStart:      warm\nCreated:    2025-03-31T"
        ));
        assert!(!plain.contains("Name:"));
        desktop["network"] = json!({"allow": ["a.test", "b.test:443"]});
        assert!(lines(&desktop, Style::PLAIN).contains("Network:    a.test, b.test:443\n"));
        desktop["name"] = json!("books");
        assert!(lines(&desktop, Style::PLAIN).contains("\nName:       books\n"));
    }
}
