//! The desktops that runs use, wherever they are: in this server's fleet, or behind another server's API.

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use nen_protocol::Size;
use nen_protocol::desktop::{CreateDesktop, Desktop};
use nen_protocol::execute::{BatchReply, ExecuteBody, ExecuteReply};
use nen_protocol::tool_log::Status;

/// Label of a desktop that was made for a run; its value is the run's id.
pub const RUN_LABEL: &str = "nen.run";

/// A call on a desktop failed. The text is for the workflow's author.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DesktopError {
    /// What kind of failure it is.
    pub kind: DesktopErrorKind,
    /// What was wrong.
    pub message: String,
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DesktopErrorKind {
    /// The call itself was wrong: nothing was done.
    Bad,
    /// There is no such desktop or file.
    Missing,
    /// A person holds the desktop, or there is no room for another one just now: it may work later.
    Busy,
    /// The desktop failed, or could not be reached.
    Failed,
}

impl DesktopError {
    /// An error of this kind.
    pub fn new(kind: DesktopErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

/// A desktop as a run needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesktopInfo {
    /// `dsk_…`.
    pub id: String,
    /// Its screen.
    pub size: Size,
}

impl From<Desktop> for DesktopInfo {
    fn from(desktop: Desktop) -> Self {
        Self {
            id: desktop.desktop_id,
            size: desktop.display,
        }
    }
}

/// A batch as one action: the one that failed, or the last. None: a batch without results is no answer.
#[must_use]
pub fn reply_of_batch(mut reply: BatchReply) -> Option<ExecuteReply> {
    let failed_at = reply
        .results
        .iter()
        .position(|result| result.status != Status::Ok);
    let at = failed_at.unwrap_or(reply.results.len().saturating_sub(1));
    (at < reply.results.len()).then(|| ExecuteReply {
        result: reply.results.swap_remove(at),
        view: reply.view,
    })
}

/// A desktop that was made for a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDesktop {
    /// The workspace it belongs to.
    pub workspace: String,
    /// `dsk_…`.
    pub id: String,
    /// The run it was made for.
    pub run_id: String,
}

/// A file on a desktop.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DesktopFile {
    /// Its name; a path below the folder when the pattern has `**`.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Unix seconds with a fraction.
    pub modified: f64,
}

/// The files of a folder of a desktop.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DesktopFolder {
    /// Its absolute path.
    pub path: String,
    /// Its regular files that fit the pattern, by name.
    pub files: Vec<DesktopFile>,
}

/// What a desktop call answers.
pub type DesktopResult<'a, T> = BoxFuture<'a, Result<T, DesktopError>>;

/// Where the desktops of runs are.
pub trait Desktops: fmt::Debug + Send + Sync {
    /// Creates a desktop.
    fn create<'a>(
        &'a self,
        workspace: &'a str,
        create: CreateDesktop,
    ) -> DesktopResult<'a, DesktopInfo>;

    /// Finds one.
    fn get<'a>(&'a self, workspace: &'a str, id: &'a str) -> DesktopResult<'a, DesktopInfo>;

    /// Deletes one; fine when it is gone.
    fn delete<'a>(&'a self, workspace: &'a str, id: &'a str) -> DesktopResult<'a, ()>;

    /// Every desktop with [`RUN_LABEL`] that can be seen from here.
    fn of_runs(&self) -> DesktopResult<'_, Vec<RunDesktop>>;

    /// Acts. `actor` stands in the tool log.
    fn execute<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        actor: &'a str,
        body: ExecuteBody,
    ) -> DesktopResult<'a, ExecuteReply>;

    /// Lists a folder by its absolute path, or one that begins with `~`.
    fn list_folder<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        path: &'a str,
        pattern: &'a str,
    ) -> DesktopResult<'a, DesktopFolder>;

    /// At most `length` bytes of a file from `offset` on; fewer only at its end.
    fn read_file<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        path: &'a str,
        offset: u64,
        length: u64,
    ) -> DesktopResult<'a, Bytes>;

    /// Writes a file, or adds to its end.
    fn write_file<'a>(
        &'a self,
        workspace: &'a str,
        id: &'a str,
        path: &'a str,
        data: Bytes,
        append: bool,
    ) -> DesktopResult<'a, ()>;
}
