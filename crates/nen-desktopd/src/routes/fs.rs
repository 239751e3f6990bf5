use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use http::StatusCode;
use nen_protocol::folder::{Folder, check_absolute, check_pattern};
use serde::Deserialize;

use crate::app_state::AppState;
use crate::failure::Failure;
use crate::filesystem::{self, FileError, absolute};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    path: String,
    #[serde(default = "everything")]
    pattern: String,
}

fn everything() -> String {
    "*".to_owned()
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        let status = match error {
            FileError::Missing(_) => StatusCode::NOT_FOUND,
            FileError::Refused(_) => StatusCode::BAD_REQUEST,
            FileError::Full => StatusCode::INSUFFICIENT_STORAGE,
            FileError::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}

/// Runs file work off the runtime's thread.
pub(super) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Failure::internal)?
        .map_err(Failure::from)
}

pub(super) fn read_query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Failure> {
    let Query(query) =
        query.map_err(|error| Failure::new(StatusCode::BAD_REQUEST, error.body_text()))?;
    Ok(query)
}

pub(crate) async fn list(
    State(state): State<AppState>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Folder>, Failure> {
    let wanted = read_query(query)?;
    let folder = absolute(&state.config.home, check_absolute(&wanted.path)?);
    check_pattern(&wanted.pattern)?;
    let found = off_the_runtime(move || filesystem::list(&folder, &wanted.pattern)).await?;
    Ok(Json(found))
}
