//! Putting the entries of an archive below a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, Gid, Mode, OFlags, ResolveFlags, Timespec, Timestamps, UTIME_OMIT, Uid, chownat,
    fchmod, fchown, futimens, mkdirat, openat, openat2, symlinkat,
};
use rustix::io::Errno;

use crate::BackupError;
use crate::contents::{desktop_of, disk_of};
use crate::manifest::{DATA, Entry};
use crate::read::Sink;
use crate::write::Meta;

/// Writes what comes below a folder that is otherwise empty.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    root: OwnedFd,
    path: &'a Path,
    entries: &'a [Entry],
    /// Users of desktops, by their ids, when each has its own.
    users: Option<&'a BTreeMap<String, u32>>,
    /// Desktops of which nothing is restored.
    without: &'a BTreeSet<String>,
    /// Folders, to be shut when all is in them.
    folders: Vec<(Vec<u8>, Meta)>,
}

impl<'a> Place<'a> {
    pub fn new(
        path: &'a Path,
        entries: &'a [Entry],
        users: Option<&'a BTreeMap<String, u32>>,
        without: &'a BTreeSet<String>,
    ) -> Result<Self, BackupError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let root = openat(rustix::fs::CWD, path, flags, Mode::empty())
            .map_err(BackupError::kernel("open", path))?;
        for folder in ["data", "database"] {
            mkdirat(&root, folder, Mode::RWXU)
                .map_err(BackupError::kernel("make", path.join(folder)))?;
        }
        Ok(Self {
            root,
            path,
            entries,
            users,
            without,
            folders: Vec::new(),
        })
    }

    /// Gives folders their modes and times, which nothing changes any more.
    pub fn finish(self) -> Result<(), BackupError> {
        for (name, meta) in self.folders.iter().rev() {
            let failed = |error| self.failed(name)(error);
            let flags = OFlags::RDONLY | OFlags::DIRECTORY;
            let folder = self.open(name, flags).map_err(failed)?;
            fchmod(&folder, Mode::from_raw_mode(meta.mode)).map_err(failed)?;
            futimens(&folder, &times(*meta)).map_err(failed)?;
        }
        Ok(())
    }

    /// Opens what was placed, never through a link.
    fn open(&self, name: &[u8], flags: OFlags) -> rustix::io::Result<OwnedFd> {
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        openat2(
            &self.root,
            OsStr::from_bytes(name),
            flags | OFlags::CLOEXEC,
            Mode::empty(),
            resolve,
        )
    }

    /// The folder that something goes into, and its name there.
    fn parent<'n>(&self, name: &'n [u8]) -> rustix::io::Result<(OwnedFd, &'n OsStr)> {
        let end = name.iter().rposition(|byte| *byte == b'/');
        let (above, own) = match end {
            Some(end) => (&name[..end], &name[end + 1..]),
            None => (&b"."[..], name),
        };
        let folder = self.open(above, OFlags::PATH | OFlags::DIRECTORY)?;
        Ok((folder, OsStr::from_bytes(own)))
    }

    /// The user and group that something of this name belongs to, when it is not ours.
    fn owner(&self, name: &[u8]) -> Option<(Uid, Gid)> {
        let desktop = desktop_of(name.strip_prefix(DATA.as_bytes())?)?;
        let user = *self.users?.get(desktop)?;
        Some((Uid::from_raw(user), Gid::from_raw(user)))
    }

    fn skips(&self, name: &[u8]) -> bool {
        let below = name.strip_prefix(DATA.as_bytes()).unwrap_or_default();
        let mut parts = below.split(|byte| *byte == b'/');
        let id = match (parts.next(), parts.next()) {
            (Some(b"desktops"), Some(id)) => std::str::from_utf8(id).ok(),
            (Some(b"disks"), Some(image)) => disk_of(image),
            _ => None,
        };
        id.is_some_and(|id| self.without.contains(id))
    }

    fn failed(&self, name: &[u8]) -> impl FnOnce(Errno) -> BackupError + use<> {
        BackupError::kernel("restore", self.path_of(name))
    }

    fn path_of(&self, name: &[u8]) -> PathBuf {
        self.path.join(OsStr::from_bytes(name))
    }

    fn write_file(
        &self,
        index: usize,
        name: &[u8],
        content: &mut dyn Read,
        meta: Meta,
    ) -> io::Result<()> {
        let (parent, own) = self.parent(name)?;
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(openat(&parent, own, flags, Mode::RUSR | Mode::WUSR)?);
        match self.entries.get(index) {
            Some(Entry {
                parts: Some(parts),
                size,
                ..
            }) => {
                for (offset, length) in parts {
                    write_part(&file, *offset, &mut content.take(*length))?;
                }
                file.set_len(*size)?;
            }
            _ => {
                io::copy(content, &mut file)?;
            }
        }
        file.flush()?;
        if let Some((user, group)) = self.owner(name) {
            fchown(&file, Some(user), Some(group))?;
        }
        fchmod(&file, Mode::from_raw_mode(meta.mode))?;
        futimens(&file, &times(meta))?;
        Ok(())
    }
}

impl Sink for Place<'_> {
    fn folder(&mut self, name: &[u8], meta: Meta) -> Result<(), BackupError> {
        if self.skips(name) {
            return Ok(());
        }
        let made = || -> rustix::io::Result<()> {
            let (parent, own) = self.parent(name)?;
            mkdirat(&parent, own, Mode::RWXU)?;
            if let Some((user, group)) = self.owner(name) {
                let flags = AtFlags::SYMLINK_NOFOLLOW;
                chownat(&parent, own, Some(user), Some(group), flags)?;
            }
            Ok(())
        };
        made().map_err(self.failed(name))?;
        self.folders.push((name.to_owned(), meta));
        Ok(())
    }

    fn link(&mut self, name: &[u8], target: &[u8], _: Meta) -> Result<(), BackupError> {
        if self.skips(name) {
            return Ok(());
        }
        let made = || -> rustix::io::Result<()> {
            let (parent, own) = self.parent(name)?;
            symlinkat(OsStr::from_bytes(target), &parent, own)?;
            if let Some((user, group)) = self.owner(name) {
                let flags = AtFlags::SYMLINK_NOFOLLOW;
                chownat(&parent, own, Some(user), Some(group), flags)?;
            }
            Ok(())
        };
        made().map_err(self.failed(name))
    }

    fn file(
        &mut self,
        index: usize,
        name: &[u8],
        content: &mut dyn Read,
        meta: Meta,
    ) -> Result<(), BackupError> {
        if self.skips(name) {
            return io::copy(content, &mut io::sink())
                .map(|_| ())
                .map_err(BackupError::file("restore", self.path_of(name)));
        }
        self.write_file(index, name, content, meta)
            .map_err(BackupError::file("restore", self.path_of(name)))
    }
}

fn write_part(file: &File, offset: u64, content: &mut dyn Read) -> io::Result<()> {
    let (mut buffer, mut at) = (vec![0; 64 << 10], offset);
    loop {
        let got = content.read(&mut buffer)?;
        if got == 0 {
            return Ok(());
        }
        file.write_all_at(&buffer[..got], at)?;
        at += got as u64;
    }
}

fn times(meta: Meta) -> Timestamps {
    Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: i64::try_from(meta.modified).unwrap_or(0),
            tv_nsec: 0,
        },
    }
}
