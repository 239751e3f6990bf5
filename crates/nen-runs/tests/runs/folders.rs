//! Who may see the files of a run on the host.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;

use nen_protocol::workflow::RunStatus;
use serde_json::json;

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_of_a_run_is_passed_by_its_own_user_only() {
    let house = House::open().await;
    let earlier = house.folder.join("runs/earlier");
    std::fs::create_dir(&earlier).unwrap();
    std::fs::set_permissions(&earlier, std::fs::Permissions::from_mode(0o711)).unwrap();
    let run = house
        .run("def run(params: Params) -> Result:\n    return Result(value=os.listdir('/workflow'))\n")
        .await;
    assert_eq!(run.run_status, RunStatus::Completed, "{run:?}");
    assert_eq!(run.result.unwrap()["value"], json!(["workflow.py"]));
    let folder = house.folder.join("runs").join(&run.message_id);
    let found = std::fs::metadata(&folder).unwrap();
    let bundle = folder.join("bundle/workflow.py");
    assert_eq!(found.mode() & 0o007, 0, "others may pass");
    if !rustix::process::geteuid().is_root() {
        assert_eq!(found.mode() & 0o777, 0o700);
        return;
    }
    assert_eq!((found.uid(), found.mode() & 0o777), (0, 0o710));
    let reads = |user: u32| {
        let mut cat = std::process::Command::new("cat");
        cat.arg(&bundle).uid(user).gid(user);
        cat.output().unwrap().status.success()
    };
    assert!(found.gid() >= 400_000 && reads(found.gid()));
    for other in [found.gid() + 1, 210_000, 65_534] {
        assert!(!reads(other), "user {other} reads it");
    }
    // What an earlier version left open is shut by the next start.
    let _again = house.again(|_| {}).await;
    assert_eq!(std::fs::metadata(&earlier).unwrap().mode() & 0o007, 0);
}
