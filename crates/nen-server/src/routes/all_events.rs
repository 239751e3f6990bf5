//! `GET /events`.

use crate::auth::{self, Reader};
use crate::sse::{self, KEEP_ALIVE};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event as Message, KeepAlive};
use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use nen_fleet::{Event, FleetEvent};
use serde::Serialize;
use std::convert::Infallible;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// An event as this stream tells it.
#[derive(Serialize)]
struct OfDesktop<'a> {
    desktop_id: &'a str,
    #[serde(flatten)]
    event: &'a Event,
}

/// Follow all desktops
///
/// Server-sent events: what happens to any desktop of the workspace from now on, the same kinds as of one desktop
/// (`GET /desktops/{id}/events`). The data is `{"desktop_id", "id", "kind", "at", "data"}`. Ids count for each desktop, so
/// there is no `Last-Event-ID` here: whoever was away asks for the state of things. `event: lagged` says that events were
/// lost because they were read too slowly.
#[utoipa::path(
    get, path = "/events", tag = "Desktops", operation_id = "followDesktops",
    responses((status = 200, description = "The events, until the caller goes or its key ends.", body = String,
        content_type = "text/event-stream",
        example = "event: desktop.paused\ndata: {\"desktop_id\":\"dsk_abc123def456\",\"id\":7,\"kind\":\"desktop.paused\",\"at\":1743447260.5,\"data\":{\"by\":\"idle\"}}\n\n")),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn follow(
    State(state): State<AppState>,
    Reader(caller): Reader,
) -> Sse<impl Stream<Item = Result<Message, Infallible>> + use<>> {
    let events = Events {
        all: state.fleet().all_events(),
        workspace: caller.workspace().to_owned(),
        stopping: state.stopping().clone(),
    };
    let events = stream::unfold(events, |mut events| async move {
        let message = events.next().await?;
        Some((Ok(message), events))
    });
    let events = events.take_until(Box::pin(auth::ended(state, caller)));
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

struct Events {
    all: Receiver<FleetEvent>,
    workspace: String,
    stopping: CancellationToken,
}

impl Events {
    async fn next(&mut self) -> Option<Message> {
        loop {
            let received = tokio::select! {
                received = self.all.recv() => received,
                () = self.stopping.cancelled() => return None,
            };
            match received {
                Ok(event) if event.workspace_id == self.workspace => {
                    let told = OfDesktop {
                        desktop_id: &event.desktop_id,
                        event: &event.event,
                    };
                    return Some(sse::message(&event.event.kind, &told));
                }
                Ok(_) => {}
                Err(RecvError::Lagged(lost)) => return Some(sse::lagged(lost)),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
