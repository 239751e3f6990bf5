//! The program: prints where it listens, and plays the file.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::Value;

#[test]
fn the_program_prints_its_address_and_plays_the_file() {
    let mut script = tempfile::NamedTempFile::new().unwrap();
    script.write_all(br#"[{"text": "hello"}]"#).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_nen-scripted-model"))
        .arg("--script")
        .arg(script.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let printed: Value = serde_json::from_str(&line).unwrap();
    let url = format!("{}/v1/chat/completions", printed["url"].as_str().unwrap());
    let body = r#"{"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}"#;
    let answer = ureq::post(&url)
        .send(body)
        .map(|mut response| response.body_mut().read_to_string().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.unwrap().contains("hello"));
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_nen-scripted-model"))
        .args(["--script", "/nothing", "--listen", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("loopback"));
}
