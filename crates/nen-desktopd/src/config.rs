use std::collections::BTreeMap;
use std::path::PathBuf;

use nen_protocol::Size;
use nen_protocol::desktop::DEFAULT_DISPLAY;
use nen_protocol::tools;
use serde::{Deserialize, Serialize};

/// What a controller is told about its desktop, as JSON in the file named on its command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Screen size in pixels.
    pub display: Size,
    /// Tools it offers.
    pub tools: Vec<String>,
    /// Environment of the desktop's programs.
    pub env: BTreeMap<String, String>,
    /// A web page to open at once.
    pub start_url: Option<String>,
    /// It is started for nobody yet: which tools it offers is said when it is claimed.
    pub unclaimed: bool,
    /// Where sockets go and a last word is left.
    pub run_dir: PathBuf,
    /// Root of the files API.
    pub drive: PathBuf,
    /// The user's home, filled from `share/home` where empty.
    pub home: PathBuf,
    /// Themes, menus, wallpaper: the `share` folder of this crate's assets.
    pub share: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            display: DEFAULT_DISPLAY,
            tools: tools::default_tools(),
            env: BTreeMap::new(),
            start_url: None,
            unclaimed: false,
            run_dir: "/run/nen".into(),
            drive: "/drive".into(),
            home: "/home/user".into(),
            share: "/opt/nen/share".into(),
        }
    }
}

impl Config {
    /// The controller's socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.run_dir.join("controller.sock")
    }

    /// The X server's own socket for viewers.
    pub(crate) fn rfb_socket(&self) -> PathBuf {
        self.run_dir.join("rfb.sock")
    }

    /// Where the reason is left when the desktop cannot go on.
    pub(crate) fn exit_reason(&self) -> PathBuf {
        self.run_dir.join("exit-reason")
    }
}
