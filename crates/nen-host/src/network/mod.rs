//! A network for a sandbox: user-mode NAT by slirp4netns, attached from outside to the namespace of a stage, and rules in
//! front of it that leave public addresses only.
//!
//! Where a policy lists what may be reached, the rules leave only that, and a [`guard`] outside of the sandbox answers its
//! questions for names: it asks for those that are listed, lets their addresses through, and reports what was denied.

mod carrier;
pub(crate) mod doors;
mod guard;
mod guarded;
mod needs;
mod plan;
mod rules;
pub(crate) mod tun;

pub use carrier::{carrier, come_up};
pub use guard::{DOORS, Guard, Orders, guard};
pub use guarded::{
    LOG, PREFIX_CLOSED, PREFIX_UNLISTED, SETS_OF_ADDRESSES, SETS_OF_PORTS, guarded_rules,
};
pub use needs::{device_is_usable, lacks};
pub use plan::{Plan, plan};
pub use rules::{TABLE, own_addresses, rules};

/// The host as slirp4netns shows it, when its loopback is exposed.
pub const HOST: &str = "10.0.2.2";

/// Where slirp4netns answers for the host's resolver.
pub const NAME_SERVER: &str = "10.0.2.3";

/// Where the guard of a sandbox answers for names, inside.
pub const GUARD: &str = "127.0.0.1";

/// The `resolv.conf` of a sandbox whose names are answered at this address.
#[must_use]
pub fn resolv_conf(name_server: &str) -> String {
    format!("nameserver {name_server}\noptions edns0 timeout:3 attempts:2\n")
}
