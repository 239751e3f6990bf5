//! `nen settings`.

use serde_json::json;

use crate::{nen::Nen, stand_in::StandIn};

#[test]
fn secrets_are_shown_as_hints() {
    let server = StandIn::start();
    let hint = |hint: &str| json!({"hint": hint, "created_at": 1_743_447_260});
    let budget = json!({"max_cost_usd": 50.0, "spent_usd": 1.5, "period_start": 1_740_787_200, "period_end": 1_743_465_600});
    let settings = json!({"workspace_id": "ws_default", "webhook_secret": hint("…x9Qa"), "signing_secret": hint("…b2Cd"),
        "budget": budget});
    server.on("GET /settings", 200, &settings);
    let text = Nen::with(&server).good(&["settings", "show"]).out;
    assert!(
        text.contains("Webhook secret:  …x9Qa  made 2025-03-31"),
        "{text}"
    );
    let spent = "$1.50 of $50.00 spent this month";
    assert!(text.contains(spent), "{text}");
    let shown = Nen::with(&server).good(&["settings", "budget"]).out;
    assert!(shown.starts_with(spent), "{shown}");
    server.on("PUT /settings/budget", 200, &budget);
    let nen = Nen::with(&server);
    assert!(
        nen.good(&["settings", "budget", "50"])
            .out
            .starts_with(spent)
    );
    assert_eq!(nen.run(&["settings", "budget", "50", "--none"]).code, 2);
}

#[test]
fn a_network_is_shown_and_set() {
    let server = StandIn::start();
    let hint = json!({"hint": "…x9Qa", "created_at": 1_743_447_260});
    let budget =
        json!({"max_cost_usd": null, "spent_usd": 0.0, "period_start": 0, "period_end": 100});
    let network = json!({"allow": ["example.com", "*.example.org:443"]});
    let settings = json!({"workspace_id": "ws_default", "webhook_secret": hint, "signing_secret": hint,
        "budget": budget, "network": network});
    server.on("GET /settings", 200, &settings);
    server.on("PUT /settings/network", 200, &json!({"network": network}));
    let nen = Nen::with(&server);
    let listed = "example.com, *.example.org:443\n";
    assert_eq!(nen.good(&["settings", "network"]).out, listed);
    let shown = nen.good(&["settings", "show"]).out;
    assert!(
        shown.contains(&format!("Network:         {listed}")),
        "{shown}"
    );
    let set = [
        "settings",
        "network",
        "--allow",
        "example.com,*.example.org:443",
    ];
    assert_eq!(nen.good(&set).out, listed);
    assert_eq!(
        nen.run(&[
            "settings",
            "network",
            "--network",
            "none",
            "--allow",
            "a.test"
        ])
        .code,
        2
    );
}

#[test]
fn a_new_secret_is_printed_alone_and_only_after_a_yes() {
    let server = StandIn::start();
    let new = json!({"secret": "whsec_new", "previous_valid_until": 1_743_447_260});
    server.on("POST /settings/webhook-secret/rotate", 200, &new);
    server.on("POST /settings/signing-secret/rotate", 200, &new);
    let nen = Nen::with(&server);
    assert_eq!(
        nen.run(&["settings", "rotate-webhook-secret"]).code,
        2,
        "nobody to ask"
    );
    assert!(server.requests().is_empty());
    let done = nen.good(&["settings", "rotate-webhook-secret", "-f"]);
    assert_eq!(done.out, "whsec_new\n");
    assert!(done.err.contains("only this once"), "{done:?}");
    let done = nen.good(&["settings", "rotate-signing-secret", "-f"]);
    assert!(done.err.contains("NEN_SIGNING_SECRET"), "{done:?}");
    server.request("POST /settings/signing-secret/rotate");
}
