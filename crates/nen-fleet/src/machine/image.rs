//! Files that are the same for every desktop, written once into the data folder and mounted read-only.
//!
//! ```text
//! image/bin/nen           a copy of this binary: controller, and launcher under its other name
//! image/bin/nen-launch
//! image/bin/chromium      the launcher again, for who types it in a terminal
//! image/etc/…             mounted file by file over the desktop's /etc
//! image/guarded/…         the same for desktops whose network is guarded, where it differs
//! image/share/…           mounted at /opt/nen/share
//! ```

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rust_embed::RustEmbed;

use nen_host::{keep_copy, network};

/// Folder of what differs where the network is guarded.
const GUARDED: &str = "guarded";

/// Who answers for names.
const RESOLVERS: &str = "resolv.conf";

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../nen-desktopd/assets/etc"]
struct Etc;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../nen-desktopd/assets/share"]
struct Share;

/// Names below `/etc` that are ours, such as `passwd` and `chromium/policies/managed/nen.json`.
pub(crate) fn etc_files() -> Vec<String> {
    Etc::iter().map(|path| path.into_owned()).collect()
}

/// The folder of the image that a desktop has a file of `/etc` from.
pub(crate) fn folder_of(name: &str, guarded: bool) -> &'static str {
    match guarded && name == RESOLVERS {
        true => GUARDED,
        false => "etc",
    }
}

/// Brings the image up to date. Files are replaced, never changed: running desktops keep what they have.
pub(crate) fn write(image: &Path, nen: &Path) -> io::Result<()> {
    for folder in ["", "bin", "etc", GUARDED, "share"] {
        readable_folder(&image.join(folder))?;
    }
    for name in Etc::iter() {
        let Some(file) = Etc::get(&name) else {
            continue;
        };
        let mut content = file.data.into_owned();
        if name == "hosts" {
            content.extend(format!("{} host.nen\n", network::HOST).bytes());
        }
        put(&image.join("etc"), Path::new(&*name), &content)?;
    }
    let resolvers = network::resolv_conf(network::GUARD);
    put(
        &image.join(GUARDED),
        Path::new(RESOLVERS),
        resolvers.as_bytes(),
    )?;
    for name in Share::iter() {
        if let Some(file) = Share::get(&name) {
            put(&image.join("share"), Path::new(&*name), &file.data)?;
        }
    }
    keep_copy(nen, &image.join("bin/nen"))?;
    for name in ["nen-launch", "chromium"] {
        let launcher = image.join("bin").join(name);
        if fs::read_link(&launcher).is_err() {
            std::os::unix::fs::symlink("nen", launcher)?;
        }
    }
    Ok(())
}

fn put(base: &Path, name: &Path, content: &[u8]) -> io::Result<()> {
    let path = base.join(name);
    if fs::read(&path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    let above: Vec<&Path> = name
        .ancestors()
        .skip(1)
        .filter(|above| !above.as_os_str().is_empty())
        .collect();
    above
        .into_iter()
        .rev()
        .try_for_each(|above| readable_folder(&base.join(above)))?;
    let partial = path.with_extension("new");
    fs::write(&partial, content)?;
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o644))?;
    fs::rename(partial, path)
}

/// Whatever the server's umask is, desktops' users can read the image.
fn readable_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_holds_what_is_mounted() {
        let temp = tempfile::tempdir().unwrap();
        let image = temp.path().join("image");
        let nen = temp.path().join("nen");
        fs::write(&nen, "binary").unwrap();
        write(&image, &nen).unwrap();
        for name in etc_files() {
            assert!(image.join("etc").join(&name).is_file(), "{name}");
        }
        assert!(
            fs::read_to_string(image.join("etc/hosts"))
                .unwrap()
                .contains("10.0.2.2 host.nen")
        );
        let guarded = fs::read_to_string(image.join(GUARDED).join(RESOLVERS)).unwrap();
        assert!(guarded.starts_with("nameserver 127.0.0.1\n"), "{guarded}");
        for name in ["nen-launch", "chromium"] {
            assert_eq!(fs::read(image.join("bin").join(name)).unwrap(), b"binary");
        }
        fs::write(&nen, "another").unwrap();
        write(&image, &nen).unwrap();
        assert_eq!(fs::read(image.join("bin/nen")).unwrap(), b"another");
    }
}
