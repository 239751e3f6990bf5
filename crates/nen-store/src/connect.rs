use std::{
    fs::{self, OpenOptions, Permissions},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sqlx::{AnyConnection, AnyPool, Connection, Executor, any::AnyPoolOptions};

use crate::{StoreError, store::Backend};

/// SQLite lets one connection write at a time; readers never wait for it in WAL mode.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 10;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// Run on every SQLite connection. `synchronous=FULL`: with NORMAL a WAL commit is not fsynced, so a power
/// cut could take back what a client was already told. `busy_timeout` is for other processes on the file;
/// inside this one, writers queue for the single write connection.
const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

/// How long to wait for one's turn at a fresh file, and between tries.
const TURN: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_millis(20);

/// The connections of a store: on PostgreSQL both are the same pool.
pub(crate) struct Pools {
    pub backend: Backend,
    pub read: AnyPool,
    pub write: AnyPool,
}

/// Which database a URL names.
pub(crate) fn backend(url: &str) -> Result<Backend, StoreError> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Backend::Postgres);
    }
    if url.starts_with("sqlite:") {
        return Ok(Backend::Sqlite);
    }
    Err(StoreError::Url(
        "it must start with sqlite: (a file) or postgres://".into(),
    ))
}

/// A single connection to what is there already; none for a SQLite file that is missing or empty.
pub(crate) async fn one(url: &str) -> Result<Option<AnyConnection>, StoreError> {
    sqlx::any::install_default_drivers();
    if backend(url)? == Backend::Postgres {
        return Ok(Some(AnyConnection::connect(url).await?));
    }
    let file = file_of(url)?;
    match fs::metadata(&file) {
        Ok(found) if found.len() > 0 => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::File { path: file, source }),
    }
    let mut connection = AnyConnection::connect(&sqlite_url(&file)?).await?;
    connection.execute("PRAGMA busy_timeout = 10000").await?;
    Ok(Some(connection))
}

/// Opens the pools for `sqlite:PATH`, `sqlite://PATH` or `postgres://…`.
pub(crate) async fn connect(url: &str) -> Result<Pools, StoreError> {
    sqlx::any::install_default_drivers();
    if backend(url)? == Backend::Postgres {
        try_once(url, "SELECT 1").await?;
        let pool = pool(POSTGRES_CONNECTIONS).connect(url).await?;
        return Ok(Pools {
            backend: Backend::Postgres,
            read: pool.clone(),
            write: pool,
        });
    }
    let file = file_of(url)?;
    create_private(&file)?;
    let url = sqlite_url(&file)?;
    // Two that turn the same fresh file to WAL refuse each other at once, whatever the busy timeout.
    let deadline = std::time::Instant::now() + TURN;
    while let Err(error) = try_once(&url, SQLITE_PRAGMAS).await {
        if !is_locked(&error) || std::time::Instant::now() >= deadline {
            return Err(error);
        }
        tokio::time::sleep(RETRY).await;
    }
    Ok(Pools {
        backend: Backend::Sqlite,
        write: sqlite_pool(1).connect(&url).await?,
        read: sqlite_pool(SQLITE_READERS).connect(&url).await?,
    })
}

/// Whether another has the file for itself just now (SQLITE_BUSY).
fn is_locked(error: &StoreError) -> bool {
    match error {
        StoreError::Database(sqlx::Error::Database(error)) => error.code().as_deref() == Some("5"),
        _ => false,
    }
}

/// A pool tries again until its time is up and then only says so; a single connection says what is wrong.
async fn try_once(url: &str, sql: &'static str) -> Result<(), StoreError> {
    let mut connection = AnyConnection::connect(url).await?;
    connection.execute(sql).await?;
    Ok(connection.close().await?)
}

fn pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
}

fn sqlite_pool(connections: u32) -> AnyPoolOptions {
    pool(connections)
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(SQLITE_PRAGMAS).await.map(|_| ()) })
        })
        // SQLite ends a transaction by itself when the disk is full, and the connection then believes for ever that it is in
        // one. Another takes its place.
        .before_acquire(|connection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        })
}

