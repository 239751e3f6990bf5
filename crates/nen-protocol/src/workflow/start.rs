use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::desktop::CreateDesktop;
use crate::{Invalid, body};

/// Seconds a run may take when it does not say.
pub const DEFAULT_TIMEOUT_SECONDS: u64 = 1800;
/// Seconds a run may wait to be started when it does not say.
pub const DEFAULT_QUEUE_TIMEOUT_SECONDS: u64 = 3600;
/// Longest of both, in seconds.
pub const MAX_TIMEOUT_SECONDS: u64 = 24 * 3600;

/// Body of `POST /runs`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRun {
    /// The workflow to run, a UUID.
    pub workflow_id: String,
    /// Its parameters; checked against the schema of `Params`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub workflow_params: Map<String, Value>,
    /// Its secrets. The request must then be signed: `X-Hmac-Signature: sha256=<hex>` over the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secure_workflow_params: Option<BTreeMap<String, String>>,
    /// Where the webhooks go: an `https://` or `http://` URL. Without one, the result is only at `GET /runs/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_callback: Option<String>,
    /// A desktop to use, and to leave as it is afterwards; otherwise one is made and deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desktop_id: Option<String>,
    /// How to create the desktop, as in `POST /desktops`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desktop: Option<CreateDesktop>,
    /// Seconds from its start after which it is ended with `timeout`.
    #[serde(default = "default_timeout")]
    #[schema(minimum = 1, maximum = 86400)]
    pub timeout_seconds: u64,
    /// Seconds it may wait to be started; then it ends with `timeout`.
    #[serde(default = "default_queue_timeout")]
    #[schema(minimum = 1, maximum = 86400)]
    pub queue_timeout_seconds: u64,
    /// Of the runs with the same key in a workspace, one is executed at a time, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub concurrency_key: Option<String>,
    /// The model for `Agent()` where the workflow names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// US dollars that the run's model calls may cost; then it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_cost_usd: Option<f64>,
}

/// Answer of `POST /runs`, 202.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunAccepted {
    /// `Job accepted for processing.`
    pub message: String,
    /// The run's id, a UUID: webhooks carry it as `message_id`.
    pub message_id: String,
    /// The workflow's id.
    pub workflow_id: String,
}

fn default_timeout() -> u64 {
    DEFAULT_TIMEOUT_SECONDS
}

fn default_queue_timeout() -> u64 {
    DEFAULT_QUEUE_TIMEOUT_SECONDS
}

impl StartRun {
    /// Reads and checks a body.
    pub fn parse(bytes: &[u8]) -> Result<Self, Invalid> {
        // Optional fields may be null, but a null among the parameters is a value like any other.
        let mut params = None;
        let mut value: Value = serde_json::from_slice(bytes)
            .map_err(|error| Invalid(format!("the body is not valid JSON: {error}")))?;
        if let Some(fields) = value.as_object_mut() {
            if !fields.contains_key("workflow_id") {
                return Err(Invalid::new("Missing required field: workflow_id"));
            }
            params = match fields.remove("workflow_params") {
                None | Some(Value::Null) => None,
                Some(Value::Object(params)) => Some(params),
                Some(_) => return Err(Invalid::new("workflow_params: expected an object")),
            };
        }
        let mut start: Self = body::parse(value.to_string().as_bytes())?;
        start.workflow_params = params.unwrap_or_default();
        start.check()
    }

    fn check(mut self) -> Result<Self, Invalid> {
        if self.desktop_id.is_some() && self.desktop.is_some() {
            return Err(Invalid::new(
                "desktop_id names a desktop that is there and desktop says how to create one: send one of them",
            ));
        }
        if let Some(desktop) = self.desktop.take() {
            self.desktop = Some(desktop.check().map_err(|error| error.at("desktop"))?);
        }
        for (name, seconds) in [
            ("timeout_seconds", self.timeout_seconds),
            ("queue_timeout_seconds", self.queue_timeout_seconds),
        ] {
            if !(1..=MAX_TIMEOUT_SECONDS).contains(&seconds) {
                return Err(Invalid(format!(
                    "{name} must be 1 to {MAX_TIMEOUT_SECONDS} seconds, not {seconds}"
                )));
            }
        }
        if let Some(key) = &self.concurrency_key
            && !(1..=255).contains(&key.len())
        {
            return Err(Invalid::new("concurrency_key must be 1 to 255 bytes"));
        }
        if self
            .max_cost_usd
            .is_some_and(|most| !(most > 0.0 && most.is_finite()))
        {
            return Err(Invalid::new(
                "max_cost_usd must be a number of dollars above 0",
            ));
        }
        Ok(self)
    }
}

/// Secrets show their names only.
impl fmt::Debug for StartRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets = self
            .secure_workflow_params
            .as_ref()
            .map(|secrets| secrets.keys().collect::<Vec<_>>());
        f.debug_struct("StartRun")
            .field("workflow_id", &self.workflow_id)
            .field("secure_workflow_params", &secrets)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_null_parameter_is_a_value_and_a_null_option_is_none() {
        let body =
            json!({"workflow_id": "w", "workflow_params": {"a": null}, "webhook_callback": null});
        let start = StartRun::parse(body.to_string().as_bytes()).unwrap();
        assert_eq!(start.workflow_params.get("a"), Some(&Value::Null));
        assert_eq!(start.webhook_callback, None);
        assert_eq!(
            (start.timeout_seconds, start.queue_timeout_seconds),
            (1800, 3600)
        );
    }

    #[test]
    fn a_missing_workflow_is_named_as_nen_names_it() {
        assert_eq!(
            StartRun::parse(b"{}").unwrap_err().0,
            "Missing required field: workflow_id"
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let body =
            json!({"workflow_id": "w", "secure_workflow_params": {"password": "hunter2hunter2"}});
        let start = StartRun::parse(body.to_string().as_bytes()).unwrap();
        let shown = format!("{start:?}");
        assert!(
            shown.contains("password") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
