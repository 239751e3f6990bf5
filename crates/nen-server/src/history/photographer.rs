//! Looks at one desktop after what was done on it.

use super::album::Album;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use nen_fleet::{Call, Fleet, kind};
use nen_objects::Objects;
use nen_store::Store;
use serde_json::json;
use tokio::sync::SemaphorePermit;

/// Largest picture that is taken: the largest screen, uncompressed.
const LARGEST: usize = 256 << 20;

/// What one desktop's pictures are taken with.
#[derive(Debug)]
pub(super) struct Photographer {
    pub(super) store: Store,
    pub(super) fleet: Fleet,
    pub(super) objects: Objects,
    /// Bytes of one desktop's pictures.
    pub(super) most: u64,
    pub(super) desktop_id: String,
    album: Option<Album>,
    /// `ETag` and name of the newest picture.
    newest: Option<(String, String)>,
}

impl Photographer {
    pub(super) fn new(
        store: Store,
        fleet: Fleet,
        objects: Objects,
        most: u64,
        desktop_id: String,
    ) -> Self {
        Self {
            store,
            fleet,
            objects,
            most,
            desktop_id,
            album: None,
            newest: None,
        }
    }

    /// Takes the picture after an entry. A desktop that is gone or does not answer has none. The turn is over when it is
    /// taken: an object store is a way off, and the processor has nothing to do meanwhile.
    pub(super) async fn take(&mut self, entry: i64, turn: SemaphorePermit<'_>) {
        let Some(workspace) = self.fleet.workspace_of(&self.desktop_id) else {
            return;
        };
        if let Err(error) = self.try_take(&workspace, entry, turn).await {
            tracing::warn!(desktop_id = self.desktop_id, entry, %error, "No picture of an action was kept");
        }
    }

    async fn try_take(
        &mut self,
        workspace: &str,
        entry: i64,
        turn: SemaphorePermit<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut request = Request::get("/screenshot");
        if let Some((tag, _)) = &self.newest {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let request = request.body(Body::empty())?;
        // A paused desktop stays paused, and its idle time goes on.
        let Ok(reply) = self
            .fleet
            .send(workspace, &self.desktop_id, request, Call::probe())
            .await
        else {
            return Ok(());
        };
        let name = match (reply.status(), &self.newest) {
            (StatusCode::NOT_MODIFIED, Some((_, name))) => name.clone(),
            (StatusCode::OK, _) => {
                let tag = reply.headers().get(header::ETAG);
                let tag = tag.and_then(|tag| Some(tag.to_str().ok()?.to_owned()));
                let body = Limited::new(reply.into_body(), LARGEST).collect().await?;
                drop(turn);
                let name = self.keep(entry, body.to_bytes()).await?;
                self.newest = tag.map(|tag| (tag, name.clone()));
                name
            }
            _ => return Ok(()),
        };
        let log = self.store.tool_log();
        if log.set_picture(&self.desktop_id, entry, &name).await? {
            let path = super::path(&self.desktop_id, entry);
            let data = json!({"entry": entry, "screenshot": path});
            self.fleet.publish(&self.desktop_id, kind::PICTURE, data);
        }
        Ok(())
    }

    async fn keep(
        &mut self,
        entry: i64,
        png: bytes::Bytes,
    ) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let album = match &mut self.album {
            Some(album) => album,
            none => {
                let (objects, id) = (self.objects.clone(), self.desktop_id.clone());
                none.insert(Album::open(objects, id, self.most).await?)
            }
        };
        let (name, gone) = album.keep(entry, png).await?;
        for name in gone {
            self.store
                .tool_log()
                .drop_picture(&self.desktop_id, &name)
                .await?;
        }
        Ok(name)
    }
}
