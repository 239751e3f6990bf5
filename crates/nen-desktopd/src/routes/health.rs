use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::app_state::AppState;

pub(crate) async fn show(State(state): State<AppState>) -> Json<Value> {
    Json(json!({"status": "ok", "display": state.config.display}))
}
