//! Who is calling, and what they may do.
//!
//! One middleware stands before every route, unknown paths included. What it lets through without a key is listed in
//! [`PUBLIC`] and nowhere else. Handlers then ask for the scope they need by taking [`Reader`], [`Writer`],
//! [`WorkflowReader`], [`WorkflowWriter`] or [`Admin`].

mod cache;
pub(crate) mod cookie;
mod credential;
mod ending;

pub(crate) use cache::KeyCache;
pub(crate) use credential::Credential;
pub(crate) use ending::ended;

use crate::door::ClientAddress;
use crate::error::ApiError;
use crate::state::AppState;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use nen_store::{ApiKey, DEFAULT_WORKSPACE, Scope};
use std::sync::Arc;

/// Routes that answer without a key. A run's files check the signature in their link instead.
pub(crate) const PUBLIC: &[&str] = &[
    "/",
    "/health",
    "/health/live",
    "/health/ready",
    "/openapi.json",
    "/docs",
    "/assets/{*path}",
    "/view/{id}",
    "/runs/{id}/assets.zip",
];

/// Routes of the live view, which check the token of their link where there is one.
const VIEWER: &[&str] = &[
    "/desktops/{id}/view",
    "/desktops/{id}/view/state",
    "/desktops/{id}/view/events",
    "/desktops/{id}/view/takeover",
];

/// The key of a call; in the request's extensions behind the middleware.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    key: Arc<ApiKey>,
    /// By which it was found, to look again later.
    credential: Credential,
}

impl Caller {
    /// The workspace the key belongs to.
    pub(crate) fn workspace(&self) -> &str {
        &self.key.workspace_id
    }

    /// Id of the key.
    pub(crate) fn key_id(&self) -> &str {
        &self.key.id
    }

    /// How the tool log names this caller: the key's name, or its id when it has none.
    pub(crate) fn actor(&self) -> &str {
        self.key.shown_name()
    }

    /// The key itself.
    pub(crate) fn key(&self) -> &ApiKey {
        &self.key
    }

    /// What the call showed.
    pub(crate) fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Whether what the call showed is good still. A database that fails for a moment says yes.
    pub(crate) async fn still(&self, state: &AppState) -> bool {
        let found = state.keys().find(state.store(), &self.credential).await;
        found.map_or(true, |found| found.is_some())
    }

    /// Whether the key has a scope; `admin` includes all.
    pub(crate) fn allows(&self, scope: Scope) -> bool {
        self.key.allows(scope)
    }
}

/// Middleware: 401 for a missing or wrong key on every route that is not [`PUBLIC`].
pub(crate) async fn require_key(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let from = request.extensions().get::<ClientAddress>().copied();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("", MatchedPath::as_str);
    if is_open(route, request.method(), request.uri()) {
        // What is shown on a public page is not looked at.
        let shows = !PUBLIC.contains(&route);
        let may = state.gate().stranger(from).and_then(|()| match shows {
            true => state.gate().shows(from, None),
            false => Ok(()),
        });
        if let Err(error) = may {
            return error.into_response();
        }
        let response = next.run(request).await;
        if shows && response.status() == StatusCode::UNAUTHORIZED {
            state.gate().was_wrong(from, None);
        }
        return response;
    }
    match identify(&state, from, request.method(), request.headers()).await {
        Ok(caller) => request.extensions_mut().insert(caller),
        Err(error) => return error.into_response(),
    };
    next.run(request).await
}

fn is_open(route: &str, method: &Method, uri: &Uri) -> bool {
    let has_token = || {
        let mut query = uri.query().unwrap_or_default().split('&');
        query.any(|pair| pair.split('=').next() == Some("token"))
    };
    PUBLIC.contains(&route)
        || (VIEWER.contains(&route) && has_token())
        // Signing in; who is signed in is not for everybody.
        || (route == "/auth" && *method == Method::POST)
}

async fn identify(
    state: &AppState,
    from: Option<ClientAddress>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Caller, ApiError> {
    let gate = state.gate();
    let shown = Credential::of(state.config(), state.cookie_name(), method, headers);
    let credential = match shown {
        Ok(credential) => credential,
        Err(error) => return Err(gate.stranger(from).err().unwrap_or(error)),
    };
    gate.shows(from, Some(&credential))?;
    let found = state.keys().find(state.store(), &credential).await;
    let Some(key) = found.map_err(|error| ApiError::internal(&error))? else {
        gate.was_wrong(from, Some(&credential));
        gate.stranger(from)?;
        return Err(ApiError::unauthorized(match credential {
            Credential::Key(_) => "the API key is unknown, expired or revoked",
            Credential::Cookie(_) => "the sign-in has ended, sign in again",
        }));
    };
    gate.was_good(from, &credential, &key.id)?;
    Ok(Caller { key, credential })
}

/// A caller with any good key.
#[derive(Debug)]
pub(crate) struct Anybody(pub(crate) Caller);

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

/// A caller who may do everything (`admin`) in the default workspace, which is that of whoever runs the server.
#[derive(Debug)]
pub(crate) struct Operator(pub(crate) Caller);

/// A caller who may do everything (`admin`).
#[derive(Debug)]
pub(crate) struct Admin(pub(crate) Caller);

impl<S: Send + Sync> FromRequestParts<S> for Anybody {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        identified(parts).map(Self)
    }
}

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

impl<S: Send + Sync> FromRequestParts<S> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = allowed(parts, &[Scope::Admin])?;
        if caller.workspace() == DEFAULT_WORKSPACE {
            return Ok(Self(caller));
        }
        Err(ApiError::forbidden(format!(
            "this is about the whole server: it needs an admin key of the workspace {DEFAULT_WORKSPACE}"
        )))
    }
}

/// The caller, when the key has one of `scopes`; the first is the one to ask for.
fn allowed(parts: &Parts, scopes: &[Scope]) -> Result<Caller, ApiError> {
    let caller = identified(parts)?;
    if scopes.iter().any(|scope| caller.allows(*scope)) {
        return Ok(caller);
    }
    let needed = scopes.first().map_or("admin", |scope| scope.as_str());
    Err(ApiError::forbidden(format!(
        "this API key lacks the scope {needed}"
    )))
}

fn identified(parts: &Parts) -> Result<Caller, ApiError> {
    let caller = parts.extensions.get::<Caller>().cloned();
    caller.ok_or_else(|| {
        ApiError::internal(&"a route that needs a key is in the list of public ones")
    })
}
