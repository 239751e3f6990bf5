//! A certificate that an authority gives by ACME (RFC 8555), proven by TLS-ALPN-01 (RFC 8737): the authority connects to
//! the port that the server listens on anyway, and nothing else has to be open.

mod account;
mod authority;
mod certificate;
mod error;
mod kept;
mod order;
mod renewal;
mod shown;

pub(super) use shown::CHALLENGE;

use super::AcmeConfig;
use super::tls::{HTTP, TlsError, speaking};
use authority::Authority;
use certificate::Certificate;
use error::in_full;
use kept::{CERTIFICATE, Kept};
use rustls::ServerConfig;
use shown::Shown;
use std::sync::Arc;

/// The certificate, the authority that gives it and the place where it is kept.
pub(super) struct Acme {
    config: AcmeConfig,
    authority: Authority,
    kept: Kept,
    shown: Arc<Shown>,
    server: Arc<ServerConfig>,
}

impl Acme {
    /// Takes up the certificate of an earlier start, if there is one. The authority is not asked yet.
    pub(super) fn new(config: AcmeConfig) -> Result<Self, TlsError> {
        let authority = Authority::new(config.authority_roots.as_deref())?;
        let kept = Kept::open(&config.folder, &config.directory)
            .map_err(|error| TlsError::Folder(config.folder.display().to_string(), error))?;
        let shown = Arc::new(Shown::default());
        let path = kept.path(CERTIFICATE);
        let text = kept
            .read(CERTIFICATE)
            .map_err(|error| TlsError::file(&path, error.to_string()))?;
        match text.as_deref().map(Certificate::read).transpose() {
            Ok(None) => {}
            Ok(Some(certificate)) => shown.renew(certificate),
            Err(error) => tracing::error!(
                path = %path.display(),
                error = in_full(&error),
                "The kept certificate cannot be used, another one is asked for"
            ),
        }
        let mut server = speaking()
            .map_err(|error| TlsError::Client(error.to_string()))?
            .with_cert_resolver(Arc::<Shown>::clone(&shown));
        server.alpn_protocols = vec![HTTP.to_vec(), CHALLENGE.to_vec()];
        Ok(Self {
            config,
            authority,
            kept,
            shown,
            server: Arc::new(server),
        })
    }

    /// What connections are accepted with: always the certificate that there is then.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }
}

impl std::fmt::Debug for Acme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acme")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
