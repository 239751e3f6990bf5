//! Requests with secrets are signed.

use crate::app::{App, Reply};
use axum::http::Method;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
const PASSWORD: &str = "hunter2hunter2";

fn sign(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let bytes = mac.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

async fn new_secret(app: &App) -> String {
    let made = app.post("/settings/signing-secret/rotate", json!({})).await;
    made.good()["secret"].as_str().unwrap().to_owned()
}

fn body(workflow: &str, more: &Value) -> String {
    let mut body = json!({"workflow_id": workflow, "workflow_params": {"month": "10"}});
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    body.to_string()
}

fn with_password(workflow: &str) -> String {
    body(
        workflow,
        &json!({"secure_workflow_params": {"password": PASSWORD}}),
    )
}

async fn start(app: &App, body: &str, signatures: &[&str]) -> Reply {
    let headers: Vec<_> = signatures
        .iter()
        .map(|signature| ("x-hmac-signature", *signature))
        .collect();
    app.call(Method::POST, "/runs", &headers, body.to_owned())
        .await
}

#[tokio::test]
async fn secrets_without_a_signature_are_refused_as_documented() {
    let app = App::start().await;
    let workflow = app.workflow(true).await;
    for secrets in [json!({"password": PASSWORD}), json!({})] {
        let body = body(&workflow, &json!({"secure_workflow_params": secrets}));
        let refused = start(&app, &body, &[]).await;
        assert_eq!(refused.status, 403);
        assert_eq!(
            refused.json(),
            json!({"error": "hmac_required_for_secure_params",
                "message": "The secure_workflow_params field requires HMAC authentication."})
        );
    }
    assert_eq!(app.get("/runs").await.good(), json!({"runs": []}));
}

#[tokio::test]
async fn secrets_with_a_signature_are_taken_and_shown_nowhere() {
    let app = App::start().await;
    let workflow = app.workflow(true).await;
    let secret = new_secret(&app).await;
    let body = with_password(&workflow);
    let accepted = start(&app, &body, &[&sign(&secret, &body)]).await;
    assert_eq!(accepted.status, 202, "{}", accepted.text());
    let id = accepted.json()["messageId"].as_str().unwrap().to_owned();
    for path in [format!("/runs/{id}"), "/runs".to_owned()] {
        let shown = app.get(&path).await;
        assert!(
            shown.status == 200 && !shown.text().contains(PASSWORD),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_signature_that_is_there_must_be_good() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    let secret = new_secret(&app).await;
    let body = body(&workflow, &json!({}));
    let good = sign(&secret, &body);
    let of_another_body = sign(&secret, "{}");
    let of_another_secret = sign("nensig_other", &body);
    let plain = good.trim_start_matches("sha256=").to_owned();
    for wrong in [
        &[of_another_body.as_str()][..],
        &[&of_another_secret],
        &[&plain],
        &["sha256="],
        &[""],
        &[&good, &good],
    ] {
        let (code, _) = start(&app, &body, wrong).await.failure(401);
        assert_eq!(code, "invalid_signature", "{wrong:?}");
    }
    assert_eq!(start(&app, &body, &[&good]).await.status, 202);
    assert_eq!(
        start(&app, &body, &[]).await.status,
        202,
        "none is needed here"
    );
}

#[tokio::test]
async fn the_secret_before_works_for_a_day() {
    let app = App::start().await;
    let workflow = app.workflow(false).await;
    let old = new_secret(&app).await;
    let new = new_secret(&app).await;
    let body = body(&workflow, &json!({}));
    let status = async |secret: &str| start(&app, &body, &[&sign(secret, &body)]).await.status;
    assert_eq!(
        (status(&old).await, status(&new).await),
        (202.try_into().unwrap(), 202.try_into().unwrap())
    );
    app.later(DAY);
    assert_eq!(
        (status(&old).await.as_u16(), status(&new).await.as_u16()),
        (401, 202)
    );
}

#[tokio::test]
async fn an_earlier_answer_is_not_given_to_who_cannot_sign() {
    const KEY: (&str, &str) = ("idempotency-key", "k");
    let app = App::start().await;
    let workflow = app.workflow(true).await;
    let secret = new_secret(&app).await;
    let body = with_password(&workflow);
    let signature = sign(&secret, &body);
    let signed = [KEY, ("x-hmac-signature", signature.as_str())];
    let first = app.call(Method::POST, "/runs", &signed, body.clone()).await;
    assert_eq!(first.status, 202);
    let again = app.call(Method::POST, "/runs", &signed, body.clone()).await;
    assert_eq!(again.bytes, first.bytes);
    let (code, _) = app
        .call(Method::POST, "/runs", &[KEY], body)
        .await
        .failure(403);
    assert_eq!(code, "hmac_required_for_secure_params");
}
