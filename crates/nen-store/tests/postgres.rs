//! The suite on PostgreSQL: each test makes its own database on the server that `NEN_TEST_POSTGRES` (an
//! administrator's URL, e.g. `postgres://postgres@127.0.0.1:5499/postgres`) points to, and drops it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod suite;

use std::{io::Write, pin::Pin, sync::Once};

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use suite::Db;

type Test = fn(Db) -> Pin<Box<dyn Future<Output = ()> + Send>>;

fn admin_url() -> Option<String> {
    static TOLD: Once = Once::new();
    let url = std::env::var("NEN_TEST_POSTGRES")
        .ok()
        .filter(|url| !url.is_empty());
    if url.is_none() {
        TOLD.call_once(|| {
            // Straight to the stream: the test harness hides what passing tests print.
            let _ = std::io::stderr().write_all(
                b"\nPOSTGRESQL NOT TESTED: NEN_TEST_POSTGRES is not set, every test here passed without doing anything\n",
            );
        });
    }
    url
}

async fn on_postgres(test: Test) {
    let Some(admin) = admin_url() else { return };
    let name = nen_store::random_id("nen_test").unwrap();
    run(&admin, format!("CREATE DATABASE {name}")).await;
    let outcome = tokio::spawn(test(Db::new(with_database(&admin, &name)))).await;
    run(&admin, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    outcome.unwrap();
}

async fn run(admin: &str, sql: String) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(admin)
        .await
        .expect("NEN_TEST_POSTGRES answers");
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

fn with_database(admin: &str, name: &str) -> String {
    let (base, parameters) = admin.split_once('?').unwrap_or((admin, ""));
    let (server, _) = base.rsplit_once('/').expect("a URL with a database");
    match parameters {
        "" => format!("{server}/{name}"),
        _ => format!("{server}/{name}?{parameters}"),
    }
}

every_test!(on_postgres);

/// Two servers on one database: what one wrote the other reads, and limits hold across both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_one_database() {
    on_postgres(|db| {
        Box::pin(async move {
            let (one, two) = (db.open_with_workspace().await, db.open().await);
            assert_eq!(two.ensure_default_workspace().await.unwrap(), None);
            let desktop = suite::add_desktop(&one).await;
            assert_eq!(
                two.desktops().find(&desktop.id).await.unwrap(),
                Some(desktop)
            );
            one.close().await;
            two.close().await;
        })
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_at_once() {
    let refused = nen_store::Store::open("postgres://nen:secret@127.0.0.1:1/nen").await;
    let text = refused.unwrap_err().to_string();
    assert!(
        text.starts_with("database: ") && !text.contains("secret"),
        "{text}"
    );
}
