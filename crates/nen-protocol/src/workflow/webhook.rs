use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What a webhook says about a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookStatus {
    /// It has begun.
    Processing,
    /// It ended with a result.
    Success,
    /// It failed, took too long or was cancelled.
    Failed,
}

/// Body of a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WebhookPayload {
    /// The workflow's id.
    pub workflow_id: String,
    /// The run's id, the `messageId` of the 202.
    pub message_id: String,
    /// What happened.
    pub status: WebhookStatus,
    /// Unix seconds at which the link in `assets` ends.
    pub expires_at: i64,
    /// The rest of a final one; `processing` has the four fields above and no more.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub end: Option<WebhookEnd>,
}

/// How a run ended, in its final webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum WebhookEnd {
    /// With a result.
    Success {
        /// True.
        success: bool,
        /// What `run` returned.
        #[schema(value_type = Object)]
        result: Value,
        /// Link to `assets.zip`; null when there are no files.
        assets: Option<String>,
    },
    /// With an error.
    Failed {
        /// False.
        success: bool,
        /// Why.
        error: String,
        /// Class of the exception, or what else ended it.
        error_type: String,
        /// Link to `assets.zip`; null when there are no files.
        assets: Option<String>,
    },
}

/// Where a webhook is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookDelivery {
    /// It will be tried (again) at `next_attempt_at`.
    Pending,
    /// The receiver answered 2xx.
    Delivered,
    /// Every attempt failed, or the receiver answered 410 Gone.
    Failed,
}

impl WebhookDelivery {
    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::Pending, Self::Delivered, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// One attempt to deliver a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WebhookAttempt {
    /// 1, 2, 3…
    pub number: i64,
    /// Unix seconds with a fraction.
    pub at: f64,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// What the receiver answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A webhook of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// `msg_…`: the header `webhook-id`, the same for every attempt.
    pub webhook_id: String,
    /// What it says.
    pub status: WebhookStatus,
    /// Where it goes.
    pub url: String,
    /// Where it is on its way.
    pub delivery: WebhookDelivery,
    /// When it is tried next, Unix seconds with a fraction; absent when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<f64>,
    /// When it came to be, Unix seconds with a fraction.
    pub created_at: f64,
    /// Oldest first.
    pub attempts: Vec<WebhookAttempt>,
}

/// Answer of `GET /runs/{id}/webhooks`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WebhookList {
    /// In the order they are sent.
    pub webhooks: Vec<Webhook>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn processing_has_four_fields_and_a_final_one_says_how_it_ended() {
        let mut payload = WebhookPayload {
            workflow_id: "w".into(),
            message_id: "m".into(),
            status: WebhookStatus::Processing,
            expires_at: 1_730_319_600,
            end: None,
        };
        let four = json!({"workflow_id": "w", "message_id": "m", "status": "processing", "expires_at": 1_730_319_600});
        assert_eq!(serde_json::to_value(&payload).unwrap(), four);
        payload.status = WebhookStatus::Success;
        payload.end = Some(WebhookEnd::Success {
            success: true,
            result: json!({"total": 3}),
            assets: None,
        });
        let value = serde_json::to_value(&payload).unwrap();
        assert_eq!(value["success"], true);
        assert_eq!(value["assets"], Value::Null);
        assert_eq!(
            serde_json::from_value::<WebhookPayload>(value).unwrap(),
            payload
        );
    }
}
