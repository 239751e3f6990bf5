//! From acceptance to the end.

use nen_protocol::workflow::{RunStatus, WebhookStatus};
use nen_runs::RunsError;
use nen_store::DEFAULT_WORKSPACE;
use serde_json::json;

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_acts_prints_returns_and_leaves_files() {
    let house = House::open().await;
    let id = house
        .start(
            r#"
def run(params: Params) -> Result:
    computer = Computer()
    print("hello", params.n)
    print("wörld", file=sys.stderr)
    computer.click_at(10, 20)
    computer.type("abc", interval=0)
    computer.hotkey("ctrl", "l")
    computer.scroll("up", 2, x=5, y=6)
    with open("/artifacts/out.txt", "w") as file:
        file.write("file")
    os.makedirs("/assets/sub")
    open("sub/two.bin", "wb").write(computer.screenshot())
    return Result(value=params.n + 1)
"#,
            json!({"workflow_params": {"n": 41}}),
        )
        .await;
    let run = house.ended(&id).await;
    assert_eq!(run.run_status, RunStatus::Completed, "{run:?}");
    assert_eq!(run.result, Some(json!({"value": 42})));
    assert_eq!(
        (run.status, run.success),
        (WebhookStatus::Success, Some(true))
    );
    let actor = format!("run {id}");
    let did = [
        json!([actor, "left_click", {"coordinate": [10, 20]}]),
        json!([actor, "type", {"text": "abc", "interval": 0.0}]),
        json!([actor, "key", {"text": "ctrl+l"}]),
        json!([actor, "scroll", {"scroll_direction": "up", "scroll_amount": 2, "coordinate": [5, 6]}]),
    ];
    assert_eq!(
        house.desktops.actions().len(),
        did.len(),
        "{:?}",
        house.desktops.actions()
    );
    for (is, should) in house.desktops.actions().iter().zip(&did) {
        assert_eq!(
            is.to_string().replace("0.0", "0"),
            should.to_string().replace("0.0", "0")
        );
    }
    let log = house.log(&id).await;
    assert!(
        log.contains("stdout hello 41") && log.contains("stderr wörld"),
        "{log}"
    );
    let steps = house.store.run_records().steps(&id, 0, 100).await.unwrap();
    assert_eq!(steps.len(), 5);
    assert_eq!(steps[1].step["args"]["text"], "[3 characters]");
    let picture = steps[0].step["screenshot"].as_str().unwrap();
    let name = picture.rsplit('/').next().unwrap();
    let picture = house.runs.screenshot(&id, name).unwrap();
    let objects = house.runs.objects();
    assert!(objects.find(&picture).await.unwrap().is_some());
    let link = run.assets.unwrap();
    let (expires, signature) = link
        .split_once("expires=")
        .unwrap()
        .1
        .split_once("&signature=")
        .unwrap();
    let file = house.runs.assets(&id, expires, signature).unwrap();
    let bytes = objects.bytes(&file).await.unwrap().unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert_eq!(names, ["out.txt", "sub/two.bin"]);
    assert_eq!(
        std::io::read_to_string(zip.by_name("out.txt").unwrap()).unwrap(),
        "file"
    );
    // Its desktop goes with it.
    house
        .until(&id, "without a desktop", |_| {
            house.desktops.there().is_empty()
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_desktop_are_listed_and_read() {
    let house = House::open().await;
    let data = vec![7u8; 5 << 20];
    house
        .desktops
        .files
        .lock()
        .unwrap()
        .insert("/home/user/Downloads/a.pdf".to_owned(), data);
    let run = house
        .run(
            r#"
def run(params: Params) -> Result:
    drive = Computer().drive("~/Downloads")
    files = drive.files("*.pdf")
    return Result(value=[f"{drive}", [f.name for f in files], files[0].size, len(files[0].read_bytes())])
"#,
        )
        .await;
    let size = 5 << 20;
    let found = json!({"value": ["~/Downloads", ["a.pdf"], size, size]});
    assert_eq!(run.result, Some(found), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_desktop_refuses_is_raised_in_the_workflow() {
    let house = House::open().await;
    let run = house
        .run(
            r#"
def run(params: Params) -> Result:
    try:
        Computer().click_at(9999, 9999)
    except WorkflowError as error:
        return Result(value=str(error))
"#,
        )
        .await;
    let text = run.result.unwrap()["value"].to_string();
    assert!(text.contains("outside the screen"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_without_a_model_says_how_to_configure_one() {
    let house = House::open().await;
    let (kind, error) = house
        .failure("def run(params: Params) -> Result:\n    Agent().execute('click')\n")
        .await;
    assert_eq!(kind, "WorkflowError");
    assert!(error.contains("ANTHROPIC_API_KEY"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_checked_before_acceptance() {
    let house = House::open().await;
    let workflow = house
        .upload(&format!(
            "{}def run(params: Params) -> Result:\n    return Result()\n",
            crate::house::HEAD
        ))
        .await
        .unwrap();
    let refused = house
        .start_again(
            &workflow.workflow_id,
            json!({"workflow_params": {"n": "x"}}),
        )
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, RunsError::Params(text) if text.contains("workflow_params.n")),
        "{refused}"
    );
    let unknown = house.start_again("nope", json!({})).await.unwrap_err();
    assert!(matches!(unknown, RunsError::NotFound { .. }));
    let nowhere = house
        .start_again(&workflow.workflow_id, json!({"desktop_id": "dsk_none"}))
        .await
        .unwrap_err();
    assert!(nowhere.to_string().contains("desktop_id: "), "{nowhere}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_run_is_cancelled_also_when_it_does_not_listen() {
    let house = House::open().await;
    let polite = "
def run(params: Params) -> Result:
    print('begun')
    while True:
        Computer().move(1, 1)
";
    let deaf = "
def run(params: Params) -> Result:
    print('begun')
    while True:
        try:
            time.sleep(100)
        except BaseException:
            pass
";
    for body in [polite, deaf] {
        let id = house.start(body, json!({})).await;
        house
            .until(&id, "running", |run| run.run_status == RunStatus::Running)
            .await;
        let began = async {
            while !house.log(&id).await.contains("stdout begun") {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), began)
            .await
            .unwrap();
        house.runs.cancel(DEFAULT_WORKSPACE, &id).await.unwrap();
        let run = house.ended(&id).await;
        assert_eq!(run.run_status, RunStatus::Cancelled, "{run:?}");
        assert!(house.runs.cancel(DEFAULT_WORKSPACE, &id).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_timeouts_end_a_run() {
    let house = House::with(|config| config.slots = 1).await;
    let long = house
        .start(
            "def run(params: Params) -> Result:\n    time.sleep(100)\n",
            json!({"timeout_seconds": 4}),
        )
        .await;
    let waiting = house
        .start(
            "def run(params: Params) -> Result:\n    return Result()\n",
            json!({"queue_timeout_seconds": 1}),
        )
        .await;
    for id in [&long, &waiting] {
        let run = house.ended(id).await;
        assert_eq!(run.run_status, RunStatus::Timeout, "{run:?}");
        assert_eq!(run.error_type.as_deref(), Some("Timeout"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_room_for_its_desktop() {
    let house = House::open().await;
    *house.desktops.full.lock().unwrap() = 1;
    let run = house
        .run("def run(params: Params) -> Result:\n    Computer().move(1, 2)\n    return Result(value=1)\n")
        .await;
    assert_eq!(run.run_status, RunStatus::Completed);
    assert!(
        house
            .log(&run.message_id)
            .await
            .contains("waiting for a desktop: no room")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_with_one_key_go_one_at_a_time() {
    let house = House::open().await;
    let body = "
def run(params: Params) -> Result:
    began = time.time()
    time.sleep(0.3)
    return Result(value=[began, time.time()])
";
    let workflow = house
        .upload(&format!("{}{body}", crate::house::HEAD))
        .await
        .unwrap();
    let mut times = Vec::new();
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(
            house
                .start_again(&workflow.workflow_id, json!({"concurrency_key": "k"}))
                .await
                .unwrap(),
        );
    }
    for id in &ids {
        let run = house.ended(id).await;
        let value = run.result.unwrap()["value"].clone();
        times.push((value[0].as_f64().unwrap(), value[1].as_f64().unwrap()));
    }
    assert!(
        times.windows(2).all(|pair| pair[0].1 <= pair[1].0),
        "{times:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_worker_had_not_begun_is_begun_again_and_the_rest_is_failed() {
    let house = House::with(|config| config.slots = 0).await;
    let idle = house
        .start(
            "def run(params: Params) -> Result:\n    return Result(value=1)\n",
            json!({}),
        )
        .await;
    let busy = house
        .start(
            "def run(params: Params) -> Result:\n    return Result(value=1)\n",
            json!({}),
        )
        .await;
    let runs = house.store.runs();
    for _ in 0..2 {
        let run = runs.claim("gone", 0, 10, |_| None).await.unwrap().unwrap();
        if run.id == busy {
            runs.touch(&run.id, "gone", "dsk_x").await.unwrap();
        }
    }
    let other = house
        .again(|config| {
            config.slots = 1;
            config.worker = "other".to_owned();
        })
        .await;
    let run = house.ended(&idle).await;
    assert_eq!(
        (run.run_status, run.attempt),
        (RunStatus::Completed, 2),
        "{run:?}"
    );
    let run = house.ended(&busy).await;
    assert_eq!(run.run_status, RunStatus::Failed);
    assert_eq!(run.error.as_deref(), Some("worker lost"));
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_holds_without_knowing_it_is_begun_again() {
    let house = House::with(|config| config.slots = 0).await;
    let id = house
        .start(
            "def run(params: Params) -> Result:\n    return Result(value=1)\n",
            json!({}),
        )
        .await;
    // As a database does that finishes a claim when its worker is no longer there to hear of it.
    let far = i64::MAX;
    let claimed = house.store.runs().claim("same", far, 10, |_| None).await;
    assert_eq!(claimed.unwrap().unwrap().id, id);
    let other = house
        .again(|config| {
            config.slots = 1;
            config.worker = "same".to_owned();
            config.sole_worker = false;
        })
        .await;
    let run = house.ended(&id).await;
    assert_eq!(
        (run.run_status, run.attempt),
        (RunStatus::Completed, 2),
        "{run:?}"
    );
    other.stop().await;
}
