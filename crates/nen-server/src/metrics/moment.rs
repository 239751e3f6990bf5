//! How things stand at this moment.

use super::sample::{counters, gauge, gauges};
use crate::rfb_filter::Role;
use crate::state::AppState;
use nen_protocol::workflow::RunStatus;
use nen_store::{DesktopStatus, Owed, Store, StoreError};
use prometheus_client::registry::Registry;
use std::time::{Duration, Instant};

/// A database that takes longer than this to say what waits is left out.
const PATIENCE: Duration = Duration::from_secs(5);

/// Every state that a run can be in.
const RUNS: [RunStatus; 6] = [
    RunStatus::Queued,
    RunStatus::Running,
    RunStatus::Completed,
    RunStatus::Failed,
    RunStatus::Timeout,
    RunStatus::Cancelled,
];

/// What the database knows.
struct Waiting {
    runs: Vec<(RunStatus, i64)>,
    oldest_run_ms: Option<i64>,
    webhooks: Owed,
    asked: Duration,
}

/// Adds what is so now.
pub(super) async fn of(state: &AppState, mut registry: Registry) -> Registry {
    desktops(state, &mut registry).await;
    live_views(state, &mut registry);
    let store = state.store();
    connections(store, &mut registry);
    let waiting = match tokio::time::timeout(PATIENCE, ask(store)).await {
        Ok(Ok(waiting)) => Some(waiting),
        Ok(Err(error)) => {
            tracing::warn!(%error, "The database does not say what waits");
            None
        }
        Err(_) => {
            tracing::warn!("The database does not say in time what waits");
            None
        }
    };
    gauge(
        &mut registry,
        "database_up",
        "Whether the database answered just now; if not, what it knows is left out",
        f64::from(u8::from(waiting.is_some())),
    );
    if let Some(waiting) = waiting {
        queues(&waiting, store.now_ms(), &mut registry);
    }
    registry
}

async fn desktops(state: &AppState, registry: &mut Registry) {
    let fleet = state.fleet();
    let (counts, limits) = (fleet.counts(), fleet.limits());
    let statuses = [
        DesktopStatus::Creating,
        DesktopStatus::Running,
        DesktopStatus::Paused,
        DesktopStatus::Error,
    ];
    gauges(
        registry,
        "desktops",
        "Desktops that belong to somebody, by status",
        statuses.map(|status| {
            let status = status.as_str();
            let many = counts.get(status).copied().unwrap_or_default();
            ([("status", status.to_owned())], number(many))
        }),
    );
    gauge(
        registry,
        "desktops_max",
        "Desktops that this server may have, the warm pool among them",
        number(limits.desktops),
    );
    gauge(
        registry,
        "warm_pool_wanted",
        "Desktops that are to be kept warm",
        number(limits.warm),
    );
    gauge(
        registry,
        "warm_pool_ready",
        "Desktops that are warm and wait for whoever creates one",
        number(fleet.pool_counts().waiting),
    );
    let usage = fleet.usage().await;
    let label = |id: &String| [("desktop", id.clone())];
    gauges(
        registry,
        "desktop_memory_bytes",
        "Memory that a desktop takes, caches of its files among it",
        usage
            .iter()
            .map(|(id, usage)| (label(id), precise(usage.memory_bytes))),
    );
    counters(
        registry,
        "desktop_cpu_seconds",
        "Processor time that a desktop has used since its programs were started",
        usage
            .iter()
            .map(|(id, usage)| (label(id), usage.cpu_seconds)),
    );
}

fn live_views(state: &AppState, registry: &mut Registry) {
    let roles = state.viewers().all_roles();
    let of = |name: &str, role: Role| {
        let many = roles.iter().filter(|found| **found == role).count();
        ([("role", name.to_owned())], number(many))
    };
    gauges(
        registry,
        "live_views",
        "People who see a desktop's screen now: by a link that only shows it (view), or one that lets them act (interactive)",
        [of("view", Role::View), of("interactive", Role::Interactive)],
    );
}

fn connections(store: &Store, registry: &mut Registry) {
    let pools = store.connections();
    let label = |pool: &str, state: &str| [("pool", pool.to_owned()), ("state", state.to_owned())];
    gauges(
        registry,
        "database_connections",
        "Connections to the database that are open, used by somebody or idle",
        pools.iter().flat_map(|(pool, connections)| {
            [
                (label(pool, "used"), precise(connections.used)),
                (label(pool, "idle"), precise(connections.idle)),
            ]
        }),
    );
    gauges(
        registry,
        "database_connections_max",
        "Connections to the database that there may be; who needs another one waits",
        pools
            .iter()
            .map(|(pool, connections)| ([("pool", (*pool).to_owned())], precise(connections.most))),
    );
}

async fn ask(store: &Store) -> Result<Waiting, StoreError> {
    let begun = Instant::now();
    store.ping().await?;
    let asked = begun.elapsed();
    Ok(Waiting {
        runs: store.runs().counts().await?,
        oldest_run_ms: store.runs().oldest_queued_ms().await?,
        webhooks: store.webhooks().owed().await?,
        asked,
    })
}

fn queues(waiting: &Waiting, now_ms: i64, registry: &mut Registry) {
    let age = |since_ms: Option<i64>| {
        let ms = since_ms.map_or(0, |since| now_ms.saturating_sub(since));
        Duration::from_millis(u64::try_from(ms).unwrap_or_default()).as_secs_f64()
    };
    gauge(
        registry,
        "database_answer_seconds",
        "Time that the database took to answer the simplest question just now, a wait for a connection among it",
        waiting.asked.as_secs_f64(),
    );
    gauges(
        registry,
        "runs",
        "Runs that are kept, by status: queued ones wait, running ones are executed, others have ended",
        RUNS.map(|status| {
            let found = waiting.runs.iter().find(|(found, _)| *found == status);
            let many = found.map_or(0, |(_, many)| *many);
            ([("status", status.as_str().to_owned())], whole(many))
        }),
    );
    gauge(
        registry,
        "run_queue_oldest_seconds",
        "How long the oldest run has waited that is not begun; 0 when none waits",
        age(waiting.oldest_run_ms),
    );
    gauge(
        registry,
        "webhooks_owed",
        "Webhooks that are neither delivered nor given up",
        whole(waiting.webhooks.webhooks),
    );
    gauge(
        registry,
        "webhook_oldest_owed_seconds",
        "How long the oldest of them has been owed; grows while its receiver fails",
        age(waiting.webhooks.oldest_ms),
    );
    gauge(
        registry,
        "webhook_overdue_seconds",
        "How long the next attempt has been due; grows when attempts are not made in time",
        age(waiting.webhooks.due_ms),
    );
}

fn number(many: usize) -> f64 {
    precise(u64::try_from(many).unwrap_or(u64::MAX))
}

fn whole(many: i64) -> f64 {
    precise(u64::try_from(many).unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn precise(many: u64) -> f64 {
    many as f64
}
