//! Making and revoking keys.

use crate::app::App;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_key_is_made_used_listed_and_revoked_at_once() {
    let app = App::start().await;
    let made = app
        .post(
            "/keys",
            json!({"name": "agent", "scopes": ["desktops:read"]}),
        )
        .await;
    assert_eq!(made.status, 201);
    let made = made.json();
    let (id, secret) = (
        made["id"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
    );
    app.call_as(secret, Method::GET, "/desktops", &[], "")
        .await
        .good();

    let list = app.get("/keys").await;
    assert!(!list.text().contains(secret));
    let list = list.good();
    let row = list
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["id"] == id)
        .unwrap();
    assert_eq!(
        (row["name"].as_str(), &row["scopes"]),
        (Some("agent"), &json!(["desktops:read"]))
    );
    assert!(secret.starts_with(row["prefix"].as_str().unwrap()));

    assert_eq!(app.delete(&format!("/keys/{id}")).await.status, 204);
    app.call_as(secret, Method::GET, "/desktops", &[], "")
        .await
        .error(401);
    assert_eq!(
        app.delete(&format!("/keys/{id}")).await.status,
        204,
        "twice is fine"
    );
}

#[tokio::test]
async fn keys_of_others_and_the_own_key_are_not_revoked() {
    let app = App::start().await;
    let own = app.get("/keys").await.good()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.delete(&format!("/keys/{own}")).await.error(409);
    let foreign = app.foreign_key().await;
    app.call_as(&foreign, Method::DELETE, &format!("/keys/{own}"), &[], "")
        .await
        .error(404);
    app.get("/keys").await.good();
}
