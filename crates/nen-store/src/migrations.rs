use sqlx::{
    AnyPool, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::StoreError;

/// Number, name and text of every migration, oldest first. A published file never changes: its checksum is
/// stored and compared at every start.
const FILES: [(i64, &str, &str); 7] = [
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
];

/// Applies what is missing, each file in its own transaction.
pub(crate) async fn run(pool: &AnyPool) -> Result<(), StoreError> {
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
    match migrator.run(pool).await {
        Ok(()) => Ok(()),
        // PostgreSQL takes a lock; on SQLite two processes that start on a fresh file at the same moment can
        // meet, and the one that came second finds everything done when it looks again.
        Err(_) => Ok(migrator.run(pool).await?),
    }
}
