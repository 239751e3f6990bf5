use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// What no sandbox may reach, whatever it is allowed: this machine, private ranges, carrier NAT, link-local addresses with
/// the clouds' metadata services, the benchmarking range, multicast and the reserved rest.
pub const CLOSED: [Ipv4Net; 11] = [
    range([0, 0, 0, 0], 8),
    range([10, 0, 0, 0], 8),
    range([100, 64, 0, 0], 10),
    range([127, 0, 0, 0], 8),
    range([169, 254, 0, 0], 16),
    range([172, 16, 0, 0], 12),
    range([192, 0, 0, 0], 24),
    range([192, 168, 0, 0], 16),
    range([198, 18, 0, 0], 15),
    range([224, 0, 0, 0], 4),
    range([240, 0, 0, 0], 4),
];

const fn range([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

/// Whether an address lies in a closed range.
#[must_use]
pub fn is_closed(address: Ipv4Addr) -> bool {
    CLOSED.iter().any(|range| range.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_special_addresses_are_closed_and_public_ones_are_not() {
        for closed in [
            "10.1.2.3",
            "127.0.0.53",
            "169.254.169.254",
            "172.31.0.1",
            "192.168.1.1",
            "100.127.0.1",
            "255.255.255.255",
            "0.0.0.0",
        ] {
            assert!(is_closed(closed.parse().unwrap()), "{closed}");
        }
        for open in ["203.0.113.7", "8.8.8.8", "172.32.0.1", "100.128.0.1"] {
            assert!(!is_closed(open.parse().unwrap()), "{open}");
        }
    }
}
