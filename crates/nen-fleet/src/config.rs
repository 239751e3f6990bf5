//! What an operator can set about the fleet as a whole.

use std::time::Duration;

/// Limits and times that hold for every desktop of a server, whatever driver runs it.
#[derive(Debug, Clone)]
pub struct FleetConfig {
    /// Desktops that may exist on this server at once; one more is [`FleetError::Capacity`](crate::FleetError).
    pub max_desktops: usize,
    /// Desktops that may exist in one workspace at once; one more is [`FleetError::Quota`](crate::FleetError).
    pub max_desktops_per_workspace: usize,
    /// Starts that may go on at the same time; more wait their turn. Starting is CPU-bound.
    pub max_concurrent_starts: usize,
    /// Desktops of the usual shape that are kept started for whoever comes next. They count towards `max_desktops`, and
    /// make room when a desktop with an owner needs it. None unless asked for.
    pub warm_pool: usize,
    /// What a refused caller is told to wait before it tries again.
    pub retry_after: Duration,
}

impl Default for FleetConfig {
    fn default() -> Self {
        Self {
            max_desktops: 32,
            max_desktops_per_workspace: 16,
            max_concurrent_starts: std::thread::available_parallelism().map_or(2, usize::from),
            warm_pool: 0,
            retry_after: Duration::from_secs(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_kept_only_when_asked_for() {
        assert_eq!(FleetConfig::default().warm_pool, 0);
    }
}
