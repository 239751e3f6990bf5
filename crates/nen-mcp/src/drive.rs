//! Paths on a desktop's drive, as models write them.

use crate::failure::Failure;
use nen_protocol::segment::escaped;

/// Where the drive is inside the desktop.
const ROOT: &str = "/drive";

/// The API's path of a folder's listing.
pub(crate) fn listing(desktop: &str, folder: &str) -> Result<String, Failure> {
    let folder = beneath(folder)?;
    Ok(format!(
        "/desktops/{}/files{}",
        escaped(desktop),
        query(folder)
    ))
}

/// The API's path of a file.
pub(crate) fn file(desktop: &str, path: &str) -> Result<String, Failure> {
    let path = beneath(path)?;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name.is_empty() {
        return Err(Failure::Argument(format!(
            "path {path:?} names a folder: give the path of a file, such as Downloads/invoice.pdf"
        )));
    }
    let (desktop, name) = (escaped(desktop), escaped(name));
    Ok(format!("/desktops/{desktop}/files/{name}{}", query(folder)))
}

/// The same path without the drive's own.
fn beneath(path: &str) -> Result<&str, Failure> {
    let inside = match path.strip_prefix(ROOT) {
        Some("") => "",
        Some(rest) if rest.starts_with('/') => rest.trim_start_matches('/'),
        _ => path,
    };
    if inside.starts_with(['/', '~']) {
        return Err(Failure::Argument(format!(
            "path {path:?} is not on the drive: only what is below {ROOT} can be reached; move the file there first, with nen_bash for example"
        )));
    }
    Ok(inside)
}

fn query(folder: &str) -> String {
    if folder.is_empty() {
        String::new()
    } else {
        format!("?path={}", escaped(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_of_the_drive_however_it_is_written() {
        for path in [
            "Downloads/a b.txt",
            "/drive/Downloads/a b.txt",
            "/drive//Downloads/a b.txt",
        ] {
            assert_eq!(
                file("dsk_1", path).unwrap(),
                "/desktops/dsk_1/files/a%20b.txt?path=Downloads"
            );
        }
        assert_eq!(file("dsk_1", "x").unwrap(), "/desktops/dsk_1/files/x");
        assert_eq!(listing("dsk_1", "").unwrap(), "/desktops/dsk_1/files");
        assert_eq!(listing("dsk_1", "/drive").unwrap(), "/desktops/dsk_1/files");
        assert_eq!(
            listing("dsk_1", "/drive/a/b").unwrap(),
            "/desktops/dsk_1/files?path=a%2Fb"
        );
    }

    #[test]
    fn what_is_not_on_the_drive_or_no_file_is_said_so() {
        for path in ["/etc/passwd", "~/x", "/driver/x"] {
            let error = file("dsk_1", path).unwrap_err().to_string();
            assert!(error.contains("not on the drive"), "{error}");
        }
        for path in ["", "/drive", "Downloads/"] {
            let error = file("dsk_1", path).unwrap_err().to_string();
            assert!(error.contains("names a folder"), "{error}");
        }
    }
}
