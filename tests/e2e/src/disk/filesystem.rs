use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory,
    ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use super::node::{Change, Content, Kind, Names, Node};
use super::tree::Tree;

/// The kernel alone changes what is here, so it may believe what it knows.
const FOREVER: Duration = Duration::from_secs(3600);

/// A tree as FUSE asks for it.
#[derive(Debug)]
pub(super) struct Served(pub Arc<Mutex<Tree>>);

impl Served {
    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.0.lock().unwrap()
    }

    fn entry(&self, made: Result<u64, Errno>, reply: ReplyEntry) {
        let tree = self.tree();
        match made.and_then(|number| Ok(shown(number, tree.find(number)?))) {
            Ok(shown) => reply.entry(&FOREVER, &shown, Generation(0)),
            Err(error) => reply.error(error),
        }
    }
}

fn shown(number: u64, node: &Node) -> FileAttr {
    let (kind, size) = match &node.kind {
        Kind::File(content) => (FileType::RegularFile, content.live.len()),
        Kind::Folder(_) => (FileType::Directory, 0),
        Kind::Link(target) => (FileType::Symlink, target.len()),
        Kind::Special(kind) => (*kind, 0),
    };
    let attributes = node.attributes;
    FileAttr {
        ino: INodeNo(number),
        size: size as u64,
        blocks: size.div_ceil(512) as u64,
        atime: attributes.changed,
        mtime: attributes.changed,
        ctime: attributes.changed,
        crtime: attributes.changed,
        kind,
        perm: attributes.mode,
        nlink: node.links + u32::from(kind == FileType::Directory),
        uid: attributes.user,
        gid: attributes.group,
        rdev: 0,
        blksize: 4096,
        flags: 0,
    }
}

fn caller(request: &Request) -> (u32, u32) {
    (request.uid(), request.gid())
}

