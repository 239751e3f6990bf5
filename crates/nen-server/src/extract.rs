//! Reading a request: like axum's extractors, but every rejection is an [`crate::error::ApiError`] that names the
//! field. Handlers use these and never axum's own `Json`, `Query` or `Path`.

mod json;
mod path;
mod query;

pub(crate) use json::{JsonBody, MaybeJson, body_bytes};
pub(crate) use path::PathOf;
pub(crate) use query::QueryOf;
