//! Which desktop a tool is about when the model does not say.

use nen_protocol::desktop::{Desktop, DesktopStatus};

use crate::call::Call;
use crate::failure::Failure;

/// The label of desktops that belong to a run; a model must not get in its way by accident.
const OF_A_RUN: &str = "nen.run";
/// Most desktops that an error names.
const NAMED: usize = 5;

/// The desktop that is named, or the only one that is running.
pub(crate) async fn named_or_only(call: &Call, named: Option<String>) -> Result<String, Failure> {
    if let Some(id) = named {
        return Ok(id);
    }
    let all: Vec<Desktop> = call.get("/desktops").await?;
    let ids = |status| {
        all.iter()
            .filter(|desktop| desktop.status == status && !desktop.metadata.contains_key(OF_A_RUN))
            .map(|desktop| desktop.desktop_id.as_str())
            .collect::<Vec<_>>()
    };
    let running = ids(DesktopStatus::Running);
    match running.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(Failure::Argument(match ids(DesktopStatus::Paused) {
            paused if paused.is_empty() => {
                "no desktop is running: create one with nen_create_desktop".to_owned()
            }
            paused => format!(
                "no desktop is running: give the desktop_id of one that is paused ({}), or create one with nen_create_desktop",
                listed(&paused)
            ),
        })),
        several => Err(Failure::Argument(format!(
            "{} desktops are running ({}): say which by desktop_id",
            several.len(),
            listed(several)
        ))),
    }
}

fn listed(ids: &[&str]) -> String {
    let mut text = ids[..ids.len().min(NAMED)].join(", ");
    if ids.len() > NAMED {
        text.push_str(", …");
    }
    text
}
