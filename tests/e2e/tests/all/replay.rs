//! What was done on real desktops and in real runs, played again.

use nen_e2e::{Cli, Desktop, Image, Options, Paint, Server, Window, Workflow, final_state, until};
use serde_json::{Value, json};

fn replay(desktop: &Desktop) -> Value {
    desktop.api().get(&desktop.path("/replay")).expect(200)
}

/// Acts, and waits until the picture after it is kept; answers the picture.
fn picture_after(desktop: &Desktop, action: &str, params: Value) -> Image {
    desktop.computer(action, params).expect(200);
    let path = until("the picture is kept", || {
        let steps = replay(desktop)["steps"].as_array().unwrap().clone();
        let last = steps.last().unwrap();
        last["screenshot"].as_str().map(str::to_owned)
    });
    let reply = desktop.api().get(&path).expect_raw(200);
    assert_eq!(reply.header("content-type"), "image/png");
    Image::from_png(&reply.body)
}

#[test]
fn the_picture_after_an_action_is_what_the_screen_showed() {
    let server = Server::start();
    let desktop = server.desktop();
    let before = picture_after(&desktop, "mouse_move", json!({"coordinate": [5, 5]}));
    assert_eq!(before.size(), (1280, 800));
    let _window = Window::open(&desktop, Paint::Plain);
    let seen = desktop.look();
    let after = picture_after(&desktop, "left_click", json!({"coordinate": [640, 400]}));
    assert_ne!(
        after.pixel(640, 420),
        before.pixel(640, 420),
        "the window is there"
    );
    assert_eq!(seen.size(), after.size());

    let told = replay(&desktop);
    let click = told["steps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(click["call"], "computer.left_click");
    assert_eq!(click["coordinate"], json!([640, 400]));
    assert_eq!(told["display"], json!({"width": 1280, "height": 800}));

    let animation = desktop
        .api()
        .get(&desktop.path("/replay.webp?speed=100"))
        .expect_raw(200);
    assert_eq!(animation.header("content-type"), "image/webp");
    assert!(
        frames(&animation.body) >= 2,
        "{} frames",
        frames(&animation.body)
    );

    // The command line saves the same, and does not write over what is there.
    let cli = Cli::new(&server);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (webp, trajectory) = (file("a.webp"), file("a.json"));
    for target in [&webp, &trajectory] {
        cli.good(&["desktop", "replay", desktop.id(), "-o", target]);
    }
    let again = cli.run(&["desktop", "replay", desktop.id(), "-o", &webp]);
    assert_ne!(again.code, 0, "{again:?}");
    assert!(frames(&std::fs::read(&webp).unwrap()) >= 2);
    let kept: Value = serde_json::from_slice(&std::fs::read(&trajectory).unwrap()).unwrap();
    let picture = kept["steps"].as_array().unwrap().last().unwrap()["screenshot"].clone();
    assert!(
        picture
            .as_str()
            .unwrap()
            .starts_with("data:image/png;base64,")
    );

    // A day to look at it when the agent has deleted its desktop.
    desktop.delete();
    assert_eq!(replay(&desktop)["steps"], told["steps"]);
    let list = server.api().get("/desktops?deleted=true").expect(200);
    assert_eq!(list[0]["desktop_id"], desktop.id());
}

#[test]
fn no_pictures_are_kept_where_none_are_wanted() {
    let server = Server::start_with(Options::with(&["--history-mb", "0"]));
    let desktop = server.desktop();
    desktop
        .computer("left_click", json!({"coordinate": [9, 9]}))
        .expect(200);
    let steps = replay(&desktop)["steps"].clone();
    assert_eq!(steps[0]["call"], "computer.left_click");
    assert_eq!(steps[0]["screenshot"], Value::Null);
    desktop
        .api()
        .get(&desktop.path("/replay.webp"))
        .refused(404, "picture");
    assert!(!server.data_dir().join("history").exists());
}

#[test]
fn a_run_is_replayed_after_its_end() {
    let server = Server::start();
    let api = server.api();
    let workflow = Workflow::of(
        &api,
        "
def run(params: Params) -> Result:
    screen = Computer()
    screen.click_at(100, 200)
    screen.type('hello')
    return Result(value=params.n)
",
    );
    let run = workflow.start(json!({}));
    assert_eq!(final_state(&api, &run)["run_status"], "completed");
    let told = api.get(&format!("/runs/{run}/replay")).expect(200);
    let calls: Vec<_> = told["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["call"].clone())
        .collect();
    assert_eq!(calls, ["computer.click_at", "computer.type"]);
    assert_eq!(told["steps"][0]["coordinate"], json!([100, 200]));
    assert_eq!(told["display"], json!({"width": 1280, "height": 800}));
    assert!(told["ended_at"].as_f64() >= told["started_at"].as_f64());
    assert!(
        !told.to_string().contains("hello"),
        "what was typed is not told"
    );
    let animation = api.get(&format!("/runs/{run}/replay.webp")).expect_raw(200);
    assert!(frames(&animation.body) >= 1);
    let usage = api.get("/usage?days=1").expect(200);
    assert_eq!(
        (&usage["days"][0]["runs"], &usage["days"][0]["runs_failed"]),
        (&json!(1), &json!(0))
    );
}

/// Frames of an animated WebP.
fn frames(webp: &[u8]) -> usize {
    assert_eq!((&webp[..4], &webp[8..12]), (&b"RIFF"[..], &b"WEBP"[..]));
    webp.windows(4).filter(|name| name == b"ANMF").count()
}
