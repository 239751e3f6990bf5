//! What a run's webhooks show of themselves.

use crate::app::App;
use serde_json::json;

const URL: &str = "https://example.com/nen";

#[tokio::test]
async fn a_webhook_is_listed_and_sent_again() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    let id = app
        .run_with(&workflow, json!({"webhook_callback": URL}))
        .await;
    let path = format!("/runs/{id}/webhooks");
    assert_eq!(app.get(&path).await.good(), json!({"webhooks": []}));
    app.post(&format!("/runs/{id}/cancel"), json!({}))
        .await
        .good();
    let list = app.get(&path).await.good();
    let webhook = &list["webhooks"][0];
    assert_eq!(
        (&webhook["status"], &webhook["url"]),
        (&json!("failed"), &json!(URL))
    );
    assert!(webhook["attempts"].is_array() && webhook["created_at"].is_f64());
    let webhook_id = webhook["webhook_id"].as_str().unwrap();
    let again = app
        .post(&format!("{path}/{webhook_id}/resend"), json!({}))
        .await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["webhook_id"]),
        (202, &json!(webhook_id))
    );

    let other = app.run(&workflow).await;
    let elsewhere = format!("/runs/{other}/webhooks/{webhook_id}/resend");
    app.post(&elsewhere, json!({})).await.failure(404);
}
