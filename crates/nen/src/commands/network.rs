//! `--network` and `--allow`: what may be reached, as commands take it.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

/// What may be reached. The server checks the entries: it knows what they may be.
#[derive(Clone, Debug, Default, Args)]
pub struct NetworkArgs {
    /// What can be reached
    #[arg(long, value_enum)]
    network: Option<Network>,
    /// Only this can be reached: example.com, *.example.com, 203.0.113.0/24, host.nen, each also with :PORT; repeat or
    /// separate by comma
    #[arg(
        long,
        value_name = "PLACE",
        value_delimiter = ',',
        conflicts_with = "network"
    )]
    allow: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Network {
    /// The internet, but nothing private
    Internet,
    /// Nothing
    None,
}

impl NetworkArgs {
    /// On the wire. None: nothing was said.
    pub fn wire(&self) -> Option<Value> {
        if !self.allow.is_empty() {
            return Some(json!({"allow": self.allow}));
        }
        self.network.map(|network| match network {
            Network::Internet => "internet".into(),
            Network::None => "none".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_or_a_list_goes_over_the_wire() {
        assert_eq!(NetworkArgs::default().wire(), None);
        let none = NetworkArgs {
            network: Some(Network::None),
            allow: vec![],
        };
        assert_eq!(none.wire(), Some(json!("none")));
        let list = NetworkArgs {
            network: None,
            allow: vec!["example.com".into(), "203.0.113.7:443".into()],
        };
        assert_eq!(
            list.wire(),
            Some(json!({"allow": ["example.com", "203.0.113.7:443"]}))
        );
    }
}
