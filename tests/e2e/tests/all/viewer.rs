//! The viewer's own tests, in a real browser, against a real desktop.

use std::process::Command;

use nen_e2e::{Server, repository};

#[test]
fn the_live_view_in_a_real_browser() {
    let server = Server::start();
    let output = Command::new("npm")
        .args(["run", "--silent", "test-view"])
        .current_dir(repository().join("web"))
        .env("NEN_URL", server.url())
        .env("NEN_API_KEY", server.key())
        .output()
        .expect("npm, which `make setup` brings");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
