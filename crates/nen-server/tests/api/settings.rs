//! The secrets of a workspace.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn settings_show_how_secrets_end_and_nothing_more() {
    let app = App::start().await;
    let before = app.get("/settings").await.good();
    assert_eq!(before["workspace_id"], "ws_default");
    for (name, prefix) in [("webhook", "whsec_"), ("signing", "")] {
        let field = format!("{name}_secret");
        assert!(before[&field].get("previous_valid_until").is_none());
        let path = format!("/settings/{name}-secret/rotate");
        let made = app.post(&path, json!({})).await;
        assert_eq!(made.status, 200);
        let made = made.json();
        let secret = made["secret"].as_str().unwrap();
        assert!(secret.starts_with(prefix) && secret.len() >= 32, "{name}");
        let after = app.get("/settings").await;
        assert!(!after.text().contains(secret), "shown once");
        let hint = after.json()[&field]["hint"].as_str().unwrap().to_owned();
        assert!(secret.ends_with(hint.trim_start_matches('…')), "{name}");
        assert_ne!(before[&field]["hint"], json!(hint));
        assert_eq!(
            after.json()[&field]["previous_valid_until"],
            made["previous_valid_until"]
        );
    }
}
