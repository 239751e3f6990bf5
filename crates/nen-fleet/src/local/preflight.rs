//! Whether this machine has what desktops need.

use std::process::{Command, Stdio};

use super::{LocalConfig, disks, probe, sandbox};
use crate::Check;
use crate::machine::checks::{device, program, way_to_data};
use nen_host::{Mode, network};

/// Programs, what they are for, and the Debian package with them.
const PROGRAMS: [(&str, &str, &str); 12] = [
    ("bwrap", "isolates desktops", "bubblewrap"),
    ("slirp4netns", "carries their network", "slirp4netns"),
    ("nft", "closes private addresses to them", "nftables"),
    ("Xvnc", "is their screen", "tigervnc-standalone-server"),
    ("xkbcomp", "makes their keyboard", "x11-xkb-utils"),
    ("openbox", "manages their windows", "openbox"),
    ("tint2", "is their task bar", "tint2"),
    ("hsetroot", "paints their wallpaper", "hsetroot"),
    ("chromium", "is their browser", "chromium"),
    ("lxterminal", "is their terminal", "lxterminal"),
    ("pcmanfm", "is their file manager", "pcmanfm"),
    ("mousepad", "is their editor", "mousepad"),
];

/// What to write with: a language's characters, and the Debian package with a font for them. Matters of degree.
const FONTS: [(&str, &str, &str); 3] = [
    ("Latin, Greek and Cyrillic", ":lang=ru", "fonts-dejavu-core"),
    ("Chinese, Japanese and Korean", ":lang=zh", "fonts-noto-cjk"),
    (
        "emoji",
        ":family=Noto Color Emoji",
        "fonts-noto-color-emoji",
    ),
];

/// Looks at everything; takes some tens of milliseconds.
pub(super) async fn checks(config: &LocalConfig, mode: &Mode) -> Vec<Check> {
    let (config, mode) = (config.clone(), mode.clone());
    tokio::task::spawn_blocking(move || all(&config, &mode))
        .await
        .unwrap_or_default()
}

fn all(config: &LocalConfig, mode: &Mode) -> Vec<Check> {
    let mut checks: Vec<Check> = PROGRAMS
        .iter()
        .map(|(name, purpose, package)| program(name, purpose, package))
        .collect();
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        checks.push(way_to_data(&config.data_dir));
    }
    checks.push(device(is_root));
    if checks.iter().all(|check| check.ok) {
        checks.push(namespaces(config, is_root));
    }
    checks.push(limits(mode));
    checks.push(disks::check(config));
    checks.extend(
        FONTS
            .iter()
            .filter_map(|(name, pattern, package)| font(name, pattern, package)),
    );
    checks
}

/// Goes the way of a real desktop, as the user it would have, up to a sandbox with nothing in it.
fn namespaces(config: &LocalConfig, is_root: bool) -> Check {
    let user = is_root.then_some(config.first_uid);
    let (ok, detail) = match probe::run(config, &sandbox::probe(network::rules(&[], &[])), user) {
        Ok(output) if output.status.success() => {
            (true, "can be made by an unprivileged user".to_owned())
        }
        Ok(output) => (
            false,
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ),
        Err(error) => (false, format!("could not be tried: {error}")),
    };
    Check {
        name: "user namespaces".to_owned(),
        ok,
        required: true,
        detail,
        fix: (!ok).then(|| {
            "sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=63000 \
             kernel.apparmor_restrict_unprivileged_userns=0 (those that exist); in a container, allow user namespaces and mounts"
                .to_owned()
        }),
    }
}

fn limits(mode: &Mode) -> Check {
    let ok = *mode != Mode::Rlimits;
    Check {
        name: "limits".to_owned(),
        ok,
        required: false,
        detail: mode.describe(),
        fix: (!ok).then(|| "run as root, or as a systemd unit with Delegate=yes".to_owned()),
    }
}

/// Nothing is said when fontconfig cannot be asked.
fn font(name: &str, pattern: &str, package: &str) -> Option<Check> {
    let output = Command::new("fc-list")
        .arg(pattern)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let ok = !output.stdout.is_empty();
    Some(Check {
        name: format!("font for {name}"),
        ok,
        required: false,
        detail: if ok {
            "found"
        } else {
            "not found: these characters are shown as boxes"
        }
        .to_owned(),
        fix: (!ok).then(|| format!("apt install {package}")),
    })
}
