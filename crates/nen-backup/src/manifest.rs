//! What an archive says about itself. `backup.json` is its first entry and `manifest.json` its last.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};

/// Which layout of archives this build writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 1;

/// Name of the first entry.
pub(crate) const HEAD: &str = "backup.json";
/// Name of the last entry.
pub(crate) const MANIFEST: &str = "manifest.json";
/// What the data folder's files begin with.
pub(crate) const DATA: &str = "data/";
/// The copy of a SQLite database.
pub(crate) const SQLITE: &str = "database/nen.db";
/// The dump of a PostgreSQL database.
pub(crate) const POSTGRES: &str = "database/nen.pgdump";

/// Which database a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// A SQLite file.
    Sqlite,
    /// What `pg_dump` wrote.
    Postgres,
    /// None: it is kept by other means.
    None,
}

/// What can be known of a backup before the rest of it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Layout of the archive.
    pub format: u32,
    /// Version of the program that made it.
    pub nen: String,
    /// Schema of the database in it; of the live one where it holds none.
    pub schema: i64,
    /// Which database it holds.
    pub database: DatabaseKind,
    /// Unix seconds.
    pub created_at: i64,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Folder,
    File,
    Link,
}

/// One entry, as it must be in the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its name, with `%XX` for bytes that are no printable ASCII.
    pub name: String,
    pub kind: Kind,
    /// Size of the file on disk.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub size: u64,
    /// SHA-256 of what the archive holds of it: the content, or where a link leads.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// Where a file with holes has data, as offset and length; the archive holds these parts, one behind the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<(u64, u64)>>,
}

impl Entry {
    /// Bytes that the archive holds of it.
    pub fn stored(&self) -> u64 {
        match &self.parts {
            Some(parts) => parts.iter().map(|(_, length)| length).sum(),
            None => self.size,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(size: &u64) -> bool {
    *size == 0
}

/// Something that a backup does not hold, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its name below the data folder.
    pub name: String,
    /// Why not.
    pub why: String,
}

/// All that is in an archive before this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub entries: Vec<Entry>,
    /// Desktops that were deleted while their files were read: what there is of them is not restored.
    pub unfinished: Vec<String>,
    pub left_out: Vec<LeftOut>,
    /// Users that the desktops' folders belong to. Files on a desktop's disk belong to the same, so that it gets its user
    /// back.
    #[serde(default)]
    pub owners: BTreeMap<String, u32>,
}

const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// A name of any bytes as text.
pub(crate) fn name_to_text(name: &[u8]) -> String {
    percent_encode(name, ESCAPED).to_string()
}

/// The bytes of a name again.
pub(crate) fn text_to_name(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_bytes_come_back() {
        for name in [
            &b"home/user"[..],
            b"100%",
            b"line\nfeed",
            "B\u{fc}ro".as_bytes(),
            b"\xff\xfe",
        ] {
            assert_eq!(text_to_name(&name_to_text(name)), name);
        }
    }
}
