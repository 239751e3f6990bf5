//! The desktops of a server somewhere else, as runs use them.

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use nen_protocol::{
    desktop::{CreateDesktop, Desktop, DesktopStatus},
    execute::{BatchReply, ExecuteBody, ExecuteReply},
};
use nen_runs::{
    DesktopError, DesktopErrorKind, DesktopFolder, DesktopInfo, DesktopResult, Desktops, RUN_LABEL,
    RunDesktop, reply_of_batch,
};
use nen_store::Store;
use reqwest::{
    Body, Method, Request, StatusCode,
    header::{CONTENT_TYPE, HeaderValue, RANGE},
};
use serde::Serialize;

use super::desktop_api::{Answer, CallError, DesktopApi};

/// A server's desktops behind the trait that runs reach desktops by.
///
/// Who acted is named in that server's tool log by the worker's key, as everybody is who calls it.
#[derive(Clone, Debug)]
pub struct RemoteDesktops {
    api: Arc<DesktopApi>,
    store: Store,
}

impl RemoteDesktops {
    /// `store` is the database of the server that `api` calls.
    pub fn new(api: Arc<DesktopApi>, store: Store) -> Self {
        Self { api, store }
    }

    /// A request about one desktop.
    fn about(
        &self,
        method: Method,
        id: &str,
        below: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Request, DesktopError> {
        // The id may be one that a caller made up, and must not lead to another route.
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let text = format!("no desktop {id:?}");
            return Err(DesktopError::new(DesktopErrorKind::Missing, text));
        }
        let segments = [&["desktops", id], below].concat();
        Ok(self.api.request(method, &segments, query))
    }

    async fn send(&self, workspace: &str, request: Request) -> Result<Answer, DesktopError> {
        Ok(self.api.send(workspace, request).await?)
    }

    async fn of_workspace(&self, workspace: String) -> Result<Vec<RunDesktop>, DesktopError> {
        let request = self.api.request(Method::GET, &["desktops"], &[]);
        let desktops: Vec<Desktop> = self.send(&workspace, request).await?.parse()?;
        let of_run = |mut desktop: Desktop| {
            let run_id = desktop.metadata.remove(RUN_LABEL)?;
            Some(RunDesktop {
                workspace: workspace.clone(),
                id: desktop.desktop_id,
                run_id,
            })
        };
        Ok(desktops.into_iter().filter_map(of_run).collect())
    }
}

