//! The grammar of one entry of an allow-list.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::{CLOSED, HOST_NAME};
use crate::Invalid;

/// One entry of an allow-list: a name, all names below one, an IPv4 address or a range of them, each with a port or
/// without. Its text is the same for all ways to write it: names in lower case and punycode, ranges by their first address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AllowEntry {
    target: Target,
    port: Option<u16>,
}

/// Where an entry leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// The ports of the host that its operator exposes.
    Host,
    /// This name and no other.
    Name(String),
    /// Every name that ends with a dot and this one, but not this one.
    Below(String),
    /// These addresses.
    Addresses(Ipv4Net),
}

impl AllowEntry {
    /// Where it leads.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The only port that it opens, of TCP and UDP. None: all of them.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether a name, in lower case and without a dot at its end, is one of its names.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        match &self.target {
            Target::Name(own) => own == name,
            Target::Below(own) => is_below(name, own),
            Target::Host | Target::Addresses(_) => false,
        }
    }

    /// Whether everything that the other opens is opened by this one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let place = match (&self.target, &other.target) {
            (Target::Host, Target::Host) => true,
            (Target::Name(own), Target::Name(name)) => own == name,
            (Target::Below(own), Target::Name(name)) => is_below(name, own),
            (Target::Below(own), Target::Below(name)) => own == name || is_below(name, own),
            (Target::Addresses(own), Target::Addresses(range)) => own.contains(range),
            _ => false,
        };
        place && (self.port.is_none() || self.port == other.port)
    }
}

fn is_below(name: &str, above: &str) -> bool {
    name.strip_suffix(above)
        .and_then(|front| front.strip_suffix('.'))
        .is_some_and(|front| !front.is_empty())
}

impl FromStr for AllowEntry {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = |why: &str| {
            let shown: String = text.chars().take(100).collect();
            Invalid(format!("{shown:?} {why}"))
        };
        if text.contains("://")
            || text.contains('/') && !text.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(refused(
                "is an address of a page: give the name alone, such as \"example.com\"",
            ));
        }
        if text.matches(':').count() > 1 || text.starts_with('[') {
            return Err(refused(
                "looks like IPv6, which is closed: give a name or an IPv4 address",
            ));
        }
        let (place, port) = match text.split_once(':') {
            None => (text, None),
            Some((place, port)) => {
                let number = port.parse().ok().filter(|number| *number > 0);
                let plain = port.bytes().all(|byte| byte.is_ascii_digit());
                let number = number.filter(|_| plain);
                (
                    place,
                    Some(number.ok_or_else(|| refused("has a port that is none: 1 to 65535 are"))?),
                )
            }
        };
        let target = match addresses(place) {
            Some(range) => {
                let range = range.map_err(refused)?;
                if CLOSED.iter().any(|closed| closed.contains(&range)) {
                    return Err(refused(
                        "is private or reserved, which stays closed whatever is allowed: ports of the host are exposed by \
                         --expose-host-port and reached as \"host.nen\"",
                    ));
                }
                Target::Addresses(range)
            }
            None => named(place).map_err(refused)?,
        };
        Ok(Self { target, port })
    }
}

/// A range of addresses, if that is what the text wants to be.
fn addresses(text: &str) -> Option<Result<Ipv4Net, &'static str>> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let is_number =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit());
    let last = address.rsplit('.').next().unwrap_or_default();
    if length.is_none() && !is_number(last) {
        return None;
    }
    let plain = length.is_none_or(is_number);
    let range = address
        .parse::<Ipv4Addr>()
        .ok()
        .filter(|_| plain)
        .and_then(|address| {
            let length = length.map_or(Some(32), |length| length.parse().ok())?;
            Ipv4Net::new(address, length).ok()
        });
    Some(
        range
            .map(|range| range.trunc())
            .ok_or("is no IPv4 address and no range of them, such as \"203.0.113.0/24\""),
    )
}

fn named(text: &str) -> Result<Target, &'static str> {
    const WRONG: &str = "is no name, such as \"example.com\" or \"*.example.com\": labels of letters, digits, - and _ between dots";
    let (below, name) = match text.strip_prefix("*.") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if text == "*" {
        return Err("is everything: that is the network \"internet\"");
    }
    if name.contains('*') {
        return Err("has a * elsewhere than as its whole first label");
    }
    let name = idna::domain_to_ascii(name).map_err(|_| WRONG)?;
    let name = name.strip_suffix('.').unwrap_or(&name);
    let fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if name.len() > 253 || !name.split('.').all(fits) {
        return Err(WRONG);
    }
    if name == "localhost" || name.ends_with(".localhost") {
        return Err("is the desktop itself, which needs no leave");
    }
    // Names that end with a number are addresses to many programs.
    if name
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(WRONG);
    }
    match (below, name == HOST_NAME) {
        (false, true) => Ok(Target::Host),
        (true, _) => Ok(Target::Below(name.to_owned())),
        (false, false) => Ok(Target::Name(name.to_owned())),
    }
}

