//! Webhooks on their way: signed, sent in order, tried again.
//!
//! What a change of a run owes is stored in the transaction of that change ([`nen_store::Runs`]); a [`Sender`] takes it
//! from there. Each webhook arrives at least once, with the same `webhook-id` whenever it comes again: it is noted as
//! delivered only after the receiver has answered.
//!
//! ```text
//! store ──claim──→ dispatcher ──→ queue ──→ attempt (sign, post, schedule) ──→ recorder ──→ store
//! ```

mod addresses;
mod answer;
mod attempt;
mod connection_error;
mod delivery;
mod dispatcher;
mod queue;
mod recorder;
mod resolver;
mod schedule;
mod sender;
mod sign;
mod target;

pub use delivery::DeliveryError;
pub use sender::{Secrets, SecretsError, Sender, SenderConfig};
pub use sign::{SignError, sign};
pub use target::{TargetError, check_url};
