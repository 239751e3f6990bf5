//! `nen run webhooks`.

use clap::Args;
use nen_protocol::segment::escaped;
use nen_protocol::workflow::{Webhook, WebhookDelivery, WebhookList, WebhookStatus};

use super::RunId;
use crate::{
    client::Client,
    output::{Output, Style, Table, human_seconds, now, one_line, printable, relative},
};

/// Whose webhooks, and what to do with them.
#[derive(Debug, Args)]
pub struct WebhooksArgs {
    #[command(flatten)]
    run: RunId,
    /// Send this one again, with the same id
    #[arg(long, value_name = "WEBHOOK")]
    resend: Option<String>,
}

/// Lists them in the order they are sent, or sends one again.
pub fn run(args: &WebhooksArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    if let Some(id) = &args.resend {
        let path = args.run.path(&format!("/webhooks/{}/resend", escaped(id)));
        let reply = client.post(&path, None)?;
        if output.is_json() {
            return output.json(&reply);
        }
        let webhook: Webhook = client.typed(&reply)?;
        output.line(format!(
            "Webhook {id} goes to {} again.",
            printable(&webhook.url)
        ))?;
        return Ok(());
    }
    let reply = client.get(&args.run.path("/webhooks"))?;
    if output.is_json() {
        return output.json(&reply);
    }
    let list: WebhookList = client.typed(&reply)?;
    if list.webhooks.is_empty() {
        output.note("No webhooks: the run has no address for them, or nothing to say yet.");
        return Ok(());
    }
    output.text(table(&list.webhooks, now(), output.style()))?;
    Ok(())
}

fn table(webhooks: &[Webhook], now: f64, style: Style) -> String {
    let mut table = Table::new(&[
        "WEBHOOK ID",
        "SAYS",
        "DELIVERY",
        "ATTEMPTS",
        "LAST ATTEMPT",
        "TO",
    ])
    .right(3);
    for webhook in webhooks {
        table.row(vec![
            webhook.webhook_id.clone(),
            says(webhook.status).to_owned(),
            delivery(webhook, now, style),
            webhook.attempts.len().to_string(),
            last_attempt(webhook, now),
            one_line(&webhook.url, 80),
        ]);
    }
    table.render(style)
}

fn says(status: WebhookStatus) -> &'static str {
    match status {
        WebhookStatus::Processing => "processing",
        WebhookStatus::Success => "success",
        WebhookStatus::Failed => "failed",
    }
}

fn delivery(webhook: &Webhook, now: f64, style: Style) -> String {
    match webhook.delivery {
        WebhookDelivery::Delivered => style.green("delivered"),
        WebhookDelivery::Failed => style.red("failed"),
        WebhookDelivery::Pending => {
            let pending = style.yellow("pending");
            match webhook.next_attempt_at {
                Some(at) if at > now => format!("{pending}, next in {}", human_seconds(at - now)),
                _ => pending,
            }
        }
    }
}

/// What came of it, and when.
fn last_attempt(webhook: &Webhook, now: f64) -> String {
    let Some(attempt) = webhook.attempts.last() else {
        return String::new();
    };
    let what = match (&attempt.error, attempt.status_code) {
        (Some(error), _) => one_line(error, 80),
        (None, Some(code)) => format!("{code} in {}", human_seconds(attempt.duration_ms / 1000.0)),
        (None, None) => String::new(),
    };
    format!("{what}, {}", relative(attempt.at, now))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_webhook_shows_where_it_is_on_its_way() {
        let list: WebhookList = serde_json::from_value(json!({"webhooks": [
            {"webhook_id": "msg_1", "status": "processing", "url": "https://x.example/h",
             "delivery": "delivered", "created_at": 0.0, "attempts": [
                {"number": 1, "at": 990.0, "duration_ms": 35.0, "status_code": 200}]},
            {"webhook_id": "msg_2", "status": "failed", "url": "https://x.example/h",
             "delivery": "pending", "next_attempt_at": 1042.0, "created_at": 0.0, "attempts": [
                {"number": 1, "at": 870.0, "duration_ms": 35.0, "status_code": 500,
                 "error": "the receiver answered 500"}]},
        ]}))
        .unwrap();
        assert_eq!(
            table(&list.webhooks, 1000.0, Style::PLAIN),
            "WEBHOOK ID  SAYS        DELIVERY                 ATTEMPTS  LAST ATTEMPT                       TO\n\
             msg_1       processing  delivered                       1  200 in 35 ms, just now             https://x.example/h\n\
             msg_2       failed      pending, next in 42.0 s         1  the receiver answered 500, 2m ago  https://x.example/h\n"
        );
    }
}
