//! The API as the MCP tools of `nen mcp` reach it: over HTTP, with one key.

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, future::BoxFuture};
use nen_mcp::{Api, ApiError};
use reqwest::{
    Client, Url,
    header::{AUTHORIZATION, HeaderValue},
};
use ureq::http::{Request, Response};

use super::{CALL_TIMEOUT, ClientError, https_client, reason};

/// A server, and the key to use there.
#[derive(Debug)]
pub struct HttpApi {
    client: Client,
    base: String,
    key: HeaderValue,
}

impl HttpApi {
    /// The API of the server at `base`, a path prefix of which is kept.
    pub fn new(base: &str, key: &str) -> anyhow::Result<Self> {
        let bad = || ClientError::BadUrl {
            url: base.to_owned(),
        };
        let url: Url = base.parse().map_err(|_| bad())?;
        let mut key = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| {
            let reason = "the API key has characters that do not fit into a header".to_owned();
            ClientError::Broken {
                url: base.to_owned(),
                reason,
            }
        })?;
        key.set_sensitive(true);
        Ok(Self {
            client: https_client(&url)?,
            base: base.trim_end_matches('/').to_owned(),
            key,
        })
    }

    async fn exchange(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> Result<Response<Bytes>, ApiError> {
        let (parts, body) = request.into_parts();
        let url = format!("{}{}", self.base, parts.uri);
        let sent = self
            .client
            .request(parts.method, url)
            .headers(parts.headers)
            .header(AUTHORIZATION, self.key.clone())
            .body(body)
            .send();
        let mut answer = sent.await.map_err(|error| self.broken(error))?;
        if answer
            .content_length()
            .is_some_and(|length| length > most as u64)
        {
            return Err(ApiError::TooLarge(most));
        }
        let mut bytes = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.broken(error))? {
            if bytes.len() + chunk.len() > most {
                return Err(ApiError::TooLarge(most));
            }
            bytes.extend_from_slice(&chunk);
        }
        let mut response = Response::new(bytes.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }

    fn broken(&self, error: reqwest::Error) -> ApiError {
        let url = self.base.clone();
        let error = if error.is_connect() {
            let reason = reason(error);
            ClientError::Unreachable { url, reason }
        } else if error.is_timeout() {
            let reason = format!("no answer within {} s", CALL_TIMEOUT.as_secs());
            ClientError::Broken { url, reason }
        } else {
            let reason = reason(error);
            ClientError::Broken { url, reason }
        };
        ApiError::Unreachable(error.to_string())
    }
}

impl Api for HttpApi {
    fn send(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> BoxFuture<'_, Result<Response<Bytes>, ApiError>> {
        self.exchange(request, most).boxed()
    }
}
