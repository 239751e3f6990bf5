//! `Idempotency-Key` on creating POSTs: the same key with the same body gets the first answer again for 24 h.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use nen_store::{Answer, Begin, IdempotencyKey, Ticket, sha256_hex};
use serde::Serialize;
use std::future::Future;
use std::time::Duration;
use tokio::sync::oneshot;
use tracing::Instrument as _;

/// The request header.
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// How long a duplicate waits for the first request to end, before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest key.
const LONGEST: usize = 255;

/// What a creating handler made.
#[derive(Debug)]
pub(crate) struct Created {
    /// The answer's status.
    pub(crate) status: StatusCode,
    /// Id of what was made.
    pub(crate) id: String,
    /// The answer's body.
    pub(crate) body: String,
}

/// The answer to keep with what is made: its JSON, with this status.
pub(crate) fn answer<T: Serialize>(ticket: Option<Ticket>, status: StatusCode) -> Answer<T> {
    Answer::new(ticket, move |made| {
        let body = serde_json::to_string(made).unwrap_or_else(|error| {
            tracing::error!(%error, "An answer could not be written");
            "{}".to_owned()
        });
        (status.as_u16(), body)
    })
}

/// Runs `make` once per idempotency key, and in a task of its own: a caller who goes away stops nothing half-way. With what
/// it makes it stores the answer by the ticket that it gets, see [`answer`], so that no kill of the server parts them.
///
/// Errors are not kept: they changed nothing, so a retry runs again. When a caller without a key is gone before the
/// answer, nobody knows the id of what was made: `unclaimed` gets it, to undo, or is [`keep`].
pub(crate) async fn create<Make, Making, Undo, Undoing>(
    state: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
    route: &'static str,
    request_body: &[u8],
    make: Make,
    unclaimed: Undo,
) -> Result<Response, ApiError>
where
    Make: FnOnce(Option<Ticket>) -> Making + Send + 'static,
    Making: Future<Output = Result<Created, ApiError>> + Send,
    Undo: FnOnce(String) -> Undoing + Send + 'static,
    Undoing: Future<Output = ()> + Send,
{
    let ticket = match key(headers)? {
        None => None,
        Some(key) => {
            let bound = IdempotencyKey {
                workspace_id: caller.workspace().to_owned(),
                route: route.to_owned(),
                key,
                request_hash: sha256_hex(request_body),
            };
            match state
                .store()
                .idempotency()
                .begin_or_wait(&bound, PATIENCE)
                .await
                .map_err(|e| ApiError::internal(&e))?
            {
                Begin::Run(ticket) => Some(ticket),
                Begin::Answered { status, body } => return Ok(replay(status, body)),
                Begin::InProgress => {
                    let text = "the first request with this Idempotency-Key is still running, try again later";
                    return Err(ApiError::conflict(text).retry_after(5));
                }
                Begin::Mismatch => {
                    return Err(ApiError::new(
                        StatusCode::UNPROCESSABLE_ENTITY,
                        "this Idempotency-Key was used with another body, use a new key for a new request",
                    ));
                }
            }
        }
    };
    let (answer, answered) = oneshot::channel();
    let making = async move {
        let claimable = ticket.is_some();
        let made = make(ticket).await;
        let id = made.as_ref().ok().map(|created| created.id.clone());
        if answer.send(made).is_err()
            && !claimable
            && let Some(id) = id
        {
            tracing::info!(id, route, "Caller left before the answer");
            unclaimed(id).await;
        }
    };
    // What is logged of it belongs to the request.
    tokio::spawn(making.in_current_span());
    let created = answered
        .await
        .map_err(|_| ApiError::internal(&"the creating task ended without an answer"))??;
    Ok(json(created.status, created.body))
}

/// For what goes on although its caller left before the answer, and tells of itself in other ways.
pub(crate) async fn keep(_: String) {}

/// The header's value, checked.
fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or("").trim();
    if values.next().is_some() || text.is_empty() || text.len() > LONGEST {
        return Err(ApiError::bad_request(format!(
            "Idempotency-Key must be one value of 1 to {LONGEST} printable ASCII characters"
        )));
    }
    Ok(Some(text.to_owned()))
}

fn replay(status: u16, body: String) -> Response {
    let mut response = json(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), body);
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn json(status: StatusCode, body: String) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(body),
    )
        .into_response()
}
