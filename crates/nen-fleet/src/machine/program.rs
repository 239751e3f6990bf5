//! What runs in every desktop, whatever its walls are made of.

use serde_json::json;

use super::run_folder::{CONFIG, RUN};
use crate::DesktopSpec;

/// The user's home in it.
pub(crate) const HOME: &str = "/home/user";

/// Where the drive is in it.
pub(crate) const DRIVE: &str = "/drive";

/// Where our own programs and files are in it.
pub(crate) const NEN: &str = "/opt/nen";

/// Environment of every desktop. The caller's own is in the controller's configuration: arguments of a process can
/// be read by anybody on the host.
pub(crate) const ENV: [(&str, &str); 16] = [
    ("HOME", "/home/user"),
    ("USER", "user"),
    ("LOGNAME", "user"),
    ("SHELL", "/bin/bash"),
    ("LANG", "C.UTF-8"),
    ("TERM", "xterm-256color"),
    ("PATH", "/opt/nen/bin:/usr/local/bin:/usr/bin:/bin"),
    ("XDG_RUNTIME_DIR", "/run/user/1000"),
    (
        "XDG_DATA_DIRS",
        "/opt/nen/share:/usr/local/share:/usr/share",
    ),
    ("XDG_CONFIG_DIRS", "/opt/nen/share/xdg:/etc/xdg"),
    ("FONTCONFIG_FILE", "/opt/nen/share/fonts.conf"),
    ("GTK2_RC_FILES", "/opt/nen/share/gtkrc-2.0"),
    ("GSETTINGS_BACKEND", "memory"),
    ("GTK_USE_PORTAL", "0"),
    ("NO_AT_BRIDGE", "1"),
    ("GTK_OVERLAY_SCROLLING", "0"),
];

/// Folders in memory: where, with which permissions, and which part of the desktop's memory they may take. Full, all of
/// them leave its programs something.
pub(crate) const IN_MEMORY: [(&str, &str, u64); 5] = [
    ("/tmp", "1777", 2),
    ("/dev/shm", "1777", 4),
    ("/var/tmp", "1777", 16),
    ("/run/user/1000", "0700", 16),
    (RUN, "0700", 64),
];

/// What runs as its controller.
pub(crate) fn command() -> [String; 3] {
    [
        format!("{NEN}/bin/nen"),
        "desktopd".to_owned(),
        format!("{RUN}/{CONFIG}"),
    ]
}

/// What the controller is told.
pub(crate) fn config(spec: &DesktopSpec) -> serde_json::Value {
    let create = &spec.create;
    json!({
        "display": { "width": create.display.width, "height": create.display.height },
        "tools": create.tools,
        "env": create.env,
        "start_url": create.start_url,
        "unclaimed": spec.unclaimed,
        "run_dir": RUN,
        "drive": DRIVE,
        "home": HOME,
    })
}

/// No file of a desktop needs to be larger than its disk. Files in memory count as well, and programs make them large
/// without filling them, so there is a least.
pub(crate) fn largest_file(disk_limit_mb: u64) -> Option<u64> {
    const LEAST_MB: u64 = 1024;
    (disk_limit_mb > 0).then(|| disk_limit_mb.max(LEAST_MB) << 20)
}
