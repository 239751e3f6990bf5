use std::{collections::BTreeMap, fmt, str::FromStr};

use serde_json::Value;
use sqlx::any::AnyRow;

use crate::{StoreError, row};

/// Where a desktop is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DesktopStatus {
    /// Being started; nothing answers yet.
    Creating,
    /// Answers tool calls.
    Running,
    /// Kept, and resumed by the next call.
    Paused,
    /// Broken; `error` says why.
    Error,
    /// Gone; shown for 24 h.
    Deleted,
}

impl DesktopStatus {
    /// The status as written in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Error => "error",
            Self::Deleted => "deleted",
        }
    }
}

impl fmt::Display for DesktopStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DesktopStatus {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        [
            Self::Creating,
            Self::Running,
            Self::Paused,
            Self::Error,
            Self::Deleted,
        ]
        .into_iter()
        .find(|status| status.as_str() == text)
        .ok_or_else(|| StoreError::Corrupt {
            what: "desktops.status",
            detail: format!("{text:?}"),
        })
    }
}

/// How a desktop came to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provisioning {
    /// Taken from the warm pool.
    Warm,
    /// Started for its creation.
    Cold,
}

impl Provisioning {
    /// The word as written in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Cold => "cold",
        }
    }
}

impl FromStr for Provisioning {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        [Self::Warm, Self::Cold]
            .into_iter()
            .find(|known| known.as_str() == text)
            .ok_or_else(|| StoreError::Corrupt {
                what: "desktops.provisioning",
                detail: format!("{text:?}"),
            })
    }
}

/// A desktop as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct DesktopRow {
    /// `dsk_` and 12 lowercase alphanumerics.
    pub id: String,
    /// Its owner.
    pub workspace_id: String,
    /// `sandbox`.
    pub desktop_type: String,
    /// Given by its owner.
    pub name: Option<String>,
    /// Where it is in its life.
    pub status: DesktopStatus,
    /// Why the status is `error`.
    pub error: Option<String>,
    /// What it was created with, as the fleet wrote it.
    pub spec: Value,
    /// Screen width in pixels.
    pub display_width: u32,
    /// Screen height in pixels.
    pub display_height: u32,
    /// The owner's labels.
    pub metadata: BTreeMap<String, String>,
    /// How it came to run.
    pub provisioning: Provisioning,
    /// Which driver runs it, e.g. `local`.
    pub driver: String,
    /// What that driver needs to find it again after the server was killed (process ids, folders); `null` when nothing.
    pub driver_state: Value,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds of the last change of name, status, error or metadata.
    pub updated_at: i64,
    /// Unix seconds of the last call that counts as use.
    pub last_active_at: i64,
    /// Unix seconds at which its `timeout_seconds` run out.
    pub expires_at: Option<i64>,
    /// Unix seconds; set once deleted.
    pub deleted_at: Option<i64>,
}

impl DesktopRow {
    pub(crate) fn from_row(found: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row::text(found, "id")?,
            workspace_id: row::text(found, "workspace_id")?,
            desktop_type: row::text(found, "desktop_type")?,
            name: row::text_opt(found, "name")?,
            status: row::text(found, "status")?.parse()?,
            error: row::text_opt(found, "error")?,
            spec: row::json(found, "spec", "desktops.spec")?,
            display_width: pixels(found, "display_width")?,
            display_height: pixels(found, "display_height")?,
            metadata: row::json(found, "metadata", "desktops.metadata")?,
            provisioning: row::text(found, "provisioning")?.parse()?,
            driver: row::text(found, "driver")?,
            driver_state: row::json(found, "driver_state", "desktops.driver_state")?,
            created_at: row::int(found, "created_at")?,
            updated_at: row::int(found, "updated_at")?,
            last_active_at: row::int(found, "last_active_at")?,
            expires_at: row::int_opt(found, "expires_at")?,
            deleted_at: row::int_opt(found, "deleted_at")?,
        })
    }
}

fn pixels(found: &AnyRow, column: &str) -> Result<u32, StoreError> {
    let stored = row::int(found, column)?;
    u32::try_from(stored).map_err(|_| StoreError::Corrupt {
        what: "desktops.display",
        detail: stored.to_string(),
    })
}
