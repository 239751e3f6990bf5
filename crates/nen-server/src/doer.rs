//! Who does something, for the audit log and for the runs that a request starts.

use crate::auth::Caller;
use crate::door::ClientAddress;
use crate::request_id::X_REQUEST_ID;
use crate::trace::traceparent;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use nen_store::{ApiKey, Doer};
use std::convert::Infallible;

/// Where the request came from that a call within the server belongs to. The call itself came over no network, and is not
/// counted as if it had.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedFrom(pub(crate) ClientAddress);

/// Who sends this request, as far as that is known.
#[derive(Debug)]
pub(crate) struct By(pub(crate) Doer);

impl<S: Send + Sync> FromRequestParts<S> for By {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let id = parts.headers.get(X_REQUEST_ID);
        let doer = Doer {
            address: address(parts),
            request_id: id.and_then(|id| Some(id.to_str().ok()?.to_owned())),
            traceparent: traceparent(&parts.headers),
            ..Doer::default()
        };
        Ok(Self(match parts.extensions.get::<Caller>() {
            Some(caller) => in_the_name_of(doer, caller.key()),
            None => doer,
        }))
    }
}

/// The same with the key that it turned out to be.
pub(crate) fn in_the_name_of(doer: Doer, key: &ApiKey) -> Doer {
    Doer {
        workspace_id: Some(key.workspace_id.clone()),
        actor: key.shown_name().to_owned(),
        key_id: Some(key.id.clone()),
        ..doer
    }
}

fn address(parts: &Parts) -> Option<String> {
    let from = parts.extensions.get::<ClientAddress>();
    let asked = || parts.extensions.get::<AskedFrom>().map(|asked| &asked.0);
    Some(from.or_else(asked)?.0.to_string())
}