impl Desktops for RemoteDesktops {
    fn create<'a>(
        &'a self,
        workspace: &'a str,
        create: CreateDesktop,
    ) -> DesktopResult<'a, DesktopInfo> {
        // Without an Idempotency-Key: the server deletes again what nobody waits for any more.
        Box::pin(async move {
            let mut request = self.api.request(Method::POST, &["desktops"], &[]);
            put_json(&mut request, &create)?;
            match self.api.send(workspace, request).await {
                Ok(answer) => Ok(answer.parse::<Desktop>()?.into()),
                // A server that is just being started again is no reason to fail the runs that wait for desktops; what it
                // was making when it ended, it removes at its start.
                Err(error @ (CallError::Unreachable { .. } | CallError::Broken { .. })) => {
                    let text = error.to_string();
                    Err(DesktopError::new(DesktopErrorKind::Busy, text))
                }
                Err(error) => Err(error.into()),
            }
        })
    }

    fn get<'a>(&'a self, workspace: &'a str, id: &'a str) -> DesktopResult<'a, DesktopInfo> {
        Box::pin(async move {
            let request = self.about(Method::GET, id, &[], &[])?;
            let found: Desktop = self.send(workspace, request).await?.parse()?;
            match found.status {
                DesktopStatus::Deleted => Err(DesktopError::new(
                    DesktopErrorKind::Missing,
                    format!("desktop {id} is deleted"),
                )),
                _ => Ok(found.into()),
            }
        })
    }

    fn delete<'a>(&'a self, workspace: &'a str, id: &'a str) -> DesktopResult<'a, ()> {
        Box::pin(async move {
            let request = self.about(Method::DELETE, id, &[], &[])?;
            let answer = self.send(workspace, request).await?;
            match answer.status {
                StatusCode::NOT_FOUND => Ok(()),
                _ => answer.good().map(drop),
            }
        })
    }

    fn of_runs(&self) -> DesktopResult<'_, Vec<RunDesktop>> {
        Box::pin(async move {
            // Only workspaces that may have some: asking takes a key, and a workspace's list of keys should stay short.
            let rows = self.store.desktops().list_all().await.map_err(failed)?;
            let workspaces: BTreeSet<String> = rows
                .into_iter()
                .filter(|row| row.metadata.contains_key(RUN_LABEL))
                .map(|row| row.workspace_id)
                .collect();
            let mut found = Vec::new();
            for workspace in workspaces {
                found.extend(self.of_workspace(workspace).await?);
            }
            Ok(found)
        })
    }

    fn execute<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        _actor: &'a str,
        body: ExecuteBody,
    ) -> DesktopResult<'a, ExecuteReply> {
        Box::pin(async move {
            let mut request = self.about(Method::POST, id, &["execute"], &[])?;
            put_json(&mut request, &body)?;
            let answer = self.send(workspace, request).await?;
            match body.actions {
                Some(_) => answer.parse().and_then(of_batch),
                None => answer.parse(),
            }
        })
    }

    fn list_folder<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        path: &'a str,
        pattern: &'a str,
    ) -> DesktopResult<'a, DesktopFolder> {
        Box::pin(async move {
            let query = [("path", path), ("pattern", pattern)];
            let request = self.about(Method::GET, id, &["fs"], &query)?;
            self.send(workspace, request).await?.parse()
        })
    }

    fn read_file<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        path: &'a str,
        offset: u64,
        length: u64,
    ) -> DesktopResult<'a, Bytes> {
        Box::pin(async move {
            let mut request = self.about(Method::GET, id, &["fs", "content"], &[("path", path)])?;
            let last = offset.saturating_add(length.saturating_sub(1));
            let range = HeaderValue::try_from(format!("bytes={offset}-{last}"));
            request.headers_mut().insert(RANGE, range.map_err(failed)?);
            let answer = self.send(workspace, request).await?;
            let skipped = match answer.status {
                StatusCode::RANGE_NOT_SATISFIABLE => return Ok(Bytes::new()),
                StatusCode::PARTIAL_CONTENT => 0,
                // The whole file, from something in between that does not pass ranges on.
                _ => offset,
            };
            let bytes = answer.good()?;
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
            Ok(bytes.slice(place(skipped)..place(skipped.saturating_add(length))))
        })
    }

    fn write_file<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        path: &'a str,
        data: Bytes,
        append: bool,
    ) -> DesktopResult<'a, ()> {
        Box::pin(async move {
            let append = if append { "true" } else { "false" };
            let query = [("path", path), ("append", append)];
            let mut request = self.about(Method::PUT, id, &["fs", "content"], &query)?;
            *request.body_mut() = Some(Body::from(data));
            self.send(workspace, request).await?.good().map(drop)
        })
    }
}

fn put_json(request: &mut Request, body: &impl Serialize) -> Result<(), DesktopError> {
    let bytes = serde_json::to_vec(body).map_err(failed)?;
    *request.body_mut() = Some(Body::from(bytes));
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    Ok(())
}

/// A batch as one action.
fn of_batch(reply: BatchReply) -> Result<ExecuteReply, DesktopError> {
    reply_of_batch(reply).ok_or_else(|| failed("the server answered a batch without results"))
}

fn failed(error: impl std::fmt::Display) -> DesktopError {
    DesktopError::new(DesktopErrorKind::Failed, error.to_string())
}

#[cfg(test)]
mod tests;
