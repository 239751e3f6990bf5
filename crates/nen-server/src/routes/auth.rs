//! `/auth`: signing a browser in, and who is signed in.

use crate::auth::{Anybody, Credential, cookie};
use crate::doer::{By, in_the_name_of};
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::origin;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use nen_store::{ApiKey, Doer, SignInKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a browser stays signed in: two weeks. Seconds.
const LIFETIME: i64 = 14 * 24 * 3600;

/// Body of `POST /auth`: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// An API key.
    #[schema(example = "sk_nen_…")]
    key: Option<String>,
    /// What stands behind `#/sign-in/` in a link that signs in once.
    code: Option<String>,
}

/// Who is calling.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Identity {
    /// The key of the call, or the one that the browser was signed in with.
    #[schema(example = "key_4f7c0z9k2mqa")]
    key_id: String,
    /// Its name.
    name: String,
    /// The workspace it opens.
    #[schema(example = "ws_default")]
    workspace_id: String,
    /// What it may do.
    scopes: Vec<&'static str>,
    /// Unix seconds until which the browser stays signed in, or the key works; null for a key without an end.
    expires_at: Option<i64>,
}

impl Identity {
    fn of(key: &ApiKey, expires_at: Option<i64>) -> Self {
        Self {
            key_id: key.id.clone(),
            name: key.name.clone(),
            workspace_id: key.workspace_id.clone(),
            scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
            expires_at,
        }
    }
}

/// Sign a browser in
///
/// With an API key, or with the code of a link (see `POST /auth/links`). The answer sets a cookie that scripts cannot read
/// and other sites cannot use; every call works with it as with the key, for two weeks or until the key ends. For programs
/// the key itself is better.
#[utoipa::path(
    post, path = "/auth", tag = "Keys", operation_id = "signIn",
    request_body(content = SignIn, example = json!({"key": "sk_nen_…"})),
    responses((status = 200, description = "Signed in.", body = Identity)),
    security(()),
)]
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    headers: HeaderMap,
    By(doer): By,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<([(header::HeaderName, HeaderValue); 1], Json<Identity>), ApiError> {
    // Else a page elsewhere could sign a browser in as somebody else, who would then see what is done here.
    if headers.contains_key(header::ORIGIN) && !origin::is_own(state.config(), &headers) {
        return Err(ApiError::forbidden(
            "a browser can be signed in only on a page of this server",
        ));
    }
    let (made, key) = match (body.key, body.code) {
        (Some(secret), None) => {
            let credential = Credential::Key(secret.trim().to_owned());
            let key = state.keys().find(state.store(), &credential).await;
            let key = key.map_err(|error| ApiError::internal(&error))?;
            let Some(key) = key else {
                failed(&state, &doer, "key").await?;
                return Err(ApiError::unauthorized(
                    "the API key is unknown, expired or revoked",
                ));
            };
            let store = state.store().by(in_the_name_of(doer, &key));
            let made = store
                .sign_ins()
                .create(SignInKind::Browser, &key.id, LIFETIME)
                .await;
            let made = made.map_err(|error| ApiError::internal(&error))?;
            (made, (*key).clone())
        }
        (None, Some(code)) => {
            let store = state.store().by(doer.clone());
            let made = store.sign_ins().redeem(&code, LIFETIME).await;
            let Some(made) = made.map_err(|error| ApiError::internal(&error))? else {
                failed(&state, &doer, "link").await?;
                return Err(ApiError::unauthorized(
                    "this link was used before or is too old, ask for a new one or sign in with an API key",
                ));
            };
            made
        }
        _ => {
            return Err(ApiError::bad_request(
                "give either \"key\", an API key, or \"code\", from a link",
            ));
        }
    };
    let cookie = cookie::set(&state, &made.secret, LIFETIME);
    let cookie = cookie.ok_or_else(|| ApiError::internal(&"a cookie is not a header"))?;
    tracing::info!(key_id = key.id, "A browser was signed in");
    let until = key.expires_at.unwrap_or(i64::MAX).min(made.expires_at);
    Ok((
        [(header::SET_COOKIE, cookie)],
        Json(Identity::of(&key, Some(until))),
    ))
}

async fn failed(state: &AppState, doer: &Doer, by: &'static str) -> Result<(), ApiError> {
    let noted = state.failed_sign_ins().note(state.store(), doer, by).await;
    noted.map_err(|error| ApiError::internal(&error))
}

/// Who is calling
///
/// The key of the call, or the one that the browser was signed in with.
#[utoipa::path(
    get, path = "/auth", tag = "Keys", operation_id = "getIdentity",
    responses((status = 200, description = "The key and what it may do.", body = Identity)),
    security(("bearer" = [])),
)]
pub(crate) async fn identity(
    State(state): State<AppState>,
    Anybody(caller): Anybody,
) -> Result<Json<Identity>, ApiError> {
    let mut until = caller.key().expires_at;
    if let Credential::Cookie(secret) = caller.credential() {
        let found = state.store().sign_ins().find(secret).await;
        let found = found.map_err(|error| ApiError::internal(&error))?;
        let found =
            found.ok_or_else(|| ApiError::unauthorized("the sign-in has ended, sign in again"))?;
        until = Some(until.unwrap_or(i64::MAX).min(found.expires_at));
    }
    Ok(Json(Identity::of(caller.key(), until)))
}

/// Sign a browser out
///
/// Its cookie is no good from now on. For a call with a key there is nothing to end: revoke the key.
#[utoipa::path(
    delete, path = "/auth", tag = "Keys", operation_id = "signOut",
    responses((status = 204, description = "Signed out.")),
    security(("bearer" = [])),
)]
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    Anybody(caller): Anybody,
    By(doer): By,
) -> Result<(StatusCode, HeaderMap), ApiError> {
    if let Credential::Cookie(secret) = caller.credential() {
        let store = state.store().by(doer);
        let ended = store.sign_ins().end(secret).await;
        ended.map_err(|error| ApiError::internal(&error))?;
        state.keys().signed_out(caller.credential());
        state.viewers().signed_out(caller.credential());
    }
    let mut headers = HeaderMap::new();
    if let Some(cookie) = cookie::clear(&state) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    Ok((StatusCode::NO_CONTENT, headers))
}
