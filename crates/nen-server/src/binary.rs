//! Raw bytes in the OpenAPI document.

use utoipa::ToSchema;

/// A body of raw bytes.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes bodies, holds none")]
pub(crate) struct Binary(Vec<u8>);
