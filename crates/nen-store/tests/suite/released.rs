//! Databases of earlier versions, as text in `tests/released`, come forward with everything that is in them.
//!
//! A released schema gets a file of its own there: its tables as they were made then and rows in each, and its migrations
//! get their lines in `checksums.txt`. What a migration changes on purpose in rows that were there is told here.

use nen_protocol::workflow::Network;
use nen_store::{
    DesktopStatus, Provisioning, Scope, Store, StoreError, VersionRow, inspect, newest_schema,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};

use super::{Db, add_desktop, add_workflow};

const CHECKSUMS: &str = include_str!("../released/checksums.txt");
const SCHEMA_8: &str = include_str!("../released/0008.sql");
const SCHEMA_13: &str = include_str!("../released/0013.sql");
const SCHEMA_17: &str = include_str!("../released/0017.sql");

pub async fn schema_8_comes_forward(db: Db) {
    let store = comes_forward(&db, 8, SCHEMA_8).await;
    desktops_are_there(&store, Provisioning::Warm).await;
    // What came later begins empty and works.
    add_workflow(&store).await;
}

pub async fn schema_13_comes_forward(db: Db) {
    let store = comes_forward(&db, 13, SCHEMA_13).await;
    desktops_are_there(&store, Provisioning::Warm).await;
    runs_are_there(&store).await;
    let session = store.sessions().get("dsk_running").await.unwrap().unwrap();
    assert_eq!(session.held_by, None);
    assert_eq!(pictures(&store).await, [None, None]);
}

pub async fn schema_17_comes_forward(db: Db) {
    let store = comes_forward(&db, 17, SCHEMA_17).await;
    desktops_are_there(&store, Provisioning::Warm).await;
    runs_are_there(&store).await;
    let session = store.sessions().get("dsk_running").await.unwrap().unwrap();
    assert_eq!(session.held_by.as_deref(), Some("human"));
    assert_eq!(pictures(&store).await, [Some("1.png".to_owned()), None]);
    let days = store.usage().days("ws_default", 0).await.unwrap();
    assert_eq!(days.len(), 1);
}

/// A shipped file that is edited: every database that has it would refuse to open.
pub async fn a_changed_migration_is_refused(db: Db) {
    let other = CHECKSUMS.replacen("0003 ", "0003 00", 1);
    load(&db, 8, SCHEMA_8, &other).await;
    let refused = Store::open(&db.url).await.unwrap_err();
    assert!(matches!(refused, StoreError::Migrate(_)), "{refused:?}");
}

pub async fn a_newer_database_is_refused(db: Db) {
    let newer = newest_schema() + 1;
    let more = format!("{CHECKSUMS}{newer:04} 00\n");
    load(&db, newer, SCHEMA_17, &more).await;
    let found = inspect(&db.url).await.unwrap();
    assert_eq!(found.schema, Some(newer));
    assert!(!found.is_readable());
    let refused = Store::open(&db.url).await.unwrap_err();
    assert!(matches!(refused, StoreError::Migrate(_)), "{refused:?}");
}

/// Loads a database, opens it, and finds every row as it was.
async fn comes_forward(db: &Db, schema: i64, dump: &str) -> Store {
    load(db, schema, dump, CHECKSUMS).await;
    assert_eq!(inspect(&db.url).await.unwrap().schema, Some(schema));
    let store = db.open().await;
    assert_eq!(
        inspect(&db.url).await.unwrap().schema,
        Some(newest_schema())
    );
    let mut connection = connect(db).await;
    let mut tables = 0;
    for line in dump.lines().filter(|line| line.starts_with("INSERT INTO ")) {
        let same = question(line);
        let found = connection.fetch_one(AssertSqlSafe(same)).await.unwrap();
        assert_eq!(found.get::<i64, _>(0), 1, "{line}");
        tables += 1;
    }
    assert!(tables > 10, "{tables}");
    connection.close().await.unwrap();
    store
}

