//! `nen demo` is the first thing that anybody runs.

use std::process::Command;
use std::time::{Duration, Instant};

use nen_e2e::binary;

#[test]
fn the_demo_holds_what_it_promises() {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let output = Command::new(binary("nen"))
        .args(["demo", "--script", "--output"])
        .arg(folder.path().join("demo-output"))
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{text}");
    assert!(began.elapsed() < Duration::from_secs(120));
    assert!(
        text.contains("/view/dsk_"),
        "the link to the live view: {text}"
    );
    let pictures = std::fs::read_dir(folder.path().join("demo-output")).unwrap();
    let pictures = pictures
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|e| e == "png")
        })
        .count();
    assert!(pictures >= 5, "{pictures} pictures\n{text}");
}
