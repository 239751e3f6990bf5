//! How the HTTP surface is set up.

use crate::door::DoorConfig;
use crate::gate::GateConfig;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// Settings of the HTTP surface.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address the server listens on. On a loopback address the `Host` header is checked (DNS rebinding).
    pub listen_ip: IpAddr,
    /// Where clients reach the server from outside, as in `https://nen.example.com`, without a trailing slash. Links are
    /// made with it. Without it they are made with the request's `Host`; `X-Forwarded-*` headers are never trusted.
    pub public_url: Option<String>,
    /// Origins whose pages may call the API from a browser, as in `https://app.example.com`; `*` is any. Empty: CORS off.
    pub cors_origins: Vec<String>,
    /// Pages that may embed the viewer: the value of CSP `frame-ancestors`. The token in the link is what protects it.
    pub frame_ancestors: String,
    /// How long a viewer link can be opened. A viewer that is connected stays connected.
    pub viewer_token_lifetime: Duration,
    /// Longest one `execute` may take before it answers 504. A single `wait` may last 300 s.
    pub execute_timeout: Duration,
    /// Most connections of viewers to one desktop; an open viewer page holds two.
    pub max_viewer_connections: usize,
    /// How connections come in.
    pub door: DoorConfig,
    /// How often callers may come.
    pub gate: GateConfig,
    /// How long entries of the audit log are kept.
    pub audit_kept: Duration,
    /// Artifacts are got from the object store by a link, where it makes any, and not through this server.
    pub object_links: bool,
}

impl ServerConfig {
    /// Whether callers reach this server by TLS: its own, or that of a proxy in front of it.
    pub(crate) fn is_https(&self) -> bool {
        match &self.public_url {
            Some(url) => url.starts_with("https://"),
            None => self.door.tls.is_some(),
        }
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            public_url: None,
            cors_origins: Vec::new(),
            frame_ancestors: "*".to_owned(),
            viewer_token_lifetime: Duration::from_secs(3600),
            execute_timeout: Duration::from_secs(330),
            max_viewer_connections: 64,
            door: DoorConfig::default(),
            gate: GateConfig::default(),
            audit_kept: Duration::from_secs(400 * 24 * 3600),
            object_links: false,
        }
    }
}
