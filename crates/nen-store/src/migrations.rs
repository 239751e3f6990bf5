use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::{StoreError, connect::Pools, store::Backend};

/// Number, name and text of every migration, oldest first. A published file never changes: its checksum is
/// stored and compared at every start.
const FILES: [(i64, &str, &str); 18] = [
    (
        1,
        "workspaces",
        include_str!("../migrations/0001_workspaces.sql"),
    ),
    (2, "keys", include_str!("../migrations/0002_keys.sql")),
    (
        3,
        "desktops",
        include_str!("../migrations/0003_desktops.sql"),
    ),
    (
        4,
        "tool_log",
        include_str!("../migrations/0004_tool_log.sql"),
    ),
    (
        5,
        "sessions",
        include_str!("../migrations/0005_sessions.sql"),
    ),
    (
        6,
        "idempotency",
        include_str!("../migrations/0006_idempotency.sql"),
    ),
    (
        7,
        "settings",
        include_str!("../migrations/0007_settings.sql"),
    ),
    (
        8,
        "desktop_provisioning",
        include_str!("../migrations/0008_desktop_provisioning.sql"),
    ),
    (
        9,
        "workflows",
        include_str!("../migrations/0009_workflows.sql"),
    ),
    (10, "runs", include_str!("../migrations/0010_runs.sql")),
    (
        11,
        "webhooks",
        include_str!("../migrations/0011_webhooks.sql"),
    ),
    (
        12,
        "model_calls",
        include_str!("../migrations/0012_model_calls.sql"),
    ),
    (
        13,
        "workflow_network",
        include_str!("../migrations/0013_workflow_network.sql"),
    ),
    (
        14,
        "sign_ins",
        include_str!("../migrations/0014_sign_ins.sql"),
    ),
    (
        15,
        "pictures",
        include_str!("../migrations/0015_pictures.sql"),
    ),
    (16, "usage", include_str!("../migrations/0016_usage.sql")),
    (
        17,
        "held_by",
        include_str!("../migrations/0017_held_by.sql"),
    ),
    (18, "audit", include_str!("../migrations/0018_audit.sql")),
];

/// Number of the last one.
pub(crate) fn newest() -> i64 {
    FILES.iter().map(|(number, ..)| *number).max().unwrap_or(0)
}

/// Applies what is missing. Servers that start at once on a fresh database take turns: sqlx holds a lock of
/// PostgreSQL meanwhile, and on SQLite, where it has none, everything happens in one write transaction.
pub(crate) async fn run(pools: &Pools) -> Result<(), StoreError> {
    let files = FILES.map(|(number, name, sql)| {
        Migration::new(
            number,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    let migrator = Migrator::with_migrations(files.into());
    match pools.backend {
        Backend::Postgres => migrator.run(&pools.write).await?,
        Backend::Sqlite => {
            let mut tx = pools.write.begin_with("BEGIN IMMEDIATE").await?;
            // `run` wants a generic connection and then cannot be awaited on another thread; it ends here too.
            migrator.run_direct(None, &mut *tx, false).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
