//! The pictures of one desktop, as files. The oldest go when they become too many.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The folder of one desktop's pictures.
#[derive(Debug)]
pub(crate) struct Album {
    folder: PathBuf,
    /// Bytes that its files may have together.
    most: u64,
    /// Its files, oldest first, each with its size.
    files: VecDeque<(String, u64)>,
    bytes: u64,
}

impl Album {
    /// Opens a desktop's album with what an earlier process left in it.
    pub(crate) fn open(root: &Path, desktop_id: &str, most: u64) -> io::Result<Self> {
        let folder = Self::folder(root, desktop_id);
        // What was on screens is for the server alone.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        let mut found = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            match number(&name) {
                Some(number) => found.push((number, name, entry.metadata()?.len())),
                // A picture that was being written when its process ended.
                None => fs::remove_file(entry.path())?,
            }
        }
        found.sort();
        let bytes = found.iter().map(|(_, _, size)| size).sum();
        let files = found
            .into_iter()
            .map(|(_, name, size)| (name, size))
            .collect();
        Ok(Self {
            folder,
            most,
            files,
            bytes,
        })
    }

    /// Where a desktop's pictures are.
    pub(crate) fn folder(root: &Path, desktop_id: &str) -> PathBuf {
        root.join(desktop_id)
    }

    /// Keeps the picture after an entry of the tool log. Answers its name, and the names of those that had to go.
    pub(crate) fn keep(&mut self, entry: i64, png: &[u8]) -> io::Result<(String, Vec<String>)> {
        let name = format!("{entry}.png");
        let unfinished = self.folder.join("unfinished");
        fs::write(&unfinished, png)?;
        fs::rename(&unfinished, self.folder.join(&name))?;
        let size = u64::try_from(png.len()).unwrap_or(u64::MAX);
        self.files.push_back((name.clone(), size));
        self.bytes += size;
        let mut gone = Vec::new();
        while self.bytes > self.most && self.files.len() > 1 {
            let Some((oldest, size)) = self.files.pop_front() else {
                break;
            };
            match fs::remove_file(self.folder.join(&oldest)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            self.bytes -= size;
            gone.push(oldest);
        }
        Ok((name, gone))
    }
}

/// The entry that a file shows; none for a file that is no picture.
fn number(name: &str) -> Option<i64> {
    name.strip_suffix(".png")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_and_a_later_process_goes_on() {
        let root = tempfile::tempdir().unwrap();
        let mut album = Album::open(root.path(), "dsk_a", 10).unwrap();
        assert_eq!(
            album.keep(9, b"1234").unwrap(),
            ("9.png".to_owned(), vec![])
        );
        assert_eq!(
            album.keep(10, b"1234").unwrap(),
            ("10.png".to_owned(), vec![])
        );
        fs::write(root.path().join("dsk_a/unfinished"), b"12").unwrap();

        let mut album = Album::open(root.path(), "dsk_a", 10).unwrap();
        let gone = vec!["9.png".to_owned()];
        assert_eq!(
            album.keep(11, b"1234").unwrap(),
            ("11.png".to_owned(), gone)
        );
        let left: Vec<_> = fs::read_dir(root.path().join("dsk_a"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left.len(), 2, "{left:?}");
        // One that is larger than all together is kept all the same: it is the newest.
        let (_, gone) = album.keep(12, &[0; 100]).unwrap();
        assert_eq!(gone, ["10.png", "11.png"]);
    }
}
