//! What the HTTP surface asks for.

use std::sync::Arc;
use std::time::Duration;

use nen_agent::Agent;
use nen_objects::Objects;
use nen_protocol::workflow::{NewSecret, Run, RunStatus, WorkspaceSettings};
use nen_store::{Backend, Cancel, Doer, NewWebhook, RunEnd, RunRow, Store, StoreError};
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::desktops::Desktops;
use crate::metrics::RunMetrics;
use crate::payload::Teller;
use crate::sandbox::{Image, Sandboxes};
use crate::seal::SecretKey;
use crate::secrets::{Purpose, WorkspaceSecrets};
use crate::webhooks::{Sender, SenderConfig};
use crate::worker::Active;
use crate::{RunsConfig, RunsError, bundle, link, worker};

/// Workflows and runs of one server or worker. Cheap to clone; all clones are the same but for in whose name they act.
#[derive(Debug, Clone)]
pub struct Runs(pub(crate) Arc<Inner>, Option<Arc<Doer>>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub config: RunsConfig,
    pub store: Store,
    pub desktops: Arc<dyn Desktops>,
    pub key: SecretKey,
    pub secrets: WorkspaceSecrets,
    pub teller: Teller,
    pub metrics: RunMetrics,
    pub agent: Agent,
    pub sandboxes: Sandboxes,
    /// Uploads that are imported at once.
    pub uploads: Semaphore,
    pub webhooks: Sender,
    /// Counts up whenever something about a run has changed in this process.
    pub changed: watch::Sender<u64>,
    /// Rings when a run may have become ready to begin.
    pub queue: Notify,
    /// The runs this process executes.
    pub active: Active,
    /// What looks after all runs.
    pub keepers: TaskTracker,
    /// Runs in execution, and what begins them.
    pub attempts: TaskTracker,
    /// Nothing new is begun, and what runs is ended.
    pub stopping: CancellationToken,
    /// Nothing runs any more.
    pub ended: CancellationToken,
}

/// Uploads that are imported at once; importing is work of the processor.
const UPLOADS: usize = 2;

/// Time for runs to end when the process stops.
const STOP: Duration = Duration::from_secs(20);

impl Runs {
    /// Starts what this process does for workflows and runs: decides about runs that an earlier process left, sends
    /// webhooks that are owed, executes runs when it has slots for them.
    ///
    /// # Errors
    /// When the database or the folder cannot be used.
    pub async fn start(
        config: RunsConfig,
        store: Store,
        key: SecretKey,
        desktops: Arc<dyn Desktops>,
        agent: Agent,
    ) -> Result<Self, RunsError> {
        let sandbox = config.folder.join("sandbox");
        // Sandboxes run as other users when this is root.
        bundle::readable(&sandbox)
            .and_then(|()| bundle::passable(&config.folder.join("runs")))
            .map_err(RunsError::file("make the folders of runs"))?;
        bundle::shut_earlier(&config.folder.join("runs"))
            .map_err(RunsError::file("shut the folders of earlier runs"))?;
        let image = Image::write(&sandbox, &config)
            .map_err(RunsError::file("write the sandbox's files"))?;
        let secrets = WorkspaceSecrets::new(store.clone(), key.clone());
        // On PostgreSQL other servers may be sending what they have claimed.
        if config.sole_worker && store.backend() == Backend::Sqlite {
            store.webhooks().release().await?;
        }
        let metrics = RunMetrics::default();
        let sending = SenderConfig {
            metrics: metrics.webhooks.clone(),
            allow_private: config.allow_private_webhooks,
            delay_factor: config.webhook_delay_factor,
            ..SenderConfig::default()
        };
        let webhooks = Sender::start(store.clone(), Arc::new(secrets.clone()), &sending)
            .map_err(|error| RunsError::Unavailable(error.to_string()))?;
        let inner = Arc::new(Inner {
            sandboxes: Sandboxes::open(image, &config).await,
            teller: Teller {
                key: key.clone(),
                base_url: config.base_url.clone(),
            },
            metrics,
            config,
            store,
            desktops,
            key,
            secrets,
            agent,
            uploads: Semaphore::new(UPLOADS),
            webhooks,
            changed: watch::Sender::new(0),
            queue: Notify::new(),
            active: Active::default(),
            keepers: TaskTracker::new(),
            attempts: TaskTracker::new(),
            stopping: CancellationToken::new(),
            ended: CancellationToken::new(),
        });
        let runs = Self(inner, None);
        worker::start(&runs).await?;
        Ok(runs)
    }

    /// Ends what this process does. Runs that had acted on a desktop are failed, others go back to the queue; webhooks
    /// that are owed are sent by the next process.
    pub async fn stop(&self) {
        self.0.stopping.cancel();
        self.0.attempts.close();
        if tokio::time::timeout(STOP, self.0.attempts.wait())
            .await
            .is_err()
        {
            tracing::warn!("Runs did not end in time");
        }
        // Only now: runs that are being ended still hold their leases.
        self.0.ended.cancel();
        self.0.keepers.close();
        self.0.keepers.wait().await;
        self.0.webhooks.stop().await;
    }

    /// The same in somebody's name: what an auditor wants to know of is written down as theirs, and runs know by which
    /// request they were started.
    #[must_use]
    pub fn by(&self, doer: Doer) -> Self {
        Self(self.0.clone(), Some(Arc::new(doer)))
    }

    /// The database, in whose name this acts.
    pub(crate) fn store(&self) -> Store {
        match &self.1 {
            Some(doer) => self.0.store.by((**doer).clone()),
            None => self.0.store.clone(),
        }
    }

