//! A desktop of this server as the vision agent sees it.

use crate::run_desktops::FleetDesktops;
use futures_util::future::BoxFuture;
use nen_agent::{Screen, ScreenError};
use nen_protocol::Size;
use nen_protocol::execute::{ExecuteBody, ExecuteReply};
use nen_runs::{Desktops, screen_error};

/// Somebody's desktop, and in whose name the agent acts on it.
#[derive(Debug)]
pub(crate) struct AgentScreen {
    pub(crate) desktops: FleetDesktops,
    pub(crate) workspace: String,
    pub(crate) desktop_id: String,
    pub(crate) actor: String,
    pub(crate) size: Size,
}

impl Screen for AgentScreen {
    fn size(&self) -> Size {
        self.size
    }

    fn act(&self, body: ExecuteBody) -> BoxFuture<'_, Result<ExecuteReply, ScreenError>> {
        let done = self
            .desktops
            .execute(&self.workspace, &self.desktop_id, &self.actor, body);
        Box::pin(async move { done.await.map_err(screen_error) })
    }
}
