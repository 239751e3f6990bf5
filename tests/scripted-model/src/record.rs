use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// A request as it was received.
#[derive(Debug, Clone, Serialize)]
pub struct Received {
    /// Path of the request.
    pub path: String,
    /// Its headers; of keys only that they were there.
    pub headers: BTreeMap<String, String>,
    /// Its body; null when it was not JSON.
    pub body: Value,
    /// Bytes of its body.
    pub bytes: usize,
    /// Images in it.
    pub images: usize,
    /// Tokens of it that a provider would have read from its cache.
    pub cached_tokens: u64,
    /// Tokens of it in all.
    pub input_tokens: u64,
    /// What was wrong with it, if it was refused.
    pub refused: Option<String>,
}
