//! What the fleet counts for whoever watches over a server. To count costs an atomic or two.

use std::time::Duration;

use nen_store::Provisioning;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::Fleet;
use crate::FleetError;

/// From a claim of the warm pool to a start on a machine that is busy. Seconds.
const CREATION: [f64; 13] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct By {
    provisioning: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Because {
    reason: &'static str,
}

/// The fleet's counters.
#[derive(Debug)]
pub(super) struct FleetMetrics {
    creations: Family<By, Histogram>,
    failures: Family<Because, Counter>,
    crashes: Counter,
}

impl Default for FleetMetrics {
    fn default() -> Self {
        let metrics = Self {
            creations: Family::new_with_constructor(|| Histogram::new(CREATION)),
            failures: Family::default(),
            crashes: Counter::default(),
        };
        // What has not happened yet counts as 0, so that the first time is seen as a change.
        for provisioning in [Provisioning::Warm, Provisioning::Cold] {
            let provisioning = provisioning.as_str();
            let _ = metrics.creations.get_or_create(&By { provisioning });
        }
        for reason in ["quota", "capacity", "start", "internal"] {
            let _ = metrics.failures.get_or_create(&Because { reason });
        }
        metrics
    }
}

impl FleetMetrics {
    pub(super) fn created(&self, provisioning: Provisioning, took: Duration) {
        let provisioning = provisioning.as_str();
        let creations = self.creations.get_or_create(&By { provisioning });
        creations.observe(took.as_secs_f64());
    }

    /// A creation failed. What the caller got wrong is no failure of ours.
    pub(super) fn not_created(&self, error: &FleetError) {
        let reason = match error {
            FleetError::Invalid(_) | FleetError::NotAllowed(_) => return,
            FleetError::Quota { .. } => "quota",
            FleetError::Capacity { .. } => "capacity",
            FleetError::Failed(_) | FleetError::TooSlow(_) => "start",
            FleetError::NotFound
            | FleetError::Held
            | FleetError::NotRunning(_)
            | FleetError::Store(_)
            | FleetError::Internal(_) => "internal",
        };
        self.failures.get_or_create(&Because { reason }).inc();
    }

    /// A desktop ended that nobody had ended.
    pub(super) fn crashed(&self) {
        self.crashes.inc();
    }
}

impl Fleet {
    /// Adds what the fleet counts to what is shown of the server. Names begin behind the registry's prefix.
    pub fn register_metrics(&self, registry: &mut Registry) {
        let metrics = &self.0.metrics;
        registry.register(
            "desktop_creation_seconds",
            "Time from the request for a desktop until it took tool calls, of those that were created",
            metrics.creations.clone(),
        );
        registry.register(
            "desktop_creation_failures",
            "Creations that failed: a workspace's limit (quota), no room (capacity), a start that failed (start), the server itself (internal)",
            metrics.failures.clone(),
        );
        registry.register(
            "desktop_crashes",
            "Desktops that ended without anybody having ended them",
            metrics.crashes.clone(),
        );
    }
}
