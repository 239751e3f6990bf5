use std::convert::Infallible;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, StreamExt as _};
use tokio_stream::wrappers::BroadcastStream;

use crate::app_state::AppState;

pub(crate) async fn stream(
    State(state): State<AppState>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // A listener that is too slow misses events rather than holding up the desktop.
    let events = BroadcastStream::new(state.events.listen()).filter_map(async |event| event.ok());
    let events = events.map(|event| {
        Ok(Event::default()
            .event(event.name)
            .data(event.data.to_string()))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
