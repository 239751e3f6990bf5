//! Reading an archive, believing nothing of what is in it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _};
use std::path::Path;

use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tar::{Archive, EntryType};
use zstd::Decoder;

use crate::BackupError;
use crate::contents::{may_hold, may_link};
use crate::manifest::{
    DATA, Entry, FORMAT, HEAD, Head, Kind, MANIFEST, Manifest, POSTGRES, SQLITE, name_to_text,
};
use crate::write::{Meta, hex};

/// Largest head, and largest manifest, in bytes.
const HEAD_LIMIT: u64 = 64 << 10;
const MANIFEST_LIMIT: u64 = 2 << 30;

/// Longest name and longest target of a link, in bytes. A name is as long as the folders that it is in are deep.
const NAME_LIMIT: u64 = 64 << 10;

/// Most entries: the largest manifest has no more.
const ENTRIES: usize = 20_000_000;

/// Longest part of a name, which is what file systems take, and most bytes of all names together.
const PART_LIMIT: usize = 255;
const NAMES_LIMIT: usize = 2 << 30;

/// What becomes of the entries as they come. Names are checked: relative, without `..`, each below a folder that came
/// before it and is none but a folder, no name twice, and links only where desktops keep theirs.
pub(crate) trait Sink {
    fn folder(&mut self, name: &[u8], meta: Meta) -> Result<(), BackupError>;
    fn link(&mut self, name: &[u8], target: &[u8], meta: Meta) -> Result<(), BackupError>;
    /// `index` counts entries from 0. All of `content` is to be read.
    fn file(
        &mut self,
        index: usize,
        name: &[u8],
        content: &mut dyn Read,
        meta: Meta,
    ) -> Result<(), BackupError>;
}

/// Looks and keeps nothing.
pub(crate) struct Look;

impl Sink for Look {
    fn folder(&mut self, _: &[u8], _: Meta) -> Result<(), BackupError> {
        Ok(())
    }

    fn link(&mut self, _: &[u8], _: &[u8], _: Meta) -> Result<(), BackupError> {
        Ok(())
    }

    fn file(
        &mut self,
        _: usize,
        _: &[u8],
        content: &mut dyn Read,
        _: Meta,
    ) -> Result<(), BackupError> {
        io::copy(content, &mut io::sink()).map_err(damaged)?;
        Ok(())
    }
}

/// Reads the whole archive. What came is compared with what its manifest says, which comes last: until this has returned
/// nothing that a sink was given can be relied on.
pub(crate) fn read(
    archive: &mut File,
    path: &Path,
    sink: &mut dyn Sink,
) -> Result<(Head, Manifest), BackupError> {
    archive.rewind().map_err(BackupError::file("read", path))?;
    let decoder = Decoder::new(BufReader::new(archive)).map_err(damaged)?;
    let mut archive = Archive::new(decoder);
    let mut head = None;
    let mut seen = Seen::default();
    let (mut longer_name, mut longer_target) = (None, None);
    // Raw, because what names an entry is read by us, within a limit.
    for entry in archive.entries().map_err(damaged)?.raw(true) {
        let mut entry = entry.map_err(damaged)?;
        let longer = match entry.header().entry_type() {
            EntryType::GNULongName => Some(&mut longer_name),
            EntryType::GNULongLink => Some(&mut longer_target),
            _ => None,
        };
        if let Some(longer) = longer {
            *longer = Some(text(&mut entry)?);
            continue;
        }
        let short_name = || entry.header().path_bytes().into_owned();
        let name = longer_name.take().unwrap_or_else(short_name);
        let target = longer_target.take();
        if head.is_none() {
            if name != HEAD.as_bytes() {
                return Err(BackupError::Damaged(format!(
                    "it does not begin with {HEAD}"
                )));
            }
            head = Some(understood(parsed(&mut entry, HEAD_LIMIT, HEAD)?)?);
            continue;
        }
        if name == MANIFEST.as_bytes() {
            seen.manifest = Some(parsed(&mut entry, MANIFEST_LIMIT, MANIFEST)?);
            continue;
        }
        let kind = match entry.header().entry_type() {
            EntryType::Directory => Kind::Folder,
            EntryType::Regular => Kind::File,
            EntryType::Symlink => Kind::Link,
            other => {
                let name = name_to_text(&name);
                return Err(BackupError::Hostile(format!("{name}, of type {other:?}")));
            }
        };
        seen.check(&name, kind)?;
        let meta = Meta {
            mode: entry.header().mode().map_err(damaged)? & 0o777,
            modified: entry.header().mtime().map_err(damaged)?,
        };
        let (mut size, mut sha256) = (0, String::new());
        match kind {
            Kind::Folder => sink.folder(&name, meta)?,
            Kind::Link => {
                let short_target = || Some(entry.header().link_name_bytes()?.into_owned());
                let target = target.or_else(short_target);
                let target = target.filter(|target| !target.is_empty() && !target.contains(&0));
                let target = target.ok_or_else(|| {
                    BackupError::Hostile(format!("a link to nowhere, {}", name_to_text(&name)))
                })?;
                sha256 = hex(&Sha256::digest(&target));
                sink.link(&name, &target, meta)?;
            }
            Kind::File => {
                let mut content = Hashed {
                    from: entry,
                    hash: Sha256::new(),
                    size: 0,
                };
                sink.file(seen.entries.len(), &name, &mut content, meta)?;
                (size, sha256) = (content.size, hex(&content.hash.finalize()));
            }
        }
        seen.entries.push((name, kind, size, sha256));
    }
    // To its very end, where the checksum of the compressed stream is.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(damaged)?;
    let head = head.ok_or_else(|| BackupError::Damaged("it is empty".into()))?;
    Ok((head, seen.compared()?))
}

