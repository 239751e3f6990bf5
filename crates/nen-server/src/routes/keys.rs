//! `/keys`: the API keys of the workspace.

use crate::auth::Admin;
use crate::doer::By;
use crate::error::{ApiError, shown};
use crate::extract::{PathOf, body_bytes};
use crate::idempotency::{self, Created};
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use nen_protocol::{ErrorBody, body};
use nen_store::{ApiKey, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of `POST /keys`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateKey {
    /// To recognise it by, 1 to 128 characters. The tool log names it as the actor.
    #[schema(min_length = 1, max_length = 128, example = "invoice agent")]
    name: String,
    /// What it may do: `desktops:read`, `desktops:write` (includes reading), `workflows:read`, `workflows:write`,
    /// `admin` (everything).
    #[schema(min_items = 1, example = json!(["desktops:read", "desktops:write"]))]
    scopes: Vec<String>,
    /// From when on it no longer works, Unix seconds; never when left out.
    expires_at: Option<i64>,
}

/// An API key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Key {
    /// `key_…`.
    #[schema(example = "key_4f7c0z9k2mqa")]
    id: String,
    /// The workspace it opens.
    #[schema(example = "ws_default")]
    workspace_id: String,
    /// Given by its owner.
    name: String,
    /// Beginning of the secret, to recognise it by.
    #[schema(example = "sk_nen_a1B2c")]
    prefix: String,
    /// What it may do.
    scopes: Vec<&'static str>,
    /// Unix seconds.
    created_at: i64,
    /// Unix seconds from which it no longer works; null for never.
    expires_at: Option<i64>,
    /// Unix seconds; null unless revoked.
    revoked_at: Option<i64>,
    /// Unix seconds, up to a minute behind; null when it was never used.
    last_used_at: Option<i64>,
}

/// A key just made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewKey {
    #[serde(flatten)]
    key: Key,
    /// The key itself, shown only this once. Null when the answer is repeated for an `Idempotency-Key`.
    #[schema(example = "sk_nen_…")]
    secret: Option<String>,
}

impl From<ApiKey> for Key {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            workspace_id: key.workspace_id,
            name: key.name,
            prefix: key.prefix,
            scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
        }
    }
}

/// Create a key
///
/// The secret is in this answer and nowhere else: only its SHA-256 is kept.
#[utoipa::path(
    post, path = "/keys", tag = "Keys", operation_id = "createKey",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "[!-~]",
        description = "The same key with the same body makes no second key for 24 h; the repeated answer has no secret.")),
    request_body = CreateKey,
    responses(
        (status = 201, description = "The key, with its secret.", body = NewKey),
        (status = 409, description = "The first request with this Idempotency-Key is still running.", body = ErrorBody),
        (status = 422, description = "The Idempotency-Key was used with another body.", body = ErrorBody),
    ),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Admin(caller): Admin,
    By(doer): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let bytes = body_bytes(&headers, body).await?;
    let wanted: CreateKey = body::parse(if bytes.is_empty() { b"{}" } else { &bytes })?;
    let scopes = check(&wanted, state.store().now())?;
    let (store, workspace) = (state.store().by(doer), caller.workspace().to_owned());
    let undoing = store.clone();
    let make = move |ticket| async move {
        // What is kept for a repeated request has no secret.
        let kept = idempotency::answer(ticket, StatusCode::CREATED);
        let kept = kept.seen_by(|key: &ApiKey| NewKey {
            key: key.clone().into(),
            secret: None,
        });
        let made = store
            .keys()
            .create_answering(&workspace, &wanted.name, &scopes, wanted.expires_at, kept)
            .await;
        let made = made.map_err(|error| ApiError::internal(&error))?;
        let answer = NewKey {
            key: made.key.into(),
            secret: Some(made.secret),
        };
        let body = serde_json::to_string(&answer).map_err(|error| ApiError::internal(&error))?;
        Ok(Created {
            status: StatusCode::CREATED,
            id: answer.key.id,
            body,
        })
    };
    let (store, workspace) = (undoing, caller.workspace().to_owned());
    let undo = move |id: String| async move {
        if let Err(error) = store.keys().revoke(&workspace, &id).await {
            tracing::warn!(%error, key = id, "Unclaimed key could not be revoked");
        }
    };
    idempotency::create(&state, &caller, &headers, "POST /keys", &bytes, make, undo).await
}

fn check(wanted: &CreateKey, now: i64) -> Result<Vec<Scope>, ApiError> {
    nen_protocol::desktop::check_name(&wanted.name)?;
    if wanted.scopes.is_empty() {
        return Err(ApiError::bad_request(
            "scopes is empty, give at least one, such as \"desktops:write\"",
        ));
    }
    if wanted.expires_at.is_some_and(|at| at <= now) {
        return Err(ApiError::bad_request(
            "expires_at lies in the past, it must be Unix seconds in the future",
        ));
    }
    wanted
        .scopes
        .iter()
        .enumerate()
        .map(|(at, scope)| {
            scope
                .parse()
                .map_err(|error| ApiError::bad_request(format!("scopes[{at}]: {error}")))
        })
        .collect()
}

/// List keys
///
/// All keys of the workspace, oldest first, expired and revoked ones too.
#[utoipa::path(
    get, path = "/keys", tag = "Keys", operation_id = "listKeys",
    responses((status = 200, description = "The keys.", body = Vec<Key>)),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Admin(caller): Admin,
) -> Result<Json<Vec<Key>>, ApiError> {
    let keys = state
        .store()
        .keys()
        .list(caller.workspace())
        .await
        .map_err(|error| ApiError::internal(&error))?;
    Ok(Json(keys.into_iter().map(Key::from).collect()))
}

/// Revoke a key
///
/// It stops working at once. A key cannot revoke itself, so that nobody locks himself out.
#[utoipa::path(
    delete, path = "/keys/{id}", tag = "Keys", operation_id = "revokeKey",
    params(("id" = String, Path, description = "Id of the key.", example = "key_4f7c0z9k2mqa")),
    responses(
        (status = 204, description = "It no longer works."),
        (status = 409, description = "It is the key of this call.", body = ErrorBody),
    ),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    Admin(caller): Admin,
    By(doer): By,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, ApiError> {
    if caller.key_id() == id {
        return Err(ApiError::conflict(
            "this is the key you are calling with, revoke it with another admin key",
        ));
    }
    let store = state.store().by(doer);
    let revoked = store.keys().revoke(caller.workspace(), &id).await;
    if revoked
        .map_err(|error| ApiError::internal(&error))?
        .is_none()
    {
        return Err(ApiError::not_found(format!("no key {}", shown(&id))));
    }
    state.keys().revoked(&id);
    state.viewers().revoked(&id);
    Ok(StatusCode::NO_CONTENT)
}
