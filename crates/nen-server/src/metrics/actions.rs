//! Actions on desktops, whoever asked for them.

use nen_protocol::phases::{Phase, Phases};
use nen_protocol::tool_log::{ActionRecord, Status};
use nen_protocol::tools;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// From a click to a long wait. Seconds.
const LATENCY: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
];
/// A screen that is still takes 80 ms; 2 s are waited for at most unless a caller wants otherwise. Seconds.
const SETTLE: [f64; 12] = [
    0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0,
];

/// Stands for every name that is not one of ours: a controller can say anything.
const OTHER: &str = "other";

/// The names of all actions by those of their tools.
static NAMES: LazyLock<BTreeMap<&str, Vec<String>>> = LazyLock::new(|| {
    let of_tool = |name: &&'static str| {
        let schema = tools::schema(name).ok()?;
        let actions = schema.parameters["properties"]["action"]["enum"].as_array()?;
        let actions = actions.iter().filter_map(|action| action.as_str());
        Some((*name, actions.map(str::to_owned).collect()))
    };
    tools::NAMES.iter().filter_map(of_tool).collect()
});

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByAction {
    tool: &'static str,
    action: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByEnd {
    tool: &'static str,
    action: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByKind {
    kind: &'static str,
}

/// Why a call was not done, or not to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActionError {
    /// It could not be understood, or asked for what is not there.
    Refused,
    /// The desktop could not do it.
    Failed,
    /// A person holds the desktop.
    Held,
    /// No answer came in time.
    Timeout,
    /// The desktop's controller was not reached.
    Unreachable,
    /// The caller went away.
    Abandoned,
}

impl ActionError {
    const ALL: [Self; 6] = [
        Self::Refused,
        Self::Failed,
        Self::Held,
        Self::Timeout,
        Self::Unreachable,
        Self::Abandoned,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Abandoned => "abandoned",
        }
    }
}

/// What was done on desktops. Cheap to clone; all clones count together.
#[derive(Debug, Clone)]
pub(crate) struct ActionMetrics {
    actions: Family<ByEnd, Counter>,
    latencies: Family<ByAction, Histogram>,
    settles: Histogram,
    errors: Family<ByKind, Counter>,
}

impl Default for ActionMetrics {
    fn default() -> Self {
        let errors = Family::<ByKind, Counter>::default();
        for error in ActionError::ALL {
            let kind = error.as_str();
            let _ = errors.get_or_create(&ByKind { kind });
        }
        Self {
            actions: Family::default(),
            latencies: Family::new_with_constructor(|| Histogram::new(LATENCY)),
            settles: Histogram::new(SETTLE),
            errors,
        }
    }
}

impl ActionMetrics {
    /// Actions of one call, as its controller says.
    pub(crate) fn done(&self, records: &[ActionRecord]) {
        for record in records {
            let (tool, action) = known(&record.tool, &record.action);
            let status = match record.status {
                Status::Ok => "ok",
                Status::Error => "error",
                Status::Skipped => "skipped",
            };
            let by = ByEnd {
                tool,
                action,
                status,
            };
            self.actions.get_or_create(&by).inc();
            // Of a secret it is 0, and what was refused took no time.
            if record.status == Status::Ok && record.duration_ms > 0.0 {
                let latencies = self.latencies.get_or_create(&ByAction { tool, action });
                latencies.observe(record.duration_ms / 1000.0);
            }
        }
    }

    /// Where the time of one call went.
    pub(crate) fn took(&self, phases: &Phases) {
        if let Some(settled) = phases.of(Phase::Settle) {
            self.settles.observe(settled.as_secs_f64());
        }
    }

    pub(crate) fn failed(&self, error: ActionError) {
        let kind = error.as_str();
        self.errors.get_or_create(&ByKind { kind }).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "actions",
            "Actions on desktops by how they ended: ok, error, skipped (one before it in the batch had failed)",
            self.actions.clone(),
        );
        registry.register(
            "action_seconds",
            "Time that an action took by itself, without settling and picture; secrets are left out",
            self.latencies.clone(),
        );
        registry.register(
            "settle_seconds",
            "Time that calls waited for the screen to settle",
            self.settles.clone(),
        );
        registry.register(
            "action_errors",
            "Calls that were not done, or not to their end: refused (not understood), failed (by the desktop), held (by a person), timeout, unreachable (no controller), abandoned (by the caller)",
            self.errors.clone(),
        );
    }
}

/// The names as we know them.
fn known(tool: &str, action: &str) -> (&'static str, &'static str) {
    let found = NAMES.get_key_value(tool).and_then(|(tool, actions)| {
        let action = actions.iter().find(|known| *known == action)?;
        Some((*tool, action.as_str()))
    });
    found.unwrap_or((OTHER, OTHER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_have_their_names_and_nothing_else_has_one() {
        for (tool, action) in [
            ("computer", "left_click"),
            ("computer", "type"),
            ("bash", "run"),
            ("clipboard", "set"),
            ("windows", "launch"),
        ] {
            assert_eq!(known(tool, action), (tool, action));
        }
        for (tool, action) in [("computer", "run"), ("bash", "x\"} 1"), ("", "")] {
            assert_eq!(known(tool, action), (OTHER, OTHER));
        }
        let many: usize = NAMES.values().map(Vec::len).sum();
        assert!((20..60).contains(&many), "{many} actions");
    }
}