/// Refuses what a newer version made.
fn understood(head: Head) -> Result<Head, BackupError> {
    let newest = nen_store::newest_schema();
    if head.format > FORMAT || head.schema > newest {
        return Err(BackupError::Newer(format!(
            "made by {}, with schema {}; this is {} with schema {newest}",
            head.nen,
            head.schema,
            env!("CARGO_PKG_VERSION")
        )));
    }
    Ok(head)
}

fn parsed<T: DeserializeOwned>(
    from: &mut dyn Read,
    limit: u64,
    what: &str,
) -> Result<T, BackupError> {
    let text = bounded(from, limit)?
        .ok_or_else(|| BackupError::Damaged(format!("{what} is too large")))?;
    serde_json::from_slice(&text)
        .map_err(|error| BackupError::Damaged(format!("{what} cannot be read: {error}")))
}

/// A name that does not fit into the head of its entry.
fn text(from: &mut dyn Read) -> Result<Vec<u8>, BackupError> {
    let mut text = bounded(from, NAME_LIMIT)?
        .ok_or_else(|| BackupError::Hostile("a name without an end".into()))?;
    if text.last() == Some(&0) {
        text.pop();
    }
    Ok(text)
}

/// All of it; none when there is more than so many bytes.
fn bounded(from: &mut dyn Read, limit: u64) -> Result<Option<Vec<u8>>, BackupError> {
    let mut bytes = Vec::new();
    from.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(damaged)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn damaged(error: io::Error) -> BackupError {
    BackupError::Damaged(error.to_string())
}

/// What of an archive has been read.
#[derive(Default)]
struct Seen {
    names: HashSet<Vec<u8>>,
    folders: HashSet<Vec<u8>>,
    entries: Vec<(Vec<u8>, Kind, u64, String)>,
    /// Bytes of all names.
    names_length: usize,
    manifest: Option<Manifest>,
}

impl Seen {
    fn check(&mut self, name: &[u8], kind: Kind) -> Result<(), BackupError> {
        let hostile = |why: &str| {
            Err(BackupError::Hostile(format!(
                "{}, {why}",
                name_to_text(name)
            )))
        };
        if self.manifest.is_some() {
            return hostile("which comes behind the end");
        }
        if name.contains(&0) {
            return hostile("a name with a NUL");
        }
        let plain = |part: &[u8]| {
            !part.is_empty() && part != b"." && part != b".." && part.len() <= PART_LIMIT
        };
        if !name.split(|byte| *byte == b'/').all(plain) {
            return hostile("a name that leads elsewhere");
        }
        self.names_length += name.len();
        if self.entries.len() == ENTRIES || self.names_length > NAMES_LIMIT {
            return hostile("one more than any backup has");
        }
        if !self.names.insert(name.to_owned()) {
            return hostile("twice");
        }
        if name == SQLITE.as_bytes() || name == POSTGRES.as_bytes() {
            return if kind == Kind::File {
                Ok(())
            } else {
                hostile("which is no file")
            };
        }
        let Some(below) = name.strip_prefix(DATA.as_bytes()) else {
            return hostile("which is in neither data nor database");
        };
        if !may_hold(below) {
            return hostile("which no backup holds");
        }
        if kind == Kind::Link && !may_link(below) {
            return hostile("a link where there are none");
        }
        if let Some(end) = below.iter().rposition(|byte| *byte == b'/')
            && !self.folders.contains(&below[..end])
        {
            return hostile("in a folder that is none");
        }
        if kind == Kind::Folder {
            self.folders.insert(below.to_owned());
        }
        Ok(())
    }

    fn compared(self) -> Result<Manifest, BackupError> {
        let manifest = self
            .manifest
            .ok_or_else(|| BackupError::Damaged("its end is missing".into()))?;
        if manifest.entries.len() != self.entries.len() {
            return Err(BackupError::Damaged(format!(
                "it holds {} entries instead of {}",
                self.entries.len(),
                manifest.entries.len()
            )));
        }
        for ((name, kind, size, sha256), told) in self.entries.iter().zip(&manifest.entries) {
            let name = name_to_text(name);
            if told.name != name || told.kind != *kind || !in_order(told) {
                return Err(BackupError::Damaged(format!("{name} is not what it was")));
            }
            if told.stored() != *size || told.sha256 != *sha256 {
                return Err(BackupError::Damaged(format!(
                    "the checksum of {name} differs"
                )));
            }
        }
        Ok(manifest)
    }
}

/// Whether the parts of a file with holes come one after the other and within it.
fn in_order(entry: &Entry) -> bool {
    let mut at = 0_u64;
    entry.parts.iter().flatten().all(|(offset, length)| {
        let after = *offset >= at;
        at = offset.saturating_add(*length);
        after && at <= entry.size
    })
}

/// Counts and hashes what passes.
struct Hashed<R> {
    from: R,
    hash: Sha256,
    size: u64,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.from.read(buffer)?;
        self.hash.update(&buffer[..got]);
        self.size += got as u64;
        Ok(got)
    }
}
