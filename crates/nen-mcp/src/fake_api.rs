//! An API that answers what a test says and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use serde_json::Value;

use crate::{Api, ApiError};

/// What one call is answered.
pub(crate) enum Answer {
    /// JSON with a status.
    Json(u16, Value),
    /// Bytes of a media type.
    Bytes(&'static str, Vec<u8>),
    /// No answer.
    Error(ApiError),
    /// None, ever.
    Never,
}

/// A call that arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) what: String,
    pub(crate) body: Value,
}

#[derive(Default)]
pub(crate) struct FakeApi {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Asked>>,
    dropped: Arc<Mutex<usize>>,
}

impl FakeApi {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            ..Self::default()
        })
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How many calls were called off.
    pub(crate) fn called_off(&self) -> usize {
        *self.dropped.lock().unwrap()
    }
}

/// Counts when it is dropped.
struct Counts(Arc<Mutex<usize>>);

impl Drop for Counts {
    fn drop(&mut self) {
        *self.0.lock().unwrap() += 1;
    }
}

impl Api for FakeApi {
    fn send(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> BoxFuture<'_, Result<Response<Bytes>, ApiError>> {
        let body = request.body();
        self.asked.lock().unwrap().push(Asked {
            what: format!("{} {}", request.method(), request.uri()),
            body: serde_json::from_slice(body)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned())),
        });
        let answer = self.answers.lock().unwrap().pop_front();
        let respond = |status: u16, kind: &str, body: Vec<u8>| {
            if body.len() > most {
                return Err(ApiError::TooLarge(most));
            }
            let response = Response::builder()
                .status(status)
                .header("content-type", kind);
            Ok(response.body(Bytes::from(body)).unwrap())
        };
        let result = match answer.expect("another call of the API") {
            Answer::Json(status, body) => {
                let body = if body.is_null() {
                    String::new()
                } else {
                    body.to_string()
                };
                respond(status, "application/json", body.into_bytes())
            }
            Answer::Bytes(kind, bytes) => respond(200, kind, bytes),
            Answer::Error(error) => Err(error),
            Answer::Never => {
                let counts = Counts(self.dropped.clone());
                return async move {
                    let _counts = counts;
                    std::future::pending().await
                }
                .boxed();
            }
        };
        std::future::ready(result).boxed()
    }
}
