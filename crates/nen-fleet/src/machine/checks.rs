//! Whether this machine has what desktops on it need, whatever their walls are made of.

use std::path::Path;

use nen_host::{find, network};

use super::data;
use crate::Check;

/// A program, what it is for, and the Debian package with it.
pub(crate) fn program(name: &str, purpose: &str, package: &str) -> Check {
    let found = find(name);
    Check {
        name: name.to_owned(),
        ok: found.is_some(),
        required: true,
        detail: found.as_ref().map_or_else(
            || format!("not found; it {purpose}"),
            |path| path.display().to_string(),
        ),
        fix: found.is_none().then(|| format!("apt install {package}")),
    }
}

/// Whether users that are not the server's can get to desktops' folders.
pub(crate) fn way_to_data(data_dir: &Path) -> Check {
    let there = data_dir
        .ancestors()
        .find_map(|folder| folder.canonicalize().ok().map(|found| (folder, found)));
    // The data folder itself is opened by the server; what is above it is not its business.
    let shut = there.and_then(|(asked, found)| {
        let shut = data::shut_folder(&found)?;
        (asked != data_dir || shut != found).then_some(shut)
    });
    Check {
        name: "data folder".to_owned(),
        ok: shut.is_none(),
        required: true,
        detail: shut.as_ref().map_or_else(
            || data_dir.display().to_string(),
            |shut| {
                format!(
                    "desktops run as other users than the server, who cannot pass through {}",
                    shut.display()
                )
            },
        ),
        fix: shut.map(|shut| format!("chmod o+x {}, or choose another --data-dir", shut.display())),
    }
}

/// Whether packets can be carried.
pub(crate) fn device(is_root: bool) -> Check {
    let there = Path::new("/dev/net/tun").exists();
    let ok = network::device_is_usable(is_root);
    Check {
        name: "/dev/net/tun".to_owned(),
        ok,
        required: true,
        detail: match (there, ok) {
            (true, true) => "usable".to_owned(),
            (false, true) => "made for each desktop".to_owned(),
            (true, false) => "only root may open it".to_owned(),
            (false, false) => "not there".to_owned(),
        },
        fix: (!ok).then(|| {
            if there {
                "chmod 666 /dev/net/tun (as root)"
            } else {
                "modprobe tun (as root)"
            }
            .to_owned()
        }),
    }
}
