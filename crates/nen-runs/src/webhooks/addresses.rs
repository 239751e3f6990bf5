//! Which addresses are the public internet, and which are somebody's own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(first: u16, second: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), bits)
}

/// What IANA's registry of special addresses does not call globally reachable, and a metadata service that hides among
/// public addresses.
const CLOSED_V4: [(Ipv4Net, &str); 17] = [
    (v4(0, 0, 0, 0, 8), "unspecified"),
    (v4(10, 0, 0, 0, 8), "private"),
    (v4(100, 64, 0, 0, 10), "carrier-grade NAT"),
    (v4(127, 0, 0, 0, 8), "loopback"),
    (v4(168, 63, 129, 16, 32), "metadata"),
    (v4(169, 254, 0, 0, 16), "link-local"),
    (v4(172, 16, 0, 0, 12), "private"),
    (v4(192, 0, 0, 0, 24), "reserved"),
    (v4(192, 0, 2, 0, 24), "documentation"),
    (v4(192, 88, 99, 0, 24), "6to4 relay"),
    (v4(192, 168, 0, 0, 16), "private"),
    (v4(198, 18, 0, 0, 15), "benchmarking"),
    (v4(198, 51, 100, 0, 24), "documentation"),
    (v4(203, 0, 113, 0, 24), "documentation"),
    (v4(224, 0, 0, 0, 4), "multicast"),
    (v4(255, 255, 255, 255, 32), "broadcast"),
    (v4(240, 0, 0, 0, 4), "reserved"),
];

const CLOSED_V6: [(Ipv6Net, &str); 7] = [
    (v6(0xfc00, 0, 7), "unique-local"),
    (v6(0xfe80, 0, 10), "link-local"),
    (v6(0xff00, 0, 8), "multicast"),
    (v6(0x2001, 0, 23), "reserved"),
    (v6(0x2001, 0xdb8, 32), "documentation"),
    (v6(0x3fff, 0, 20), "documentation"),
    (v6(0x5f00, 0, 16), "reserved"),
];

/// Everything that is handed out for the public internet.
const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 3);
const SIX_TO_FOUR: Ipv6Net = v6(0x2002, 0, 16);
/// A network without IPv4 shows public IPv4 hosts here.
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 96);

/// What kind of address it is that is not public, as in "the … address"; none for a public one.
pub(super) fn closed(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => closed_v4(address),
        IpAddr::V6(address) => closed_v6(address),
    }
}

fn closed_v4(address: Ipv4Addr) -> Option<&'static str> {
    CLOSED_V4
        .iter()
        .find(|(net, _)| net.contains(&address))
        .map(|(_, kind)| *kind)
}

fn closed_v6(address: Ipv6Addr) -> Option<&'static str> {
    match address {
        Ipv6Addr::LOCALHOST => return Some("loopback"),
        Ipv6Addr::UNSPECIFIED => return Some("unspecified"),
        _ => (),
    }
    // An address that stands for one of IPv4 leads there, so that one counts.
    if let Some(inner) = address.to_ipv4_mapped() {
        return closed_v4(inner);
    }
    let [_, second, third, .., seventh, eighth] = address.segments();
    if NAT64.contains(&address) {
        return closed_v4(joined(seventh, eighth));
    }
    if SIX_TO_FOUR.contains(&address) {
        return closed_v4(joined(second, third));
    }
    let kind = CLOSED_V6.iter().find(|(net, _)| net.contains(&address));
    match kind {
        Some((_, kind)) => Some(kind),
        None if GLOBAL_UNICAST.contains(&address) => None,
        None => Some("reserved"),
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every way to write an IPv4 address as one of IPv6 that leads to it.
    fn disguises(address: Ipv4Addr) -> [Ipv6Addr; 3] {
        let [a, b, c, d] = address.octets().map(u16::from);
        let (high, low) = (a << 8 | b, c << 8 | d);
        [
            address.to_ipv6_mapped(),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        ]
    }

    #[test]
    fn well_known_addresses_are_told_apart() {
        for (address, kind) in [
            ("8.8.8.8", None),
            ("100.63.255.255", None),
            ("100.128.0.0", None),
            ("172.15.255.255", None),
            ("172.32.0.0", None),
            ("223.255.255.255", None),
            ("2606:4700::1111", None),
            ("2001:4860:4860::8888", None),
            ("64:ff9b::808:808", None),
            ("127.0.0.1", Some("loopback")),
            ("::1", Some("loopback")),
            ("::ffff:127.0.0.1", Some("loopback")),
            ("::", Some("unspecified")),
            ("0.0.0.0", Some("unspecified")),
            ("10.1.2.3", Some("private")),
            ("172.31.255.255", Some("private")),
            ("192.168.0.1", Some("private")),
            ("64:ff9b::c0a8:1", Some("private")),
            ("169.254.169.254", Some("link-local")),
            ("2002:a9fe:a9fe::1", Some("link-local")),
            ("168.63.129.16", Some("metadata")),
            ("100.100.100.200", Some("carrier-grade NAT")),
            ("192.0.0.192", Some("reserved")),
            ("fd00:ec2::254", Some("unique-local")),
            ("fe80::1", Some("link-local")),
            ("ff02::1", Some("multicast")),
            ("239.0.0.1", Some("multicast")),
            ("255.255.255.255", Some("broadcast")),
            ("2001:db8::1", Some("documentation")),
            ("2001::1", Some("reserved")),
            ("64:ff9b:1::1", Some("reserved")),
            ("::808:808", Some("reserved")),
        ] {
            assert_eq!(closed(address.parse().unwrap()), kind, "{address}");
        }
    }

    proptest! {
        #[test]
        fn nothing_inside_a_closed_network_is_public(index in 0..CLOSED_V4.len(), bits: u32) {
            let net = CLOSED_V4[index].0;
            let host = bits & u32::from(net.hostmask());
            let address = Ipv4Addr::from_bits(net.network().to_bits() | host);
            prop_assert!(closed(address.into()).is_some(), "{address}");
            for disguise in disguises(address) {
                prop_assert!(closed(disguise.into()).is_some(), "{disguise}");
            }
        }

        #[test]
        fn a_disguise_is_as_good_as_what_is_behind_it(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            for disguise in disguises(address) {
                prop_assert_eq!(closed(disguise.into()), closed(address.into()), "{}", disguise);
            }
        }

        #[test]
        fn only_global_unicast_and_what_stands_for_ipv4_is_public(bits: u128) {
            let address = Ipv6Addr::from_bits(bits);
            if closed(address.into()).is_none() {
                let first = address.segments()[0];
                prop_assert!(first & 0xe000 == 0x2000, "{address}");
            }
        }

        #[test]
        fn no_local_ipv6_address_is_public(bits: u128, index in 0..CLOSED_V6.len()) {
            let net = CLOSED_V6[index].0;
            let host = bits & u128::from(net.hostmask());
            let address = Ipv6Addr::from_bits(net.network().to_bits() | host);
            prop_assert!(closed(address.into()).is_some(), "{address}");
        }
    }
}
