//! The demo's second part: the same kind of job as a managed workflow, from upload to webhook.

use std::{
    io::Read as _,
    time::{Duration, Instant},
};

use anyhow::Context;
use serde_json::{Value, json};

use super::{receiver::Receiver, report::Report, site::Site, task::Invoice, task::Task};
use crate::client::{Client, signature};

/// The workflow, an example anybody can use.
const SOURCE: &str = include_str!("../../../../sdks/workflow/examples/portal_invoice.py");

/// How long the run may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What the workflow sends.
fn invoice() -> Invoice {
    Invoice {
        customer: "Größe & Fils 光".into(),
        amount: "77.10".into(),
        currency: "CHF".into(),
        notes: "sent by a workflow — ñ, ж, €".into(),
        urgent: true,
    }
}

/// Uploads the workflow, runs it, and checks what reached the site and the webhook's receiver.
pub fn run(
    client: &Client,
    runtime: &tokio::runtime::Runtime,
    site: &Site,
    task: &Task,
    report: &mut Report<'_>,
) -> anyhow::Result<()> {
    let begin = Instant::now();
    let files = json!([{"filename": "workflow.py", "content": SOURCE}]);
    let workflow = client.post(
        "/workflows",
        Some(&json!({"name": "Send an invoice", "files": files})),
    )?;
    report.step("Upload a workflow", begin)?;
    report.check_eq(
        "its password is a secret",
        &workflow["secureFields"],
        &json!(["password"]),
    );

    let secret = |path: &str| -> anyhow::Result<String> {
        let made = client.post(path, None)?;
        Ok(made["secret"].as_str().context("no secret")?.to_owned())
    };
    let receiver = Receiver::start(&secret("/settings/webhook-secret/rotate")?, runtime)?;
    let signing = secret("/settings/signing-secret/rotate")?;
    let sent = site.look(|r| r.invoices.len());

    let begin = Instant::now();
    let wanted = invoice();
    let body = json!({
        "workflow_id": workflow["workflowId"],
        "workflow_params": {
            "url": site.url_in_desktop(), "email": task.email, "customer": wanted.customer,
            "amount": wanted.amount, "currency": wanted.currency, "notes": wanted.notes, "urgent": wanted.urgent,
        },
        "secure_workflow_params": {"password": task.password},
        "webhook_callback": receiver.url(),
        "timeout_seconds": LIMIT.as_secs(),
    })
    .to_string();
    let signature = signature::of(&signing, body.as_bytes())?;
    let accepted =
        client.post_bytes("/runs", body.as_bytes(), &[(signature::HEADER, signature)])?;
    let id = accepted["messageId"].as_str().context("no messageId")?;
    report.step("Start a run, signed", begin)?;
    let webhooks = receiver.wait_for(2, LIMIT + Duration::from_secs(10));
    let run = client.get(&format!("/runs/{id}"))?;
    let steps = client.get(&format!("/runs/{id}/steps"))?;
    let picture = picture(&run);
    match &picture {
        Some(png) => report.step_with("The run sends an invoice", begin.elapsed(), png)?,
        None => report.step("The run", begin)?,
    }

    report.check_eq(
        "the run is completed",
        &(&run["run_status"], &run["error"]),
        &(&json!("completed"), &Value::Null),
    );
    let arrived = site.look(|r| r.invoices.get(sent..).unwrap_or_default().to_vec());
    report.check_eq(
        "its invoice arrived letter for letter",
        &arrived,
        &vec![wanted],
    );
    let said: Vec<&Value> = webhooks.iter().map(|w| &w.body["status"]).collect();
    report.check_eq(
        "two webhooks came, in order",
        &said,
        &vec![&json!("processing"), &json!("success")],
    );
    let signed = webhooks.iter().all(|w| w.hmac && w.standard);
    report.check_eq("both signatures of each are right", &signed, &true);
    report.check_eq(
        "the last webhook has the result",
        &webhooks.last().map(|w| w.body["result"].clone()),
        &Some(run["result"].clone()),
    );
    report.check_eq("its picture is in assets.zip", &picture.is_some(), &true);
    let told = [run, steps]
        .iter()
        .any(|v| v.to_string().contains(task.password));
    report.check_eq("nothing tells the password", &told, &false);
    Ok(())
}

/// The confirmation's picture out of `assets.zip`, fetched by its link alone.
fn picture(run: &Value) -> Option<Vec<u8>> {
    let mut answer = ureq::get(run["assets"].as_str()?).call().ok()?;
    let zip = answer.body_mut().read_to_vec().ok()?;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).ok()?;
    let mut png = Vec::new();
    archive
        .by_name("confirmation.png")
        .ok()?
        .read_to_end(&mut png)
        .ok()?;
    Some(png)
}
