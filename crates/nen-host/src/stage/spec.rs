//! What a stage is told in its file.

use serde::{Deserialize, Serialize};

use crate::disk::Disk;

/// What a stage prepares, and the program that it then becomes. Of descriptors the file knows places only: they come
/// by the handshake, and a place is that in the list that was handed over, from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spec {
    /// Make a user namespace and a network namespace with these rules, in nft's language, and wait until the network is
    /// up. None: the namespaces stay as they are.
    pub rules: Option<String>,
    /// Place of a descriptor of a process (pidfd) in whose user and network namespaces the rules are to hold; the stage enters
    /// them and is root there. None: it makes its own.
    pub enter: Option<usize>,
    /// The rules are guarded: what their guard needs in the namespace is opened and handed to the server.
    pub guarded: bool,
    /// Mount this disk, become its user, and lose what root may. None: the files are as they are.
    pub disk: Option<Disk>,
    /// Make the tunnel device usable for this user, become the user, and lose what root may.
    pub tunnel_for: Option<u32>,
    /// Most files that each process may have open; less where this machine allows less. None: as it is.
    pub open_files: Option<u64>,
    /// Most bytes of a file that a process writes. None: as it is.
    pub file_size: Option<u64>,
    /// Most processes of the user.
    pub processes: Option<u64>,
    /// Place of the descriptor that becomes the program's standard input. None: there is nothing to read.
    pub stdin: Option<usize>,
    /// Looked for in `PATH`.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// One argument of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Argument {
    /// The number that the descriptor at this place has in the program.
    Descriptor(usize),
    /// As it is.
    Text(String),
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_descriptor_and_text_stays_text() {
        let spec = Spec {
            program: "bwrap".to_owned(),
            arguments: vec!["--sync-fd".into(), Argument::Descriptor(1), "1".into()],
            ..Spec::default()
        };
        let text = serde_json::to_string(&spec).unwrap();
        assert!(text.contains(r#"["--sync-fd",1,"1"]"#), "{text}");
        assert_eq!(serde_json::from_str::<Spec>(&text).unwrap(), spec);
    }
}
