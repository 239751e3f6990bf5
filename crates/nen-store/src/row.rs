//! Reading columns out of a row of either database.

use serde::de::DeserializeOwned;
use sqlx::{Row, any::AnyRow};

use crate::StoreError;

pub(crate) fn text(row: &AnyRow, column: &str) -> Result<String, StoreError> {
    Ok(row.try_get(column)?)
}

pub(crate) fn text_opt(row: &AnyRow, column: &str) -> Result<Option<String>, StoreError> {
    Ok(row.try_get(column)?)
}

pub(crate) fn int(row: &AnyRow, column: &str) -> Result<i64, StoreError> {
    Ok(row.try_get(column)?)
}

pub(crate) fn int_opt(row: &AnyRow, column: &str) -> Result<Option<i64>, StoreError> {
    Ok(row.try_get(column)?)
}

pub(crate) fn flag(row: &AnyRow, column: &str) -> Result<bool, StoreError> {
    Ok(int(row, column)? != 0)
}

pub(crate) fn float(row: &AnyRow, column: &str) -> Result<f64, StoreError> {
    Ok(row.try_get(column)?)
}

/// Parses a JSON column; `what` names it in the error.
pub(crate) fn json<T: DeserializeOwned>(
    row: &AnyRow,
    column: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    parse_json(&text(row, column)?, what)
}

/// Parses stored JSON text; `what` names it in the error.
pub(crate) fn parse_json<T: DeserializeOwned>(
    stored: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    // The text itself stays out of the error: it may hold what a caller wants kept private.
    serde_json::from_str(stored).map_err(|error| StoreError::Corrupt {
        what,
        detail: format!("not the expected JSON ({:?})", error.classify()),
    })
}
