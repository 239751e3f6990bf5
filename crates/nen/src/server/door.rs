//! Who may come in and how: from flags to the settings of the HTTP surface.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use ipnet::IpNet;
use nen_server::{DoorConfig, GateConfig, TlsFiles};

/// A renewed certificate is used so much later at most, once somebody connects.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// What can be set about connections and callers.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connections")]
pub struct DoorArgs {
    /// Certificate, with those that lead to a root, in PEM: the server speaks TLS. Read again when it changes
    #[arg(long, env = "NEN_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, in PEM
    #[arg(long, env = "NEN_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Network of proxies whose X-Forwarded-For is believed (repeatable) [default: none]
    #[arg(
        long = "trusted-proxy",
        env = "NEN_TRUSTED_PROXIES",
        value_name = "CIDR",
        value_delimiter = ',',
        value_parser = network
    )]
    trusted_proxies: Vec<IpNet>,
    /// Requests per second with one key; twice as many at once; 0 for no limit
    #[arg(long, env = "NEN_RATE_LIMIT", default_value_t = GateConfig::default().per_key, value_name = "N")]
    rate_limit: u32,
    /// Requests per second from one address without a good key; four times as many at once; 0 for no limit
    #[arg(long, env = "NEN_RATE_LIMIT_ADDRESS", default_value_t = GateConfig::default().per_address, value_name = "N")]
    rate_limit_address: u32,
    /// Wrong keys from one address within a minute that lock it out, longer each time; 0 for never
    #[arg(long, env = "NEN_LOCK_OUT", default_value_t = GateConfig::default().guesses, value_name = "N")]
    lock_out: u32,
    /// Connections at once
    #[arg(long, env = "NEN_MAX_CONNECTIONS", default_value_t = DoorConfig::default().max_connections, value_name = "N")]
    max_connections: usize,
    /// Connections at once from one address that is no trusted proxy's
    #[arg(long, env = "NEN_MAX_CONNECTIONS_PER_ADDRESS",
          default_value_t = DoorConfig::default().max_connections_per_address, value_name = "N")]
    max_connections_per_address: usize,
}

impl DoorArgs {
    /// Whether the server speaks TLS.
    pub fn tls(&self) -> bool {
        self.tls_cert.is_some()
    }

    /// How connections come in.
    pub fn door(&self) -> DoorConfig {
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        DoorConfig {
            max_connections: self.max_connections,
            max_connections_per_address: self.max_connections_per_address,
            trusted_proxies: self.trusted_proxies.clone(),
            tls: tls.map(|(certificate, key)| TlsFiles {
                certificate,
                key,
                look_again: LOOK_AGAIN,
            }),
        }
    }

    /// How often callers may come.
    pub fn gate(&self) -> GateConfig {
        GateConfig {
            per_key: self.rate_limit,
            per_address: self.rate_limit_address,
            guesses: self.lock_out,
        }
    }
}

/// `10.0.0.0/8`, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.parse()
        .ok()
        .or_else(one)
        .ok_or_else(|| format!("{text:?} is no network such as 10.0.0.0/8 and no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_may_be_one_address() {
        assert_eq!(network("10.0.0.0/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(network("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        assert!(network("proxy.lan").unwrap_err().contains("10.0.0.0/8"));
    }
}
