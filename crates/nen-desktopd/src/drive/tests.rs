use std::io::Read as _;
use std::os::unix::fs::symlink;

use super::*;

struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("nen-drive-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("drive")).unwrap();
        std::fs::write(path.join("secret"), "host").unwrap();
        Self(path)
    }

    fn drive(&self) -> Drive {
        Drive::open(&self.0.join("drive")).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn store(drive: &Drive, folder: &str, name: &str, content: &str) {
    let mut upload = drive.upload(folder, name).unwrap();
    upload.write(content.as_bytes()).unwrap();
    assert_eq!(upload.finish().unwrap(), content.len() as u64);
}

fn load(drive: &Drive, folder: &str, name: &str) -> String {
    let mut text = String::new();
    let (mut file, _) = drive.read(folder, name).unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn stores_replaces_lists_and_removes() {
    let folder = Folder::new("stores");
    let drive = folder.drive();
    store(&drive, "a/b", "x.txt", "one");
    store(&drive, "a/b", "x.txt", "two");
    assert_eq!(load(&drive, "a/b", "x.txt"), "two");
    let list = drive.list("a").unwrap();
    assert_eq!(
        (list[0].name.as_str(), list[0].is_dir, list[0].size),
        ("b", true, 0)
    );
    assert!(matches!(
        drive.remove("a", "b"),
        Err(DriveError::NotAFile(_))
    ));
    drive.remove("a/b", "x.txt").unwrap();
    drive.remove("a", "b").unwrap();
    assert!(matches!(
        drive.remove("a", "b"),
        Err(DriveError::NotFound(_))
    ));
}

#[test]
fn an_upload_that_is_broken_off_leaves_the_old_file_and_nothing_else() {
    let folder = Folder::new("broken");
    let drive = folder.drive();
    store(&drive, "", "x", "old");
    let mut upload = drive.upload("", "x").unwrap();
    upload.write(b"half").unwrap();
    assert_eq!(
        drive.list("").unwrap().len(),
        1,
        "what is under way is not listed"
    );
    drop(upload);
    assert_eq!(load(&drive, "", "x"), "old");
    assert_eq!(
        std::fs::read_dir(folder.0.join("drive")).unwrap().count(),
        1
    );
}

#[test]
fn no_link_leads_out() {
    let folder = Folder::new("links");
    let drive = folder.drive();
    store(&drive, "", "inside", "in");
    let root = folder.0.join("drive");
    symlink("../secret", root.join("out")).unwrap();
    symlink(folder.0.join("secret"), root.join("absolute")).unwrap();
    symlink("..", root.join("up")).unwrap();
    symlink("inside", root.join("alias")).unwrap();
    symlink("/proc/self/root", root.join("magic")).unwrap();
    for name in ["out", "absolute"] {
        assert!(
            matches!(drive.read("", name), Err(DriveError::NotFound(_))),
            "{name}"
        );
    }
    assert!(matches!(
        drive.read("up", "secret"),
        Err(DriveError::NotFound(_))
    ));
    assert!(drive.upload("up", "planted").is_err());
    assert!(drive.list("magic").is_err());
    assert_eq!(load(&drive, "", "alias"), "in");
    let names: Vec<_> = drive
        .list("")
        .unwrap()
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    assert_eq!(names, ["alias", "inside"]);
    store(&drive, "", "out", "replaces the link itself");
    assert_eq!(
        std::fs::read_to_string(folder.0.join("secret")).unwrap(),
        "host"
    );
}
