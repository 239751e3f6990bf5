use std::path::{Path, PathBuf};

/// The folder of the whole project.
pub fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("tests/e2e is two below the root")
}

/// A program that was built beside this test: `nen`, `test-window`.
pub fn binary(name: &str) -> PathBuf {
    // …/target/release/deps/actions-0123 → …/target/release
    let test = std::env::current_exe().expect("the test's own path");
    let folder = test.ancestors().nth(2).expect("a target folder");
    let path = folder.join(name);
    assert!(
        path.exists(),
        "{} is not there: run `make build`",
        path.display()
    );
    path
}
