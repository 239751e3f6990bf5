//! Reading a folder into an archive while hostile programs change it.
//!
//! Every name is opened beneath the folder it was found in and no link is followed, so nothing outside can be slipped in.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, SeekFrom, Stat, fstat, openat, readlinkat, seek, statat,
};
use rustix::io::Errno;

use crate::BackupError;
use crate::contents::{Contents, desktop_of, may_link};
use crate::manifest::{DATA, LeftOut, name_to_text};
use crate::write::{Meta, Writer};

/// Folders nested deeper than this are left out: each takes an open file on the way down.
const DEPTH: usize = 200;

/// More files than this of one desktop are left out: it could make them by the million to fill the memory of whoever
/// backs it up.
const FILES_OF_A_DESKTOP: usize = 1_000_000;

/// A file in more parts than this is left out: reading its holes as zeros could take for ever.
const PARTS: usize = 65_536;

/// Puts the files of a data folder into an archive.
pub(crate) struct Tree<'a, W: Write> {
    pub writer: &'a mut Writer<W>,
    pub contents: &'a Contents,
    /// What could not be taken.
    pub left_out: Vec<LeftOut>,
    /// Users that the desktops' folders belong to.
    pub owners: BTreeMap<String, u32>,
    /// Entries of the desktop that is being read.
    files: usize,
}

impl<'a, W: Write> Tree<'a, W> {
    pub fn new(writer: &'a mut Writer<W>, contents: &'a Contents) -> Self {
        Self {
            writer,
            contents,
            left_out: Vec::new(),
            owners: BTreeMap::new(),
            files: 0,
        }
    }

    /// Takes what is in a folder, which is `name` below the data folder.
    pub fn folder(
        &mut self,
        folder: BorrowedFd<'_>,
        name: &[u8],
        depth: usize,
    ) -> Result<(), BackupError> {
        let mut inside = Vec::new();
        for entry in Dir::read_from(folder).map_err(failed(name))? {
            let entry = match entry {
                // It was removed while it was read.
                Err(Errno::NOENT) => break,
                other => other.map_err(failed(name))?,
            };
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                inside.push(entry.file_name().to_owned());
            }
        }
        inside.sort();
        for own in inside {
            let below = match name {
                b"" => own.to_bytes().to_vec(),
                _ => [name, b"/", own.to_bytes()].concat(),
            };
            if !self.contents.takes(&below) {
                continue;
            }
            if desktop_of(name).is_none() {
                self.files = 0;
            }
            self.files += 1;
            if self.files > FILES_OF_A_DESKTOP && desktop_of(name).is_some() {
                self.leave_out(&below, "the desktop has too many files");
                return Ok(());
            }
            match self.entry(folder, &own, &below, depth) {
                Ok(()) => {}
                Err(Trouble::Gone) => {}
                Err(Trouble::Denied) if desktop_of(&below).is_some() => {
                    self.leave_out(&below, "it may not be read");
                }
                Err(Trouble::Denied) => return Err(failed(&below)(Errno::ACCESS)),
                Err(Trouble::Failed(error)) => return Err(error),
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        folder: BorrowedFd<'_>,
        own: &CStr,
        name: &[u8],
        depth: usize,
    ) -> Result<(), Trouble> {
        let stat = statat(folder, own, AtFlags::SYMLINK_NOFOLLOW).map_err(trouble(name))?;
        let stored = [DATA.as_bytes(), name].concat();
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory if depth >= DEPTH => {
                self.leave_out(name, "it is nested too deeply");
                Ok(())
            }
            FileType::Directory => {
                let (inside, stat) = open(folder, own, OFlags::DIRECTORY, name)?;
                let written = self.writer.folder(&stored, Meta::of(&stat));
                written.map_err(unwritten)?;
                if let (Some(b"desktops"), Some(id)) = above_and_own(name)
                    && let Ok(id) = std::str::from_utf8(id)
                {
                    // The folder is the server's; the desktop's user passes it as its group.
                    self.owners.insert(id.to_owned(), stat.st_gid);
                }
                Ok(self.folder(inside.as_fd(), name, depth + 1)?)
            }
            FileType::RegularFile => {
                // Not blocking: it may have become a pipe by now, which is then not read.
                let (file, stat) = open(folder, own, OFlags::NONBLOCK, name)?;
                if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
                    return Err(Trouble::Gone);
                }
                self.file(&File::from(file), &stat, name, &stored)
            }
            FileType::Symlink if may_link(name) => {
                let target = match readlinkat(folder, own, Vec::new()) {
                    // It has become something else.
                    Err(Errno::INVAL) => return Err(Trouble::Gone),
                    found => found.map_err(trouble(name))?,
                };
                let written = self
                    .writer
                    .link(&stored, target.to_bytes(), Meta::of(&stat));
                written.map_err(unwritten)
            }
            FileType::Symlink => {
                self.leave_out(name, "it is a link");
                Ok(())
            }
            // Sockets and pipes mean nothing without the process that made them.
            _ => Ok(()),
        }
    }

    fn file(
        &mut self,
        file: &File,
        stat: &Stat,
        name: &[u8],
        stored: &[u8],
    ) -> Result<(), Trouble> {
        let size = u64::try_from(stat.st_size).unwrap_or(0);
        let allocated = u64::try_from(stat.st_blocks)
            .unwrap_or(0)
            .saturating_mul(512);
        let parts = if allocated < size {
            match parts(file, size).map_err(trouble(name))? {
                Parts::All => None,
                Parts::Some(parts) => Some(parts),
                Parts::TooMany => {
                    self.leave_out(name, "it has too many holes");
                    return Ok(());
                }
            }
        } else {
            None
        };
        let whole = self.writer.file(stored, file, size, parts, Meta::of(stat));
        let is_disk = matches!(above_and_own(name), (Some(b"disks"), Some(_)));
        let now = fstat(file).map_err(trouble(name))?;
        if is_disk && (now.st_mtime, now.st_mtime_nsec) != (stat.st_mtime, stat.st_mtime_nsec) {
            self.leave_out(
                name,
                "it is there, but was written to while it was read: pause its desktop for a copy that is whole",
            );
        }
        if !whole.map_err(unwritten)? {
            self.leave_out(
                name,
                "it became shorter while it was read: its end is zeros",
            );
        }
        Ok(())
    }

    fn leave_out(&mut self, name: &[u8], why: &str) {
        self.left_out.push(LeftOut {
            name: name_to_text(name),
            why: why.to_owned(),
        });
    }
}

