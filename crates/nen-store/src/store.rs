use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

use sqlx::{Any, AnyPool, Transaction};
use tokio::sync::Notify;

use crate::{
    Audit, Clock, Desktops, Doer, IdempotencyTable, Keys, ModelCalls, RunRecords, Runs, Sessions,
    Settings, SignIns, StoreError, ToolLog, Usage, Webhooks, Workflows, Workspaces,
    connect::{self, Pools},
    migrations,
};

/// Which database is behind the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A SQLite file of this machine.
    Sqlite,
    /// A PostgreSQL server, possibly shared with other `nen serve`.
    Postgres,
}

/// The open database. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    /// In whose name this one writes.
    doer: Option<Arc<Doer>>,
}

struct Inner {
    pools: Pools,
    clock: Clock,
    /// Rings when an idempotent request of this process ended.
    request_ended: Notify,
    /// What this process is called among those on the database.
    process: OnceLock<String>,
    /// The last number given to a run.
    last_number: AtomicI64,
}

/// The connections of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// That somebody works with now.
    pub used: u64,
    /// That wait for somebody.
    pub idle: u64,
    /// That there may be.
    pub most: u64,
}

/// What [`Store::forget_old`] removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Ids of desktops whose `deleted` row ran out.
    pub desktops: Vec<String>,
    /// Number of expired live-view sessions.
    pub sessions: u64,
    /// Number of answers older than 24 h.
    pub idempotency: u64,
    /// Number of model calls older than [`MODEL_CALLS_KEPT_MS`](crate::MODEL_CALLS_KEPT_MS).
    pub model_calls: u64,
}

