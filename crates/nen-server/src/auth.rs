//! Who is calling, and what they may do.
//!
//! One middleware stands before every route, unknown paths included. What it lets through without a key is listed in
//! [`PUBLIC`] and nowhere else. Handlers then ask for the scope they need by taking [`Reader`], [`Writer`],
//! [`WorkflowReader`], [`WorkflowWriter`] or [`Admin`].

mod cache;

pub(crate) use cache::KeyCache;

use crate::error::ApiError;
use crate::state::AppState;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use nen_store::{ApiKey, Scope};
use std::sync::Arc;

/// Routes that answer without a key. The viewer's own check the token in their link instead, and a run's files the
/// signature in theirs.
pub(crate) const PUBLIC: &[&str] = &[
    "/",
    "/health",
    "/openapi.json",
    "/docs",
    "/assets/{*path}",
    "/view/{id}",
    "/desktops/{id}/view",
    "/desktops/{id}/view/state",
    "/desktops/{id}/view/events",
    "/desktops/{id}/view/takeover",
    "/runs/{id}/assets.zip",
];

/// The key of a call; in the request's extensions behind the middleware.
#[derive(Debug, Clone)]
pub(crate) struct Caller(Arc<ApiKey>);

impl Caller {
    /// The workspace the key belongs to.
    pub(crate) fn workspace(&self) -> &str {
        &self.0.workspace_id
    }

    /// Id of the key.
    pub(crate) fn key_id(&self) -> &str {
        &self.0.id
    }

    /// How the tool log names this caller: the key's name, or its id when it has none.
    pub(crate) fn actor(&self) -> &str {
        if self.0.name.is_empty() {
            &self.0.id
        } else {
            &self.0.name
        }
    }

    /// Whether the key has a scope; `admin` includes all.
    pub(crate) fn allows(&self, scope: Scope) -> bool {
        self.0.allows(scope)
    }
}

/// Middleware: 401 for a missing or wrong key on every route that is not [`PUBLIC`].
pub(crate) async fn require_key(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let public = request
        .extensions()
        .get::<MatchedPath>()
        .is_some_and(|path| PUBLIC.contains(&path.as_str()));
    if !public {
        match identify(&state, request.headers()).await {
            Ok(caller) => request.extensions_mut().insert(caller),
            Err(error) => return error.into_response(),
        };
    }
    next.run(request).await
}

async fn identify(state: &AppState, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let secret = presented(headers)?;
    match state.keys().find(state.store(), secret).await {
        Ok(Some(key)) => Ok(Caller(key)),
        Ok(None) => Err(ApiError::unauthorized(
            "the API key is unknown, expired or revoked",
        )),
        Err(error) => Err(ApiError::internal(&error)),
    }
}

/// The key text of a request. Both headers may be there when they say the same.
fn presented(headers: &HeaderMap) -> Result<&str, ApiError> {
    const HOW: &str = "send Authorization: Bearer <key> or x-api-key: <key>";
    let unreadable = |_| ApiError::unauthorized(format!("the API key is not readable text, {HOW}"));
    let bearer = match headers.get(header::AUTHORIZATION) {
        None => None,
        Some(value) => {
            let (scheme, key) = value
                .to_str()
                .map_err(unreadable)?
                .split_once(' ')
                .unwrap_or_default();
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(ApiError::unauthorized(format!(
                    "the Authorization header is not of type Bearer, {HOW}"
                )));
            }
            Some(key.trim())
        }
    };
    let plain = headers
        .get("x-api-key")
        .map(|value| value.to_str().map_err(unreadable))
        .transpose()?
        .map(str::trim);
    match (bearer, plain) {
        (Some(a), Some(b)) if a != b => Err(ApiError::unauthorized(
            "Authorization and x-api-key hold different keys, send one of them",
        )),
        (Some(key), _) | (None, Some(key)) if !key.is_empty() => Ok(key),
        _ => Err(ApiError::unauthorized(format!("no API key, {HOW}"))),
    }
}

/// A caller who may look at desktops (`desktops:read`, or `desktops:write` which includes it).
#[derive(Debug)]
pub(crate) struct Reader(pub(crate) Caller);

/// A caller who may create, drive and delete desktops (`desktops:write`).
#[derive(Debug)]
pub(crate) struct Writer(pub(crate) Caller);

/// A caller who may look at workflows and runs (`workflows:read`, or `workflows:write` which includes it).
#[derive(Debug)]
pub(crate) struct WorkflowReader(pub(crate) Caller);

/// A caller who may upload workflows and start runs (`workflows:write`).
#[derive(Debug)]
pub(crate) struct WorkflowWriter(pub(crate) Caller);

/// A caller who may do everything (`admin`).
#[derive(Debug)]
pub(crate) struct Admin(pub(crate) Caller);

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        allowed(parts, &[Scope::DesktopsRead, Scope::DesktopsWrite]).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Writer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        allowed(parts, &[Scope::DesktopsWrite]).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WorkflowReader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        allowed(parts, &[Scope::WorkflowsRead, Scope::WorkflowsWrite]).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WorkflowWriter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        allowed(parts, &[Scope::WorkflowsWrite]).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        allowed(parts, &[Scope::Admin]).map(Self)
    }
}

/// The caller, when the key has one of `scopes`; the first is the one to ask for.
fn allowed(parts: &Parts, scopes: &[Scope]) -> Result<Caller, ApiError> {
    let caller = parts.extensions.get::<Caller>().cloned();
    let caller = caller.ok_or_else(|| {
        ApiError::internal(&"a route that needs a key is in the list of public ones")
    })?;
    if scopes.iter().any(|scope| caller.allows(*scope)) {
        return Ok(caller);
    }
    let needed = scopes.first().map_or("admin", |scope| scope.as_str());
    Err(ApiError::forbidden(format!(
        "this API key lacks the scope {needed}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn read(list: &[(&'static str, &'static str)]) -> Result<String, String> {
        let headers: HeaderMap = list
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect();
        presented(&headers)
            .map(str::to_owned)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn either_header_carries_the_key() {
        assert_eq!(read(&[("authorization", "Bearer k")]).as_deref(), Ok("k"));
        assert_eq!(read(&[("authorization", "bearer  k ")]).as_deref(), Ok("k"));
        assert_eq!(read(&[("x-api-key", "k")]).as_deref(), Ok("k"));
        assert_eq!(
            read(&[("x-api-key", "k"), ("authorization", "Bearer k")]).as_deref(),
            Ok("k")
        );
    }

    #[test]
    fn no_or_two_different_keys_are_refused() {
        for list in [
            &[][..],
            &[("x-api-key", "")],
            &[("authorization", "Bearer")],
            &[("authorization", "Basic a2V5")],
            &[("x-api-key", "a"), ("authorization", "Bearer b")],
        ] {
            assert!(read(list).is_err(), "{list:?}");
        }
    }
}
