//! Desktops on this machine: each one a process tree in namespaces of its own.

mod config;
pub mod stage;

pub use config::LocalConfig;
pub use stage::StageError;

use crate::{Adopted, BoxFuture, Check, DesktopSpec, Driver, DriverError, Instance};

/// Runs desktops on this machine with bubblewrap.
#[derive(Debug)]
pub struct LocalDriver;

#[expect(unused_variables, reason = "signatures first")]
impl LocalDriver {
    /// Prepares the data folder (and takes its lock, so that no two servers share it).
    ///
    /// # Errors
    /// When the folder cannot be made, is in use by another server, or cannot be reached by the
    /// unprivileged users that desktops run as.
    pub fn new(config: LocalConfig) -> Result<Self, DriverError> {
        Ok(Self)
    }

    /// The checks of [`Driver::preflight`] without taking the data folder, for `nen doctor`.
    pub async fn checks(config: &LocalConfig) -> Vec<Check> {
        Vec::new()
    }
}

impl Driver for LocalDriver {
    fn name(&self) -> &'static str {
        "local"
    }
    fn preflight(&self) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(async { Vec::new() })
    }
    fn known(&self) -> BoxFuture<'_, Result<Vec<String>, DriverError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn start<'a>(&'a self, _: &'a DesktopSpec) -> BoxFuture<'a, Result<Instance, DriverError>> {
        Box::pin(async { Err(DriverError::Gone) })
    }
    fn adopt<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Adopted> {
        Box::pin(async { Adopted::Stopped })
    }
    fn pause<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async { Err(DriverError::Gone) })
    }
    fn resume<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool, DriverError>> {
        Box::pin(async { Err(DriverError::Gone) })
    }
    fn stop<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async { Err(DriverError::Gone) })
    }
    fn destroy<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), DriverError>> {
        Box::pin(async { Err(DriverError::Gone) })
    }
}
