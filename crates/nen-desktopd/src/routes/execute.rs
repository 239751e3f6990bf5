use std::time::SystemTime;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};
use nen_protocol::execute::{ActionResult, ExecuteRequest};
use nen_protocol::phases::Phases;
use nen_protocol::tool_log::ActionRecord;

use crate::app_state::AppState;
use crate::failure::Failure;
use crate::hands;

/// Carries what goes into the tool log beside a reply that the server passes on unread.
const LOG: HeaderName = HeaderName::from_static("nen-log");

/// Tells the server where the time went.
const TIMING: HeaderName = HeaderName::from_static("server-timing");

pub(crate) async fn execute(State(state): State<AppState>, body: Bytes) -> Response {
    let tools = state.offer.tools();
    let request = match ExecuteRequest::parse(&body, tools, state.config.display) {
        Ok(request) => request,
        Err(refused) => {
            let result = ActionResult::error(refused.error.to_string());
            let now = hands::unix_seconds(SystemTime::now());
            let record = refused.call.map(|call| match refused.secret {
                true => ActionRecord::secret(&call, &result, now),
                false => ActionRecord::refused(&call, &result, now),
            });
            let failure = Failure::from(refused.error).into_response();
            return logged(failure, record.as_slice(), Phases::default());
        }
    };
    let outcome = match state.hands.perform(request).await {
        Ok(outcome) => outcome,
        Err(error) => return Failure::internal(error).into_response(),
    };
    let response = match outcome.reply {
        Ok(json) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
        Err(failure) => {
            let status = match failure {
                hands::Failure::Refused(_) => StatusCode::BAD_REQUEST,
                hands::Failure::Desktop(_) => StatusCode::BAD_GATEWAY,
            };
            Failure::new(status, failure.to_string()).into_response()
        }
    };
    logged(response, &outcome.records, outcome.phases)
}

/// Most bytes of the log's header; HTTP libraries bound a reply's head at a few hundred kilobytes.
const MAX_LOG: usize = 64 * 1024;

fn logged(mut response: Response, records: &[ActionRecord], phases: Phases) -> Response {
    let timing = phases.header();
    if !timing.is_empty()
        && let Ok(timing) = HeaderValue::from_str(&timing)
    {
        response.headers_mut().insert(TIMING, timing);
    }
    if records.is_empty() {
        return response;
    }
    let whole = ascii_json(records).filter(|json| json.len() <= MAX_LOG);
    // A batch of many long texts: what was done is kept, its texts are not.
    let json = whole.or_else(|| {
        let bare: Vec<_> = records.iter().map(ActionRecord::without_texts).collect();
        ascii_json(&bare)
    });
    if let Some(value) = json.and_then(|json| HeaderValue::from_str(&json).ok()) {
        response.headers_mut().insert(LOG, value);
    }
    response
}

/// JSON that fits into a header: everything beyond ASCII escaped.
fn ascii_json(records: &[ActionRecord]) -> Option<String> {
    let json = serde_json::to_string(records).ok()?;
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() && character != '\u{7f}' {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    Some(ascii)
}
