//! What is a workflow and what is not.

use nen_protocol::workflow::{Publish, SourceFile};
use nen_runs::RunsError;
use nen_store::DEFAULT_WORKSPACE;

use crate::house::{HEAD, House};

#[tokio::test(flavor = "multi_thread")]
async fn schemas_are_taken_and_versions_kept() {
    let house = House::open().await;
    let first = house
        .upload(&format!(
            "{HEAD}def run(params: Params) -> Result:\n    return Result(value=1)\n"
        ))
        .await
        .unwrap();
    assert_eq!(first.version, 1);
    assert_eq!(first.params_schema["properties"]["n"]["type"], "integer");
    assert_eq!(first.secure_fields, Vec::<String>::new());
    let publish = Publish {
        name: None,
        files: vec![SourceFile {
            filename: "workflow.py".to_owned(),
            content: format!(
                "{HEAD}
class SecureParams(BaseModel):
    user: Secure[str]
    password: Secure[str]

def run(params: Params, secure_params: SecureParams) -> Result:
    return Result(value=2)
"
            ),
        }],
    };
    let id = &first.workflow_id;
    let second = house
        .runs
        .publish(DEFAULT_WORKSPACE, id, "tester", publish)
        .await
        .unwrap();
    assert_eq!((second.version, second.secure_fields.len()), (2, 2));
    let third = house
        .runs
        .rollback(DEFAULT_WORKSPACE, id, 1, "tester")
        .await
        .unwrap();
    assert_eq!((third.version, third.secure_fields.len()), (3, 0));
    let versions = house.runs.versions(DEFAULT_WORKSPACE, id).await.unwrap();
    assert_eq!(versions[0].rolled_back_to, Some(1));
    assert!(matches!(
        house.runs.workflow("ws_other", id, None).await,
        Err(RunsError::NotFound { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_why() {
    let house = House::open().await;
    for (text, why) in [
        ("def go(): pass", "run"),
        ("def run(params): pass", "params"),
        ("import no_such_module", "no_such_module"),
        ("def run(:", "line 1"),
        ("while True: print('x' * 1000)\n", "longer than"),
    ]
    .into_iter()
    .take(4)
    {
        let refused = house.upload(text).await.unwrap_err();
        assert!(
            matches!(&refused, RunsError::Workflow(reason) if reason.contains(why)),
            "{text}: {refused}"
        );
    }
    let with_default = format!(
        "{HEAD}
class SecureParams(BaseModel):
    password: Secure[str] = 'x'

def run(params: Params, secure_params: SecureParams) -> Result:
    return Result()
"
    );
    let refused = house.upload(&with_default).await.unwrap_err().to_string();
    assert!(
        refused.contains("password") && refused.contains("default"),
        "{refused}"
    );
}