impl Store {
    /// Opens `sqlite:PATH` (made with mode 0600 when missing) or `postgres://…` and brings its schema up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with_clock(url, Clock::system()).await
    }

    /// [`Store::open`] with another source of time, for tests of expiry.
    pub async fn open_with_clock(url: &str, clock: Clock) -> Result<Self, StoreError> {
        let pools = connect::connect(url).await?;
        migrations::run(&pools).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                pools,
                clock,
                request_ended: Notify::new(),
                process: OnceLock::new(),
                last_number: AtomicI64::new(0),
            }),
            doer: None,
        })
    }

    /// The database behind the store.
    pub fn backend(&self) -> Backend {
        self.inner.pools.backend
    }

    /// Fails when the database does not answer (for `/health`).
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").fetch_one(self.read()).await?;
        Ok(())
    }

    /// The connections of each pool, by its name. Names: `read` and `write`; on PostgreSQL `all`.
    pub fn connections(&self) -> Vec<(&'static str, Connections)> {
        let of = |pool: &AnyPool| {
            let (open, idle) = (u64::from(pool.size()), pool.num_idle());
            let idle = u64::try_from(idle).unwrap_or(u64::MAX).min(open);
            Connections {
                used: open - idle,
                idle,
                most: u64::from(pool.options().get_max_connections()),
            }
        };
        let pools = &self.inner.pools;
        match pools.backend {
            Backend::Sqlite => vec![("read", of(&pools.read)), ("write", of(&pools.write))],
            Backend::Postgres => vec![("all", of(&pools.read))],
        }
    }

    /// Waits for running statements and closes every connection; a SQLite log is folded into its file.
    pub async fn close(&self) {
        self.inner.pools.read.close().await;
        self.inner.pools.write.close().await;
    }

    /// Removes what has passed its time: deleted desktops with their tool logs, expired sessions, old
    /// idempotent answers and model calls. To be called now and then.
    pub async fn forget_old(&self) -> Result<Forgotten, StoreError> {
        Ok(Forgotten {
            desktops: self.desktops().forget_deleted().await?,
            sessions: self.sessions().delete_expired().await?,
            idempotency: self.idempotency().delete_expired().await?,
            model_calls: self.model_calls().forget_old().await?,
        })
    }

    /// The same database in somebody's name: what is done by it that an auditor wants to know of is written down in the
    /// same transaction.
    #[must_use]
    pub fn by(&self, doer: Doer) -> Self {
        Self {
            inner: self.inner.clone(),
            doer: Some(Arc::new(doer)),
        }
    }

    /// Who that is.
    pub fn doer(&self) -> Option<&Doer> {
        self.doer.as_deref()
    }

    /// Who did what.
    pub fn audit(&self) -> Audit<'_> {
        Audit { store: self }
    }

    /// Workspaces.
    pub fn workspaces(&self) -> Workspaces<'_> {
        Workspaces { store: self }
    }

    /// API keys.
    pub fn keys(&self) -> Keys<'_> {
        Keys { store: self }
    }

    /// Desktops.
    pub fn desktops(&self) -> Desktops<'_> {
        Desktops { store: self }
    }

    /// What tools did on desktops.
    pub fn tool_log(&self) -> ToolLog<'_> {
        ToolLog { store: self }
    }

    /// Live-view sessions.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions { store: self }
    }

    /// Answers kept for `Idempotency-Key`.
    pub fn idempotency(&self) -> IdempotencyTable<'_> {
        IdempotencyTable { store: self }
    }

    /// Small named values of the server or of a workspace.
    pub fn settings(&self) -> Settings<'_> {
        Settings { store: self }
    }

    /// Workflows and their versions.
    pub fn workflows(&self) -> Workflows<'_> {
        Workflows { store: self }
    }

    /// Runs of workflows.
    pub fn runs(&self) -> Runs<'_> {
        Runs { store: self }
    }

    /// What runs said and did.
    pub fn run_records(&self) -> RunRecords<'_> {
        RunRecords { store: self }
    }

    /// Webhooks that are owed, and those that were.
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks { store: self }
    }

    /// Model calls that were paid for.
    pub fn model_calls(&self) -> ModelCalls<'_> {
        ModelCalls { store: self }
    }

    /// Browsers that are signed in, and links that sign one in.
    pub fn sign_ins(&self) -> SignIns<'_> {
        SignIns { store: self }
    }

    /// What workspaces used, by day.
    pub fn usage(&self) -> Usage<'_> {
        Usage { store: self }
    }

    /// Unix seconds by the store's clock.
    pub fn now(&self) -> i64 {
        self.inner.clock.now()
    }

    /// Unix milliseconds by the store's clock.
    pub fn now_ms(&self) -> i64 {
        self.inner.clock.now_ms()
    }

    /// Says what this process is called: the same after it was killed and started again, and no other's on this database.
    /// To be called once, before anything is asked.
    pub fn call_process(&self, name: &str) {
        // A second name would be of the same process.
        let _ = self.inner.process.set(name.to_owned());
    }

    pub(crate) fn process(&self) -> &str {
        self.inner.process.get().map_or("", String::as_str)
    }

    pub(crate) fn read(&self) -> &AnyPool {
        &self.inner.pools.read
    }

    /// Every write goes through here, single statements too: only an explicit COMMIT reports that it failed
    /// when a statement with RETURNING was not read to its end. SQLite must take its write lock at once, as a
    /// transaction that begins reading cannot wait for it later.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let begin = match self.backend() {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN",
        };
        Ok(self.inner.pools.write.begin_with(begin).await?)
    }

    /// Grows with time, and within this process with every call: microseconds, as long as nobody asks faster.
    pub(crate) fn next_number(&self) -> i64 {
        let now = self.now_ms().saturating_mul(1000);
        let next = |last: i64| Some(now.max(last + 1));
        let last = self
            .inner
            .last_number
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        now.max(last.map_or(now, |last| last + 1))
    }

    pub(crate) fn request_ended(&self) -> &Notify {
        &self.inner.request_ended
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("backend", &self.backend())
            .finish_non_exhaustive()
    }
}
