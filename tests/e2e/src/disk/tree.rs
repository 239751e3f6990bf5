use std::collections::HashMap;
use std::ffi::OsStr;
use std::time::SystemTime;

use fuser::Errno;

use super::node::{Attributes, Change, Content, Kind, Names, Node};

/// The root's number, as FUSE has it.
pub(super) const ROOT: u64 = 1;

/// All files of a disk.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: HashMap<u64, Node>,
    next: u64,
    /// Changes of names and attributes so far.
    count: u64,
    /// Set by a power cut: nothing can be done any more, and this is what the next start finds.
    survivor: Option<Box<Tree>>,
}

impl Tree {
    pub fn empty() -> Self {
        let now = SystemTime::now();
        // As a data folder of a server that is root has to be.
        let attributes = Attributes {
            mode: 0o711,
            user: 0,
            group: 0,
            changed: now,
        };
        let root = Node {
            kind: Kind::Folder(Names::default()),
            attributes,
            safe: attributes,
            at: 0,
            links: 1,
        };
        Self::of([(ROOT, root)].into())
    }

    /// A disk with these files, which are safe; links are counted here.
    pub fn of(mut nodes: HashMap<u64, Node>) -> Self {
        let named: Vec<u64> = nodes
            .values()
            .filter_map(|node| match &node.kind {
                Kind::Folder(names) => Some(names.live.values().copied().collect::<Vec<_>>()),
                _ => None,
            })
            .flatten()
            .collect();
        for number in named.into_iter().chain([ROOT]) {
            if let Some(node) = nodes.get_mut(&number) {
                node.links += 1;
            }
        }
        Self {
            next: nodes.keys().max().copied().unwrap_or(ROOT) + 1,
            nodes,
            count: 0,
            survivor: None,
        }
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// The earliest moment from which something is not safe yet, or now.
    pub fn oldest_unsynced(&self) -> u64 {
        let names = self.nodes.values().filter_map(|node| match &node.kind {
            Kind::Folder(names) => names.unsynced.first().map(|(at, ..)| *at),
            _ => None,
        });
        names.min().unwrap_or(self.count)
    }

    pub fn die(&mut self, survivor: Self) {
        self.survivor = Some(Box::new(survivor));
    }

    pub fn take_survivor(&mut self) -> Option<Self> {
        self.survivor.take().map(|tree| *tree)
    }

    pub fn alive(&self) -> Result<(), Errno> {
        match self.survivor {
            None => Ok(()),
            Some(_) => Err(Errno::EIO),
        }
    }

    pub fn node(&self, number: u64) -> &Node {
        &self.nodes[&number]
    }

    pub fn names(&self, folder: u64) -> Result<&Names, Errno> {
        match &self.find(folder)?.kind {
            Kind::Folder(names) => Ok(names),
            _ => Err(Errno::ENOTDIR),
        }
    }

    pub fn find(&self, number: u64) -> Result<&Node, Errno> {
        self.alive()?;
        self.nodes.get(&number).ok_or(Errno::ESTALE)
    }

    pub fn find_mut(&mut self, number: u64) -> Result<&mut Node, Errno> {
        self.alive()?;
        self.nodes.get_mut(&number).ok_or(Errno::ESTALE)
    }

    pub fn lookup(&self, folder: u64, name: &OsStr) -> Result<u64, Errno> {
        let found = self.names(folder)?.live.get(name);
        found.copied().ok_or(Errno::ENOENT)
    }

    pub fn content(&mut self, number: u64) -> Result<&mut Content, Errno> {
        match &mut self.find_mut(number)?.kind {
            Kind::File(content) => Ok(content),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Makes something new under a name.
    pub fn make(
        &mut self,
        folder: u64,
        name: &OsStr,
        kind: Kind,
        mode: u32,
        (user, group): (u32, u32),
    ) -> Result<u64, Errno> {
        if self.lookup(folder, name).is_ok() {
            return Err(Errno::EEXIST);
        }
        let attributes = Attributes {
            mode: u16::try_from(mode & 0o7777).unwrap(),
            user,
            group,
            changed: SystemTime::now(),
        };
        let number = self.next;
        self.next += 1;
        let node = Node {
            kind,
            attributes,
            safe: attributes,
            at: 0,
            links: 0,
        };
        self.nodes.insert(number, node);
        self.count += 1;
        self.name(folder, name, Some(number))?;
        Ok(number)
    }

    /// Gives a file another name beside those that it has.
    pub fn link(&mut self, number: u64, folder: u64, name: &OsStr) -> Result<(), Errno> {
        if self.lookup(folder, name).is_ok() {
            return Err(Errno::EEXIST);
        }
        self.count += 1;
        self.name(folder, name, Some(number))
    }

    pub fn remove(&mut self, folder: u64, name: &OsStr, is_folder: bool) -> Result<(), Errno> {
        let number = self.lookup(folder, name)?;
        match (&self.find(number)?.kind, is_folder) {
            (Kind::Folder(_), false) => return Err(Errno::EISDIR),
            (Kind::Folder(names), true) if !names.live.is_empty() => return Err(Errno::ENOTEMPTY),
            (Kind::Folder(_), true) => {}
            (_, true) => return Err(Errno::ENOTDIR),
            (_, false) => {}
        }
        self.count += 1;
        self.name(folder, name, None)
    }

    pub fn rename(
        &mut self,
        (from, name): (u64, &OsStr),
        (to, new_name): (u64, &OsStr),
        replaces: bool,
    ) -> Result<(), Errno> {
        let number = self.lookup(from, name)?;
        if let Ok(there) = self.lookup(to, new_name) {
            if !replaces {
                return Err(Errno::EEXIST);
            }
            if there == number {
                return Ok(());
            }
            if matches!(&self.find(there)?.kind, Kind::Folder(names) if !names.live.is_empty()) {
                return Err(Errno::ENOTEMPTY);
            }
        }
        // One change, so that a journal has both halves or none.
        self.count += 1;
        self.name(to, new_name, Some(number))?;
        self.name(from, name, None)
    }

    fn name(&mut self, folder: u64, name: &OsStr, node: Option<u64>) -> Result<(), Errno> {
        let (count, before) = (self.count, self.lookup(folder, name).ok());
        let owner = self.find_mut(folder)?;
        owner.attributes.changed = SystemTime::now();
        let Kind::Folder(names) = &mut owner.kind else {
            return Err(Errno::ENOTDIR);
        };
        names.set(count, name, node);
        if let Some(node) = node {
            self.find_mut(node)?.links += 1;
        }
        if let Some(before) = before {
            self.find_mut(before)?.links -= 1;
        }
        Ok(())
    }

    pub fn write(&mut self, number: u64, offset: usize, data: &[u8]) -> Result<(), Errno> {
        self.content(number)?
            .change(Change::Write(offset, data.to_vec()));
        self.find_mut(number)?.attributes.changed = SystemTime::now();
        Ok(())
    }

    pub fn set_attributes(
        &mut self,
        number: u64,
        set: impl FnOnce(&mut Attributes),
    ) -> Result<(), Errno> {
        self.count += 1;
        let count = self.count;
        let node = self.find_mut(number)?;
        set(&mut node.attributes);
        node.at = count;
        Ok(())
    }

    /// Makes a file or folder safe.
    pub fn sync(&mut self, number: u64) -> Result<(), Errno> {
        let node = self.find_mut(number)?;
        node.safe = node.attributes;
        match &mut node.kind {
            Kind::File(content) => content.sync(),
            Kind::Folder(names) => names.sync(),
            Kind::Link(_) | Kind::Special(_) => {}
        }
        Ok(())
    }
}
