//! From which address a request comes.

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of a request's sender, in the extensions of every request that came over the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl ClientAddress {
    /// Whom a connection's other end speaks for: itself, or, when it is a trusted proxy, the last of those whom it names
    /// that is no such proxy. What stands before that one in the list may be anybody's invention.
    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let peer = plain(peer);
        if !is_trusted(peer, trusted) {
            return Self(peer);
        }
        let named = headers.get_all(&FORWARDED_FOR);
        let mut named: Vec<&str> = named
            .iter()
            .flat_map(|value| value.to_str().unwrap_or("").split(','))
            .map(str::trim)
            .collect();
        let mut nearest = peer;
        while let Some(text) = named.pop() {
            let Some(address) = read(text) else { break };
            nearest = address;
            if !is_trusted(address, trusted) {
                break;
            }
        }
        Self(nearest)
    }

    /// What its rates are counted for: of IPv6 the network, within which everybody has addresses without end.
    pub(crate) fn counted(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let network = u128::from(address) >> 64 << 64;
                Ipv6Addr::from(network).into()
            }
        }
    }
}

/// Whether an address is a trusted proxy's.
pub(super) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// An address of IPv4 in the clothes of IPv6 is one of IPv4.
pub(super) fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`: proxies write all of them.
fn read(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|a| a.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.or_else(with_port).or_else(in_brackets).map(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(&FORWARDED_FOR, value.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let ClientAddress(found) = ClientAddress::of(peer.parse().unwrap(), &headers, &trusted);
        found.to_string()
    }

    #[test]
    fn only_trusted_proxies_speak_for_others() {
        let proxy = &["10.0.0.0/24"];
        assert_eq!(seen("192.0.2.1", &["1.2.3.4"], &[]), "192.0.2.1");
        assert_eq!(seen("192.0.2.1", &["1.2.3.4"], proxy), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4"], proxy), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &[], proxy), "10.0.0.1");
        // What the caller wrote itself stands before what the proxy added.
        assert_eq!(seen("10.0.0.1", &["9.9.9.9, 1.2.3.4"], proxy), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["9.9.9.9", "1.2.3.4"], proxy), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 10.0.0.2"], proxy), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, junk"], proxy), "10.0.0.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["1.2.3.4:99"], proxy), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:9"], proxy), "2001:db8::1");
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let counted = |text: &str| ClientAddress(text.parse().unwrap()).counted().to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
    }
}
