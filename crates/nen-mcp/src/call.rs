//! One call of a tool, and the calls of the API that it makes.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Api;
use crate::arguments::Arguments;
use crate::failure::Failure;

/// Most bytes of a JSON answer: an image of the largest screen that is asked for, several times over.
const MOST: usize = 64 << 20;

/// A call of a tool.
pub(crate) struct Call {
    api: Arc<dyn Api>,
    /// What the model gave.
    pub(crate) arguments: Arguments,
}

impl Call {
    pub(crate) fn new(api: Arc<dyn Api>, arguments: Arguments) -> Self {
        Self { api, arguments }
    }

    /// `GET` that answers JSON.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.send(Method::GET, path, None).await
    }

    /// A call with a JSON body, or none, that answers JSON.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Failure> {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let bytes = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let answer = self.exchange(request.body(bytes), MOST).await?;
        // An answer without a body says nothing more than that it was done.
        let text: &[u8] = if answer.body().is_empty() {
            b"null"
        } else {
            answer.body()
        };
        serde_json::from_slice(text).map_err(|error| Failure::Odd(error.to_string()))
    }

    /// Any call. What is no success is a failure with the API's own words.
    pub(crate) async fn exchange(
        &self,
        request: Result<Request<Bytes>, http::Error>,
        most: usize,
    ) -> Result<Response<Bytes>, Failure> {
        let request =
            request.map_err(|error| Failure::Argument(format!("no such address: {error}")))?;
        let answer = self.api.send(request, most).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(Failure::of(&answer))
    }
}
