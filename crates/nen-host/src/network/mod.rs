//! A network for a sandbox: user-mode NAT by slirp4netns, attached from outside to the namespace of a stage, and rules in
//! front of it that leave public addresses only.

mod carrier;
mod needs;
mod rules;
pub(crate) mod tun;

pub use carrier::{carrier, come_up};
pub use needs::{device_is_usable, lacks};
pub use rules::{own_addresses, rules};

/// The host as slirp4netns shows it, when its loopback is exposed.
pub const HOST: &str = "10.0.2.2";

/// Where slirp4netns answers for the host's resolver.
pub const NAME_SERVER: &str = "10.0.2.3";
