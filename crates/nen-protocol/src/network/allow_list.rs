use std::fmt;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AllowEntry, Target};
use crate::Invalid;

/// Most entries of an allow-list.
const MOST: usize = 100;

/// What a desktop may reach, entry by entry: `example.com` (this name), `*.example.com` (every name below it),
/// `203.0.113.7`, `203.0.113.0/24`, `host.nen` (exposed ports of the host), each with `:port` for this port of TCP and UDP
/// only. Private and reserved addresses stay closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<String>")]
#[schema(value_type = Vec<String>, min_items = 1, max_items = 100, example = json!(["example.com", "*.example.com:443", "203.0.113.0/24"]))]
pub struct AllowList(Vec<AllowEntry>);

/// Ports that a name may be reached at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// Every one.
    All,
    /// These; none when the name is not allowed.
    Only(Vec<u16>),
}

impl AllowList {
    /// A list of these; the same entry twice counts once.
    ///
    /// # Errors
    /// When there is none or there are more than 100.
    pub fn new(entries: impl IntoIterator<Item = AllowEntry>) -> Result<Self, Invalid> {
        let mut list: Vec<AllowEntry> = Vec::new();
        for entry in entries {
            if !list.contains(&entry) {
                list.push(entry);
            }
        }
        match list.len() {
            0 => Err(Invalid::new(
                "nothing is allowed: that is the network \"none\"",
            )),
            1..=MOST => Ok(Self(list)),
            many => Err(Invalid(format!("{many} entries: {MOST} are the most"))),
        }
    }

    /// Its entries.
    #[must_use]
    pub fn entries(&self) -> &[AllowEntry] {
        &self.0
    }

    /// At which ports a name, in lower case and without a dot at its end, may be reached.
    #[must_use]
    pub fn ports_of(&self, name: &str) -> Ports {
        let mut only = Vec::new();
        for entry in self.0.iter().filter(|entry| entry.names(name)) {
            match entry.port() {
                None => return Ports::All,
                Some(port) => only.push(port),
            }
        }
        Ports::Only(only)
    }

    /// The addresses that are allowed as such, each range with its port or for all.
    pub fn addresses(&self) -> impl Iterator<Item = (Ipv4Net, Option<u16>)> {
        self.0.iter().filter_map(|entry| match entry.target() {
            Target::Addresses(range) => Some((*range, entry.port())),
            _ => None,
        })
    }

    /// Those of the host's exposed ports that may be reached.
    #[must_use]
    pub fn of_host(&self, exposed: &[u16]) -> Vec<u16> {
        let allowed = |port: &&u16| {
            self.0.iter().any(|entry| {
                *entry.target() == Target::Host && entry.port().is_none_or(|own| own == **port)
            })
        };
        exposed.iter().filter(allowed).copied().collect()
    }

    /// The first entry of another list that no entry of this one covers.
    #[must_use]
    pub fn beyond<'a>(&self, other: &'a Self) -> Option<&'a AllowEntry> {
        let covered = |entry: &AllowEntry| self.0.iter().any(|own| own.covers(entry));
        other.0.iter().find(|entry| !covered(entry))
    }
}

impl TryFrom<Vec<String>> for AllowList {
    type Error = Invalid;

    fn try_from(texts: Vec<String>) -> Result<Self, Invalid> {
        if texts.len() > MOST {
            return Err(Invalid(format!(
                "{} entries: {MOST} are the most",
                texts.len()
            )));
        }
        let entries: Result<Vec<AllowEntry>, Invalid> =
            texts.iter().map(|text| text.parse()).collect();
        Self::new(entries?)
    }
}

impl fmt::Display for AllowList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, entry) in self.0.iter().enumerate() {
            write!(f, "{}{entry}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(texts: &[&str]) -> AllowList {
        let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
        texts.try_into().unwrap()
    }

    #[test]
    fn ports_of_all_entries_for_a_name_come_together() {
        let list = list(&["a.test:80", "*.test:443", "b.test", "b.test:1", "A.test:80"]);
        assert_eq!(list.entries().len(), 4);
        assert_eq!(list.ports_of("a.test"), Ports::Only(vec![80, 443]));
        assert_eq!(list.ports_of("b.test"), Ports::All);
        assert_eq!(list.ports_of("test"), Ports::Only(vec![]));
    }

    #[test]
    fn exposed_ports_are_reached_only_when_the_host_is_listed() {
        assert_eq!(list(&["host.nen:80", "a.test:90"]).of_host(&[80, 90]), [80]);
        assert_eq!(list(&["host.nen"]).of_host(&[80, 90]), [80, 90]);
        assert!(list(&["a.test"]).of_host(&[80]).is_empty());
    }

    #[test]
    fn it_has_a_bound_and_is_not_empty() {
        assert!(AllowList::try_from(vec![]).unwrap_err().0.contains("none"));
        let many = vec!["a.test".to_owned(); 101];
        assert!(AllowList::try_from(many).unwrap_err().0.contains("100"));
    }
}
