use std::sync::{Arc, OnceLock};

use crate::config::Config;

/// The tools that a desktop offers. Settled once: at its start, or when a desktop that was started for nobody is claimed.
/// Until then it offers none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offer(Arc<OnceLock<Vec<String>>>);

impl Offer {
    pub(crate) fn new(config: &Config) -> Self {
        match config.unclaimed {
            true => Self::default(),
            false => Self(Arc::new(OnceLock::from(config.tools.clone()))),
        }
    }

    pub(crate) fn tools(&self) -> &[String] {
        self.0.get().map_or(&[], Vec::as_slice)
    }

    /// `false`, and no change: it was settled before.
    pub(crate) fn settle(&self, tools: Vec<String>) -> bool {
        self.0.set(tools).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_settled_once() {
        let started = Offer::new(&Config::default());
        assert_eq!(started.tools(), ["computer"]);
        assert!(!started.settle(vec!["bash".into()]));
        let waiting = Offer::new(&Config {
            unclaimed: true,
            ..Config::default()
        });
        assert_eq!(waiting.tools(), [""; 0]);
        assert!(waiting.settle(vec!["bash".into()]));
        assert!(!waiting.settle(vec!["windows".into()]));
        assert_eq!(waiting.tools(), ["bash"]);
    }
}
