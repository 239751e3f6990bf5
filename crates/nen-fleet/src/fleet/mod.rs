//! The fleet itself.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Body;
use nen_store::Store;

use crate::{Call, CreateDesktop, Desktop, Driver, FleetConfig, FleetError, ReplyBody, RfbStream, Subscription};

/// Marks a desktop as in use while it lives.
#[derive(Debug)]
pub(crate) struct InUse;

/// Every desktop of this server. Cheap to clone; all clones are the same fleet.
#[derive(Debug, Clone)]
pub struct Fleet;

#[expect(unused_variables, clippy::unused_async, reason = "signatures first")]
impl Fleet {
    /// Takes over what an earlier server left (adopts what runs and answers, cleans up the rest and
    /// marks it `error`), then watches idle times and limits until [`Fleet::stop`].
    ///
    /// # Errors
    /// When the database cannot be read, or the driver cannot say what is there.
    pub async fn start(config: FleetConfig, store: Store, driver: Arc<dyn Driver>) -> Result<Self, FleetError> {
        Err(FleetError::Internal("not yet".to_owned()))
    }

    /// Creates a desktop and returns once it answers tool calls. Goes on to its end when the caller
    /// gives up; the desktop is then found by [`Fleet::list`].
    ///
    /// # Errors
    /// `Invalid`, `Quota`, `Capacity`, `Failed` (did not start; nothing is left), `Store`.
    pub async fn create(&self, workspace: &str, create: CreateDesktop) -> Result<Desktop, FleetError> {
        Err(FleetError::Internal("not yet".to_owned()))
    }

    /// The workspace's desktops that are not deleted, oldest first, with all of the given labels.
    ///
    /// # Errors
    /// None so far.
    pub async fn list(
        &self,
        workspace: &str,
        metadata: &BTreeMap<String, String>,
    ) -> Result<Vec<Desktop>, FleetError> {
        Err(FleetError::NotFound)
    }

    /// One desktop; a deleted one for 24 h after.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn get(&self, workspace: &str, id: &str) -> Result<Desktop, FleetError> {
        Err(FleetError::NotFound)
    }

    /// Gives a desktop another name.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn rename(&self, workspace: &str, id: &str, name: &str) -> Result<Desktop, FleetError> {
        Err(FleetError::NotFound)
    }

    /// Ends a desktop and removes it with its drive; both are gone on return.
    ///
    /// # Errors
    /// `NotFound`, `Failed` (something could not be removed), `Store`.
    pub async fn delete(&self, workspace: &str, id: &str) -> Result<Desktop, FleetError> {
        Err(FleetError::NotFound)
    }

    /// Stops a desktop's programs where they are. Fine when it is paused already.
    ///
    /// # Errors
    /// `NotFound`, `NotRunning`, `Failed`, `Store`.
    pub async fn pause(&self, workspace: &str, id: &str) -> Result<Desktop, FleetError> {
        Err(FleetError::NotFound)
    }

    /// Lets a paused desktop go on; one whose programs have ended (server stop, `error`) is started
    /// again from its kept home and drive. Fine when it runs already.
    ///
    /// # Errors
    /// `NotFound`, `Failed`, `Store`.
    pub async fn resume(&self, workspace: &str, id: &str) -> Result<Desktop, FleetError> {
        Err(FleetError::NotFound)
    }

    /// Passes a request to the desktop's controller. Of the request only method, path with query,
    /// body and the headers that mean something to a controller go in; keys never do.
    /// The reply's body is not buffered: hand it on with `axum::body::Body::new`.
    ///
    /// # Errors
    /// `NotFound`, `Held`, `NotRunning`, `Failed`, `TooSlow`.
    pub async fn send<B>(
        &self,
        workspace: &str,
        id: &str,
        request: Request<B>,
        call: Call,
    ) -> Result<Response<ReplyBody>, FleetError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Err(FleetError::NotFound)
    }

    /// Opens the screen's RFB stream. A paused desktop is resumed.
    ///
    /// # Errors
    /// `NotFound`, `Failed`, `TooSlow`.
    pub async fn rfb(&self, workspace: &str, id: &str) -> Result<RfbStream, FleetError> {
        Err(FleetError::NotFound)
    }

    /// What happens to a desktop, beginning with the last few events.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn events(&self, workspace: &str, id: &str) -> Result<Subscription, FleetError> {
        Err(FleetError::NotFound)
    }

    /// Adds an event of the caller's making to a desktop's stream; nothing happens for an unknown id.
    pub fn publish(&self, id: &str, kind: &str, data: serde_json::Value) {}

    /// A person takes the desktop (`true`) or hands it back (`false`). While held, calls that act
    /// are refused. Not remembered beyond the server process.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn hold(&self, workspace: &str, id: &str, held: bool) -> Result<(), FleetError> {
        Err(FleetError::NotFound)
    }

    /// Counts of desktops by status over all workspaces, for metrics.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        BTreeMap::new()
    }

    /// Ends every desktop's programs for the server's end. Running desktops become `paused` and are
    /// started again from their kept home and drive by the next action; nothing keeps running.
    pub async fn stop(&self) {}
}