fn done(result: Result<(), Errno>, reply: ReplyEmpty) {
    match result {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

impl Filesystem for Served {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let found = self.tree().lookup(parent.0, name);
        self.entry(found, reply);
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.tree().find(ino.0) {
            Ok(node) => reply.attr(&FOREVER, &shown(ino.0, node)),
            Err(error) => reply.error(error),
        }
    }

    fn setattr(
        &self,
        _: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        uid: Option<u32>,
        gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let mut tree = self.tree();
        let resized = size.map_or(Ok(()), |size| {
            let size = usize::try_from(size).unwrap();
            tree.content(ino.0)
                .map(|content| content.change(Change::Size(size)))
        });
        let changed = match mtime {
            Some(TimeOrNow::SpecificTime(time)) => Some(time),
            Some(TimeOrNow::Now) => Some(SystemTime::now()),
            None => size.map(|_| SystemTime::now()),
        };
        let set = resized.and_then(|()| {
            tree.set_attributes(ino.0, |attributes| {
                let bits = |mode: u32| u16::try_from(mode & 0o7777).unwrap();
                attributes.mode = mode.map_or(attributes.mode, bits);
                attributes.user = uid.unwrap_or(attributes.user);
                attributes.group = gid.unwrap_or(attributes.group);
                attributes.changed = changed.unwrap_or(attributes.changed);
            })
        });
        match set.and_then(|()| Ok(shown(ino.0, tree.find(ino.0)?))) {
            Ok(shown) => reply.attr(&FOREVER, &shown),
            Err(error) => reply.error(error),
        }
    }

    fn readlink(&self, _: &Request, ino: INodeNo, reply: ReplyData) {
        match self.tree().find(ino.0).map(|node| &node.kind) {
            Ok(Kind::Link(target)) => reply.data(target),
            Ok(_) => reply.error(Errno::EINVAL),
            Err(error) => reply.error(error),
        }
    }

    fn mknod(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        _rdev: u32,
        reply: ReplyEntry,
    ) {
        let kind = match rustix::fs::FileType::from_raw_mode(mode) {
            rustix::fs::FileType::RegularFile => Kind::File(Content::default()),
            rustix::fs::FileType::Socket => Kind::Special(FileType::Socket),
            rustix::fs::FileType::Fifo => Kind::Special(FileType::NamedPipe),
            _ => return reply.error(Errno::EPERM),
        };
        let made = self
            .tree()
            .make(parent.0, name, kind, mode, caller(request));
        self.entry(made, reply);
    }

    fn mkdir(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        reply: ReplyEntry,
    ) {
        let kind = Kind::Folder(Names::default());
        let made = self
            .tree()
            .make(parent.0, name, kind, mode, caller(request));
        self.entry(made, reply);
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        done(self.tree().remove(parent.0, name, false), reply);
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        done(self.tree().remove(parent.0, name, true), reply);
    }

    fn symlink(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        target: &Path,
        reply: ReplyEntry,
    ) {
        let kind = Kind::Link(target.as_os_str().as_bytes().to_vec());
        let made = self
            .tree()
            .make(parent.0, name, kind, 0o777, caller(request));
        self.entry(made, reply);
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        if !(flags - RenameFlags::RENAME_NOREPLACE).is_empty() {
            return reply.error(Errno::EINVAL);
        }
        let replaces = flags.is_empty();
        let renamed = self
            .tree()
            .rename((parent.0, name), (newparent.0, newname), replaces);
        done(renamed, reply);
    }

    fn link(
        &self,
        _: &Request,
        ino: INodeNo,
        newparent: INodeNo,
        newname: &OsStr,
        reply: ReplyEntry,
    ) {
        let linked = self.tree().link(ino.0, newparent.0, newname);
        self.entry(linked.map(|()| ino.0), reply);
    }

    fn create(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        let mut tree = self.tree();
        let kind = Kind::File(Content::default());
        let made = tree.make(parent.0, name, kind, mode, caller(request));
        match made.and_then(|number| Ok(shown(number, tree.find(number)?))) {
            Ok(shown) => reply.created(
                &FOREVER,
                &shown,
                Generation(0),
                FileHandle(0),
                FopenFlags::FOPEN_KEEP_CACHE,
            ),
            Err(error) => reply.error(error),
        }
    }

    fn open(&self, _: &Request, ino: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        match self.tree().find(ino.0) {
            Ok(_) => reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE),
            Err(error) => reply.error(error),
        }
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.tree().content(ino.0) {
            Ok(content) => {
                let from = usize::try_from(offset).unwrap().min(content.live.len());
                let to = (from + size as usize).min(content.live.len());
                reply.data(&content.live[from..to]);
            }
            Err(error) => reply.error(error),
        }
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let offset = usize::try_from(offset).unwrap();
        match self.tree().write(ino.0, offset, data) {
            Ok(()) => reply.written(u32::try_from(data.len()).unwrap()),
            Err(error) => reply.error(error),
        }
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, _data: bool, reply: ReplyEmpty) {
        done(self.tree().sync(ino.0), reply);
    }

    fn fsyncdir(&self, _: &Request, ino: INodeNo, _: FileHandle, _data: bool, reply: ReplyEmpty) {
        done(self.tree().sync(ino.0), reply);
    }

    fn readdir(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let tree = self.tree();
        let names = match tree.names(ino.0) {
            Ok(names) => names,
            Err(error) => return reply.error(error),
        };
        // Names are numbered by themselves, so that one who removes them while reading misses none.
        let after = names.live.iter().filter(|(_, number)| **number > offset);
        let mut after: Vec<_> = after.collect();
        after.sort_by_key(|(_, number)| **number);
        for (name, number) in after {
            let kind = shown(*number, tree.node(*number)).kind;
            if reply.add(INodeNo(*number), *number, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        const BLOCKS: u64 = 1 << 24;
        reply.statfs(BLOCKS, BLOCKS, BLOCKS, BLOCKS, BLOCKS, 4096, 255, 4096);
    }
}
