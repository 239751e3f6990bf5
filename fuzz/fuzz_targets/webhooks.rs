//! A URL that is taken leads to a public address, however its host is written and whoever reads it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nen_runs::webhooks::check_url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

fuzz_target!(|text: &str| {
    for text in [
        text.to_owned(),
        format!("http://{text}"),
        format!("https://{text}/hook"),
        format!("http://[{text}]:81/"),
    ] {
        let Ok(url) = check_url(&text, false) else {
            continue;
        };
        assert_eq!(
            check_url(url.as_str(), false).as_ref(),
            Ok(&url),
            "{text:?}"
        );
        assert!(matches!(url.scheme(), "http" | "https"), "{text:?}");
        assert!(
            url.username().is_empty() && url.password().is_none(),
            "{text:?}"
        );
        let host = url.host_str().unwrap().trim_matches(['[', ']']);
        let plain = host.trim_end_matches('.');
        assert!(
            plain != "localhost" && !plain.ends_with(".localhost"),
            "{text:?}"
        );
        let address = host
            .parse::<IpAddr>()
            .ok()
            .or_else(|| old_reading(plain).map(IpAddr::V4));
        if let Some(address) = address {
            assert!(is_public(address), "{text:?} leads to {address}");
        }
    }
});

/// As `inet_aton` reads an address, which a resolver may do with what looks like a name: one to four numbers, decimal,
/// octal or hexadecimal, the last of which fills what is left.
fn old_reading(host: &str) -> Option<Ipv4Addr> {
    let number = |part: &str| match part.as_bytes() {
        // Rust would read a plus sign as well.
        [first, ..] if !first.is_ascii_digit() || part.contains('+') => None,
        [] => None,
        [b'0', b'x' | b'X', ..] => u32::from_str_radix(&part[2..], 16).ok(),
        [b'0', _, ..] => u32::from_str_radix(&part[1..], 8).ok(),
        _ => part.parse().ok(),
    };
    let parts: Option<Vec<u32>> = host.split('.').map(number).collect();
    let parts = parts?;
    let (last, firsts) = parts.split_last()?;
    if firsts.len() > 3 || firsts.iter().any(|part| *part > 255) {
        return None;
    }
    let room = 32 - 8 * firsts.len() as u32;
    if room < 32 && *last >= 1 << room {
        return None;
    }
    let high = firsts.iter().fold(0u32, |all, part| all << 8 | part);
    Some(Ipv4Addr::from_bits(if room == 32 {
        *last
    } else {
        high << room | last
    }))
}

/// By the standard library's words, apart from the tables that are tested.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => {
            let shared = a.octets()[0] == 100 && a.octets()[1] & 0xc0 == 64;
            !(a.is_private()
                || a.is_loopback()
                || a.is_link_local()
                || a.is_unspecified()
                || a.is_multicast())
                && !(a.is_broadcast()
                    || a.is_documentation()
                    || shared
                    || a.octets()[0] == 0
                    || a.octets()[0] >= 224)
        }
        IpAddr::V6(a) => match inner(a) {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => {
                !(a.is_loopback() || a.is_unspecified() || a.is_multicast() || a.is_unique_local())
                    && !a.is_unicast_link_local()
            }
        },
    }
}

/// The address of IPv4 that one of IPv6 stands for: mapped, compatible, translated, 6to4.
fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, second, third, fourth, fifth, sixth, seventh, eighth] = address.segments();
    let end = Ipv4Addr::from_bits(u32::from(seventh) << 16 | u32::from(eighth));
    match (first, second) {
        (0, 0) if (third, fourth, fifth) == (0, 0, 0) && matches!(sixth, 0 | 0xffff) => Some(end),
        (0x64, 0xff9b) if (third, fourth, fifth, sixth) == (0, 0, 0, 0) => Some(end),
        (0x2002, _) => Some(Ipv4Addr::from_bits(
            u32::from(second) << 16 | u32::from(third),
        )),
        _ => None,
    }
}
