//! Why a tool could not do what it was asked for: always one sentence that a model can act on.

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use crate::ApiError;

/// A failed call.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The API's own words.
    #[error("{0}")]
    Refused(String),
    /// An argument cannot be taken.
    #[error("{0}")]
    Argument(String),
    /// There was no answer.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The answer is not what the API promises.
    #[error("the server's answer cannot be understood: {0}")]
    Odd(String),
}

impl Failure {
    /// What an answer says that is no success.
    pub(crate) fn of(answer: &Response<Bytes>) -> Self {
        let said = serde_json::from_slice::<Value>(answer.body())
            .ok()
            .and_then(|body| {
                // The workflow surface has a code in `error` and the words in `message`.
                let text = body.get("message").or_else(|| body.get("error"))?;
                text.as_str()
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            });
        Self::Refused(
            said.unwrap_or_else(|| format!("the server answered {}", answer.status().as_u16())),
        )
    }
}
