//! Looking at a database, and copying it, without changing it: no schema is brought up to date here.

use std::path::{Path, PathBuf};

use sqlx::{AnyConnection, Connection, Executor, Row};

use crate::{StoreError, connect, migrations, store::Backend};

/// What a database holds, as far as its schema goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Which database it is.
    pub backend: Backend,
    /// Number of the last migration it has; none while it is empty or not there.
    pub schema: Option<i64>,
}

impl Inspection {
    /// Whether this build can open it: a newer one's schema it must not touch.
    pub fn is_readable(&self) -> bool {
        self.schema.is_none_or(|schema| schema <= newest_schema())
    }
}

/// The schema that this build brings a database to.
pub fn newest_schema() -> i64 {
    migrations::newest()
}

/// Asks a database for its schema. A SQLite file that is not there is not made.
///
/// # Errors
/// When the URL cannot be understood, or what it names is no database or does not answer.
pub async fn inspect(url: &str) -> Result<Inspection, StoreError> {
    let Some(mut connection) = connect::one(url).await? else {
        return Ok(Inspection {
            backend: Backend::Sqlite,
            schema: None,
        });
    };
    let schema = schema_of(&mut connection).await?;
    connection.close().await?;
    let backend = connect::backend(url)?;
    Ok(Inspection { backend, schema })
}

/// Copies a SQLite database, as it is at one moment, into a new file that only its owner may read; writers go on
/// meanwhile. Answers the copy's schema.
///
/// # Errors
/// When there is no such database, or the file exists or cannot be written.
pub async fn copy_sqlite(url: &str, file: &Path) -> Result<i64, StoreError> {
    let missing = || StoreError::Missing {
        what: "database",
        id: url.to_owned(),
    };
    let mut connection = connect::one(url).await?.ok_or_else(missing)?;
    connect::create_new_private(file)?;
    let text = file
        .to_str()
        .ok_or_else(|| StoreError::Url("the path of the copy must be UTF-8".into()))?;
    sqlx::query("VACUUM INTO $1")
        .bind(text)
        .execute(&mut connection)
        .await?;
    let schema = schema_of(&mut connection).await?;
    connection.close().await?;
    schema.ok_or_else(missing)
}

async fn schema_of(connection: &mut AnyConnection) -> Result<Option<i64>, StoreError> {
    // Of all tables the one that is there before any other. Asking for it fails on a file that is no database.
    let tables = match connection.backend_name() {
        "SQLite" => {
            "SELECT CAST(COUNT(*) AS BIGINT) FROM sqlite_master WHERE name = '_sqlx_migrations'"
        }
        _ => {
            "SELECT COUNT(*) FROM pg_tables WHERE tablename = '_sqlx_migrations' AND schemaname = ANY(current_schemas(false))"
        }
    };
    let there: i64 = connection.fetch_one(tables).await?.try_get(0)?;
    if there == 0 {
        return Ok(None);
    }
    let newest = "SELECT MAX(version) FROM _sqlx_migrations";
    Ok(connection.fetch_one(newest).await?.try_get(0)?)
}

/// Ids of the desktops that are somebody's: neither deleted nor still being created.
///
/// # Errors
/// When there is no such database, or it has no desktops yet because nobody ever opened it.
pub async fn kept_desktops(url: &str) -> Result<Vec<String>, StoreError> {
    let missing = || StoreError::Missing {
        what: "database",
        id: url.to_owned(),
    };
    let mut connection = connect::one(url).await?.ok_or_else(missing)?;
    let sql = "SELECT id FROM desktops WHERE status NOT IN ('deleted', 'creating') ORDER BY id";
    let found = connection.fetch_all(sql).await?;
    connection.close().await?;
    found
        .iter()
        .map(|row| Ok(row.try_get::<String, _>(0)?))
        .collect()
}

/// The file that a `sqlite:` URL names; none for PostgreSQL.
///
/// # Errors
/// When the URL cannot be understood.
pub fn sqlite_path(url: &str) -> Result<Option<PathBuf>, StoreError> {
    match connect::backend(url)? {
        Backend::Sqlite => connect::file_of(url).map(Some),
        Backend::Postgres => Ok(None),
    }
}
