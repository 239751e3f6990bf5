//! What happens inside a desktop, told to the fleet.

use serde_json::{Value, json};
use tokio::sync::broadcast;

/// Events kept for a listener that is slow; what is older is dropped for it.
const KEPT: usize = 64;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// As in `app.crashed`.
    pub(crate) name: &'static str,
    pub(crate) data: Value,
}

impl Event {
    pub(crate) fn app(name: &'static str, app: &str) -> Self {
        Self {
            name,
            data: json!({"app": app}),
        }
    }

    pub(crate) fn failed(reason: &str) -> Self {
        Self {
            name: "desktop.error",
            data: json!({"error": reason}),
        }
    }
}

/// Where they are told.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Event>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }

    pub(crate) fn publish(&self, event: Event) {
        tracing::info!(event = event.name, data = %event.data, "Desktop event");
        // An error only says that nobody listens.
        let _ = self.0.send(event);
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
