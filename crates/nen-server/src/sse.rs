//! A desktop's events as server-sent events.

use crate::auth::{self, Caller};
use crate::error::ApiError;
use crate::state::AppState;
use crate::viewer::connected::Connection;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event as Message, KeepAlive};
use futures_util::StreamExt;
use futures_util::future::{Either, pending};
use futures_util::stream::{self, Stream};
use nen_fleet::{Event, Subscription};
use serde::Serialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// How often a silent stream shows that it lives.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What happens to a desktop from now on; with `Last-Event-ID` also what was missed, as far as it is remembered.
///
/// Ends after the desktop's deletion, when the server stops, when `viewer` has to go, or when
/// the key of `caller` is good no more. Who reads too slowly gets `event: lagged` with
/// the number of events lost.
pub(crate) fn stream(
    state: &AppState,
    workspace: &str,
    id: &str,
    headers: &HeaderMap,
    caller: Option<Caller>,
    viewer: Option<Connection>,
) -> Result<Sse<impl Stream<Item = Result<Message, Infallible>> + use<>>, ApiError> {
    let Subscription { recent, live } = state.fleet().events(workspace, id)?;
    let missed = match last_event_id(headers)? {
        Some(last) => recent.into_iter().filter(|event| event.id > last).collect(),
        None => VecDeque::new(),
    };
    let stopping = state.stopping().clone();
    let until = viewer
        .as_ref()
        .map(|viewer| viewer.ended().clone())
        .unwrap_or_default();
    let events = stream::unfold(
        (missed, live, viewer),
        move |(mut missed, mut live, viewer)| {
            let (stopping, until) = (stopping.clone(), until.clone());
            async move {
                if let Some(event) = missed.pop_front() {
                    return Some((Ok(numbered(&event)), (missed, live, viewer)));
                }
                let received = tokio::select! {
                    received = live.recv() => received,
                    () = stopping.cancelled() => return None,
                    () = until.cancelled() => return None,
                };
                match received {
                    Ok(event) => Some((Ok(numbered(&event)), (missed, live, viewer))),
                    Err(RecvError::Lagged(lost)) => {
                        Some((Ok(lagged(lost)), (missed, live, viewer)))
                    }
                    Err(RecvError::Closed) => None,
                }
            }
        },
    );
    let until = match caller {
        Some(caller) => Either::Left(auth::ended(state.clone(), caller)),
        None => Either::Right(pending()),
    };
    let events = events.take_until(Box::pin(until));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let number = value
        .to_str()
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .filter(|number| i64::try_from(*number).is_ok());
    number
        .map(Some)
        .ok_or_else(|| ApiError::bad_request("Last-Event-ID must be the number of an event"))
}

fn numbered(event: &Event) -> Message {
    filled(
        Message::default().id(event.id.to_string()),
        &event.kind,
        event,
    )
}

/// An event of a kind, with its data.
pub(crate) fn message(kind: &str, data: &impl Serialize) -> Message {
    filled(Message::default(), kind, data)
}

fn filled(message: Message, kind: &str, data: &impl Serialize) -> Message {
    // The kind comes from inside the desktop at times: no line breaks may reach the stream.
    let kind: String = kind.chars().filter(|c| !c.is_control()).collect();
    let data = serde_json::to_string(data).unwrap_or_default();
    message.event(kind).data(data)
}

/// Tells a reader who was too slow how many events it lost.
pub(crate) fn lagged(lost: u64) -> Message {
    Message::default()
        .event("lagged")
        .data(format!("{{\"lost\":{lost}}}"))
}
