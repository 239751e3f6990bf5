//! Between a browser and a desktop's screen: WebSocket messages on one side, a byte stream on the other.

use super::access::Access;
use super::connected::Connection;
use crate::control::HumanInput;
use crate::rfb_filter::{Filter, Role};
use crate::state::AppState;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use bytes::{Bytes, BytesMut};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often a viewer is asked whether it lives, and its session whether it still exists (another server on the same
/// database may have ended it).
const PING: Duration = Duration::from_secs(20);
/// A viewer that said nothing for this long is gone: three pings unanswered.
const DEAD: Duration = Duration::from_secs(65);
/// A viewer that takes no bytes for this long is stuck.
const STUCK: Duration = Duration::from_secs(30);
/// Bytes of the screen sent in one message at most.
const CHUNK: usize = 64 * 1024;

/// Why a viewer's connection ended, for its close frame (codes from 4000 are free to use). The page connects again after
/// any of them but the session's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    ViewerLeft,
    DesktopEnded,
    SessionEnded,
    AccessEnded,
    ServerStops,
    Silent,
    Protocol,
}

impl End {
    /// How it ends for a viewer who may not stay. One with a key comes back if the key is good still: it was the session
    /// of others that ended.
    fn of_access(access: &Access) -> Self {
        match access.caller {
            None => Self::SessionEnded,
            Some(_) => Self::AccessEnded,
        }
    }

    fn close(self) -> (u16, &'static str) {
        match self {
            Self::ViewerLeft => (1000, "bye"),
            Self::DesktopEnded => (4002, "the desktop ended"),
            Self::SessionEnded => (4001, "the session ended"),
            Self::AccessEnded => (4005, "the access ended, connect again"),
            Self::ServerStops => (1001, "the server stops"),
            Self::Silent => (4004, "the viewer went silent"),
            Self::Protocol => (1002, "not RFB 3.8"),
        }
    }
}

/// Runs one viewer to its end. The desktop's stream is read only as fast as the browser takes it, and the other way.
pub(crate) async fn run<S>(
    state: AppState,
    access: Access,
    connection: Connection,
    socket: WebSocket,
    rfb: S,
) where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let id = access.desktop.id.clone();
    connection.sees(access.role);
    let role = if access.role == Role::Interactive {
        "interactive"
    } else {
        "view"
    };
    state
        .fleet()
        .publish(&id, "viewer.connected", json!({ "role": role }));
    tracing::info!(desktop_id = id, role, "Viewer connected");
    let (mut to_browser, from_browser) = socket.split();
    let (from_desktop, to_desktop) = tokio::io::split(rfb);
    let heard = Mutex::new(Instant::now());
    let end = tokio::select! {
        end = up(&state, &id, access.role, from_browser, to_desktop, &heard) => end,
        end = down(from_desktop, &mut to_browser, &state, &access, &heard) => end,
        () = connection.ended().cancelled() => End::of_access(&access),
        () = state.stopping().cancelled() => End::ServerStops,
    };
    let (code, reason) = end.close();
    let close = Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }));
    // Best effort: who does not take it is cut off when the socket is dropped.
    let _ = timeout(Duration::from_secs(1), to_browser.send(close)).await;
    tracing::info!(desktop_id = id, role, reason, "Viewer disconnected");
    state.fleet().publish(
        &id,
        "viewer.disconnected",
        json!({ "role": role, "reason": reason }),
    );
}

/// Browser to desktop, through the role's filter.
async fn up(
    state: &AppState,
    id: &str,
    role: Role,
    mut from: SplitStream<WebSocket>,
    mut to: impl AsyncWrite + Unpin,
    heard: &Mutex<Instant>,
) -> End {
    let mut filter = Filter::new(role);
    let mut human = HumanInput::default();
    let mut passed = Vec::new();
    while let Some(Ok(message)) = from.next().await {
        if let Ok(mut heard) = heard.lock() {
            *heard = Instant::now();
        }
        let bytes: Bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Ping(_) | Message::Pong(_) => continue,
            Message::Text(_) => return End::Protocol,
            Message::Close(_) => return End::ViewerLeft,
        };
        passed.clear();
        let seen = match filter.push(&bytes, &mut passed) {
            Ok(seen) => seen,
            Err(error) => {
                tracing::info!(desktop_id = id, %error, "Viewer refused");
                return End::Protocol;
            }
        };
        if !passed.is_empty() && to.write_all(&passed).await.is_err() {
            return End::DesktopEnded;
        }
        if seen.input > 0 {
            human.note(state, id).await;
        }
    }
    End::ViewerLeft
}

/// Desktop to browser, with pings in between.
async fn down(
    mut from: impl AsyncRead + Unpin,
    to: &mut SplitSink<WebSocket, Message>,
    state: &AppState,
    access: &Access,
    heard: &Mutex<Instant>,
) -> End {
    let mut pings = interval(PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(CHUNK);
        let message = tokio::select! {
            read = from.read_buf(&mut buffer) => match read {
                Ok(0) | Err(_) => return End::DesktopEnded,
                Ok(_) => Message::Binary(buffer.split().freeze()),
            },
            _ = pings.tick() => {
                if heard.lock().is_ok_and(|heard| heard.elapsed() > DEAD) {
                    return End::Silent;
                }
                if !access.still(state).await {
                    return End::of_access(access);
                }
                Message::Ping(Bytes::new())
            }
        };
        match timeout(STUCK, to.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return End::ViewerLeft,
            Err(_) => return End::Silent,
        }
    }
}
