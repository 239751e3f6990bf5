//! A desktop as stored, turned into what its callers see.

use std::collections::BTreeMap;

use nen_protocol::desktop::{CreateDesktop, Desktop, DesktopStatus, Provisioning};
use nen_store::{DesktopRow, NewDesktop};
use serde_json::Value;

/// What its callers see of a stored desktop. `session` is left to the server, which keeps sessions.
pub(crate) fn view(row: &DesktopRow) -> Desktop {
    let spec = spec(row);
    Desktop {
        desktop_id: row.id.clone(),
        desktop_type: row.desktop_type.clone(),
        status: status(row.status),
        workspace_id: row.workspace_id.clone(),
        name: row.name.clone(),
        error: row.error.clone(),
        display: spec.display,
        tools: spec.tools,
        network: spec.network.unwrap_or_default(),
        provisioning: provisioning(row.provisioning),
        metadata: row.metadata.clone(),
        timeout_seconds: spec.timeout_seconds,
        idle_timeout_seconds: spec.idle_timeout_seconds,
        on_idle: spec.on_idle,
        session: None,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// What a stored desktop was created with. A spec of another version that cannot be read means the defaults.
pub(crate) fn spec(row: &DesktopRow) -> CreateDesktop {
    serde_json::from_value(row.spec.clone()).unwrap_or_default()
}

pub(crate) fn status(stored: nen_store::DesktopStatus) -> DesktopStatus {
    use nen_store::DesktopStatus as Stored;
    match stored {
        Stored::Creating => DesktopStatus::Creating,
        Stored::Running => DesktopStatus::Running,
        Stored::Paused => DesktopStatus::Paused,
        Stored::Error => DesktopStatus::Error,
        Stored::Deleted => DesktopStatus::Deleted,
    }
}

fn provisioning(stored: nen_store::Provisioning) -> Provisioning {
    match stored {
        nen_store::Provisioning::Warm => Provisioning::Warm,
        nen_store::Provisioning::Cold => Provisioning::Cold,
    }
}

/// The row of a desktop that is about to be created.
pub(crate) fn new_row(
    id: &str,
    workspace: &str,
    create: &CreateDesktop,
    provisioning: nen_store::Provisioning,
    driver: &str,
    now: i64,
) -> NewDesktop {
    let seconds = create
        .timeout_seconds
        .map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
    NewDesktop {
        id: id.to_owned(),
        workspace_id: workspace.to_owned(),
        desktop_type: create.desktop_type.clone(),
        name: create.name.clone(),
        spec: serde_json::to_value(create).unwrap_or(Value::Null),
        display_width: create.display.width,
        display_height: create.display.height,
        metadata: create.metadata.clone(),
        provisioning,
        driver: driver.to_owned(),
        expires_at: seconds.map(|seconds| now.saturating_add(seconds)),
    }
}

/// Whether a desktop carries all of the given labels.
pub(crate) fn has_labels(row: &DesktopRow, labels: &BTreeMap<String, String>) -> bool {
    labels
        .iter()
        .all(|(name, value)| row.metadata.get(name) == Some(value))
}
