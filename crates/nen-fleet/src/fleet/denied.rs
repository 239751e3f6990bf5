//! What a desktop tried and was denied, passed on to those who watch it.

use std::sync::Arc;

use nen_protocol::network::Denied;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use super::live::Live;
use crate::{BoxReader, kind};

/// Longest line of a report; a name has 253 characters at most.
const LONGEST: u64 = 2048;

/// Publishes what is reported, until nobody reports any more.
pub(super) async fn follow(live: Arc<Live>, reports: BoxReader) {
    let mut reports = BufReader::new(reports);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = (&mut reports).take(LONGEST);
        if !matches!(bounded.read_until(b'\n', &mut line).await, Ok(1..)) {
            return;
        }
        // A server that was killed may have read the half of a line: the other half is nothing.
        let Ok(denied) = serde_json::from_slice::<Denied>(&line) else {
            continue;
        };
        tracing::debug!(
            desktop = live.id,
            name = denied.name,
            address = denied.address.map(tracing::field::display),
            port = denied.port,
            protocol = denied.protocol,
            count = denied.count,
            "Denied by the network policy"
        );
        live.publish(
            kind::DENIED,
            serde_json::to_value(&denied).unwrap_or_default(),
        );
    }
}
