use nen_protocol::workflow::Network;
use nen_store::{DEFAULT_WORKSPACE, NewVersion, StoreError, random_id};
use serde_json::json;

use super::{Db, add_workflow, new_version};

pub async fn a_version_is_what_was_published(db: Db) {
    let store = db.open_with_workspace().await;
    let workflows = store.workflows();
    let first = NewVersion {
        secure_schema: Some(json!({"properties": {"password": {"type": "string"}}})),
        network: Network::Internet,
        ..new_version("print('a\\0b 😀')")
    };
    let made = workflows
        .insert(DEFAULT_WORKSPACE, "w1", "Büro\0", &first)
        .await
        .unwrap();
    assert_eq!((made.current, made.version.number), (1, 1));
    assert_eq!(made.name, "Büro\u{fffd}");
    assert_eq!(made.version.files, first.files);
    assert_eq!(made.version.params_schema, first.params_schema);
    assert_eq!(made.version.result_schema, first.result_schema);
    assert_eq!(made.version.secure_schema, first.secure_schema);
    assert_eq!(made.version.network, Network::Internet);
    assert_eq!(made.version.created_by, "ci 你好");
    assert_eq!(
        (made.created_at, made.updated_at),
        (store.now(), store.now())
    );

    db.pass(60);
    let second = workflows
        .publish(DEFAULT_WORKSPACE, "w1", Some("Office"), &new_version("2"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((second.current, second.name.as_str()), (2, "Office"));
    assert_eq!(second.version.network, Network::None);
    assert_eq!(second.created_at + 60, second.updated_at);
    let unnamed = workflows
        .publish(DEFAULT_WORKSPACE, "w1", None, &new_version("3"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(unnamed.name, "Office");

    let old = workflows
        .get(DEFAULT_WORKSPACE, "w1", Some(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((old.current, &old.version), (3, &made.version));
    let current = workflows.get(DEFAULT_WORKSPACE, "w1", None).await.unwrap();
    assert_eq!(current, Some(unnamed.clone()));
    assert_eq!(
        workflows
            .get(DEFAULT_WORKSPACE, "w1", Some(4))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        workflows
            .get(DEFAULT_WORKSPACE, "w1\0", None)
            .await
            .unwrap(),
        None
    );

    let versions = workflows.versions(DEFAULT_WORKSPACE, "w1").await.unwrap();
    let numbers: Vec<_> = versions.iter().map(|row| row.version.number).collect();
    assert_eq!(numbers, [3, 2, 1]);
    let again = workflows
        .insert(DEFAULT_WORKSPACE, "w1", "other", &new_version("x"))
        .await;
    assert!(matches!(again, Err(StoreError::Database(_))), "{again:?}");
    assert_eq!(workflows.list(DEFAULT_WORKSPACE).await.unwrap(), [unnamed]);
}

pub async fn publishing_counts_up_also_at_once(db: Db) {
    let store = db.open_with_workspace().await;
    let id = add_workflow(&store).await;
    let publishers: Vec<_> = (0..12)
        .map(|number| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move {
                let version = new_version(&number.to_string());
                let made = store
                    .workflows()
                    .publish(DEFAULT_WORKSPACE, &id, None, &version);
                let made = made.await.unwrap().unwrap();
                assert_eq!(
                    made.version.files, version.files,
                    "each is answered its own"
                );
                made.version.number
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for publisher in publishers {
        numbers.push(publisher.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (2..=13).collect::<Vec<_>>());
}

pub async fn a_rollback_publishes_the_earlier_files(db: Db) {
    let store = db.open_with_workspace().await;
    let workflows = store.workflows();
    let id = add_workflow(&store).await;
    let broken = NewVersion {
        network: Network::Internet,
        ..new_version("broken")
    };
    let publish = workflows
        .publish(DEFAULT_WORKSPACE, &id, None, &broken)
        .await;
    publish.unwrap().unwrap();
    let back = workflows
        .rollback(DEFAULT_WORKSPACE, &id, 1, "ops")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((back.current, back.version.number), (3, 3));
    assert_eq!(back.version.files, new_version("1").files);
    assert_eq!(back.version.network, Network::None);
    assert_eq!(back.version.rolled_back_to, Some(1));
    assert_eq!(back.version.created_by, "ops");
    let unknown = workflows.rollback(DEFAULT_WORKSPACE, &id, 9, "ops").await;
    assert_eq!(unknown.unwrap(), None);
    let current = workflows.get(DEFAULT_WORKSPACE, &id, None).await.unwrap();
    assert_eq!(current, Some(back), "a refused rollback changes nothing");
}

pub async fn a_deleted_workflow_keeps_its_runs_version(db: Db) {
    let store = db.open_with_workspace().await;
    let workflows = store.workflows();
    let id = add_workflow(&store).await;
    assert!(workflows.delete(DEFAULT_WORKSPACE, &id).await.unwrap());
    assert!(!workflows.delete(DEFAULT_WORKSPACE, &id).await.unwrap());
    assert_eq!(
        workflows.get(DEFAULT_WORKSPACE, &id, None).await.unwrap(),
        None
    );
    assert_eq!(workflows.list(DEFAULT_WORKSPACE).await.unwrap(), []);
    assert_eq!(
        workflows.versions(DEFAULT_WORKSPACE, &id).await.unwrap(),
        []
    );
    let publish = workflows
        .publish(DEFAULT_WORKSPACE, &id, None, &new_version("2"))
        .await;
    assert_eq!(publish.unwrap(), None);
    let rollback = workflows.rollback(DEFAULT_WORKSPACE, &id, 1, "ops").await;
    assert_eq!(rollback.unwrap(), None);
    let kept = workflows.of_run(&id, 1).await.unwrap().unwrap();
    assert_eq!(kept.version.files, new_version("1").files);
    assert_eq!(workflows.of_run(&id, 2).await.unwrap(), None);
}

pub async fn other_workspaces_see_no_workflow(db: Db) {
    let store = db.open_with_workspace().await;
    let workflows = store.workflows();
    let id = add_workflow(&store).await;
    let other = store.workspaces().create("second").await.unwrap().id;
    assert_eq!(workflows.get(&other, &id, None).await.unwrap(), None);
    assert_eq!(workflows.get(&other, &id, Some(1)).await.unwrap(), None);
    assert_eq!(workflows.list(&other).await.unwrap(), []);
    assert_eq!(workflows.versions(&other, &id).await.unwrap(), []);
    let publish = workflows
        .publish(&other, &id, Some("mine"), &new_version("2"))
        .await;
    assert_eq!(publish.unwrap(), None);
    assert_eq!(
        workflows.rollback(&other, &id, 1, "ops").await.unwrap(),
        None
    );
    assert!(!workflows.delete(&other, &id).await.unwrap());
    let kept = workflows
        .get(DEFAULT_WORKSPACE, &id, None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kept.current, kept.name.as_str()), (1, "invoices"));
    let nowhere = workflows
        .insert("ws_none", &random_id("wf").unwrap(), "x", &new_version("1"))
        .await;
    assert!(matches!(nowhere, Err(StoreError::Database(_))));
}
