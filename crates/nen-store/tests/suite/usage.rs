use nen_protocol::workflow::RunStatus;
use nen_store::{DEFAULT_WORKSPACE, RunEnd, UsageDay, Used};

use super::{Db, add_desktop, add_workflow, new_run, tool_log::entry};

const DAY: i64 = 24 * 60 * 60;

pub async fn what_is_used_adds_up_by_day(db: Db) {
    let store = db.open_with_workspace().await;
    let first = store.now() / DAY;
    let desktop = add_desktop(&store).await;
    let entries = [entry("left_click"), entry("key")];
    store
        .tool_log()
        .append(&desktop.id, &entries)
        .await
        .unwrap();
    let ran = |desktop_seconds| Used {
        desktop_seconds,
        ..Used::default()
    };
    for seconds in [60, 45] {
        store
            .usage()
            .add(DEFAULT_WORKSPACE, ran(seconds))
            .await
            .unwrap();
    }
    db.pass(DAY);
    let workflow = add_workflow(&store).await;
    for status in [
        RunStatus::Completed,
        RunStatus::Failed,
        RunStatus::Cancelled,
    ] {
        let run = new_run(&store, &workflow);
        store.runs().insert(&run).await.unwrap();
        let end = match status {
            RunStatus::Completed => RunEnd {
                status,
                result: None,
                error: None,
                error_type: None,
                assets_bytes: None,
            },
            other => RunEnd::error(other, "Error", "it failed"),
        };
        let ended = store.runs().end_queued(&run.id, &end, |_| None).await;
        ended.unwrap().unwrap();
        let again = store.runs().end_queued(&run.id, &end, |_| None).await;
        assert_eq!(again.unwrap(), None);
    }
    let days = |since| async move { store.usage().days(DEFAULT_WORKSPACE, since).await.unwrap() };
    let second = UsageDay {
        day: first + 1,
        used: Used {
            runs: 3,
            runs_failed: 2,
            ..Used::default()
        },
    };
    let days_of = days(first).await;
    assert_eq!(
        days_of,
        [
            UsageDay {
                day: first,
                used: Used {
                    desktop_seconds: 105,
                    actions: 2,
                    ..Used::default()
                }
            },
            second
        ]
    );
}
