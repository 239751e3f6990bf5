//! The HTTP API as the commands use it: blocking, streaming where bodies can be large.

mod api;
mod error;
mod https;
pub mod signature;
mod stream;
mod transfer;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::{
    Agent, Body,
    http::{Method, Request, Response, Uri},
};

pub use api::HttpApi;
pub use error::ClientError;
pub use https::{CALL_TIMEOUT, https_client, reason};
pub use transfer::{Upload, file_path, write_whole};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an answer may take; `hold_key` and `wait` may last 300 s.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(330);
/// The largest body that is read into memory: a PNG of the largest screen as base64 fits.
const MAX_BODY: u64 = 512 * 1024 * 1024;

/// A server and the key to use there.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: String,
    key: Option<String>,
}

impl Client {
    /// A client for the server at `base` (`http://host:port`, a path prefix is kept).
    pub fn new(base: &str, key: Option<String>) -> Result<Self, ClientError> {
        let bad = || ClientError::BadUrl {
            url: base.to_owned(),
        };
        let uri: Uri = base.parse().map_err(|_| bad())?;
        let host = uri.host().ok_or_else(bad)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(bad());
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(concat!("nen/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_recv_response(Some(ANSWER_TIMEOUT));
        if is_loopback(host) {
            // A proxy from the environment cannot reach this machine's own servers.
            config = config.proxy(None);
        }
        Ok(Self {
            agent: config.build().new_agent(),
            base: base.trim_end_matches('/').to_owned(),
            key,
        })
    }

    /// The server's address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The key that is sent.
    pub fn key(&self) -> Result<&str, ClientError> {
        self.key.as_deref().ok_or_else(|| ClientError::NoKey {
            url: self.base.clone(),
        })
    }

    /// `GET` that answers JSON.
    pub fn get(&self, path: &str) -> Result<Value, ClientError> {
        self.json(Method::GET, path, None)
    }

    /// `POST` with a JSON body (none: no body) that answers JSON.
    pub fn post(&self, path: &str, body: Option<&Value>) -> Result<Value, ClientError> {
        self.json(Method::POST, path, body)
    }

    /// `PUT` with a JSON body that answers JSON.
    pub fn put(&self, path: &str, body: Option<&Value>) -> Result<Value, ClientError> {
        self.json(Method::PUT, path, body)
    }

    /// `DELETE`; `Null` when there is no body in the answer.
    pub fn delete(&self, path: &str) -> Result<Value, ClientError> {
        self.json(Method::DELETE, path, None)
    }

    /// `POST` of these very bytes, which are JSON, with further headers; for bodies that are signed.
    pub fn post_bytes(
        &self,
        path: &str,
        body: &[u8],
        headers: &[(&str, String)],
    ) -> Result<Value, ClientError> {
        let mut request = self
            .request(Method::POST, path)?
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.answer(self.send(request.body(body), None)?)
    }

    /// An answer as the type that it should have.
    pub fn typed<T: DeserializeOwned>(&self, value: &Value) -> Result<T, ClientError> {
        T::deserialize(value).map_err(|error| ClientError::NotNen {
            url: self.base.clone(),
            reason: error.to_string(),
        })
    }

    /// `GET` that answers bytes, with their media type.
    pub fn bytes(&self, path: &str) -> Result<(Vec<u8>, String), ClientError> {
        let mut response = self.send(self.request(Method::GET, path)?.body(()), None)?;
        let media_type = response
            .headers()
            .get("content-type")
            .and_then(|v| v.to_str().ok())
            .unwrap_or("application/octet-stream")
            .to_owned();
        let bytes = response
            .body_mut()
            .with_config()
            .limit(MAX_BODY)
            .read_to_vec()
            .map_err(|e| ClientError::from_transport(&self.base, &e))?;
        Ok((bytes, media_type))
    }

    fn json(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, ClientError> {
        let request = self.request(method, path)?;
        let response = match body {
            None => self.send(request.body(()), None)?,
            Some(body) => {
                let text = body.to_string();
                self.send(
                    request
                        .header("content-type", "application/json")
                        .body(text),
                    None,
                )?
            }
        };
        self.answer(response)
    }

    fn answer(&self, mut response: Response<Body>) -> Result<Value, ClientError> {
        let text = response
            .body_mut()
            .with_config()
            .limit(MAX_BODY)
            .read_to_string()
            .map_err(|e| ClientError::from_transport(&self.base, &e))?;
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).map_err(|_| ClientError::NotNen {
            url: self.base.clone(),
            reason: "the answer is not JSON".into(),
        })
    }

    fn request(
        &self,
        method: Method,
        path: &str,
    ) -> Result<ureq::http::request::Builder, ClientError> {
        Ok(Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {}", self.key()?)))
    }

    /// Sends a request; statuses from 400 up become errors. `limit` bounds the whole call.
    fn send<B: ureq::AsSendBody>(
        &self,
        request: Result<Request<B>, ureq::http::Error>,
        limit: Option<Duration>,
    ) -> Result<Response<Body>, ClientError> {
        let request = request.map_err(|e| match e.is::<ureq::http::uri::InvalidUri>() {
            true => ClientError::BadUrl {
                url: self.base.clone(),
            },
            false => ClientError::Broken {
                url: self.base.clone(),
                reason: "the API key has characters that do not fit into a header".into(),
            },
        })?;
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(limit)
            .build();
        let mut response = self
            .agent
            .run(request)
            .map_err(|e| ClientError::from_transport(&self.base, &e))?;
        let status = response.status().as_u16();
        if status >= 400 {
            // A body that cannot be read leaves the status to tell what happened.
            let body = response.body_mut().read_to_string().unwrap_or_default();
            return Err(ClientError::from_status(status, &body));
        }
        Ok(response)
    }
}

/// True for hosts that are this machine.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests;
