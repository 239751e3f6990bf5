//! Files piece by piece.

use std::path::Path as File;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};
use tokio::io::AsyncReadExt as _;

use crate::ObjectsError;

/// Bytes of a piece: as few as S3 takes, so that one gets through a slow line in time. Of 10 000 at most.
const PIECE: usize = 5 << 20;

/// Pieces on their way at once.
const AT_ONCE: usize = 4;

/// Stores a file, in one piece when it is no larger.
pub(crate) async fn file(
    store: &dyn ObjectStore,
    name: &Path,
    file: &File,
) -> Result<(), ObjectsError> {
    let failed = || ObjectsError::file("read a file that is to be kept");
    let mut file = tokio::fs::File::open(file).await.map_err(failed())?;
    let first = piece(&mut file).await.map_err(failed())?;
    if first.len() < PIECE {
        store.put(name, first.into()).await?;
        return Ok(());
    }
    let mut upload = WriteMultipart::new_with_chunk_size(store.put_multipart(name).await?, PIECE);
    match pieces(&mut upload, first, &mut file).await {
        Ok(()) => {
            upload.finish().await?;
            Ok(())
        }
        Err(error) => {
            // What is left of it costs money until somebody removes it.
            let _ = upload.abort().await;
            Err(error)
        }
    }
}

async fn pieces(
    upload: &mut WriteMultipart,
    first: Vec<u8>,
    file: &mut tokio::fs::File,
) -> Result<(), ObjectsError> {
    let mut next = first;
    while !next.is_empty() {
        upload.wait_for_capacity(AT_ONCE).await?;
        upload.put(next.into());
        let read = piece(file).await;
        next = read.map_err(ObjectsError::file("read a file that is to be kept"))?;
    }
    Ok(())
}

/// The next piece; shorter at the end.
async fn piece(file: &mut tokio::fs::File) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(PIECE);
    let most = u64::try_from(PIECE).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