async fn desktops_are_there(store: &Store, provisioning: Provisioning) {
    let key = store
        .keys()
        .find_by_secret("sk_nen_released")
        .await
        .unwrap();
    let key = key.expect("the key of then opens");
    assert_eq!(
        (key.workspace_id.as_str(), key.scopes),
        ("ws_default", vec![Scope::Admin])
    );
    assert!(
        store
            .keys()
            .find_by_secret("sk_nen_gone")
            .await
            .unwrap()
            .is_none()
    );
    let row = store.desktops().find("dsk_running").await.unwrap().unwrap();
    assert_eq!(row.status, DesktopStatus::Running);
    assert_eq!(row.provisioning, provisioning);
    assert_eq!(row.name.as_deref(), Some("Büro"));
    assert_eq!(row.metadata["team"], "ops \"1\"");
    assert_eq!(store.desktops().list_all().await.unwrap().len(), 2);
    let log = store
        .tool_log()
        .list("dsk_running", 10, None)
        .await
        .unwrap();
    assert_eq!(log.len(), 2);
    let secret = store.settings().get(Some("ws_default"), "webhook_secret");
    assert_eq!(secret.await.unwrap().as_deref(), Some("sealed"));
    add_desktop(store).await;
}

async fn runs_are_there(store: &Store) {
    let (first, second) = (version(store, 1).await, version(store, 2).await);
    assert_eq!(first.network, Network::None);
    assert_eq!(second.network, Network::Internet);
    assert_eq!(second.rolled_back_to, Some(1));
    // It waited through the change, and goes on.
    let until = store.now_ms() + 30_000;
    let begun = store.runs().claim("wrk_new", until, 10, |_| None).await;
    let begun = begun.unwrap().expect("the run that waits");
    assert_eq!(begun.id, "run_waiting");
    assert_eq!(begun.secrets.as_deref(), Some("sealed"));
    let done = store.runs().find("run_done").await.unwrap().unwrap();
    assert_eq!(done.result.unwrap()["value"], 42);
}

async fn version(store: &Store, number: i64) -> VersionRow {
    let found = store
        .workflows()
        .get("ws_default", "wf_invoices", Some(number));
    found.await.unwrap().unwrap().version
}

async fn pictures(store: &Store) -> Vec<Option<String>> {
    let log = store
        .tool_log()
        .list("dsk_running", 10, None)
        .await
        .unwrap();
    log.into_iter().map(|row| row.picture).collect()
}

async fn connect(db: &Db) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = if is_postgres(db) {
        db.url.clone()
    } else {
        format!("{}?mode=rwc", db.url)
    };
    AnyConnection::connect(&url).await.unwrap()
}

fn is_postgres(db: &Db) -> bool {
    db.url.starts_with("postgres")
}

/// Makes the database as the version of then left it, with its own notes on the migrations it had.
async fn load(db: &Db, schema: i64, dump: &str, checksums: &str) {
    let mut connection = connect(db).await;
    let (bytes, time) = if is_postgres(db) {
        ("BYTEA", "TIMESTAMPTZ NOT NULL DEFAULT now()")
    } else {
        ("BLOB", "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP")
    };
    let notes = format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on {time}, \
         success BOOLEAN NOT NULL, checksum {bytes} NOT NULL, execution_time BIGINT NOT NULL);"
    );
    sqlx::raw_sql(AssertSqlSafe(notes))
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::raw_sql(AssertSqlSafe(dump.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    for line in checksums.lines().filter(|line| !line.starts_with('#')) {
        let (number, checksum) = line.split_once(' ').unwrap();
        let number: i64 = number.parse().unwrap();
        if number > schema {
            continue;
        }
        let checksum = if is_postgres(db) {
            format!("decode('{checksum}', 'hex')")
        } else {
            format!("X'{checksum}'")
        };
        let note = format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES ({number}, 'of then', TRUE, {checksum}, 1)"
        );
        connection.execute(AssertSqlSafe(note)).await.unwrap();
    }
    connection.close().await.unwrap();
}

/// How many rows are exactly what `INSERT INTO table (columns) VALUES (values);` put there.
fn question(insert: &str) -> String {
    let rest = insert.strip_prefix("INSERT INTO ").unwrap();
    let (table, rest) = rest.split_once(" (").unwrap();
    let (columns, rest) = rest.split_once(") VALUES (").unwrap();
    let values = rest.strip_suffix(");").unwrap();
    let (mut parts, mut quoted, mut from) = (Vec::new(), false, 0);
    for (at, byte) in values.bytes().enumerate() {
        quoted ^= byte == b'\'';
        if byte == b',' && !quoted {
            parts.push(values[from..at].trim());
            from = at + 1;
        }
    }
    parts.push(values[from..].trim());
    let columns: Vec<&str> = columns.split(", ").collect();
    assert_eq!(columns.len(), parts.len(), "{insert}");
    let same: Vec<String> = columns
        .iter()
        .zip(&parts)
        .map(|(column, value)| format!("{column} IS NOT DISTINCT FROM {value}"))
        .collect();
    let same = same.join(" AND ");
    format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {table} WHERE {same}")
}
