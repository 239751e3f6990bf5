use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AllowList;

/// What a desktop may reach. Private and reserved addresses, the host and IPv6 never are, but for the host's exposed ports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NetworkPolicy {
    /// Public addresses.
    #[default]
    Internet,
    /// Nothing.
    None,
    /// What is listed, and nothing else.
    Allow(AllowList),
}

impl NetworkPolicy {
    /// What of another policy goes beyond this one, in words for whoever asked for it. None: nothing does.
    #[must_use]
    pub fn beyond(&self, wanted: &Self) -> Option<String> {
        match (self, wanted) {
            (Self::Internet, _) | (_, Self::None) => None,
            (Self::None, Self::Internet | Self::Allow(_)) => {
                Some("this workspace's network is \"none\"".to_owned())
            }
            (Self::Allow(_), Self::Internet) => Some(
                "this workspace may reach what its network settings list, not all of the internet: leave network out, or \
                 list a part of that"
                    .to_owned(),
            ),
            (Self::Allow(widest), Self::Allow(list)) => widest.beyond(list).map(|entry| {
                format!("this workspace's network settings do not allow {entry}: every entry must be covered by one of theirs")
            }),
        }
    }
}

impl std::fmt::Display for NetworkPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Internet => f.write_str("internet"),
            Self::None => f.write_str("none"),
            Self::Allow(list) => list.fmt(f),
        }
    }
}

/// What the desktops and workflows of a workspace may reach at most, and what desktops get that ask for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkspaceNetwork {
    /// The widest policy.
    pub network: NetworkPolicy,
}

/// Body of `PUT /settings/network`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetWorkspaceNetwork {
    /// The widest policy; null, or nothing, is `internet`.
    #[serde(default)]
    pub network: Option<NetworkPolicy>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> NetworkPolicy {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn it_is_a_word_or_a_list() {
        assert_eq!(policy("\"none\""), NetworkPolicy::None);
        let list = policy(r#"{"allow": ["Example.com", "203.0.113.7/24:80"]}"#);
        assert_eq!(
            serde_json::to_string(&list).unwrap(),
            r#"{"allow":["example.com","203.0.113.0/24:80"]}"#
        );
        assert_eq!(list.to_string(), "example.com, 203.0.113.0/24:80");
        for wrong in [
            "\"wifi\"",
            "{}",
            r#"{"allow": []}"#,
            r#"{"allow": ["10.0.0.1"]}"#,
        ] {
            assert!(
                serde_json::from_str::<NetworkPolicy>(wrong).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn nobody_gets_more_than_the_widest() {
        let (all, none) = (NetworkPolicy::Internet, NetworkPolicy::None);
        let wide = policy(r#"{"allow": ["*.example.com", "203.0.113.0/24"]}"#);
        let part = policy(r#"{"allow": ["a.example.com:443"]}"#);
        let more = policy(r#"{"allow": ["a.example.com", "example.com"]}"#);
        for (widest, wanted) in [
            (&all, &more),
            (&wide, &part),
            (&wide, &none),
            (&wide, &wide),
            (&none, &none),
        ] {
            assert_eq!(widest.beyond(wanted), None);
        }
        assert!(wide.beyond(&more).unwrap().contains("allow example.com:"));
        assert!(wide.beyond(&all).unwrap().contains("leave network out"));
        assert!(none.beyond(&part).unwrap().contains("\"none\""));
    }
}
