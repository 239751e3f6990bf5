//! `POST /auth/links`.

use crate::auth::Anybody;
use crate::base_url::BaseUrl;
use crate::doer::By;
use crate::error::ApiError;
use crate::sign_in_link;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use nen_store::SignInKind;
use serde::Serialize;
use utoipa::ToSchema;

/// How long a link waits for its browser: ten minutes. Seconds.
const LIFETIME: i64 = 600;

/// A link that signs a browser in, once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignInLink {
    /// To be opened by the person it is for, and by nobody else.
    #[schema(example = "http://127.0.0.1:8700/#/sign-in/…")]
    href: String,
    /// Unix seconds from which it is no good.
    expires_at: i64,
}

/// Make a link to the dashboard
///
/// It signs one browser in, with the powers of this call's key, within ten minutes. For people who do not handle keys.
#[utoipa::path(
    post, path = "/auth/links", tag = "Keys", operation_id = "createSignInLink",
    responses((status = 201, description = "The link.", body = SignInLink)),
    security(("bearer" = [])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Anybody(caller): Anybody,
    BaseUrl(base): BaseUrl,
    By(doer): By,
) -> Result<(StatusCode, Json<SignInLink>), ApiError> {
    let store = state.store().by(doer);
    let sign_ins = store.sign_ins();
    let made = sign_ins.create(SignInKind::Link, caller.key_id(), LIFETIME);
    let made = made.await.map_err(|error| ApiError::internal(&error))?;
    let link = SignInLink {
        href: sign_in_link(&base, &made.secret),
        expires_at: made.expires_at,
    };
    Ok((StatusCode::CREATED, Json(link)))
}
