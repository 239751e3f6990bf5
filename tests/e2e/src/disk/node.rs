use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::SystemTime;

/// Who may do what with a file, and when it was changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attributes {
    /// Permission bits.
    pub mode: u16,
    pub user: u32,
    pub group: u32,
    pub changed: SystemTime,
}

/// A file, folder, link or socket.
#[derive(Debug)]
pub(super) struct Node {
    pub kind: Kind,
    pub attributes: Attributes,
    /// What is safe of them.
    pub safe: Attributes,
    /// When they were changed last, as the tree counts.
    pub at: u64,
    /// Names that it has.
    pub links: u32,
}

#[derive(Debug)]
pub(super) enum Kind {
    File(Content),
    Folder(Names),
    Link(Vec<u8>),
    /// Sockets and pipes, as the kernel says it.
    Special(fuser::FileType),
}

/// Bytes of a file.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub live: Vec<u8>,
    pub safe: Vec<u8>,
    /// What leads from `safe` to `live`.
    pub unsynced: Vec<Change>,
}

#[derive(Debug, Clone)]
pub(super) enum Change {
    Write(usize, Vec<u8>),
    Size(usize),
}

/// Names in a folder.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub live: BTreeMap<OsString, u64>,
    pub safe: BTreeMap<OsString, u64>,
    /// What leads from `safe` to `live`: when, which name, and what it means from then on.
    pub unsynced: Vec<(u64, OsString, Option<u64>)>,
}

impl Content {
    pub fn change(&mut self, change: Change) {
        change.apply(&mut self.live);
        self.unsynced.push(change);
    }

    pub fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            change.apply(&mut self.safe);
        }
    }
}

impl Change {
    pub fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Size(size) => bytes.resize(*size, 0),
            Self::Write(offset, data) => {
                let end = offset + data.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(data);
            }
        }
    }
}

impl Names {
    pub fn set(&mut self, at: u64, name: &std::ffi::OsStr, node: Option<u64>) {
        put(&mut self.live, name, node);
        self.unsynced.push((at, name.to_owned(), node));
    }

    pub fn sync(&mut self) {
        self.unsynced.clear();
        self.safe.clone_from(&self.live);
    }

    /// The names as they are when the changes up to a moment have arrived.
    pub fn at(&self, moment: u64) -> BTreeMap<OsString, u64> {
        let mut names = self.safe.clone();
        for (_, name, node) in self.unsynced.iter().filter(|(at, ..)| *at <= moment) {
            put(&mut names, name, *node);
        }
        names
    }
}

fn put(names: &mut BTreeMap<OsString, u64>, name: &std::ffi::OsStr, node: Option<u64>) {
    match node {
        Some(node) => names.insert(name.to_owned(), node),
        None => names.remove(name),
    };
}
