//! Workflows that misbehave end their own run, with an error that says what happened, and nothing else.

use nen_protocol::workflow::RunStatus;
use serde_json::json;

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn ways_to_end_without_a_result() {
    let house = House::open().await;
    for (body, kind, text) in [
        (
            "raise KeyError('no such thing')",
            "KeyError",
            "no such thing",
        ),
        ("sys.exit(3)", "SystemExit", "sys.exit(3)"),
        ("os._exit(0)", "SandboxError", "without a result"),
        (
            "os.kill(os.getpid(), 9)",
            "SandboxError",
            "without a result",
        ),
        ("return 5", "ResultError", ""),
        ("return None", "ResultError", ""),
        ("run(params)", "RecursionError", "recursion"),
    ] {
        let (is, error) = house
            .failure(&format!("def run(params: Params) -> Result:\n    {body}\n"))
            .await;
        assert_eq!(is, kind, "{body}: {error}");
        assert!(error.contains(text), "{body}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_every_descriptor_ends_the_run() {
    let house = House::open().await;
    let (kind, error) = house
        .failure(
            "def run(params: Params) -> Result:\n    os.closerange(0, 1000)\n    time.sleep(60)\n",
        )
        .await;
    assert_eq!(kind, "SandboxError");
    assert!(error.contains("closed its connection"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_message_ends_the_run() {
    let house = House::open().await;
    let (kind, error) = house
        .failure(
            "
def run(params: Params) -> Result:
    import socket
    for fd in range(3, 100):
        try:
            socket.socket(fileno=os.dup(fd)).sendall(b'rubbish\\n')
        except OSError:
            pass
    time.sleep(60)
",
        )
        .await;
    assert_eq!(kind, "SandboxError");
    assert!(error.contains("not a message"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_disk_and_processes_have_an_end() {
    let house = House::open().await;
    let (kind, error) = house
        .failure("def run(params: Params) -> Result:\n    x = bytearray(2 << 30)\n")
        .await;
    assert!(
        kind == "MemoryError" || error.contains("out of memory"),
        "{kind}: {error}"
    );
    let (kind, error) = house
        .failure(
            "
def run(params: Params) -> Result:
    with open('/artifacts/big', 'wb') as file:
        for _ in range(10 * 1024):
            file.write(b'x' * (1 << 20))
",
        )
        .await;
    assert!(
        ["OSError", "WorkflowError"].contains(&kind.as_str()),
        "{kind}: {error}"
    );
    assert!(
        error.to_lowercase().contains("no space") || error.contains("large"),
        "{error}"
    );
    let (kind, error) = house
        .failure(
            "
def run(params: Params) -> Result:
    for _ in range(1000):
        if os.fork() == 0:
            time.sleep(100)
            os._exit(0)
",
        )
        .await;
    assert_eq!(kind, "BlockingIOError", "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_sees_nothing_of_the_host_and_reaches_nobody() {
    let house = House::open().await;
    std::fs::write(house.folder.join("on-the-host"), "x").unwrap();
    let run = house
        .run(&format!(
            "
import socket, subprocess
def attempt(what):
    try:
        return str(what())
    except BaseException as error:
        return type(error).__name__
def run(params: Params) -> Result:
    return Result(value=[
        attempt(lambda: open('{}/on-the-host').read()),
        attempt(lambda: open('/etc/shadow').read()),
        attempt(lambda: os.listdir('/root')),
        attempt(lambda: socket.create_connection(('127.0.0.1', 22), 2)),
        attempt(lambda: socket.create_connection(('1.1.1.1', 53), 2)),
        attempt(lambda: open('/usr/x', 'w')),
        attempt(lambda: open('/x', 'w')),
        attempt(lambda: open('/workflow/workflow.py', 'a')),
        attempt(lambda: subprocess.run(['unshare', '-U', 'true'], check=True)),
        [p for p in os.listdir('/proc') if p.isdigit() and int(p) > 50],
        sorted(os.environ),
    ])
",
            house.folder.display()
        ))
        .await;
    assert_eq!(run.run_status, RunStatus::Completed, "{run:?}");
    let value = run.result.unwrap()["value"].clone();
    let refused = value.as_array().unwrap()[..9].to_vec();
    let named = [
        "FileNotFoundError",
        "FileNotFoundError",
        "FileNotFoundError",
        "ConnectionRefusedError",
        "OSError",
        "OSError",
        "OSError",
        "PermissionError",
        "CalledProcessError",
    ];
    assert_eq!(json!(refused), json!(named), "{value}");
    assert_eq!(value[9], json!([]), "foreign processes are seen");
    let seen = value[10].to_string();
    assert!(
        !seen.contains("NEN_SECRET_KEY") && !seen.contains("API_KEY"),
        "{seen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_lines_is_cut_off() {
    let house = House::open().await;
    let run = house
        .run(
            "
def run(params: Params) -> Result:
    for n in range(20000):
        print('x' * 100)
    return Result(value=1)
",
        )
        .await;
    assert_eq!(run.run_status, RunStatus::Completed);
    let log = house.log(&run.message_id).await;
    assert!(log.contains("the log is full"), "no word about it");
    assert!(log.len() < 200_000, "{}", log.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn links_among_the_artifacts_lead_nowhere() {
    let house = House::open().await;
    let run = house
        .run(
            "
def run(params: Params) -> Result:
    os.symlink('/etc/passwd', '/artifacts/link')
    os.symlink('/proc/self/environ', '/artifacts/environ')
    os.mkfifo('/artifacts/pipe')
    return Result(value=1)
",
        )
        .await;
    assert_eq!((run.run_status, run.assets), (RunStatus::Completed, None));
}
