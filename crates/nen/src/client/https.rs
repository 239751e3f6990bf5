//! The asynchronous HTTP client: for calls that are made side by side, and called off when nobody waits for them.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use reqwest::{Client, Url, redirect::Policy};

use super::is_loopback;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for one call: the server itself answers 504 after 330 s.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(345);

/// A client for the server at `base`.
pub fn https_client(base: &Url) -> anyhow::Result<Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    // Also those of this machine, which know the servers of one's own. A machine without any is no mistake.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("cannot set up the HTTPS client")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut client = Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        // A redirect would carry the key to another host.
        .redirect(Policy::none())
        .user_agent(concat!("nen/", env!("CARGO_PKG_VERSION")));
    if base.host_str().is_some_and(is_loopback) {
        // A proxy from the environment cannot reach this machine's own servers.
        client = client.no_proxy();
    }
    client.build().context("cannot set up the HTTP client")
}

/// Why a call failed, with its causes and without its address, which may hold what is nobody's business.
pub fn reason(error: reqwest::Error) -> String {
    use std::error::Error;

    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    reason
}
