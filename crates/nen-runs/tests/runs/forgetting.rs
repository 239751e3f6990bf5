//! Runs whose time is over.

use std::fs;
use std::time::Duration;

use crate::house::House;

const WORKFLOW: &str = "def run(params: Params) -> Result:\n    return Result(value=1)\n";

#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_be_removed_keeps_no_other_and_what_others_forgot_goes_too() {
    let house = House::open().await;
    let stuck = house.run(WORKFLOW).await.message_id;
    let other = house.run(WORKFLOW).await.message_id;
    let folder = |name: &str| house.folder.join("runs").join(name);
    fs::remove_dir_all(folder(&stuck)).unwrap();
    // No folder, so that it is not removed as one.
    fs::write(folder(&stuck), b"").unwrap();
    fs::create_dir(folder("forgotten-elsewhere")).unwrap();
    let again = house.again(|config| config.keep_days = 0).await;
    let gone = async {
        while folder(&other).exists()
            || folder("forgotten-elsewhere").exists()
            || house.store.runs().find(&other).await.unwrap().is_some()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone)
        .await
        .expect("they are forgotten");
    let kept = house.store.runs().find(&stuck).await.unwrap();
    assert!(kept.is_some(), "its file is still there");
    again.stop().await;
}
