use std::io;

use nen_protocol::network::NetworkPolicy;

use super::{Orders, guarded_rules, own_addresses, rules};

/// What a sandbox's network is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The rules of its namespace, in nft's language.
    pub rules: String,
    /// What its guard is told. None: its rules need no guard.
    pub orders: Option<Orders>,
}

/// The network that a policy asks for, as this machine is now. `host_ports` are the ports of its loopback that are exposed.
/// None: no network but a loopback.
///
/// # Errors
/// When this machine does not tell its own addresses, which have to be closed.
pub fn plan(policy: &NetworkPolicy, host_ports: &[u16]) -> io::Result<Option<Plan>> {
    if matches!(policy, NetworkPolicy::None) {
        return Ok(None);
    }
    let own = own_addresses()?;
    Ok(match policy {
        NetworkPolicy::None => None,
        NetworkPolicy::Internet => Some(Plan {
            rules: rules(&own, host_ports),
            orders: None,
        }),
        NetworkPolicy::Allow(allow) => Some(Plan {
            rules: guarded_rules(&own, host_ports, allow),
            orders: Some(Orders {
                allow: allow.clone(),
                own,
            }),
        }),
    })
}
