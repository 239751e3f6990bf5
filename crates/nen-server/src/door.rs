//! How connections come in: how many, from whom, how slow they may be, and in the clear or by TLS.

mod acme;
mod certificate_files;
mod client_address;
mod connections;
mod listen;
mod placed;
mod tls;

pub(crate) use client_address::ClientAddress;
pub(crate) use listen::{Door, listen};
pub use tls::TlsError;

use ipnet::IpNet;
use std::path::PathBuf;
use std::time::Duration;

/// What is set about connections.
#[derive(Debug, Clone)]
pub struct DoorConfig {
    /// Connections at once, from everywhere. One more is closed as soon as it is there.
    pub max_connections: usize,
    /// Connections at once from one address, so that nobody alone can take them all. Those of
    /// [`trusted_proxies`](Self::trusted_proxies) have no such limit: everybody comes by them.
    pub max_connections_per_address: usize,
    /// Proxies whose `X-Forwarded-For` is believed. That of everybody else is not looked at.
    pub trusted_proxies: Vec<IpNet>,
    /// Where the certificate comes from. None: plain HTTP.
    pub tls: Option<TlsConfig>,
}

impl DoorConfig {
    /// Names that a certificate is got for.
    pub(crate) fn domains(&self) -> &[String] {
        match &self.tls {
            Some(TlsConfig::Acme(config)) => &config.domains,
            _ => &[],
        }
    }
}

/// Where a certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsConfig {
    /// From files that somebody else renews.
    Files(TlsFiles),
    /// From an authority, by ACME.
    Acme(AcmeConfig),
}

/// From which authority certificates are got, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcmeConfig {
    /// Names the certificate is for, in lower case. The authority must reach this server by each of them, at port 443.
    pub domains: Vec<String>,
    /// Mail address that the authority is told when an account is made.
    pub contact: Option<String>,
    /// The authority's directory, as in [`LETS_ENCRYPT`](Self::LETS_ENCRYPT).
    pub directory: String,
    /// Roots by which the authority's HTTPS is trusted, in PEM. None: those that everybody and this machine trust.
    pub authority_roots: Option<PathBuf>,
    /// Where account and certificate are kept.
    pub folder: PathBuf,
}

impl AcmeConfig {
    /// The directory of Let's Encrypt.
    pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";
}

/// Where a certificate and its key are. Both are read again when they have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those that lead to a root, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
    /// How long it is not looked whether they have changed after it was.
    pub look_again: Duration,
}

impl Default for DoorConfig {
    fn default() -> Self {
        Self {
            max_connections: 4096,
            max_connections_per_address: 1024,
            trusted_proxies: Vec::new(),
            tls: None,
        }
    }
}
