//! Reading a request: like axum's extractors, but every rejection is an [`crate::error::ApiError`] that names the
//! field. Handlers use these and never axum's own `Json`, `Query` or `Path`.

mod json;
mod path;
mod query;

pub(crate) use json::{JSON_LIMIT, JsonBody, MaybeJson, body_bytes, list_bytes, workflow_body};
pub(crate) use path::PathOf;
pub(crate) use query::QueryOf;
