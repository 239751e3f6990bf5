//! The desktops of this server's fleet as runs use them.

use crate::execution::Execution;
use crate::tool_log::ToolLogWriter;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use nen_fleet::{Call, Fleet, FleetError, ReplyBody};
use nen_protocol::ErrorBody;
use nen_protocol::desktop::{CreateDesktop, DesktopStatus};
use nen_protocol::execute::{BatchReply, ExecuteBody, ExecuteReply};
use nen_protocol::segment::escaped;
use nen_runs::{
    DesktopError, DesktopErrorKind, DesktopFolder, DesktopInfo, DesktopResult, Desktops, RUN_LABEL,
    RunDesktop, reply_of_batch,
};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Most bytes of an answer that are taken: a picture of the largest screen, twice over.
const MOST: usize = 512 << 20;

/// A fleet behind the trait that runs reach desktops by. What runs do stands in the tool log like everybody's calls.
#[derive(Debug, Clone)]
pub struct FleetDesktops {
    fleet: Fleet,
    tool_log: ToolLogWriter,
    execute_timeout: Duration,
}

impl FleetDesktops {
    /// `execute_timeout` is the longest that one call may take, as in [`crate::ServerConfig::execute_timeout`].
    #[must_use]
    pub fn new(fleet: Fleet, tool_log: ToolLogWriter, execute_timeout: Duration) -> Self {
        Self {
            fleet,
            tool_log,
            execute_timeout,
        }
    }

    /// Sends a request about files and answers what came.
    async fn look(
        &self,
        workspace: &str,
        id: &str,
        request: Result<Request<Body>, axum::http::Error>,
    ) -> Result<Answer, DesktopError> {
        let request = request.map_err(|error| failed(&error))?;
        let reply = self
            .fleet
            .send(workspace, id, request, Call::look())
            .await
            .map_err(|error| from_fleet(&error))?;
        Answer::read(reply).await
    }
}

impl Desktops for FleetDesktops {
    fn create<'a>(
        &'a self,
        workspace: &'a str,
        create: CreateDesktop,
    ) -> DesktopResult<'a, DesktopInfo> {
        Box::pin(async move {
            let made = self.fleet.create(workspace, create).await;
            made.map(Into::into).map_err(|error| from_fleet(&error))
        })
    }

    fn get<'a>(&'a self, workspace: &'a str, id: &'a str) -> DesktopResult<'a, DesktopInfo> {
        Box::pin(async move {
            let found = self
                .fleet
                .get(workspace, id)
                .await
                .map_err(|error| from_fleet(&error))?;
            match found.status {
                DesktopStatus::Deleted => Err(from_fleet(&FleetError::NotFound)),
                _ => Ok(found.into()),
            }
        })
    }

    fn delete<'a>(&'a self, workspace: &'a str, id: &'a str) -> DesktopResult<'a, ()> {
        Box::pin(async move {
            match self.fleet.delete(workspace, id).await {
                Ok(_) | Err(FleetError::NotFound) => Ok(()),
                Err(error) => Err(from_fleet(&error)),
            }
        })
    }

    fn of_runs(&self) -> DesktopResult<'_, Vec<RunDesktop>> {
        Box::pin(async move {
            let labelled = self.fleet.labelled(RUN_LABEL).into_iter();
            let of_run = labelled.map(|(desktop, run_id)| RunDesktop {
                workspace: desktop.workspace_id,
                id: desktop.desktop_id,
                run_id,
            });
            Ok(of_run.collect())
        })
    }

    fn execute<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        actor: &'a str,
        body: ExecuteBody,
    ) -> DesktopResult<'a, ExecuteReply> {
        Box::pin(async move {
            let execution = Execution {
                fleet: &self.fleet,
                tool_log: &self.tool_log,
                workspace,
                desktop_id: id,
                actor,
                within: self.execute_timeout,
            };
            let bytes = serde_json::to_vec(&body).map_err(|error| failed(&error))?;
            let reply = execution
                .send(bytes.into())
                .await
                .map_err(|error| from_fleet(&error))?;
            let bytes = Answer::read(reply).await?.good()?;
            match body.actions {
                Some(_) => parse(&bytes).and_then(of_batch),
                None => parse(&bytes),
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
        let query = format!("path={}&pattern={}", escaped(path), escaped(pattern));
        let request = Request::get(format!("/fs?{query}")).body(Body::empty());
        Box::pin(async move { parse(&self.look(workspace, id, request).await?.good()?) })
    }

    fn read_file<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        path: &'a str,
        offset: u64,
        length: u64,
    ) -> DesktopResult<'a, Bytes> {
        let last = offset.saturating_add(length.saturating_sub(1));
        let request = Request::get(format!("/fs/content?path={}", escaped(path)))
            .header(header::RANGE, format!("bytes={offset}-{last}"))
            .body(Body::empty());
        Box::pin(async move {
            let answer = self.look(workspace, id, request).await?;
            if answer.status == StatusCode::RANGE_NOT_SATISFIABLE {
                return Ok(Bytes::new());
            }
            let bytes = answer.good()?;
            let most = usize::try_from(length).unwrap_or(usize::MAX);
            Ok(bytes.slice(..bytes.len().min(most)))
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
        let query = format!("path={}&append={append}", escaped(path));
        let request = Request::builder()
            .method(Method::PUT)
            .uri(format!("/fs/content?{query}"))
            .body(Body::from(data));
        Box::pin(async move {
            self.look(workspace, id, request).await?.good()?;
            Ok(())
        })
    }
}

/// What a controller answered, read to its end.
struct Answer {
    status: StatusCode,
    bytes: Bytes,
}

impl Answer {
    async fn read(reply: Response<ReplyBody>) -> Result<Self, DesktopError> {
        let status = reply.status();
        let body = Limited::new(reply.into_body(), MOST).collect().await;
        let bytes = body.map_err(|error| failed(&error))?.to_bytes();
        Ok(Self { status, bytes })
    }

    /// The bytes of an answer that is no error; else the error, in the controller's own words.
    fn good(self) -> Result<Bytes, DesktopError> {
        if self.status.is_success() {
            return Ok(self.bytes);
        }
        let said = serde_json::from_slice::<ErrorBody>(&self.bytes).map(|body| body.error);
        let text = said.unwrap_or_else(|_| format!("the desktop answered {}", self.status));
        Err(DesktopError::new(kind(self.status), text))
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DesktopError> {
    serde_json::from_slice(bytes).map_err(|error| failed(&error))
}

/// A batch as one action.
fn of_batch(reply: BatchReply) -> Result<ExecuteReply, DesktopError> {
    reply_of_batch(reply).ok_or_else(|| failed(&"it answered a batch without results"))
}

fn from_fleet(error: &FleetError) -> DesktopError {
    DesktopError::new(kind(error.status()), error.to_string())
}

fn failed(error: &dyn std::fmt::Display) -> DesktopError {
    DesktopError::new(
        DesktopErrorKind::Failed,
        format!("the desktop failed: {error}"),
    )
}

fn kind(status: StatusCode) -> DesktopErrorKind {
    match status {
        StatusCode::NOT_FOUND => DesktopErrorKind::Missing,
        StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            DesktopErrorKind::Busy
        }
        status if status.is_client_error() => DesktopErrorKind::Bad,
        _ => DesktopErrorKind::Failed,
    }
}
