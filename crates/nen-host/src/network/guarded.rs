//! The rules in front of the network of a sandbox that may reach what a list names.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use nen_protocol::network::AllowList;

use super::rules::{INWARD, LOOPBACK, TABLE, closed, exposed};

/// Sets of addresses that allowed names have led to. The kernel takes an address out when its time is over. Older kernels
/// cannot give it more time before that, so there are two, and a guard puts it into the other one.
pub const SETS_OF_ADDRESSES: [&str; 2] = ["named_a", "named_b"];

/// The same for names that are allowed with a port: sets of addresses with a port.
pub const SETS_OF_PORTS: [&str; 2] = ["named_port_a", "named_port_b"];

/// The group of netlink that the kernel reports refused packets to.
pub const LOG: u16 = 1;

/// Written before a report of a packet to an address that is closed to everybody.
pub const PREFIX_CLOSED: &str = "closed";

/// Written before a report of a packet to an address that is not on the list.
pub const PREFIX_UNLISTED: &str = "unlisted";

/// Most addresses in one of the sets.
const MOST: usize = 4096;

/// The rules of a sandbox's network namespace, in nft's language. `own` are the machine's own addresses, `host_ports` the
/// ports of its loopback that are exposed.
pub fn guarded_rules(own: &[Ipv4Addr], host_ports: &[u16], allow: &AllowList) -> String {
    let (closed, exposed) = (closed(own), exposed(&allow.of_host(host_ports)));
    let mut sets = String::new();
    for (names, key) in [
        (SETS_OF_ADDRESSES, "ipv4_addr"),
        (SETS_OF_PORTS, "ipv4_addr . inet_service"),
    ] {
        for name in names {
            let _ = writeln!(
                sets,
                "  set {name} {{ type {key}; flags timeout; size {MOST}; }}"
            );
        }
    }
    let mut open = String::new();
    for (range, port) in allow.addresses() {
        let _ = match port {
            None => writeln!(open, "    ip daddr {range} accept"),
            Some(port) => writeln!(
                open,
                "    ip daddr {range} meta l4proto {{ tcp, udp }} th dport {port} accept"
            ),
        };
    }
    for name in SETS_OF_ADDRESSES {
        let _ = writeln!(open, "    ip daddr @{name} accept");
    }
    for name in SETS_OF_PORTS {
        let _ = writeln!(
            open,
            "    meta l4proto {{ tcp, udp }} ip daddr . th dport @{name} accept"
        );
    }
    // What is told is bounded, whatever is tried. Multicast is left out: it is what programs say to nobody in particular.
    format!(
        "table inet {TABLE} {{
{closed}{sets}  chain denied_closed {{
    ip daddr != 224.0.0.0/4 limit rate 50/second burst 100 packets log prefix \"{PREFIX_CLOSED}\" group {LOG} snaplen 64
    reject with icmpx admin-prohibited
  }}
  chain denied_unlisted {{
    limit rate 50/second burst 100 packets log prefix \"{PREFIX_UNLISTED}\" group {LOG} snaplen 64
    reject with icmpx admin-prohibited
  }}
  chain output {{
    type filter hook output priority 0; policy drop;
{LOOPBACK}{exposed}    ip daddr @closed goto denied_closed
    ct state established accept
    meta nfproto ipv6 reject with icmpx admin-prohibited
{open}    goto denied_unlisted
  }}
{INWARD}}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(entries: &[&str]) -> String {
        let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
        guarded_rules(
            &[Ipv4Addr::new(203, 0, 113, 7)],
            &[8799, 9000],
            &entries.try_into().unwrap(),
        )
    }

    #[test]
    fn what_is_closed_stays_so_whatever_is_listed() {
        let text = rules(&["0.0.0.0/0", "example.com"]);
        let closed = text.find("@closed goto denied_closed").unwrap();
        assert!(closed < text.find("ip daddr 0.0.0.0/0 accept").unwrap());
        assert!(closed < text.find("@named_a accept").unwrap());
        assert!(text.contains("203.0.113.7"));
    }

    #[test]
    fn nobody_answers_for_names_but_the_guard() {
        assert!(!rules(&["example.com"]).contains(super::super::NAME_SERVER));
    }

    #[test]
    fn ports_of_the_host_are_open_when_the_host_is_listed() {
        assert!(!rules(&["example.com"]).contains("10.0.2.2"));
        let text = rules(&["host.nen:9000", "198.51.100.7:5432"]);
        assert!(text.contains("ip daddr 10.0.2.2 tcp dport { 9000 } accept"));
        assert!(
            text.contains(
                "ip daddr 198.51.100.7/32 meta l4proto { tcp, udp } th dport 5432 accept"
            )
        );
    }
}