/// The parts of a name that has exactly two.
fn above_and_own(name: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
    let mut parts = name.split(|byte| *byte == b'/');
    match (parts.next(), parts.next(), parts.next()) {
        (above, own, None) => (above, own),
        _ => (None, None),
    }
}

/// Why an entry was not taken.
enum Trouble {
    /// It is not there any more.
    Gone,
    /// Only its owner may see it, who is somebody else.
    Denied,
    Failed(BackupError),
}

impl From<BackupError> for Trouble {
    fn from(error: BackupError) -> Self {
        Self::Failed(error)
    }
}

fn trouble(name: &[u8]) -> impl FnOnce(Errno) -> Trouble + '_ {
    move |error| match error {
        // LOOP: it has become a link. NOTDIR: what was a folder is none now. NXIO: a socket or a pipe.
        Errno::NOENT | Errno::LOOP | Errno::NOTDIR | Errno::NXIO => Trouble::Gone,
        Errno::ACCESS | Errno::PERM => Trouble::Denied,
        error => Trouble::Failed(failed(name)(error)),
    }
}

fn failed(name: &[u8]) -> impl FnOnce(Errno) -> BackupError {
    BackupError::kernel("read", PathBuf::from(std::ffi::OsStr::from_bytes(name)))
}

fn unwritten(error: io::Error) -> Trouble {
    Trouble::Failed(BackupError::file("write", "the backup")(error))
}

fn open(
    folder: BorrowedFd<'_>,
    own: &CStr,
    flags: OFlags,
    name: &[u8],
) -> Result<(OwnedFd, Stat), Trouble> {
    let flags = flags | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = openat(folder, own, flags, Mode::empty()).map_err(trouble(name))?;
    let stat = fstat(&opened).map_err(trouble(name))?;
    Ok((opened, stat))
}

enum Parts {
    All,
    Some(Vec<(u64, u64)>),
    TooMany,
}

/// Where a file has data.
fn parts(file: &File, size: u64) -> rustix::io::Result<Parts> {
    let (mut parts, mut at) = (Vec::new(), 0);
    while at < size {
        let begin = match seek(file, SeekFrom::Data(at)) {
            Err(Errno::NXIO) => break,
            // A filesystem that knows no holes.
            Err(Errno::INVAL | Errno::OPNOTSUPP) => return Ok(Parts::All),
            found => found?,
        };
        if begin >= size {
            break;
        }
        let end = match seek(file, SeekFrom::Hole(begin)) {
            // It became shorter since.
            Err(Errno::NXIO) => break,
            found => found?.min(size),
        };
        if parts.len() == PARTS {
            return Ok(Parts::TooMany);
        }
        parts.push((begin, end - begin));
        at = end;
    }
    Ok(if parts == [(0, size)] {
        Parts::All
    } else {
        Parts::Some(parts)
    })
}
