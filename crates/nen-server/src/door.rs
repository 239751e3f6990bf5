//! How connections come in: how many, from whom, how slow they may be, and in the clear or by TLS.

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
    /// Certificate and key. None: plain HTTP.
    pub tls: Option<TlsFiles>,
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
