//! `/desktops`: create, list, look at, rename, delete.

use crate::auth::{Reader, Writer};
use crate::base_url::BaseUrl;
use crate::doer::By;
use crate::error::{ApiError, shown};
use crate::extract::{JsonBody, PathOf, QueryOf, body_bytes};
use crate::idempotency::{self, Created};
use crate::session_view::session_info;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use nen_protocol::ErrorBody;
use nen_protocol::desktop::{
    CreateDesktop, DeletedDesktop, Desktop, DesktopStatus, RenameDesktop, check_name,
};
use nen_store::{Deed, Scope};
use serde_json::json;
use std::collections::BTreeMap;

/// Create a desktop
///
/// Answers once the desktop takes tool calls: within milliseconds when one was kept warm for a request like this, else
/// usually within a second (`provisioning` says which). Everything in the body is optional.
/// `network` is `internet`, `none`, or `{"allow": […]}` with what may be reached; attempts at anything else are events
/// `network.denied`. Left out, it is what the workspace's network settings allow.
/// A caller that goes away before the answer leaves nothing behind, unless it sent an `Idempotency-Key`.
#[utoipa::path(
    post, path = "/desktops", tag = "Desktops", operation_id = "createDesktop",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, pattern = "[!-~]",
        description = "The same key with the same body gets the first answer again for 24 h.")),
    request_body(content = Option<CreateDesktop>, example = json!({"name": "invoices", "metadata": {"team": "finance"}})),
    responses(
        (status = 201, description = "The desktop runs.", body = Desktop),
        (status = 403, description = "The workspace's network settings do not allow the network that was asked for.", body = ErrorBody),
        (status = 409, description = "The first request with this Idempotency-Key is still running.", body = ErrorBody),
        (status = 413, description = "The body is over 1 MiB.", body = ErrorBody),
        (status = 422, description = "The Idempotency-Key was used with another body.", body = ErrorBody),
        (status = 429, description = "The workspace has as many desktops as it may; see Retry-After.", body = ErrorBody),
        (status = 502, description = "The desktop did not start.", body = ErrorBody),
        (status = 503, description = "The server has as many desktops as it can carry; see Retry-After.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Writer(caller): Writer,
    By(doer): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let bytes = body_bytes(&headers, body).await?;
    let wanted = CreateDesktop::parse(&bytes)?;
    let workspace = caller.workspace().to_owned();
    let make = {
        let (state, workspace) = (state.clone(), workspace.clone());
        move |ticket| async move {
            let answer = idempotency::answer(ticket, StatusCode::CREATED);
            let desktop = state
                .fleet()
                .create_answering(&workspace, wanted, answer)
                .await?;
            let detail = json!({"name": desktop.name});
            let deed = Deed::to("desktop.create", &desktop.desktop_id, detail);
            if let Err(error) = state.store().audit().add(&doer, &deed).await {
                // Nobody is told of it, so nobody would ever delete it.
                let undone = state.fleet().delete(&workspace, &desktop.desktop_id).await;
                if let Err(error) = undone {
                    tracing::warn!(%error, desktop_id = desktop.desktop_id, "A desktop that nobody knows of could not be deleted");
                }
                return Err(ApiError::internal(&error));
            }
            let text =
                serde_json::to_string(&desktop).map_err(|error| ApiError::internal(&error))?;
            Ok(Created {
                status: StatusCode::CREATED,
                id: desktop.desktop_id,
                body: text,
            })
        }
    };
    let fleet = state.fleet().clone();
    let undo = move |id: String| async move {
        if let Err(error) = fleet.delete(&workspace, &id).await {
            tracing::warn!(%error, desktop_id = id, "Unclaimed desktop could not be deleted");
        }
    };
    idempotency::create(
        &state,
        &caller,
        &headers,
        "POST /desktops",
        &bytes,
        make,
        undo,
    )
    .await
}

/// List desktops
///
/// Every desktop of the workspace that is not deleted, oldest first. `?metadata.team=finance` keeps those with this
/// label; several labels must all be there. `?deleted=true` lists those that were deleted within 24 h instead: their tool
/// logs and replays are there as long.
#[utoipa::path(
    get, path = "/desktops", tag = "Desktops", operation_id = "listDesktops",
    params(("metadata.{key}" = Option<String>, Query, description = "Only desktops with this label.",
        example = "finance"),
        ("deleted" = Option<bool>, Query, description = "True for deleted desktops instead.")),
    responses((status = 200, description = "The desktops.", body = Vec<Desktop>)),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Reader(caller): Reader,
    QueryOf(query): QueryOf<Vec<(String, String)>>,
) -> Result<Json<Vec<Desktop>>, ApiError> {
    let mut labels = BTreeMap::new();
    let mut deleted = false;
    for (name, value) in query {
        if name == "deleted" {
            deleted = value.parse().map_err(|_| {
                ApiError::bad_request(format!(
                    "query: deleted must be true or false, not {}",
                    shown(&value)
                ))
            })?;
            continue;
        }
        match name.strip_prefix("metadata.").filter(|key| !key.is_empty()) {
            Some(key) => {
                if labels.insert(key.to_owned(), value).is_some() {
                    return Err(ApiError::bad_request(format!(
                        "query: {} is given twice",
                        shown(&name)
                    )));
                }
            }
            None => {
                return Err(ApiError::bad_request(format!(
                    "query: unknown parameter {}, lists are filtered with metadata.<key>=<value>",
                    shown(&name)
                )));
            }
        }
    }
    let (fleet, workspace) = (state.fleet(), caller.workspace());
    Ok(Json(match deleted {
        true => fleet.list_deleted(workspace, &labels).await?,
        false => fleet.list(workspace, &labels).await?,
    }))
}

