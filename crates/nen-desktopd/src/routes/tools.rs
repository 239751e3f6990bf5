use axum::Json;
use axum::extract::State;
use nen_protocol::tools::{self, ToolSchema};

use crate::app_state::AppState;
use crate::failure::Failure;

pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Vec<ToolSchema>>, Failure> {
    let names = state.offer.tools().iter();
    let schemas: Result<Vec<_>, _> = names.map(|name| tools::schema(name)).collect();
    Ok(Json(schemas?))
}
