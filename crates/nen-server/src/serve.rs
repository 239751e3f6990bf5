//! Answering on a socket until told to stop.

use crate::router::router;
use crate::state::AppState;
use axum::serve::ListenerExt;
use std::future::{Future, IntoFuture};
use std::io;
use std::time::Duration;
use tokio::net::TcpListener;

/// Requests that still run this long after the stop was asked for are cut off.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is ready; then takes no new connections, ends event streams and viewers, lets running
/// requests end for a while and stores what is left of the tool log.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let stopping = state.stopping().clone();
    let stopped = stopping.clone();
    // A click's answer is small and must not wait for more to send.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
    });
    let server = axum::serve(listener, router(state.clone()))
        .with_graceful_shutdown(async move {
            shutdown.await;
            stopped.cancel();
        })
        .into_future();
    let result = tokio::select! {
        result = server => result,
        () = async { stopping.cancelled().await; tokio::time::sleep(PATIENCE).await } => {
            tracing::warn!("Requests that did not end in time were cut off");
            Ok(())
        }
    };
    state.tool_log().flush().await;
    result
}