/// Look at a desktop
///
/// A deleted desktop is shown with status `deleted` for 24 h. `session` is there while it has one.
#[utoipa::path(
    get, path = "/desktops/{id}", tag = "Desktops", operation_id = "getDesktop",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    responses((status = 200, description = "The desktop.", body = Desktop)),
    security(("bearer" = ["desktops:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Reader(caller): Reader,
    PathOf(id): PathOf<String>,
    BaseUrl(base): BaseUrl,
) -> Result<Json<Desktop>, ApiError> {
    let mut desktop = state.fleet().get(caller.workspace(), &id).await?;
    let session = state
        .store()
        .sessions()
        .get(&id)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    desktop.session =
        session.map(|row| session_info(&state, &base, &row, caller.allows(Scope::DesktopsWrite)));
    Ok(Json(desktop))
}

/// Rename a desktop
#[utoipa::path(
    patch, path = "/desktops/{id}", tag = "Desktops", operation_id = "renameDesktop",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    request_body(content = RenameDesktop, example = json!({"name": "invoices"})),
    responses((status = 200, description = "The desktop with its new name.", body = Desktop)),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn rename(
    State(state): State<AppState>,
    Writer(caller): Writer,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<RenameDesktop>,
) -> Result<Json<Desktop>, ApiError> {
    Ok(Json(
        state
            .fleet()
            .rename(caller.workspace(), &id, check_name(&body.name)?)
            .await?,
    ))
}

/// Delete a desktop
///
/// Its programs end, its drive is gone and its viewers are disconnected when this answers.
#[utoipa::path(
    delete, path = "/desktops/{id}", tag = "Desktops", operation_id = "deleteDesktop",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456")),
    responses(
        (status = 200, description = "It is gone.", body = DeletedDesktop,
            example = json!({"desktop_id": "dsk_abc123def456", "status": "deleted"})),
        (status = 502, description = "Something of it could not be removed.", body = ErrorBody),
    ),
    security(("bearer" = ["desktops:write"])),
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Writer(caller): Writer,
    By(doer): By,
    PathOf(id): PathOf<String>,
) -> Result<Json<DeletedDesktop>, ApiError> {
    to_its_end(async move {
        let desktop = state.fleet().delete(caller.workspace(), &id).await?;
        state.viewers().disconnect(&id);
        let detail = json!({"name": desktop.name});
        let deed = Deed::to("desktop.delete", &desktop.desktop_id, detail);
        let noted = state.store().audit().add(&doer, &deed).await;
        noted.map_err(|error| ApiError::internal(&error))?;
        Ok(Json(DeletedDesktop {
            desktop_id: desktop.desktop_id,
            status: DesktopStatus::Deleted,
        }))
    })
    .await
}
