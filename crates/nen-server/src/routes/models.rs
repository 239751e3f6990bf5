//! `GET /models`: which models runs and the agent can use.

use crate::auth::Anybody;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A provider of models.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelProvider {
    /// `anthropic`, `openai` or `gemini`.
    #[schema(example = "anthropic")]
    name: &'static str,
    /// Whether the server has a key for it.
    configured: bool,
    /// The environment variable of the server that would hold it.
    #[schema(example = "ANTHROPIC_API_KEY")]
    key_variable: &'static str,
    /// Models of it whose price is known. Others of it can be used, too.
    models: Vec<String>,
}

/// A server that the operator named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelAlias {
    /// Models there are called `<model>@<name>`.
    #[schema(example = "local")]
    name: String,
}

/// Models that can be used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelList {
    /// The one that is used when none is named.
    default: String,
    /// Whether the default can be used as things are.
    default_usable: bool,
    /// The providers that the server knows.
    providers: Vec<ModelProvider>,
    /// Servers that speak the chat-completions format.
    aliases: Vec<ModelAlias>,
}

/// List models
///
/// Which models workflows, and the agent over HTTP, can be told to use. Keys of providers are the operator's to set, in
/// the server's environment.
#[utoipa::path(
    get, path = "/models", tag = "Agent", operation_id = "listModels",
    responses((status = 200, description = "The models.", body = ModelList)),
    security(("bearer" = [])),
)]
pub(crate) async fn list(State(state): State<AppState>, _caller: Anybody) -> Json<ModelList> {
    let models = state.runs().agent().models();
    Json(ModelList {
        default: models.default_model().to_owned(),
        default_usable: models.find(None).is_ok(),
        providers: models
            .providers()
            .into_iter()
            .map(|provider| ModelProvider {
                name: provider.name,
                configured: provider.configured,
                key_variable: provider.key_variable,
                models: provider.models,
            })
            .collect(),
        aliases: models
            .aliases()
            .map(|name| ModelAlias {
                name: name.to_owned(),
            })
            .collect(),
    })
}
