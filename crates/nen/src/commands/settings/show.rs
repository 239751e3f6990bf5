//! `nen settings show`.

use nen_protocol::workflow::{SecretHint, WorkspaceSettings};

use super::budget;

use crate::{
    client::Client,
    output::{Fields, Output, local_rfc3339, now, printable},
};

/// Shows them; of a secret, its last characters.
pub fn run(client: &Client, output: &Output) -> anyhow::Result<()> {
    let reply = client.get("/settings")?;
    if output.is_json() {
        return output.json(&reply);
    }
    let settings: WorkspaceSettings = client.typed(&reply)?;
    output.text(text(&settings, now()))?;
    Ok(())
}

fn text(settings: &WorkspaceSettings, now: f64) -> String {
    let mut fields = Fields::default();
    fields.add("Workspace", printable(&settings.workspace_id));
    fields.add("Webhook secret", hint(&settings.webhook_secret, now));
    fields.add("Signing secret", hint(&settings.signing_secret, now));
    fields.add("Models", budget::text(&settings.budget));
    fields.add("Network", settings.network.to_string());
    fields.render()
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a date fit an f64")]
fn hint(secret: &SecretHint, now: f64) -> String {
    let mut text = format!(
        "{}  made {}",
        printable(&secret.hint),
        local_rfc3339(secret.created_at as f64)
    );
    if let Some(until) = secret.previous_valid_until.filter(|&at| at as f64 > now) {
        text.push_str(&format!(
            "; the one before is valid until {}",
            local_rfc3339(until as f64)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use nen_protocol::network::NetworkPolicy;
    use nen_protocol::workflow::ModelBudget;

    use super::*;

    #[test]
    fn a_secret_that_was_replaced_is_mentioned_while_it_is_valid() {
        let settings = WorkspaceSettings {
            workspace_id: "ws_default".into(),
            webhook_secret: SecretHint {
                hint: "…x9Qa".into(),
                created_at: 1000,
                previous_valid_until: Some(90_000),
            },
            signing_secret: SecretHint {
                hint: "…b2Cd".into(),
                created_at: 1000,
                previous_valid_until: None,
            },
            network: NetworkPolicy::None,
            budget: ModelBudget {
                max_cost_usd: None,
                spent_usd: 0.5,
                period_start: 0,
                period_end: 100_000,
            },
        };
        let shown = text(&settings, 2000.0);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "Workspace:       ws_default");
        assert!(
            lines[1].starts_with("Webhook secret:  …x9Qa  made "),
            "{shown}"
        );
        assert!(
            lines[1].contains("the one before is valid until"),
            "{shown}"
        );
        assert!(!lines[2].contains("before"), "{shown}");
        assert_eq!(
            lines[3],
            "Models:          $0.50 spent this month, no limit"
        );
        assert_eq!(lines[4], "Network:         none");
        assert!(!text(&settings, 100_000.0).contains("before"));
    }
}
