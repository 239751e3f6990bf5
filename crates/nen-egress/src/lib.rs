//! The guard of one sandbox's network, a process outside of it: `nen egress ORDERS DESCRIPTOR…`.
//!
//! It answers the sandbox's questions for names and is the only one that does: names that its orders list are asked for at
//! the host's own resolvers, all others do not exist. Before it answers with an address, it lets that address through the
//! sandbox's rules, for a time. What the rules refuse, the kernel reports to it, and all that was denied it reports to the
//! server, in lines of JSON, at a bounded rate.
//!
//! **What comes from the sandbox is hostile.** Deciding is done by pure functions over bytes ([`decide`], [`judge`]); how
//! much is asked, remembered and reported is bounded. The process has the sandbox's user and nothing to start programs with.

mod answer;
mod book;
mod bucket;
mod guard;
mod netlink;
mod question;
mod refusals;
mod reply;
mod reports;
mod run;
mod serve;
mod sets;
mod tally;
mod upstream;

pub use question::{Decision, Question, decide};
pub use reply::{Verdict, judge};
pub use run::{EgressError, run};
