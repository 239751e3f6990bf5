//! How TLS is spoken: with a certificate in files, or with one that an authority gives.

use super::TlsConfig;
use super::acme::{Acme, CHALLENGE};
use super::certificate_files::CertificateFiles;
use rustls::ServerConfig;
use rustls::server::WantsServerCert;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The protocol of requests, in the words of ALPN.
pub(super) const HTTP: &[u8] = b"http/1.1";

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file is not there, or is not what it should be.
    #[error("cannot read {0}: {1}")]
    File(String, String),
    /// The certificate and the key do not go together, or are of a kind that is not spoken here.
    #[error("the certificate in {0} cannot be used with the key in {1}: {2}")]
    Pair(String, String, rustls::Error),
    /// Certificates cannot be kept where they are to be.
    #[error("cannot keep certificates in {0}: {1}")]
    Folder(String, io::Error),
    /// The HTTPS client for the authority cannot be made.
    #[error("the HTTPS client for the certificate authority cannot be set up: {0}")]
    Client(String),
}

impl TlsError {
    pub(super) fn file(path: &Path, why: String) -> Self {
        Self::File(path.display().to_string(), why)
    }
}

/// What connections are accepted with.
#[derive(Debug)]
pub(super) enum Tls {
    Files(CertificateFiles),
    Acme(Acme),
}

impl Tls {
    /// Reads the certificate; of an authority the one that it gave before, if there is one.
    pub(super) fn new(config: TlsConfig) -> Result<Self, TlsError> {
        match config {
            TlsConfig::Files(files) => CertificateFiles::new(files).map(Self::Files),
            TlsConfig::Acme(config) => Acme::new(config).map(Self::Acme),
        }
    }

    /// Agrees on TLS. None: it was not for making a request, and is over.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<Option<TlsStream<TcpStream>>> {
        let config = match self {
            Self::Files(files) => files.config(),
            Self::Acme(acme) => acme.config(),
        };
        let mut stream = TlsAcceptor::from(config).accept(stream).await?;
        if stream.get_ref().1.alpn_protocol() == Some(CHALLENGE) {
            stream.shutdown().await?;
            return Ok(None);
        }
        Ok(Some(stream))
    }

    /// Sees to it that there is a certificate, for ever; ends at once when that is left to others.
    pub(super) async fn keep(&self) {
        if let Self::Acme(acme) = self {
            acme.keep().await;
        }
    }
}

/// TLS 1.2 and 1.3 for callers without certificates of their own.
pub(super) fn speaking()
-> Result<rustls::ConfigBuilder<ServerConfig, WantsServerCert>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_no_client_auth())
}
