//! What a call on a desktop's controller carries besides the request.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::fleet::InUse;

/// How the fleet treats a call: what it does to a paused desktop, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// A paused desktop is resumed for it; otherwise the call is refused.
    pub wakes: bool,
    /// It counts as use: the desktop's idle time starts again when it ends.
    pub is_use: bool,
    /// It acts on the screen, so it is refused while a person holds the desktop.
    pub acts: bool,
    /// Time for the head of the reply to arrive, waking included. A body may take longer.
    pub deadline: Duration,
}

impl Call {
    /// `POST /execute`: wakes, counts, and waits long enough for a batch of long actions.
    #[must_use]
    pub const fn execute() -> Self {
        Self {
            wakes: true,
            is_use: true,
            acts: true,
            deadline: Duration::from_secs(600),
        }
    }

    /// A screenshot, a file, the list of tools.
    #[must_use]
    pub const fn look() -> Self {
        Self {
            wakes: true,
            is_use: true,
            acts: false,
            deadline: Duration::from_secs(120),
        }
    }

    /// A look that changes nothing: a paused desktop stays paused, idle time goes on.
    #[must_use]
    pub const fn probe() -> Self {
        Self {
            wakes: false,
            is_use: false,
            acts: false,
            deadline: Duration::from_secs(10),
        }
    }

    /// The same with another deadline.
    #[must_use]
    pub const fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }
}

/// A reply's body, passed through as it arrives. The desktop counts as in use until it is dropped.
pub struct ReplyBody {
    inner: Incoming,
    _in_use: Option<InUse>,
}

impl ReplyBody {
    pub(crate) fn new(inner: Incoming, in_use: Option<InUse>) -> Self {
        Self {
            inner,
            _in_use: in_use,
        }
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyBody").finish_non_exhaustive()
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The screen's RFB stream, both ways. The desktop counts as in use until it is dropped.
pub struct RfbStream {
    inner: TokioIo<Upgraded>,
    _in_use: InUse,
}

impl RfbStream {
    pub(crate) fn new(inner: Upgraded, in_use: InUse) -> Self {
        Self {
            inner: TokioIo::new(inner),
            _in_use: in_use,
        }
    }
}

impl fmt::Debug for RfbStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RfbStream").finish_non_exhaustive()
    }
}

impl AsyncRead for RfbStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for RfbStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
