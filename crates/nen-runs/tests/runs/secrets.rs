//! A secret is typed, and is nowhere.

use std::path::Path;

use nen_protocol::workflow::RunStatus;
use nen_runs::RunsError;
use serde_json::json;

use crate::house::{HEAD, House};

const SECRET: &str = "c0rrect-horse-battery";

const BODY: &str = r#"
class SecureParams(BaseModel):
    password: Secure[str]

def run(params: Params, secure_params: SecureParams) -> Result:
    print("the password is", secure_params.password)
    print(open("/proc/self/environ").read(), open("/proc/self/maps").read()[:100])
    Computer().type(secure_params.password, interval=0)
    return Result(value=f"{secure_params.password}")
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_reaches_the_keyboard_and_no_file() {
    let house = House::open().await;
    let workflow = house.upload(&format!("{HEAD}{BODY}")).await.unwrap();
    assert_eq!(workflow.secure_fields, ["password"]);
    let secrets = json!({"secure_workflow_params": {"password": SECRET}});
    let id = house
        .start_again(&workflow.workflow_id, secrets)
        .await
        .unwrap();
    let run = house.ended(&id).await;
    assert_eq!(run.run_status, RunStatus::Completed, "{run:?}");
    assert_eq!(house.desktops.actions()[0][2]["text"], SECRET);
    assert!(!run.result.unwrap().to_string().contains(SECRET));
    assert_eq!(
        house.store.runs().find(&id).await.unwrap().unwrap().secrets,
        None
    );
    house.runs.stop().await;
    nowhere(&house.folder);
}

/// No file below the folder holds the secret, the database and its log among them.
fn nowhere(folder: &Path) {
    let mut looked = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(SECRET.len())
                .any(|window| window == SECRET.as_bytes());
            assert!(!found, "{} holds the secret", path.display());
            looked += 1;
        }
    }
    assert!(looked > 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_are_missing_extra_or_unsigned_are_refused() {
    let house = House::open().await;
    let workflow = house.upload(&format!("{HEAD}{BODY}")).await.unwrap();
    let id = &workflow.workflow_id;
    let missing = house.start_again(id, json!({})).await.unwrap_err();
    assert!(missing.to_string().contains("password"), "{missing}");
    let extra = json!({"secure_workflow_params": {"password": "x", "pin": "1"}});
    let extra = house.start_again(id, extra).await.unwrap_err();
    assert!(extra.to_string().contains("pin"), "{extra}");
    let start = nen_protocol::workflow::StartRun::parse(
        json!({"workflow_id": id, "secure_workflow_params": {"password": "x"}})
            .to_string()
            .as_bytes(),
    )
    .unwrap();
    let unsigned = house
        .runs
        .accept("ws_default", "tester", start, false)
        .await
        .unwrap_err();
    assert!(matches!(unsigned, RunsError::Unsigned));
}
