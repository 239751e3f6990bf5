//! What is a workflow and what is not.

use nen_protocol::workflow::Network;
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
async fn a_version_has_the_network_it_declares_and_no_other() {
    let house = House::open().await;
    let run = "def run(params: Params) -> Result:\n    return Result(value=1)\n";
    let declared = |value: &str| format!("{HEAD}__nen_network__ = {value}\n{run}");
    let first = house.upload(&declared("'internet'")).await.unwrap();
    assert_eq!(first.network, Network::Internet);
    let id = &first.workflow_id;
    let publish = Publish {
        name: None,
        files: vec![SourceFile {
            filename: "workflow.py".to_owned(),
            content: format!("{HEAD}{run}"),
        }],
    };
    let second = house
        .runs
        .publish(DEFAULT_WORKSPACE, id, "tester", publish)
        .await
        .unwrap();
    assert_eq!(second.network, Network::None);
    let back = house
        .runs
        .rollback(DEFAULT_WORKSPACE, id, 1, "tester")
        .await;
    assert_eq!(back.unwrap().network, Network::Internet);
    let none = house.upload(&declared("'none'")).await.unwrap();
    assert_eq!(none.network, Network::None);
    for wrong in ["'lan'", "None", "['internet']"] {
        let error = house.upload(&declared(wrong)).await.unwrap_err();
        assert!(matches!(error, RunsError::Workflow(_)), "{error:?}");
        let text = error.to_string();
        assert!(
            text.contains("__nen_network__ is") && text.contains("\"internet\""),
            "{text}"
        );
    }
    // What says something else than the package would is not believed either.
    let forged = format!(
        "{HEAD}import nen._schema\nnen._schema.describe = lambda w: dict(params_schema={{}}, result_schema={{}}, \
         secure_schema=None, network='host')\n{run}"
    );
    let error = house.upload(&forged).await.unwrap_err().to_string();
    assert!(error.contains("__nen_network__ is \"host\""), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_never_has_a_network() {
    let house = House::open().await;
    let error = house
        .upload(&format!(
            "{HEAD}__nen_network__ = 'internet'\nimport socket\nsocket.create_connection(('1.1.1.1', 53), 2)\n"
        ))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("Network is unreachable"), "{error}");
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
