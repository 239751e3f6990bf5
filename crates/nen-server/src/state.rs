//! What every handler can reach.

use crate::audit_keeper;
use crate::auth::KeyCache;
use crate::config::ServerConfig;
use crate::door::{Door, TlsError};
use crate::failed_sign_ins::FailedSignIns;
use crate::gate::Gate;
use crate::history::History;
use crate::metrics::Metrics;
use crate::readiness::Readiness;
use crate::tool_log::{HUMAN, ToolLogWriter};
use crate::viewer::connected::Connected;
use nen_fleet::{Fleet, FleetError};
use nen_mcp::HttpDoor;
use nen_runs::Runs;
use nen_store::{Store, StoreError, random_base62, sha256_hex};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Name of the setting that holds the secret which viewer tokens are signed with.
const VIEWER_SECRET: &str = "viewer_token_secret";

/// The server's state. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    config: ServerConfig,
    store: Store,
    fleet: Fleet,
    runs: Runs,
    keys: KeyCache,
    gate: Gate,
    door: Arc<Door>,
    tool_log: ToolLogWriter,
    history: History,
    viewers: Connected,
    viewer_secret: String,
    /// Of this database's own: browsers keep one set of cookies for all ports of a host.
    cookie_name: String,
    mcp: HttpDoor,
    metrics: Metrics,
    readiness: Readiness,
    failed_sign_ins: FailedSignIns,
    stopping: CancellationToken,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// Why the server's state could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    /// A desktop that a person held could not be held again.
    #[error("cannot take up the desktops people held: {0}")]
    Fleet(#[from] FleetError),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl AppState {
    /// Makes the state. `tool_log` is the one that `runs` writes to as well (see [`crate::FleetDesktops`]), `history` the
    /// one that `tool_log` was started with.
    ///
    /// # Errors
    /// When the database fails, or the certificate cannot be used.
    pub async fn start(
        config: ServerConfig,
        store: Store,
        fleet: Fleet,
        tool_log: ToolLogWriter,
        history: History,
        runs: Runs,
    ) -> Result<Self, StateError> {
        let door = Arc::new(Door::new(config.door.clone())?);
        let freed = store.idempotency().release_unfinished().await?;
        if freed > 0 {
            tracing::info!(
                freed,
                "Requests that an earlier server did not end may be made again"
            );
        }
        let fresh = random_base62(43)?;
        let viewer_secret = store
            .settings()
            .get_or_insert(None, VIEWER_SECRET, &fresh)
            .await?;
        hold_again(&store, &fleet).await?;
        let stopping = CancellationToken::new();
        let (kept, until) = (config.audit_kept, stopping.clone());
        tokio::spawn(audit_keeper::run(store.clone(), kept, until));
        let gate = Gate::new(&config.gate);
        let metrics = Metrics::new(&fleet, &runs, &tool_log, &door, &gate);
        Ok(Self(Arc::new(Inner {
            gate,
            door,
            metrics,
            readiness: Readiness::default(),
            failed_sign_ins: FailedSignIns::default(),
            config,
            store,
            fleet,
            runs,
            keys: KeyCache::default(),
            tool_log,
            history,
            viewers: Connected::default(),
            cookie_name: format!("nen_{}", &sha256_hex(&viewer_secret)[..8]),
            viewer_secret,
            mcp: HttpDoor::new(),
            stopping,
        })))
    }

    pub(crate) fn config(&self) -> &ServerConfig {
        &self.0.config
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn fleet(&self) -> &Fleet {
        &self.0.fleet
    }

    pub(crate) fn runs(&self) -> &Runs {
        &self.0.runs
    }

    pub(crate) fn keys(&self) -> &KeyCache {
        &self.0.keys
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    pub(crate) fn door(&self) -> &Arc<Door> {
        &self.0.door
    }

    pub(crate) fn tool_log(&self) -> &ToolLogWriter {
        &self.0.tool_log
    }

    pub(crate) fn history(&self) -> &History {
        &self.0.history
    }

    pub(crate) fn viewers(&self) -> &Connected {
        &self.0.viewers
    }

    pub(crate) fn viewer_secret(&self) -> &[u8] {
        self.0.viewer_secret.as_bytes()
    }

    /// Name of the cookie of signed-in browsers.
    pub(crate) fn cookie_name(&self) -> &str {
        &self.0.cookie_name
    }

    pub(crate) fn mcp(&self) -> &HttpDoor {
        &self.0.mcp
    }

    /// What is counted.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    pub(crate) fn failed_sign_ins(&self) -> &FailedSignIns {
        &self.0.failed_sign_ins
    }

    /// Cancelled when the server stops: streams without an end of their own end then.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }
}

/// The fleet forgets with its process who held a desktop; the sessions do not.
async fn hold_again(store: &Store, fleet: &Fleet) -> Result<(), StateError> {
    for desktop in store.desktops().list_all().await? {
        let session = store.sessions().get(&desktop.id).await?;
        if let Some(session) = session.filter(|session| session.takeover) {
            let by = session.held_by.as_deref().unwrap_or(HUMAN);
            match fleet.hold(&desktop.workspace_id, &desktop.id, true, by) {
                Ok(()) | Err(FleetError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}
