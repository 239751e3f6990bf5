use std::error::Error;
use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, FutureExt};
use http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{Provider, ProviderError, Reply, Request, Sight};
use crate::models::ModelsError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest answer in bytes; a model's is a few kilobytes.
const MAX_REPLY: usize = 16 << 20;
/// Longest message of a provider in an error, in characters.
const MAX_MESSAGE: usize = 500;

/// One provider's wire format, without any I/O.
pub(crate) trait Dialect: fmt::Debug + Send + Sync {
    /// The provider's name for people.
    const NAME: &'static str;
    /// The header that carries the key, and what stands before the key in it.
    const KEY: (HeaderName, &'static str);

    /// Headers beside the key.
    fn headers() -> HeaderMap {
        HeaderMap::new()
    }
    /// What comes after the base URL.
    fn path(model: &str) -> String;
    /// How a model sees.
    fn sight(model: &str) -> Sight;
    /// The body of a request.
    fn body(request: &Request<'_>) -> Value;
    /// Understands an answer, or says what is wrong with it.
    fn reply(body: &Value) -> Result<Reply, String>;
}

/// A provider behind HTTP.
pub(crate) struct Http<D> {
    client: reqwest::Client,
    base_url: String,
    headers: HeaderMap,
    key: Option<SecretString>,
    timeout: Duration,
    dialect: std::marker::PhantomData<fn() -> D>,
}

/// The HTTP client for all providers.
pub(crate) fn client() -> Result<reqwest::Client, ModelsError> {
    let failed = |error: &dyn Error| {
        ModelsError::Setting(format!("the HTTPS client cannot be set up: {error}"))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    // Also those of this machine (or of SSL_CERT_FILE), which know the servers of one's own. A machine
    // without any is no mistake.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(CONNECT_TIMEOUT)
        // A redirect would carry the key to another host.
        .redirect(Policy::none())
        .user_agent(concat!("nen/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| failed(&error))
}

impl<D: Dialect> Http<D> {
    /// A provider at a base URL; `variable` is where its key comes from, for the error.
    pub(crate) fn new(
        client: reqwest::Client,
        base_url: &str,
        key: Option<SecretString>,
        variable: &str,
        timeout: Duration,
    ) -> Result<Self, ModelsError> {
        let mut headers = D::headers();
        if let Some(key) = &key {
            let (name, prefix) = D::KEY;
            let mut value = HeaderValue::try_from(format!("{prefix}{}", key.expose_secret()))
                .map_err(|_| {
                    ModelsError::Setting(format!(
                        "{variable} holds characters that a key cannot have, perhaps a line break"
                    ))
                })?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(Self {
            client,
            base_url: base_url.trim_end_matches('/').to_owned(),
            headers,
            key,
            timeout,
            dialect: std::marker::PhantomData,
        })
    }

    async fn ask(&self, model: &str, body: Vec<u8>) -> Result<Reply, ProviderError> {
        let response = self
            .client
            .post(format!("{}{}", self.base_url, D::path(model)))
            .headers(self.headers.clone())
            .header(http::header::CONTENT_TYPE, "application/json")
            .timeout(self.timeout)
            .body(body)
            .send()
            .await
            .map_err(|error| self.broken(error))?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(retry_after);
        let bytes = self.read(response).await?;
        if !(200..300).contains(&status) {
            return Err(self.refusal(status, retry_after, &bytes));
        }
        serde_json::from_slice(&bytes)
            .map_err(|error| format!("it is not JSON: {error}"))
            .and_then(|body| D::reply(&body))
            .map_err(|reason| ProviderError::Unreadable {
                provider: D::NAME,
                reason: self.without_key(reason),
            })
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Vec<u8>, ProviderError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(error))? {
            if bytes.len() + chunk.len() > MAX_REPLY {
                return Err(ProviderError::Unreadable {
                    provider: D::NAME,
                    reason: format!("it is longer than {MAX_REPLY} bytes"),
                });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    fn refusal(&self, status: u16, retry_after: Option<Duration>, body: &[u8]) -> ProviderError {
        let provider = D::NAME;
        let message = match status {
            300..400 => format!(
                "it redirects, which is not followed: give the base URL that answers itself instead of {}",
                self.base_url
            ),
            _ => self.without_key(message(body)),
        };
        match status {
            429 | 500 | 502 | 503 | 504 | 529 => ProviderError::Busy {
                provider,
                status,
                message,
                retry_after,
            },
            _ => ProviderError::Refused {
                provider,
                status,
                message,
            },
        }
    }

    fn broken(&self, error: reqwest::Error) -> ProviderError {
        let provider = D::NAME;
        if error.is_timeout() && !error.is_connect() {
            return ProviderError::Silent {
                provider,
                seconds: self.timeout.as_secs(),
            };
        }
        let error = error.without_url();
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            // Writing into a string cannot fail.
            let _ = write!(reason, ": {cause}");
            source = cause.source();
        }
        ProviderError::Unreachable {
            provider,
            base_url: self.base_url.clone(),
            reason: self.without_key(reason),
        }
    }

    /// Some servers repeat the key that they do not like.
    fn without_key(&self, text: String) -> String {
        match self.key.as_ref().map(ExposeSecret::expose_secret) {
            Some(key) if !key.is_empty() && text.contains(key) => text.replace(key, "[key]"),
            _ => text,
        }
    }
}

impl<D: Dialect> Provider for Http<D> {
    fn sight(&self, model: &str) -> Sight {
        D::sight(model)
    }

    fn call<'a>(&'a self, request: Request<'a>) -> BoxFuture<'a, Result<Reply, ProviderError>> {
        let body = D::body(&request).to_string().into_bytes();
        self.ask(request.model, body).boxed()
    }
}

// By hand, to leave the headers out: one of them is the key.
impl<D: Dialect> fmt::Debug for Http<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(D::NAME)
            .field("base_url", &self.base_url)
            .field("key", &self.key.is_some())
            .finish_non_exhaustive()
    }
}

/// What a provider says about an error, out of any of the shapes in use.
fn message(body: &[u8]) -> String {
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = [
        "/error/message",
        "/0/error/message",
        "/error",
        "/message",
        "/detail",
    ]
    .iter()
    .find_map(|place| parsed.pointer(place)?.as_str());
    let text = match said {
        Some(text) => text.to_owned(),
        None => String::from_utf8_lossy(body).trim().to_owned(),
    };
    match text.chars().count() {
        0 => "it gave no reason".to_owned(),
        1..=MAX_MESSAGE => text,
        _ => text.chars().take(MAX_MESSAGE).chain(['…']).collect(),
    }
}

/// `Retry-After`: seconds, or a date.
pub(super) fn retry_after(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => {
            let when = httpdate::parse_http_date(text).ok()?;
            // A date that has passed means now.
            Some(when.duration_since(SystemTime::now()).unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::HeaderValue;

    use super::{message, retry_after};

    #[test]
    fn every_providers_error_is_read_and_any_other_is_repeated() {
        for (body, expected) in [
            (
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                "Overloaded",
            ),
            (r#"[{"error":{"code":400,"message":"Bad"}}]"#, "Bad"),
            (r#"{"error":"model not found"}"#, "model not found"),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            ("<html>gateway</html>", "<html>gateway</html>"),
            ("", "it gave no reason"),
        ] {
            assert_eq!(message(body.as_bytes()), expected);
        }
        assert_eq!(message("x".repeat(10_000).as_bytes()).chars().count(), 501);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let read = |text: &str| retry_after(&HeaderValue::from_str(text).unwrap());
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("0.25"), Some(Duration::from_millis(250)));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3600));
        assert!(read(&soon).is_some_and(|wait| wait > Duration::from_secs(3500)));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-3"), None);
    }
}