/// The file that a `sqlite:` URL names.
pub(crate) fn file_of(url: &str) -> Result<PathBuf, StoreError> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    sqlite_file(path.strip_prefix("//").unwrap_or(path))
}

fn sqlite_file(text: &str) -> Result<PathBuf, StoreError> {
    if text.contains('?') {
        return Err(StoreError::Url(
            "sqlite: takes a file path only, without ? parameters".into(),
        ));
    }
    let path = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| StoreError::Url("the sqlite path must be UTF-8".into()))?;
    if path.is_empty() || path == ":memory:" {
        return Err(StoreError::Url(
            "sqlite: needs a file, such as sqlite:/var/lib/nen/nen.db".into(),
        ));
    }
    let path = PathBuf::from(path.as_ref());
    std::path::absolute(&path).map_err(|source| StoreError::File { path, source })
}

/// The file is made here, before SQLite would make it readable for everybody; its -wal and -shm copy the mode.
fn create_private(file: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::File {
        path: file.to_owned(),
        source,
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(file)
        .map_err(failed)?;
    fs::set_permissions(file, Permissions::from_mode(0o600)).map_err(failed)
}

/// The same for a file that must not be there yet.
pub(crate) fn create_new_private(file: &Path) -> Result<(), StoreError> {
    let made = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(file);
    made.map(|_| ()).map_err(|source| StoreError::File {
        path: file.to_owned(),
        source,
    })
}

fn sqlite_url(file: &Path) -> Result<String, StoreError> {
    let text = file
        .to_str()
        .ok_or_else(|| StoreError::Url("the sqlite path must be UTF-8".into()))?;
    // Encoding `/` as well keeps the URL parser from tidying the path.
    Ok(format!(
        "sqlite:{}",
        utf8_percent_encode(text, NON_ALPHANUMERIC)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_paths_survive_the_url() {
        let url = sqlite_url(Path::new("/tmp/a b/x?#%.db")).unwrap();
        assert_eq!(url, "sqlite:%2Ftmp%2Fa%20b%2Fx%3F%23%25%2Edb");
    }

    #[tokio::test]
    async fn sqlite_connections_are_durable() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nen.db");
        let pools = connect(&format!("sqlite://{}", file.display()))
            .await
            .unwrap();
        for pool in [&pools.read, &pools.write] {
            let ask = async |sql: &'static str| {
                let found = sqlx::query(sql).fetch_one(pool).await.unwrap();
                sqlx::Row::get::<i64, _>(&found, 0)
            };
            assert_eq!(ask("PRAGMA synchronous").await, 2, "FULL");
            assert_eq!(ask("PRAGMA foreign_keys").await, 1);
            assert_eq!(ask("PRAGMA busy_timeout").await, 10_000);
            let mode = sqlx::query("PRAGMA journal_mode").fetch_one(pool).await;
            assert_eq!(sqlx::Row::get::<String, _>(&mode.unwrap(), 0), "wal");
        }
    }

    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_by_itself_is_no_ones_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nen.db");
        let pools = connect(&format!("sqlite://{}", file.display()))
            .await
            .unwrap();
        for _ in 0..3 {
            let mut tx = pools.write.begin_with("BEGIN IMMEDIATE").await.unwrap();
            // As it does when the disk is full.
            tx.execute("ROLLBACK").await.unwrap();
            assert!(tx.commit().await.is_err());
        }
        let mut tx = pools.write.begin_with("BEGIN IMMEDIATE").await.unwrap();
        tx.execute("CREATE TABLE kept (n BIGINT)").await.unwrap();
        tx.commit().await.unwrap();
    }

    #[test]
    fn memory_and_parameters_are_refused() {
        assert!(sqlite_file(":memory:").is_err());
        assert!(sqlite_file("").is_err());
        assert!(sqlite_file("/x.db?mode=ro").is_err());
    }
}
