//! Counting what was refused.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    reason: &'static str,
}

/// Why a request was refused before it was looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reason {
    /// Too many with one key.
    Key,
    /// Too many from one address without a good key.
    Address,
    /// From an address that is locked out.
    LockedOut,
}

impl Reason {
    const ALL: [Self; 3] = [Self::Key, Self::Address, Self::LockedOut];

    fn label(self) -> ByReason {
        let reason = match self {
            Self::Key => "key",
            Self::Address => "address",
            Self::LockedOut => "locked_out",
        };
        ByReason { reason }
    }
}

/// Requests that were refused for how often their callers come, and addresses that were locked out.
#[derive(Debug, Default)]
pub(super) struct Refused {
    requests: Family<ByReason, Counter>,
    lock_outs: Counter,
}

impl Refused {
    pub(super) fn request(&self, reason: Reason) {
        self.requests.get_or_create(&reason.label()).inc();
    }

    pub(super) fn lock_out(&self) {
        self.lock_outs.inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        // There from the start, so that the first refusal is seen as a change.
        for reason in Reason::ALL {
            drop(self.requests.get_or_create(&reason.label()));
        }
        registry.register(
            "requests_refused",
            "Requests answered with 429: too many with a key, too many from an address without one, an address locked out",
            self.requests.clone(),
        );
        registry.register(
            "lock_outs",
            "How often an address was locked out for wrong keys",
            self.lock_outs.clone(),
        );
    }
}
