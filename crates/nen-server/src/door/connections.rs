//! Counting connections.

use super::DoorConfig;
use super::client_address::{ClientAddress, is_trusted, plain};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many connections there are, and from where.
#[derive(Debug)]
pub(super) struct Connections {
    config: DoorConfig,
    open: Mutex<Open>,
    now: Gauge,
    refused: Counter,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One connection's place; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    connections: Arc<Connections>,
    /// None: of a trusted proxy.
    address: Option<IpAddr>,
}

impl Connections {
    pub(super) fn new(config: DoorConfig) -> Arc<Self> {
        Arc::new(Self {
            config,
            open: Mutex::default(),
            now: Gauge::default(),
            refused: Counter::default(),
        })
    }

    pub(super) fn register_metrics(&self, registry: &mut Registry) {
        registry.register("connections", "Connections that are open", self.now.clone());
        registry.register(
            "connections_refused",
            "Connections that were closed at once: too many, of all or of one address",
            self.refused.clone(),
        );
    }

    /// A place for a connection from this address, if there is one.
    pub(super) fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let peer = plain(peer);
        let counted = !is_trusted(peer, &self.config.trusted_proxies);
        let peer = ClientAddress(peer).counted();
        let mut open = self.lock();
        let of_address = open.by_address.get(&peer).copied().unwrap_or(0);
        if open.all >= self.config.max_connections
            || (counted && of_address >= self.config.max_connections_per_address)
        {
            self.refused.inc();
            return None;
        }
        open.all += 1;
        self.now.inc();
        if counted {
            open.by_address.insert(peer, of_address + 1);
        }
        Some(Place {
            connections: Arc::clone(self),
            address: counted.then_some(peer),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        open.all = open.all.saturating_sub(1);
        self.connections.now.dec();
        if let Some(address) = self.address
            && let Some(count) = open.by_address.get_mut(&address)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_alone_takes_all_places_and_places_come_back() {
        let connections = Connections::new(DoorConfig {
            max_connections: 4,
            max_connections_per_address: 2,
            trusted_proxies: vec!["10.0.0.1/32".parse().unwrap()],
            tls: None,
        });
        let enter = |address: &str| connections.enter(address.parse().unwrap());
        let first = enter("192.0.2.1").unwrap();
        let _second = enter("192.0.2.1").unwrap();
        assert!(enter("192.0.2.1").is_none(), "two are the most");
        assert!(enter("::ffff:192.0.2.1").is_none(), "in whatever clothes");
        drop(first);
        let _again = enter("192.0.2.1").unwrap();
        let (_a, _b) = (enter("10.0.0.1").unwrap(), enter("10.0.0.1").unwrap());
        assert!(enter("192.0.2.9").is_none(), "four are the most of all");
    }
}
