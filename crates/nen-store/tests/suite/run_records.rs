use nen_protocol::workflow::{LogStream, RunStatus};
use nen_store::{DEFAULT_WORKSPACE, RunEnd, RunLogRow, StepRow, Store};
use serde_json::json;

use super::{Db, add_workflow, new_run};

async fn add_run(store: &Store) -> String {
    let new = new_run(store, &add_workflow(store).await);
    store.runs().insert(&new).await.unwrap();
    new.id
}

fn line(seq: i64, stream: LogStream, text: &str) -> RunLogRow {
    RunLogRow {
        seq,
        at_ms: 1_750_000_000_123 + seq,
        stream,
        text: text.into(),
    }
}

pub async fn lines_are_read_on_from_any_number(db: Db) {
    let store = db.open_with_workspace().await;
    let (run, other) = (add_run(&store).await, add_run(&store).await);
    let records = store.run_records();
    assert_eq!(records.last_log(&run).await.unwrap(), 0);
    let first = [
        line(1, LogStream::Stdout, "hello 😀"),
        line(2, LogStream::Stderr, "a\0b"),
    ];
    records.append_log(&run, &first).await.unwrap();
    records.append_log(&run, &[]).await.unwrap();
    records
        .append_log(&run, &[line(3, LogStream::System, "")])
        .await
        .unwrap();
    records
        .append_log(&other, &[line(1, LogStream::System, "other")])
        .await
        .unwrap();

    let all = records.log(&run, 0, 100).await.unwrap();
    let clean = line(2, LogStream::Stderr, "a\u{fffd}b");
    assert_eq!(
        all,
        [first[0].clone(), clean, line(3, LogStream::System, "")]
    );
    assert_eq!(records.log(&run, 1, 1).await.unwrap(), all[1..2]);
    assert_eq!(records.log(&run, 3, 100).await.unwrap(), []);
    assert_eq!(records.last_log(&run).await.unwrap(), 3);
    assert_eq!(records.log("run_none\0", 0, 100).await.unwrap(), []);
}

pub async fn a_batch_of_lines_is_stored_whole_or_not(db: Db) {
    let store = db.open_with_workspace().await;
    let run = add_run(&store).await;
    let records = store.run_records();
    records
        .append_log(&run, &[line(2, LogStream::Stdout, "taken")])
        .await
        .unwrap();
    let batch = [
        line(1, LogStream::Stdout, "new"),
        line(2, LogStream::Stdout, "twice"),
    ];
    assert!(records.append_log(&run, &batch).await.is_err());
    let kept = records.log(&run, 0, 100).await.unwrap();
    assert_eq!(kept, [line(2, LogStream::Stdout, "taken")]);
}

pub async fn a_step_is_replaced_by_what_became_of_it(db: Db) {
    let store = db.open_with_workspace().await;
    let run = add_run(&store).await;
    let records = store.run_records();
    let step = |number, status: &str| StepRow {
        number,
        step: json!({"status": status, "name": "click_at"}),
    };
    for stored in [step(1, "running"), step(2, "running"), step(1, "ok")] {
        records.put_step(&run, &stored).await.unwrap();
    }
    let all = records.steps(&run, 0, 100).await.unwrap();
    assert_eq!(all, [step(1, "ok"), step(2, "running")]);
    assert_eq!(records.steps(&run, 1, 100).await.unwrap(), all[1..]);
    assert_eq!(records.steps(&run, 0, 1).await.unwrap(), all[..1]);
    let row = store.runs().find(&run).await.unwrap().unwrap();
    assert_eq!(
        row.steps, 2,
        "an earlier step that ends late takes no count back"
    );
}

pub async fn records_go_with_their_run(db: Db) {
    let store = db.open_with_workspace().await;
    let run = add_run(&store).await;
    let records = store.run_records();
    records
        .append_log(&run, &[line(1, LogStream::Stdout, "x")])
        .await
        .unwrap();
    let step = StepRow {
        number: 1,
        step: json!({}),
    };
    records.put_step(&run, &step).await.unwrap();
    let end = RunEnd::error(RunStatus::Cancelled, "Cancelled", "cancelled");
    store
        .runs()
        .cancel(DEFAULT_WORKSPACE, &run, &end, |_| None)
        .await
        .unwrap();
    db.pass(1);
    store.runs().forget(&run).await.unwrap();
    assert_eq!(records.log(&run, 0, 100).await.unwrap(), []);
    assert_eq!(records.steps(&run, 0, 100).await.unwrap(), []);
    assert!(
        records
            .append_log(&run, &[line(2, LogStream::Stdout, "y")])
            .await
            .is_err()
    );
}