    /// The agent that runs use, for whoever calls it on a desktop directly.
    #[must_use]
    pub fn agent(&self) -> &Agent {
        &self.0.agent
    }

    /// Runs of one workspace that may be in execution at once.
    #[must_use]
    pub fn most_per_workspace(&self) -> u32 {
        self.0.config.per_workspace
    }

    /// Why workflows cannot be executed on this machine, if that is so.
    #[must_use]
    pub fn lacks(&self) -> Option<String> {
        self.0.sandboxes.lacks()
    }

    /// Whether a request's `X-Hmac-Signature` is good.
    ///
    /// # Errors
    /// `BadSignature` when it is not; `Store`.
    pub async fn check_signature(
        &self,
        workspace: &str,
        header: &str,
        body: &[u8],
    ) -> Result<(), RunsError> {
        match self.0.secrets.signed(workspace, header, body).await? {
            true => Ok(()),
            false => Err(RunsError::BadSignature),
        }
    }

    /// A run as it is stored.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn run(&self, workspace: &str, id: &str) -> Result<RunRow, RunsError> {
        let found = self.0.store.runs().get(workspace, id).await?;
        found.ok_or_else(|| RunsError::not_found("run", id))
    }

    /// A stored run as its callers see it, without a live view.
    #[must_use]
    pub fn view(&self, run: &RunRow) -> Run {
        self.0.teller.view(run, self.0.store.now())
    }

    /// Asks for the end of a run.
    ///
    /// # Errors
    /// `NotFound`, `Conflict` when it had ended, `Store`.
    pub async fn cancel(&self, workspace: &str, id: &str) -> Result<RunRow, RunsError> {
        let end = RunEnd::error(
            RunStatus::Cancelled,
            "Cancelled",
            "the run was cancelled before it began",
        );
        let announce = self.announcer()?;
        let done = self
            .store()
            .runs()
            .cancel(workspace, id, &end, announce)
            .await?;
        if let Cancel::Ended(run) = &done {
            self.0.metrics.ended(run);
        }
        self.0.active.cancel(id);
        self.0.webhooks.wake();
        self.tell_change();
        match done {
            Cancel::Ended(run) | Cancel::Asked(run) => Ok(*run),
            Cancel::TooLate(run) => Err(RunsError::Conflict(format!(
                "the run has ended already: it is {}",
                run.status.as_str()
            ))),
            Cancel::Unknown => Err(RunsError::not_found("run", id)),
        }
    }

    /// Where artifacts and screenshots are kept.
    #[must_use]
    pub fn objects(&self) -> &Objects {
        &self.0.config.objects
    }

    /// The name among the objects of a run's `assets.zip`, by what its signed link carries.
    ///
    /// # Errors
    /// `NotFound` for a link that is wrong, `Expired`.
    pub fn assets(
        &self,
        run_id: &str,
        expires: &str,
        signature: &str,
    ) -> Result<String, RunsError> {
        link::check(&self.0.key, run_id, expires, signature, self.0.store.now())?;
        Ok(worker::assets(run_id))
    }

    /// The name among the objects of a screenshot of a run, by its name in a step.
    ///
    /// # Errors
    /// `NotFound` when the name is not one of ours.
    pub fn screenshot(&self, run_id: &str, name: &str) -> Result<String, RunsError> {
        worker::screenshot(run_id, name).ok_or_else(|| RunsError::not_found("screenshot", name))
    }

    /// Sends a webhook of a run again, with the whole schedule before it.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn send_again(&self, run_id: &str, webhook_id: &str) -> Result<(), RunsError> {
        let found = self
            .0
            .store
            .webhooks()
            .send_again(run_id, webhook_id)
            .await?;
        self.0.webhooks.wake();
        self.tell_change();
        match found {
            true => Ok(()),
            false => Err(RunsError::not_found("webhook", webhook_id)),
        }
    }

    /// What may be shown of a workspace's secrets, its budget and its network.
    ///
    /// # Errors
    /// `Store`, `Sealed`.
    pub async fn settings(&self, workspace: &str) -> Result<WorkspaceSettings, RunsError> {
        let secrets = &self.0.secrets;
        Ok(WorkspaceSettings {
            workspace_id: workspace.to_owned(),
            webhook_secret: secrets.hint(workspace, Purpose::Webhook).await?,
            signing_secret: secrets.hint(workspace, Purpose::Signing).await?,
            budget: self.budget(workspace).await?,
            network: self.network(workspace).await?.network,
        })
    }

    /// Makes a new secret.
    ///
    /// # Errors
    /// `Store`, `Sealed`.
    pub async fn rotate(&self, workspace: &str, purpose: Purpose) -> Result<NewSecret, RunsError> {
        let secrets = WorkspaceSecrets::new(self.store(), self.0.key.clone());
        secrets.rotate(workspace, purpose).await
    }

    /// Changes whenever something about a run may have changed in this process: whoever follows a run looks again then,
    /// and now and then besides, for workers elsewhere.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// The secrets of workspaces.
    #[must_use]
    pub fn secrets(&self) -> &WorkspaceSecrets {
        &self.0.secrets
    }

    /// What makes the webhook that a change of a run owes.
    pub(crate) fn announcer(
        &self,
    ) -> Result<impl FnOnce(&RunRow) -> Option<NewWebhook> + '_, StoreError> {
        self.0.teller.announcer(self.0.store.now())
    }

    pub(crate) fn lease_until_ms(&self) -> i64 {
        let lease = i64::try_from(self.0.config.lease.as_millis()).unwrap_or(i64::MAX);
        self.0.store.now_ms().saturating_add(lease)
    }

    pub(crate) fn tell_change(&self) {
        self.0.changed.send_modify(|count| *count += 1);
    }
}
