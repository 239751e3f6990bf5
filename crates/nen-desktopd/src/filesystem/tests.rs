use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use nen_protocol::folder::MAX_ENTRIES;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

use super::*;

fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "12345").unwrap();
    }
    folder
}

fn pipe(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("pipe");
    mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).unwrap();
    path
}

#[track_caller]
fn names(folder: &TempDir, pattern: &str) -> Vec<String> {
    let found = list(folder.path(), pattern).unwrap();
    found.files.into_iter().map(|file| file.name).collect()
}

fn write(path: &Path, text: &str) -> Write {
    let mut write = Write::begin(path.to_owned()).unwrap();
    write.add(text.as_bytes()).unwrap();
    write
}

fn text(path: &Path) -> String {
    let mut text = String::new();
    read(path).unwrap().0.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn home_and_needless_parts_are_resolved() {
    let home = Path::new("/home/user");
    for (given, meant) in [
        ("~", "/home/user"),
        ("~/Downloads/", "/home/user/Downloads"),
        ("~//a/./b", "/home/user/a/b"),
        ("/drive//x/", "/drive/x"),
        ("/", "/"),
    ] {
        assert_eq!(absolute(home, given), Path::new(meant), "{given}");
    }
}

#[test]
fn a_pattern_reaches_as_far_as_it_says() {
    let folder = folder(&[
        "b.csv",
        "a.csv",
        "c.txt",
        ".hidden.csv",
        "sub/d.csv",
        "sub/deep/e.csv",
        "other/f.csv",
    ]);
    assert_eq!(
        names(&folder, "*"),
        [".hidden.csv", "a.csv", "b.csv", "c.txt"]
    );
    assert_eq!(names(&folder, "[ab].csv"), ["a.csv", "b.csv"]);
    assert_eq!(names(&folder, "[!ab.].???"), ["c.txt"]);
    assert_eq!(names(&folder, "*/*.csv"), ["other/f.csv", "sub/d.csv"]);
    assert_eq!(
        names(&folder, "sub/**/*.csv"),
        ["sub/d.csv", "sub/deep/e.csv"]
    );
    assert_eq!(names(&folder, "**/*.csv").len(), 6);
    assert_eq!(names(&folder, "**").len(), 7);
    let found = list(folder.path(), "c.txt").unwrap();
    assert_eq!(found.path, folder.path().to_str().unwrap());
    assert_eq!(found.files[0].size, 5);
    assert!(found.files[0].modified > 1.7e9);
}

#[test]
fn a_listing_holds_regular_files_and_links_to_them() {
    let folder = folder(&["real", "sub/inside"]);
    pipe(&folder);
    for (to, link) in [
        ("real", "alias"),
        ("sub", "folder"),
        ("gone", "broken"),
        (".", "circle"),
    ] {
        symlink(to, folder.path().join(link)).unwrap();
    }
    assert_eq!(names(&folder, "*"), ["alias", "real"]);
    assert_eq!(names(&folder, "**"), ["alias", "real", "sub/inside"]);
    assert!(names(&folder, "x*").is_empty());
}

#[test]
fn what_cannot_be_listed_says_why() {
    let folder = folder(&["file"]);
    let missing = list(&folder.path().join("none"), "*");
    assert!(matches!(missing, Err(FileError::Missing(_))), "{missing:?}");
    for (path, pattern, reason) in [
        (folder.path().join("file"), "*", "is a file"),
        (folder.path().to_owned(), "a[", "pattern"),
        (folder.path().to_owned(), "a**b", "stands alone"),
    ] {
        let refused = list(&path, pattern).unwrap_err();
        assert!(matches!(refused, FileError::Refused(_)), "{refused:?}");
        assert!(refused.to_string().contains(reason), "{refused}");
    }
}

#[test]
fn a_search_that_would_not_end_is_refused() {
    let wide = tempfile::tempdir().unwrap();
    for number in 0..=MAX_ENTRIES {
        File::create(wide.path().join(number.to_string())).unwrap();
    }
    let deep = tempfile::tempdir().unwrap();
    fs::create_dir_all(deep.path().join("d/".repeat(40))).unwrap();
    for folder in [wide, deep] {
        let refused = list(folder.path(), "**/*.csv").unwrap_err().to_string();
        assert!(refused.contains("looked at"), "{refused}");
    }
}

#[test]
fn only_files_that_are_stored_are_read() {
    let folder = folder(&["real"]);
    symlink("real", folder.path().join("alias")).unwrap();
    assert_eq!(text(&folder.path().join("alias")), "12345");
    let pipe = pipe(&folder);
    for path in [
        &pipe,
        Path::new("/dev/zero"),
        Path::new("/proc/self/status"),
        folder.path(),
    ] {
        let refused = read(path).unwrap_err();
        assert!(matches!(refused, FileError::Refused(_)), "{refused:?}");
    }
    let missing = read(&folder.path().join("none"));
    assert!(matches!(missing, Err(FileError::Missing(_))), "{missing:?}");
}

#[test]
fn a_file_is_replaced_whole_and_keeps_its_mode() {
    let folder = folder(&["script"]);
    let path = folder.path().join("script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let under_way = write(&path, "new");
    assert_eq!(text(&path), "12345");
    assert_eq!(
        names(&folder, "*"),
        ["script"],
        "what is under way is not listed"
    );
    under_way.replace().unwrap();
    assert_eq!(text(&path), "new");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_write_that_is_broken_off_leaves_nothing() {
    let folder = folder(&["kept"]);
    drop(write(&folder.path().join("kept"), "half"));
    assert_eq!(text(&folder.path().join("kept")), "12345");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn appending_adds_to_the_end_and_makes_what_is_missing() {
    let folder = folder(&[]);
    let path = folder.path().join("new/log.txt");
    write(&path, "one\n").append().unwrap();
    write(&path, "two\n").append().unwrap();
    assert_eq!(text(&path), "one\ntwo\n");
    assert_eq!(names(&folder, "**"), ["new/log.txt"]);
}

#[test]
fn a_path_that_leads_nowhere_is_the_callers_fault() {
    let folder = folder(&[]);
    symlink("circle", folder.path().join("circle")).unwrap();
    for path in [
        folder.path().join("circle"),
        folder.path().join("x".repeat(300)),
    ] {
        let refused = read(&path).unwrap_err();
        assert!(matches!(refused, FileError::Refused(_)), "{refused:?}");
        let refused = Write::begin(path).unwrap_err();
        assert!(matches!(refused, FileError::Refused(_)), "{refused:?}");
    }
    let made = Write::begin(Path::new("/proc/planted/file").to_owned()).unwrap_err();
    assert!(!matches!(made, FileError::Failed { .. }), "{made:?}");
}

#[test]
fn nothing_but_a_regular_file_is_written_over() {
    let folder = folder(&[]);
    for path in [
        pipe(&folder),
        folder.path().to_owned(),
        "/dev/null".into(),
        "/".into(),
    ] {
        let refused = Write::begin(path).unwrap_err();
        assert!(matches!(refused, FileError::Refused(_)), "{refused:?}");
    }
}
