//! `GET /desktops/{id}/view/state`.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{PathOf, QueryOf};
use crate::rfb_filter::Role;
use crate::state::AppState;
use crate::viewer::access::{self, TokenQuery};
use axum::Json;
use axum::extract::{Extension, State};
use nen_protocol::Size;
use nen_protocol::desktop::DesktopStatus;
use serde::Serialize;
use utoipa::ToSchema;

/// What a viewer may do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ViewRole {
    /// The screen.
    View,
    /// The screen, with keyboard, pointer and clipboard.
    Interactive,
}

impl From<Role> for ViewRole {
    fn from(role: Role) -> Self {
        match role {
            Role::View => Self::View,
            Role::Interactive => Self::Interactive,
        }
    }
}

/// What the viewer page shows around the screen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ViewState {
    /// The desktop.
    desktop_id: String,
    /// Its name, if it has one.
    name: Option<String>,
    /// Where it is in its life.
    status: DesktopStatus,
    /// What the link, or the key, allows.
    role: ViewRole,
    /// Whether a person holds the desktop.
    takeover: bool,
    /// Who that is, as the tool log names them: the name of a key, or `human` for one who came by a link.
    held_by: Option<String>,
    /// Size of its screen in pixels.
    display: Size,
    /// Those who see the screen now, each by what it may do, in the order in which they came.
    viewers: Vec<ViewRole>,
}

/// What a viewer link is for
///
/// Takes the token of the link, or else a key with `desktops:read`.
#[utoipa::path(
    get, path = "/desktops/{id}/view/state", tag = "Live view", operation_id = "getViewState",
    params(("id" = String, Path, description = "Id of the desktop.", example = "dsk_abc123def456"), TokenQuery),
    responses((status = 200, description = "Desktop, role and who is in control.", body = ViewState)),
    security(("viewer_token" = []), ("bearer" = ["desktops:read"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
    QueryOf(token): QueryOf<TokenQuery>,
    caller: Option<Extension<Caller>>,
) -> Result<Json<ViewState>, ApiError> {
    let access = access::check(&state, &id, &token, caller.map(|caller| caller.0)).await?;
    let desktop = state.fleet().get(&access.desktop.workspace_id, &id).await?;
    let roles = state.viewers().roles(&id);
    Ok(Json(ViewState {
        desktop_id: desktop.desktop_id,
        name: desktop.name,
        status: desktop.status,
        role: access.role.into(),
        takeover: access.held(),
        held_by: access.session.and_then(|session| session.held_by),
        display: desktop.display,
        viewers: roles.into_iter().map(ViewRole::from).collect(),
    }))
}
