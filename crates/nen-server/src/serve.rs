//! Answering on a socket until told to stop.

use crate::door::listen;
use crate::router::router;
use crate::state::AppState;
use std::future::Future;
use std::io;
use std::sync::Arc;
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
    tokio::pin!(shutdown);
    let listening = listen(
        listener,
        Arc::clone(state.door()),
        router(state.clone()),
        stopping.clone(),
    );
    let server = async {
        tokio::pin!(listening);
        tokio::select! {
            ended = &mut listening => return ended,
            () = &mut shutdown => stopping.cancel(),
        }
        listening.await
    };
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
