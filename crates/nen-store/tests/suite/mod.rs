//! What must hold on every database. `tests/sqlite.rs` and `tests/postgres.rs` run each function on a fresh one.

pub mod audit;
pub mod desktops;
pub mod idempotency;
pub mod keys;
pub mod model_calls;
pub mod released;
pub mod run_claims;
pub mod run_records;
pub mod runs;
pub mod sessions;
pub mod settings;
pub mod sign_ins;
pub mod tool_log;
pub mod usage;
pub mod webhooks;
pub mod workflows;
pub mod workspaces;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use nen_protocol::workflow::Network;
use nen_protocol::workflow::WebhookStatus;
use nen_store::{
    Clock, DEFAULT_WORKSPACE, DesktopLimits, DesktopRow, Insert, NewDesktop, NewRun, NewVersion,
    NewWebhook, Provisioning, RunRow, Store, random_id,
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
    let new = new_desktop(DEFAULT_WORKSPACE);
    let made = store.desktops().insert(&new, DesktopLimits::default());
    match made.await.unwrap() {
        Insert::Done(row) => *row,
        other => panic!("{other:?}"),
    }
}

pub fn new_version(says: &str) -> NewVersion {
    NewVersion {
        files: json!([{"filename": "workflow.py", "content": says}]),
        params_schema: json!({"type": "object"}),
        result_schema: json!({"type": "object", "title": "Result"}),
        secure_schema: None,
        network: Network::None,
        created_by: "ci 你好".into(),
    }
}

/// A workflow of the default workspace, by its id.
pub async fn add_workflow(store: &Store) -> String {
    let id = random_id("wf").unwrap();
    store
        .workflows()
        .insert(DEFAULT_WORKSPACE, &id, "invoices", &new_version("1"))
        .await
        .unwrap();
    id
}

/// A run of the default workspace that may wait for an hour.
pub fn new_run(store: &Store, workflow_id: &str) -> NewRun {
    NewRun {
        id: random_id("run").unwrap(),
        workspace_id: DEFAULT_WORKSPACE.into(),
        workflow_id: workflow_id.into(),
        workflow_version: 1,
        params: json!({"total": 3, "note": "a\0b 😀"}),
        secrets: Some("sealed".into()),
        options: json!({"timeout_seconds": 60}),
        webhook_callback: Some("https://example.com/hook".into()),
        concurrency_key: None,
        actor: "ci".into(),
        queued_until_ms: store.now_ms() + 3_600_000,
    }
}

/// What a change of a run owes, when it has somewhere to go.
pub fn announce(run: &RunRow) -> Option<NewWebhook> {
    let status = run.status.webhook();
    Some(NewWebhook {
        id: random_id("msg").unwrap(),
        status,
        url: run.webhook_callback.clone()?,
        body: json!({"message_id": run.id, "final": status != WebhookStatus::Processing})
            .to_string(),
    })
}

/// Declares one test per function of the suite, each run by `$run`.
#[macro_export]
macro_rules! every_test {
    ($run:ident) => {
        $crate::every_test!(@ $run
            released: schema_8_comes_forward, schema_13_comes_forward, schema_17_comes_forward,
                a_changed_migration_is_refused, a_newer_database_is_refused;
            workspaces: first_start_makes_one_key, undelivered_key_is_made_again, many_servers_open_at_once;
            keys: secret_opens_and_is_not_stored, expired_and_revoked_keys_open_nothing, last_use_is_noted;
            desktops: a_desktop_comes_back_as_stored, changes_touch_what_they_name, deleted_is_shown_for_a_day,
                workspaces_do_not_see_each_other, limits_hold_in_a_race, list_filters_by_labels,
                one_being_created_may_get_another_id;
            audit: a_deed_and_its_entry_are_one, entries_are_filtered_and_in_order;
            tool_log: pages_newest_last, concurrent_batches_stay_whole, keeps_the_newest, goes_with_its_desktop,
                an_entry_has_its_picture_until_it_is_dropped;
            sign_ins: a_browser_may_what_its_key_may, a_sign_in_ends_by_itself_and_with_its_key,
                a_link_signs_in_once;
            usage: what_is_used_adds_up_by_day;
            sessions: one_per_desktop_until_it_ends, token_is_found_until_it_expires,
                opening_leaves_the_session_that_is_there;
            settings: all_get_the_same_first_value;
            workflows: a_version_is_what_was_published, publishing_counts_up_also_at_once,
                a_rollback_publishes_the_earlier_files, a_deleted_workflow_keeps_its_runs_version,
                other_workspaces_see_no_workflow;
            runs: a_run_comes_back_as_accepted, an_end_erases_the_secrets_and_owes_its_webhook,
                an_end_without_its_webhook_is_no_end, cancelling_ends_what_waits_and_asks_what_runs,
                a_cancel_meets_a_claim_in_one_of_two_ways, use_is_added_up, runs_are_listed_newest_first,
                what_owes_a_webhook_is_not_forgotten, other_workspaces_see_no_run;
            run_claims: each_run_is_given_to_exactly_one_worker, a_workspace_runs_no_more_than_its_limit,
                runs_with_one_key_go_one_at_a_time, a_full_workspace_keeps_no_other_from_running,
                a_lease_is_renewed_until_it_is_lost, what_waited_too_long_is_overdue_and_not_begun,
                a_worker_that_lost_a_run_cannot_end_it, only_an_untouched_run_is_begun_again;
            run_records: lines_are_read_on_from_any_number, a_batch_of_lines_is_stored_whole_or_not,
                a_step_is_replaced_by_what_became_of_it, records_go_with_their_run;
            model_calls: calls_are_summed_by_day_and_model, a_workspace_pays_for_its_own_calls_only,
                calls_without_a_price_cost_nothing_known, old_calls_are_forgotten;
            webhooks: a_run_s_webhooks_go_in_order, a_failing_first_holds_the_second_back_until_it_is_given_up,
                two_that_claim_at_once_never_get_the_same, a_claim_ends_with_its_time,
                attempts_are_numbered_and_kept, a_late_attempt_takes_nothing_back,
                what_is_sent_again_has_the_whole_schedule_before_it, what_is_put_back_is_due_again,
                excepted_origins_wait, the_next_due_time_is_known;
            idempotency: one_of_many_runs, waiting_gets_the_first_answer, keys_are_bound, ends_free_the_key,
                a_lost_process_frees_the_key,
                an_answer_is_kept_with_what_it_tells_of_or_neither_is,
                a_process_that_comes_back_frees_its_own_keys_only;
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
