use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{HeaderMap, header::CONTENT_TYPE};
use reqwest::{Client, Response, Url, redirect};
use tokio::time::{Instant, timeout_at};

use super::{
    answer::Answer,
    connection_error,
    resolver::CheckedResolver,
    target::{TargetError, check_url},
};

/// How much of an answer is read, in bytes: its text means nothing, but a connection whose answer was read can be used
/// again.
const READ: usize = 4096;

/// Why a webhook could not be handed over.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// There can be no connections at all.
    #[error("cannot prepare secure connections: {0}")]
    Tls(#[from] rustls::Error),
    /// There can be no connections at all.
    #[error("cannot prepare connections: {0}")]
    Client(#[from] reqwest::Error),
    /// Nothing is sent to this URL.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The receiver took too long.
    #[error("no answer within {} s", .0.as_secs_f64())]
    Silence(Duration),
    /// The receiver was not reached, or its answer is not HTTP.
    #[error("{0}")]
    Connection(String),
}

/// Sends single webhooks.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    client: Client,
    allow_private: bool,
    timeout: Duration,
}

impl Delivery {
    /// `timeout` is for everything from looking the host up to the last byte of the answer.
    pub fn new(allow_private: bool, timeout: Duration) -> Result<Self, DeliveryError> {
        let roots = webpki_roots::TLS_SERVER_ROOTS.to_vec();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(rustls::RootCertStore { roots })
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(CheckedResolver { allow_private })
            // A proxy would do the looking up, and nothing would be checked.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .user_agent(concat!("Nen/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            client,
            allow_private,
            timeout,
        })
    }

    /// One POST of `body` as it is. An answer is an answer, whatever its status.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: String,
    ) -> Result<Answer, DeliveryError> {
        // Addresses in the URL itself are not looked up, so the resolver does not see them.
        let url = check_url(url, self.allow_private)?;
        self.send(url, headers, body).await
    }

    async fn send(
        &self,
        url: Url,
        headers: HeaderMap,
        body: String,
    ) -> Result<Answer, DeliveryError> {
        let deadline = Instant::now() + self.timeout;
        let host = url.host_str().unwrap_or_default().to_owned();
        let request = self
            .client
            .post(url)
            .headers(headers)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let response = timeout_at(deadline, request.send())
            .await
            .map_err(|_| DeliveryError::Silence(self.timeout))?
            .map_err(|error| {
                DeliveryError::Connection(connection_error::describe(&error, &host))
            })?;
        let answer = Answer::new(response.status(), response.headers(), SystemTime::now());
        // The status has said it; what keeps the rest from being read only costs the connection.
        let _ = timeout_at(deadline, read(response)).await;
        Ok(answer)
    }
}

async fn read(mut response: Response) {
    let mut left = READ;
    while let Ok(Some(chunk)) = response.chunk().await {
        let Some(rest) = left.checked_sub(chunk.len()) else {
            return;
        };
        left = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    const TIMEOUT: Duration = Duration::from_secs(10);

    /// Behind the check of the URL's text stands that of what it resolves to, where the connection is made.
    #[tokio::test]
    async fn a_name_that_resolves_to_a_closed_address_is_not_dialled() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = Url::parse(&format!("http://localhost:{port}/")).unwrap();
        let delivery = Delivery::new(false, TIMEOUT).unwrap();
        tokio::select! {
            answer = delivery.send(url, HeaderMap::new(), "{}".to_owned()) => {
                let refused = answer.unwrap_err().to_string();
                assert!(refused.starts_with("localhost resolves to the loopback address "), "{refused}");
            }
            _ = listener.accept() => panic!("it was dialled"),
        }
    }

    #[tokio::test]
    async fn an_unknown_name_says_so() {
        let delivery = Delivery::new(false, TIMEOUT).unwrap();
        let answer = delivery.post(
            "https://nowhere.invalid/?token=hidden",
            HeaderMap::new(),
            "{}".to_owned(),
        );
        let refused = answer.await.unwrap_err().to_string();
        assert!(
            refused.starts_with("cannot resolve host nowhere.invalid"),
            "{refused}"
        );
        assert!(!refused.contains("hidden"), "{refused}");
    }
}