impl TryFrom<String> for AllowEntry {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<AllowEntry> for String {
    fn from(entry: AllowEntry) -> Self {
        entry.to_string()
    }
}

impl fmt::Display for AllowEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Host => f.write_str(HOST_NAME)?,
            Target::Name(name) => f.write_str(name)?,
            Target::Below(name) => write!(f, "*.{name}")?,
            Target::Addresses(range) if range.prefix_len() == 32 => write!(f, "{}", range.addr())?,
            Target::Addresses(range) => write!(f, "{range}")?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(text: &str) -> AllowEntry {
        text.parse().unwrap()
    }

    #[test]
    fn every_way_to_write_it_becomes_one() {
        for (text, normal) in [
            ("Example.COM", "example.com"),
            ("example.com.", "example.com"),
            ("*.Example.com:443", "*.example.com:443"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("_dmarc.example.com", "_dmarc.example.com"),
            ("203.0.113.9/24", "203.0.113.0/24"),
            ("198.51.100.7/32:5432", "198.51.100.7:5432"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("HOST.nen:8080", "host.nen:8080"),
        ] {
            assert_eq!(entry(text).to_string(), normal);
        }
        assert_eq!(entry("host.nen").target(), &Target::Host);
    }

    #[test]
    fn what_is_none_is_refused_with_what_would_be_right() {
        for (text, word) in [
            ("", "no name"),
            ("*", "\"internet\""),
            ("a.*.com", "first label"),
            ("*example.com", "first label"),
            ("https://example.com/", "name alone"),
            ("example.com/path", "name alone"),
            ("example.com:0", "65535"),
            ("example.com:+80", "65535"),
            ("example.com:", "65535"),
            ("2001:db8::1", "IPv6"),
            ("[::1]:80", "IPv6"),
            ("10.0.0.0/8", "private"),
            ("192.168.3.4:22", "private"),
            ("169.254.169.254", "private"),
            ("127.0.0.1", "private"),
            ("203.0.113.0/33", "IPv4"),
            ("203.0.113.0/+8", "IPv4"),
            ("203.0.113", "IPv4"),
            ("256.0.0.1", "IPv4"),
            ("localhost", "itself"),
            ("exa mple.com", "no name"),
            ("a..b", "no name"),
            ("example.com\n", "no name"),
        ] {
            let error = text.parse::<AllowEntry>().unwrap_err().to_string();
            assert!(error.contains(word), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_wildcard_is_for_what_is_below_it() {
        let below = entry("*.example.com");
        assert!(below.names("a.example.com") && below.names("b.a.example.com"));
        for other in [
            "example.com",
            "badexample.com",
            ".example.com",
            "example.com.evil.test",
        ] {
            assert!(!below.names(other), "{other}");
        }
        assert!(entry("example.com").names("example.com"));
        assert!(!entry("example.com").names("a.example.com"));
        assert!(!entry("host.nen").names("host.nen"));
    }

    #[test]
    fn what_an_entry_covers() {
        for (wide, narrow) in [
            ("*.example.com", "a.example.com:443"),
            ("*.example.com", "*.a.example.com"),
            ("203.0.113.0/24", "203.0.113.7:443"),
            ("host.nen", "host.nen:80"),
            ("example.com:443", "example.com:443"),
        ] {
            assert!(entry(wide).covers(&entry(narrow)), "{wide} {narrow}");
        }
        for (wide, other) in [
            ("*.example.com", "example.com"),
            ("example.com:443", "example.com"),
            ("203.0.113.0/24", "203.0.112.0/23"),
            ("*.nen", "host.nen"),
            ("0.0.0.0/0", "example.com"),
        ] {
            assert!(!entry(wide).covers(&entry(other)), "{wide} {other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_stays_what_it_became(text in "\\PC{0,40}|[a-zA-Z0-9.*:/-]{0,40}") {
            if let Ok(entry) = text.parse::<AllowEntry>() {
                let normal = entry.to_string();
                prop_assert!(normal.is_ascii());
                prop_assert_eq!(&normal.parse::<AllowEntry>().unwrap(), &entry);
                prop_assert!(entry.covers(&entry));
                if let Target::Addresses(range) = entry.target() {
                    prop_assert!(!CLOSED.iter().any(|closed| closed.contains(range)));
                }
            }
        }

        #[test]
        fn what_covers_an_entry_has_all_its_names(
            wide in "(\\*\\.)?[a-c]{1,2}(\\.[a-c]{1,2}){0,2}(:80)?",
            narrow in "(\\*\\.)?[a-c]{1,2}(\\.[a-c]{1,2}){0,3}(:80)?",
            name in "[a-c]{1,2}(\\.[a-c]{1,2}){0,4}",
        ) {
            let (wide, narrow) = (entry(&wide), entry(&narrow));
            if wide.covers(&narrow) && narrow.names(&name) {
                prop_assert!(wide.names(&name));
            }
        }
    }
}
