//! The rules in front of a sandbox's network.

use std::io;
use std::net::Ipv4Addr;

use nen_protocol::network::CLOSED;

use super::{HOST, NAME_SERVER};

/// The table that all rules of a sandbox are in.
pub const TABLE: &str = "nen";

/// Nothing comes in but answers, and nothing passes through.
pub(super) const INWARD: &str = "  chain input {
    type filter hook input priority 0; policy drop;
    iifname \"lo\" accept
    ct state established,related accept
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
  }
";

/// What stays in a sandbox. Only what is local may: a connection is known by its addresses, whatever device its packets
/// take, so one that was begun here to an address elsewhere would be an established one there.
pub(super) const LOOPBACK: &str = "    oifname \"lo\" ip daddr { 127.0.0.0/8, 10.0.2.100 } accept
    oifname \"lo\" ip6 daddr ::1 accept
    oifname \"lo\" drop
";

/// The rules of a sandbox's network namespace, in nft's language. `own` are the machine's own addresses, `host_ports` the
/// ports of its loopback that are open at [`HOST`].
pub fn rules(own: &[Ipv4Addr], host_ports: &[u16]) -> String {
    let (closed, exposed) = (closed(own), exposed(host_ports));
    format!(
        "table inet {TABLE} {{
{closed}  chain output {{
    type filter hook output priority 0; policy drop;
{LOOPBACK}    ip daddr {NAME_SERVER} udp dport 53 accept
    ip daddr {NAME_SERVER} tcp dport 53 accept
{exposed}    ip daddr @closed reject with icmpx admin-prohibited
    ct state established accept
    meta nfproto ipv6 reject with icmpx admin-prohibited
    accept
  }}
{INWARD}}}
"
    )
}

/// The set of what nobody may reach, with the machine's own addresses.
pub(super) fn closed(own: &[Ipv4Addr]) -> String {
    let closed: Vec<String> = CLOSED
        .iter()
        .map(ToString::to_string)
        .chain(own.iter().map(ToString::to_string))
        .collect();
    format!(
        "  set closed {{
    type ipv4_addr; flags interval; auto-merge
    elements = {{ {} }}
  }}
",
        closed.join(", ")
    )
}

/// What lets these ports of the host through, if there are any.
pub(super) fn exposed(host_ports: &[u16]) -> String {
    if host_ports.is_empty() {
        return String::new();
    }
    let ports: Vec<String> = host_ports.iter().map(ToString::to_string).collect();
    let ports = ports.join(", ");
    format!("    ip daddr {HOST} tcp dport {{ {ports} }} accept\n")
}

/// The machine's own IPv4 addresses, without loopback.
///
/// # Errors
/// When the kernel does not show its routing table.
pub fn own_addresses() -> io::Result<Vec<Ipv4Addr>> {
    std::fs::read_to_string("/proc/net/fib_trie").map(|text| parse_local(&text))
}

/// Addresses that `/proc/net/fib_trie` marks as local to this machine.
fn parse_local(trie: &str) -> Vec<Ipv4Addr> {
    let mut found = Vec::new();
    let mut address = None;
    for line in trie.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("|-- ") {
            address = text.parse::<Ipv4Addr>().ok();
        } else if line.starts_with("/32 host LOCAL")
            && let Some(own) = address.filter(|own| !own.is_loopback() && !found.contains(own))
        {
            found.push(own);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_ranges_come_before_the_last_accept() {
        let text = rules(&[Ipv4Addr::new(203, 0, 113, 7)], &[]);
        assert!(text.contains("169.254.0.0/16") && text.contains("203.0.113.7"));
        assert!(text.find("@closed reject").unwrap() < text.rfind("    accept").unwrap());
        assert!(!text.contains(HOST));
    }

    #[test]
    fn exposed_ports_are_let_through_before_their_range_is_closed() {
        let text = rules(&[], &[8799, 9000]);
        let allow = text
            .find("ip daddr 10.0.2.2 tcp dport { 8799, 9000 } accept")
            .unwrap();
        assert!(allow < text.find("@closed reject").unwrap());
    }

    #[test]
    fn own_addresses_are_read_from_the_routing_table() {
        let trie = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     |-- 127.0.0.1\n        /32 host LOCAL\n     |-- 172.16.0.2\n        /32 host LOCAL\n     |-- 172.16.0.3\n        /32 link BROADCAST\nLocal:\n     |-- 172.16.0.2\n        /32 host LOCAL\n";
        assert_eq!(parse_local(trie), [Ipv4Addr::new(172, 16, 0, 2)]);
    }
}
