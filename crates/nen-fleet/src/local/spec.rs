//! What a stage is told in its file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One stage's task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stage {
    /// Become a desktop.
    Sandbox(Sandbox),
    /// Become the network of a desktop.
    Network(NetworkHelper),
    /// Make the namespaces of a desktop with these rules, run `true` in a sandbox and end: for `nen doctor`.
    Probe {
        /// In nft's language.
        rules: String,
    },
}

/// A desktop's namespaces, and what can be seen in them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sandbox {
    /// Folder of the files shared by all desktops, see [`super::image`].
    pub image: PathBuf,
    /// The desktop's own folder.
    pub folder: PathBuf,
    /// Rules for its network namespace, in nft's language. None: no network but its loopback.
    pub rules: Option<String>,
    /// Limit on processes of its user, where there is no cgroup to do it better.
    pub process_limit: Option<u64>,
    /// What runs in it.
    pub command: Vec<String>,
}

/// The process outside that carries a desktop's packets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct NetworkHelper {
    /// The process in whose namespace the desktop will be.
    pub target: i32,
    /// Let the desktop reach the host's loopback as 10.0.2.2; its rules decide about the ports.
    pub host_loopback: bool,
    /// Become this user and group after the preparations that need root.
    pub user: Option<u32>,
}
