//! Objects in a folder and on a real S3-compatible server: the same of both, and what only one that is elsewhere does.

#![allow(
    clippy::unwrap_used,
    reason = "functions beside the tests are part of them"
)]

mod both;
mod elsewhere;

use std::net::SocketAddr;

use nen_object_server::ObjectServer;
use nen_objects::{Objects, Place};

/// What a client sees at an address, with some of its settings changed.
fn objects(at: SocketAddr, place: &str, changed: &[(&str, &str)]) -> Objects {
    let usual = ObjectServer::environment(at);
    let usual = usual.map(|(name, value)| (name.to_owned(), value));
    let changed = changed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let settings: Vec<(String, String)> = usual.into_iter().chain(changed).collect();
    Objects::open(&place.parse::<Place>().unwrap(), &settings).unwrap()
}
