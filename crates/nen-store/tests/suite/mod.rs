//! What must hold on every database. `tests/sqlite.rs` and `tests/postgres.rs` run each function on a fresh one.

pub mod desktops;
pub mod idempotency;
pub mod keys;
pub mod sessions;
pub mod settings;
pub mod tool_log;
pub mod workspaces;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use nen_store::{
    Clock, DesktopLimits, DesktopRow, Insert, NewDesktop, Provisioning, Store, random_id,
};
use serde_json::json;

/// A fresh database and a clock that stands still until a test moves it.
#[derive(Clone)]
pub struct Db {
    pub url: String,
    clock: Arc<AtomicI64>,
}

impl Db {
    pub fn new(url: String) -> Self {
        Self {
            url,
            clock: Arc::new(AtomicI64::new(1_750_000_000)),
        }
    }

    pub async fn open(&self) -> Store {
        let clock = self.clock.clone();
        Store::open_with_clock(
            &self.url,
            Clock::new(move || clock.load(Ordering::SeqCst) * 1000),
        )
        .await
        .expect("the store opens")
    }

    /// Opens with `ws_default` in place.
    pub async fn open_with_workspace(&self) -> Store {
        let store = self.open().await;
        store.ensure_default_workspace().await.unwrap();
        store
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }
}

pub fn new_desktop(workspace: &str) -> NewDesktop {
    NewDesktop {
        id: random_id("dsk").unwrap(),
        workspace_id: workspace.into(),
        desktop_type: "sandbox".into(),
        name: Some("Büro 你好".into()),
        spec: json!({"tools": ["computer"], "env": {"A": "b\0c"}}),
        display_width: 1280,
        display_height: 800,
        metadata: BTreeMap::from([("team".into(), "ops \"1\"".into())]),
        provisioning: Provisioning::Cold,
        driver: "local".into(),
        expires_at: None,
    }
}

pub async fn add_desktop(store: &Store) -> DesktopRow {
    let new = new_desktop(nen_store::DEFAULT_WORKSPACE);
    let made = store.desktops().insert(&new, DesktopLimits::default());
    match made.await.unwrap() {
        Insert::Done(row) => *row,
        other => panic!("{other:?}"),
    }
}

/// Declares one test per function of the suite, each run by `$run`.
#[macro_export]
macro_rules! every_test {
    ($run:ident) => {
        $crate::every_test!(@ $run
            workspaces: first_start_makes_one_key, undelivered_key_is_made_again, many_servers_open_at_once;
            keys: secret_opens_and_is_not_stored, expired_and_revoked_keys_open_nothing, last_use_is_noted;
            desktops: a_desktop_comes_back_as_stored, changes_touch_what_they_name, deleted_is_shown_for_a_day,
                workspaces_do_not_see_each_other, limits_hold_in_a_race, list_filters_by_labels,
                one_being_created_may_get_another_id;
            tool_log: pages_newest_last, concurrent_batches_stay_whole, keeps_the_newest, goes_with_its_desktop;
            sessions: one_per_desktop_until_it_ends, token_is_found_until_it_expires;
            settings: all_get_the_same_first_value;
            idempotency: one_of_many_runs, waiting_gets_the_first_answer, keys_are_bound, ends_free_the_key,
                a_lost_process_frees_the_key;
        );
    };
    (@ $run:ident $($module:ident: $($name:ident),+;)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                $run(|db| Box::pin(suite::$module::$name(db))).await;
            }
        )+)+
    };
}
