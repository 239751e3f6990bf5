//! A desktop's network: user-mode NAT by slirp4netns, and the rules in front of it.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::os::fd::RawFd;

use super::spec::NetworkHelper;

/// What no desktop may reach: this machine, private ranges, carrier NAT, link-local addresses with the clouds'
/// metadata services, the benchmarking range, multicast and the reserved rest.
const CLOSED: [&str; 11] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// The host as slirp4netns shows it, when its loopback is exposed.
pub(super) const HOST: &str = "10.0.2.2";

/// The rules of a desktop's network namespace, in nft's language. `own` are the machine's own addresses.
pub(super) fn rules(own: &[Ipv4Addr], host_ports: &[u16]) -> String {
    let closed: Vec<String> = CLOSED
        .iter()
        .map(ToString::to_string)
        .chain(own.iter().map(ToString::to_string))
        .collect();
    let closed = closed.join(", ");
    let mut exposed = String::new();
    if !host_ports.is_empty() {
        let ports: Vec<String> = host_ports.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            exposed,
            "    ip daddr {HOST} tcp dport {{ {} }} accept",
            ports.join(", ")
        );
    }
    format!(
        "table inet nen {{
  set closed {{
    type ipv4_addr; flags interval; auto-merge
    elements = {{ {closed} }}
  }}
  chain output {{
    type filter hook output priority 0; policy drop;
    oifname \"lo\" accept
    ct state established accept
    ip daddr 10.0.2.3 udp dport 53 accept
    ip daddr 10.0.2.3 tcp dport 53 accept
{exposed}    ip daddr @closed reject with icmpx admin-prohibited
    meta nfproto ipv6 reject with icmpx admin-prohibited
    accept
  }}
  chain input {{
    type filter hook input priority 0; policy drop;
    iifname \"lo\" accept
    ct state established,related accept
  }}
  chain forward {{
    type filter hook forward priority 0; policy drop;
  }}
}}
"
    )
}

/// The arguments of slirp4netns. It tells `ready` when it is up, and ends when the other side of `exit` is closed.
pub(super) fn slirp_arguments(helper: &NetworkHelper, ready: RawFd, exit: RawFd) -> Vec<String> {
    let target = helper.target;
    let mut arguments: Vec<String> = ["--configure", "--mtu=65520", "--enable-seccomp"]
        .map(str::to_owned)
        .into();
    if !helper.host_loopback {
        arguments.push("--disable-host-loopback".to_owned());
    }
    arguments.extend([
        format!("--ready-fd={ready}"),
        format!("--exit-fd={exit}"),
        format!("--userns-path=/proc/{target}/ns/user"),
        "--netns-type=path".to_owned(),
        format!("/proc/{target}/ns/net"),
        "tap0".to_owned(),
    ]);
    arguments
}

/// The machine's own IPv4 addresses, without loopback.
pub(super) fn own_addresses() -> Vec<Ipv4Addr> {
    std::fs::read_to_string("/proc/net/fib_trie")
        .map(|text| parse_local(&text))
        .unwrap_or_default()
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
    fn the_hosts_loopback_is_shut_unless_asked_for() {
        let mut helper = NetworkHelper {
            target: 42,
            host_loopback: false,
            user: None,
        };
        assert!(slirp_arguments(&helper, 3, 4).contains(&"--disable-host-loopback".to_owned()));
        helper.host_loopback = true;
        let arguments = slirp_arguments(&helper, 3, 4);
        assert!(!arguments.contains(&"--disable-host-loopback".to_owned()));
        assert!(arguments.contains(&"/proc/42/ns/net".to_owned()));
    }

    #[test]
    fn own_addresses_are_read_from_the_routing_table() {
        let trie = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     |-- 127.0.0.1\n        /32 host LOCAL\n     |-- 172.16.0.2\n        /32 host LOCAL\n     |-- 172.16.0.3\n        /32 link BROADCAST\nLocal:\n     |-- 172.16.0.2\n        /32 host LOCAL\n";
        assert_eq!(parse_local(trie), [Ipv4Addr::new(172, 16, 0, 2)]);
    }
}
