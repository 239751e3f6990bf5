//! The pictures of one desktop: the newest, up to a size.

use nen_objects::{Objects, ObjectsError};
use std::collections::VecDeque;

/// Where the pictures of all desktops are.
pub(super) const HISTORY: &str = "history";

/// What is kept of one desktop.
#[derive(Debug)]
pub(crate) struct Album {
    objects: Objects,
    desktop_id: String,
    /// Bytes of all pictures together.
    most: u64,
    /// Names and sizes, oldest first.
    pictures: VecDeque<(String, u64)>,
    bytes: u64,
}

impl Album {
    /// Opens a desktop's album with what an earlier process left in it.
    pub(crate) async fn open(
        objects: Objects,
        desktop_id: String,
        most: u64,
    ) -> Result<Self, ObjectsError> {
        let found = objects.below(&folder(&desktop_id)).await?;
        let mut pictures: Vec<(i64, String, u64)> = found
            .into_iter()
            .filter_map(|(path, size)| {
                let name = path.rsplit('/').next()?;
                Some((number(name)?, name.to_owned(), size))
            })
            .collect();
        pictures.sort();
        let bytes = pictures.iter().map(|(_, _, size)| size).sum();
        let pictures = pictures.into_iter().map(|(_, name, size)| (name, size));
        Ok(Self {
            objects,
            desktop_id,
            most,
            pictures: pictures.collect(),
            bytes,
        })
    }

    /// Keeps the picture after an entry of the tool log. Answers its name, and the names of those that had to go.
    pub(crate) async fn keep(
        &mut self,
        entry: i64,
        png: bytes::Bytes,
    ) -> Result<(String, Vec<String>), ObjectsError> {
        let name = format!("{entry}.png");
        let size = u64::try_from(png.len()).unwrap_or(u64::MAX);
        let path = picture(&self.desktop_id, &name);
        self.objects.put(&path, png).await?;
        self.pictures.push_back((name.clone(), size));
        self.bytes += size;
        let mut gone = Vec::new();
        while self.bytes > self.most && self.pictures.len() > 1 {
            let Some((oldest, size)) = self.pictures.front().cloned() else {
                break;
            };
            let path = picture(&self.desktop_id, &oldest);
            // One that stays goes with the next.
            if let Err(error) = self.objects.remove(&path).await {
                tracing::warn!(%error, "An old picture stays for now");
                break;
            }
            self.pictures.pop_front();
            self.bytes -= size;
            gone.push(oldest);
        }
        Ok((name, gone))
    }
}

/// Where a desktop's pictures are.
pub(super) fn folder(desktop_id: &str) -> String {
    format!("{HISTORY}/{desktop_id}")
}

/// Where one of them is.
pub(super) fn picture(desktop_id: &str, name: &str) -> String {
    format!("{HISTORY}/{desktop_id}/{name}")
}

/// The entry that a picture shows; none for what is no picture.
fn number(name: &str) -> Option<i64> {
    name.strip_suffix(".png")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use nen_objects::Place;

    #[tokio::test]
    async fn the_oldest_go_and_a_later_process_goes_on() {
        let root = tempfile::tempdir().unwrap();
        let objects = Objects::open(&Place::Folder(root.path().to_owned()), &[]).unwrap();
        let open = || Album::open(objects.clone(), "dsk_a".to_owned(), 10);
        let png = || Bytes::from_static(b"1234");
        let mut album = open().await.unwrap();
        let kept = album.keep(9, png()).await.unwrap();
        assert_eq!(kept, ("9.png".to_owned(), vec![]));
        let kept = album.keep(10, png()).await.unwrap();
        assert_eq!(kept, ("10.png".to_owned(), vec![]));

        let mut album = open().await.unwrap();
        let gone = vec!["9.png".to_owned()];
        let kept = album.keep(11, png()).await.unwrap();
        assert_eq!(kept, ("11.png".to_owned(), gone));
        let left = objects.below("history/dsk_a").await.unwrap();
        assert_eq!(left.len(), 2, "{left:?}");
        // One that is larger than all together is kept all the same: it is the newest.
        let (_, gone) = album.keep(12, Bytes::from(vec![0; 100])).await.unwrap();
        assert_eq!(gone, ["10.png", "11.png"]);
    }
}
