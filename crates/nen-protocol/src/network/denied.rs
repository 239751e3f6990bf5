use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Data of the event `network.denied`: something was tried that the policy does not allow. With neither `name` nor
/// `address` it stands for further attempts, too many to be told apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Denied {
    /// The name that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The address that was tried, or that the name leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub address: Option<Ipv4Addr>,
    /// The port that was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `dns` for a name that was asked for, `tcp`, `udp`, `icmp`, or the number of another protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Why it was denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DeniedReason>,
    /// How often it was tried since the last event about it; of addresses at least as often.
    pub count: u64,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("network: denied ")?;
        match (&self.name, self.address) {
            (Some(name), Some(address)) => write!(f, "{name}, which leads to {address}")?,
            (Some(name), None) => f.write_str(name)?,
            (None, Some(address)) => write!(f, "{address}")?,
            (None, None) => f.write_str("more")?,
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        if let Some(protocol) = &self.protocol {
            write!(f, " ({protocol})")?;
        }
        if self.count > 1 {
            write!(f, ", {} times", self.count)?;
        }
        Ok(())
    }
}

/// Why an attempt was denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeniedReason {
    /// The allow-list does not have it.
    NotAllowed,
    /// It is private, reserved or the host's, or a name that leads there.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_a_line_of_a_log() {
        let tcp = Denied {
            name: None,
            address: Some(Ipv4Addr::new(203, 0, 113, 9)),
            port: Some(443),
            protocol: Some("tcp".into()),
            reason: Some(DeniedReason::NotAllowed),
            count: 3,
        };
        assert_eq!(
            tcp.to_string(),
            "network: denied 203.0.113.9:443 (tcp), 3 times"
        );
        let wire = serde_json::to_string(&tcp).unwrap();
        assert!(
            wire.contains(r#""address":"203.0.113.9""#) && wire.contains("not_allowed"),
            "{wire}"
        );
        let name = Denied {
            name: Some("evil.test".into()),
            address: Some(Ipv4Addr::new(10, 0, 0, 1)),
            port: None,
            protocol: Some("dns".into()),
            reason: Some(DeniedReason::Closed),
            count: 1,
        };
        assert_eq!(
            name.to_string(),
            "network: denied evil.test, which leads to 10.0.0.1 (dns)"
        );
    }
}
