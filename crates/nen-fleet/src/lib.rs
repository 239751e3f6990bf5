//! Desktops as a resource.
//!
//! A [`Fleet`] owns every desktop of one server: it creates, finds, pauses, resumes and deletes
//! them, keeps to quotas, idle times and hard limits, and passes HTTP requests to the controller
//! inside a desktop. Where a desktop runs is the business of a [`Driver`]; nothing above that
//! trait knows. [`local`] runs desktops on this machine, in namespaces of our own; [`container`] in
//! those of a container engine.

mod call;
mod config;
pub mod container;
mod desktop;
mod driver;
mod error;
mod event;
mod fleet;
pub mod local;
mod machine;
mod policy;

pub use call::{Call, ReplyBody, RfbStream};
pub use config::FleetConfig;
pub use driver::{
    Adopted, BoxFuture, BoxReader, BoxStream, Check, DesktopSpec, Dial, Driver, DriverError,
    Instance, Known, Stream,
};
pub use error::FleetError;
pub use event::{Event, FleetEvent, Subscription, kind};
pub use fleet::{Fleet, FleetLimits, PoolCounts};
pub use nen_host::Usage;
pub use nen_protocol::desktop::{CreateDesktop, Desktop, DesktopStatus, OnIdle, Provisioning};
