//! Speaking HTTPS with the authority.

use crate::door::tls::TlsError;
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::redirect::Policy;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// How long one request to the authority may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What requests to the authority are made with.
#[derive(Debug, Clone)]
pub(super) struct Authority(reqwest::Client);

impl Authority {
    /// An authority whose HTTPS is trusted by these roots only, or else by those that everybody and this machine trust.
    pub(super) fn new(roots: Option<&Path>) -> Result<Self, TlsError> {
        let roots = match roots {
            Some(path) => roots_in(path)?,
            None => {
                let mut roots: RootCertStore =
                    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                roots
            }
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Client(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .timeout(PATIENCE)
            // What is signed is signed for one URL.
            .redirect(Policy::none())
            .build()
            .map(Self)
            .map_err(|error| TlsError::Client(error.to_string()))
    }
}

fn roots_in(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| TlsError::file(path, error.to_string()))?;
    for certificate in certificates {
        roots
            .add(certificate)
            .map_err(|error| TlsError::file(path, error.to_string()))?;
    }
    if roots.is_empty() {
        let why = "there is no certificate in it (PEM is wanted)".to_owned();
        return Err(TlsError::file(path, why));
    }
    Ok(roots)
}

impl HttpClient for Authority {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let Ok(body) = body.collect().await;
            let failed = |error: reqwest::Error| Error::Other(Box::new(error));
            let request = Request::from_parts(parts, body.to_bytes());
            let request = reqwest::Request::try_from(request).map_err(failed)?;
            let response = client.execute(request).await.map_err(failed)?;
            Ok(BytesResponse::from(Response::<reqwest::Body>::from(
                response,
            )))
        })
    }
}
