//! The secrets and the budget of a workspace.

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

#[tokio::test]
async fn a_network_is_set_and_bounds_the_desktops_of_its_workspace() {
    let app = App::start().await;
    let network = || async { app.get("/settings").await.good()["network"].clone() };
    assert_eq!(network().await, "internet");
    let listed = json!({"allow": ["example.com", "*.example.org:443"]});
    let set = app
        .put(
            "/settings/network",
            json!({"network": {"allow": ["EXAMPLE.com.", "*.example.org:443"]}}),
        )
        .await;
    assert_eq!(set.good(), json!({"network": listed}));
    assert_eq!(network().await, listed);
    let made = app.post("/desktops", json!({})).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["network"], listed);
    for (wanted, status) in [
        (json!("none"), 201),
        (json!({"allow": ["a.example.org:443"]}), 201),
        (json!({"allow": ["a.example.org"]}), 403),
        (json!("internet"), 403),
        (json!({"allow": ["192.168.0.1"]}), 400),
    ] {
        let answer = app.post("/desktops", json!({"network": wanted})).await;
        assert_eq!(answer.status, status, "{wanted}");
        if status == 201 {
            let id = answer.json()["desktop_id"].as_str().unwrap().to_owned();
            assert_eq!(
                app.get(&format!("/desktops/{id}")).await.good()["network"],
                wanted
            );
        }
    }
    for bad in [
        json!({"network": "wifi"}),
        json!({"network": {"allow": []}}),
    ] {
        let refused = app.put("/settings/network", bad).await;
        assert_eq!(refused.status, 400);
    }
    assert_eq!(network().await, listed);
    app.put("/settings/network", json!({"network": null}))
        .await
        .good();
    assert_eq!(network().await, "internet");
}

#[tokio::test]
async fn a_budget_is_set_shown_and_taken_away() {
    let app = App::start().await;
    let budget = || async { app.get("/settings").await.good()["budget"].clone() };
    let none = budget().await;
    assert_eq!(none["max_cost_usd"], json!(null));
    assert_eq!(none["spent_usd"], json!(0.0));
    let (start, end) = (&none["period_start"], &none["period_end"]);
    let days = (end.as_i64().unwrap() - start.as_i64().unwrap()) / 86_400;
    assert!((28..=31).contains(&days), "{none}");

    let set = app
        .put("/settings/budget", json!({"max_cost_usd": 12.5}))
        .await;
    assert_eq!(set.good()["max_cost_usd"], json!(12.5));
    assert_eq!(budget().await["max_cost_usd"], json!(12.5));
    for (bad, word) in [
        (json!({"max_cost_usd": -1}), "0 to"),
        (json!({"max_cost_usd": "9"}), "max_cost_usd"),
        (json!({"max_cost_usd": 1, "per": "day"}), "per"),
    ] {
        let refused = app.put("/settings/budget", bad).await;
        assert_eq!(refused.status, 400);
        assert!(refused.json()["message"].as_str().unwrap().contains(word));
    }
    app.put("/settings/budget", json!({"max_cost_usd": null}))
        .await
        .good();
    assert_eq!(budget().await, none);
}

#[tokio::test]
async fn model_use_is_of_a_period() {
    let app = App::start().await;
    assert_eq!(
        app.get("/settings/model-use").await.good(),
        json!({"days": []})
    );
    let refused = app.get("/settings/model-use?since=9&until=9").await;
    assert_eq!(refused.status, 400);
    let unknown = app.get("/settings/model-use?month=9").await;
    assert_eq!(unknown.status, 400);
}
