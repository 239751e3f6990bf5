//! Writing an archive: tar in zstd, each entry noted with its checksum.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rustix::fs::Stat;
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};
use zstd::Encoder;

use crate::BackupError;
use crate::manifest::{Entry, HEAD, Head, Kind, MANIFEST, Manifest, name_to_text};

/// Of zstd: a good part of what can be gained, as fast as most disks.
const LEVEL: i32 = 3;

/// An archive that is being written.
pub(crate) struct Writer<W: Write> {
    tar: Builder<Encoder<'static, W>>,
    entries: Vec<Entry>,
}

/// What of an entry is not its content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meta {
    pub mode: u32,
    /// Unix seconds.
    pub modified: u64,
}

impl Meta {
    pub fn of(stat: &Stat) -> Self {
        Self {
            // Without the bits that let a program run as its owner.
            mode: stat.st_mode & 0o777,
            modified: u64::try_from(stat.st_mtime).unwrap_or(0),
        }
    }
}

impl<W: Write> Writer<W> {
    /// Begins an archive.
    pub fn begin(out: W, head: &Head) -> Result<Self, BackupError> {
        let begun = || -> io::Result<Self> {
            let mut encoder = Encoder::new(out, LEVEL)?;
            encoder.include_checksum(true)?;
            let mut writer = Self {
                tar: Builder::new(encoder),
                entries: Vec::new(),
            };
            writer.own(HEAD, &serde_json::to_vec_pretty(head)?, head.created_at)?;
            Ok(writer)
        };
        begun().map_err(BackupError::file("write", "the backup"))
    }

    /// A folder.
    pub fn folder(&mut self, name: &[u8], meta: Meta) -> io::Result<()> {
        let mut header = header(EntryType::Directory, meta, 0);
        self.tar.append_data(&mut header, path(name), io::empty())?;
        self.note(name, Kind::Folder, 0, String::new(), None);
        Ok(())
    }

    /// A symbolic link, as it is.
    pub fn link(&mut self, name: &[u8], target: &[u8], meta: Meta) -> io::Result<()> {
        let mut link = header(EntryType::Symlink, meta, 0);
        // Byte by byte: `append_link` would write `a//b` as `a/b`.
        if link.set_link_name_literal(target).is_err() {
            let ended = [target, &[0]].concat();
            let mut longer = header(EntryType::GNULongLink, meta, ended.len() as u64);
            self.tar
                .append_data(&mut longer, "@LongLink", ended.as_slice())?;
        }
        self.tar.append_data(&mut link, path(name), io::empty())?;
        let sha256 = hex(&Sha256::digest(target));
        self.note(name, Kind::Link, 0, sha256, None);
        Ok(())
    }

    /// A file with data at `parts` (offset and length). What it has when it is read counts: one that became shorter
    /// ends in zeros, which is said by `false`.
    pub fn file(
        &mut self,
        name: &[u8],
        file: &File,
        size: u64,
        parts: Option<Vec<(u64, u64)>>,
        meta: Meta,
    ) -> io::Result<bool> {
        let whole = [(0, size)];
        let mut content = Content {
            file,
            parts: parts.as_deref().unwrap_or(&whole),
            done: 0,
            hash: Sha256::new(),
            is_whole: true,
        };
        let stored = content.parts.iter().map(|(_, length)| length).sum();
        let mut header = header(EntryType::Regular, meta, stored);
        self.tar
            .append_data(&mut header, path(name), &mut content)?;
        let (sha256, is_whole) = (hex(&content.hash.finalize()), content.is_whole);
        self.note(name, Kind::File, size, sha256, parts);
        Ok(is_whole)
    }

    /// Ends the archive; what it was written to comes back.
    pub fn finish(
        mut self,
        unfinished: Vec<String>,
        left_out: Vec<crate::LeftOut>,
        owners: BTreeMap<String, u32>,
    ) -> Result<W, BackupError> {
        let manifest = Manifest {
            entries: std::mem::take(&mut self.entries),
            unfinished,
            left_out,
            owners,
        };
        let finished = || -> io::Result<W> {
            self.own(MANIFEST, &serde_json::to_vec(&manifest)?, crate::now())?;
            self.tar.into_inner()?.finish()
        };
        finished().map_err(BackupError::file("write", "the backup"))
    }

    /// Number of entries so far.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// Bytes of files so far.
    pub fn bytes(&self) -> u64 {
        self.entries.iter().map(Entry::stored).sum()
    }

    fn own(&mut self, name: &str, content: &[u8], now: i64) -> io::Result<()> {
        let meta = Meta {
            mode: 0o600,
            modified: now.unsigned_abs(),
        };
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let mut header = header(EntryType::Regular, meta, size);
        self.tar.append_data(&mut header, name, content)
    }

    fn note(
        &mut self,
        name: &[u8],
        kind: Kind,
        size: u64,
        sha256: String,
        parts: Option<Vec<(u64, u64)>>,
    ) {
        self.entries.push(Entry {
            name: name_to_text(name),
            kind,
            size,
            sha256,
            parts,
        });
    }
}

/// Who owns what is decided where it is restored: here all belongs to nobody in particular.
fn header(kind: EntryType, meta: Meta, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(meta.mode);
    header.set_mtime(meta.modified);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(size);
    header
}

fn path(name: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(name))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A file's parts one behind the other, exactly as many bytes as were announced.
struct Content<'a> {
    file: &'a File,
    parts: &'a [(u64, u64)],
    /// Bytes of the first of `parts` that were read.
    done: u64,
    hash: Sha256,
    is_whole: bool,
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some((offset, length)) = self.parts.first() {
            let left = length - self.done;
            if left == 0 {
                self.parts = &self.parts[1..];
                self.done = 0;
                continue;
            }
            let most = buffer
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            let mut got = self.file.read_at(&mut buffer[..most], offset + self.done)?;
            if got == 0 {
                self.is_whole = false;
                buffer[..most].fill(0);
                got = most;
            }
            self.done += got as u64;
            self.hash.update(&buffer[..got]);
            return Ok(got);
        }
        Ok(0)
    }
}
