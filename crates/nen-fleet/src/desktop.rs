//! A desktop as its callers see it, and what they ask for when they create one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::FleetError;

/// Size of the screen in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    /// Pixels from left to right, 320 to 7680.
    pub width: u32,
    /// Pixels from top to bottom, 320 to 7680.
    pub height: u32,
}

impl Default for Display {
    fn default() -> Self {
        Self { width: 1280, height: 800 }
    }
}

/// What a desktop reaches over the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// Public addresses, and the host ports the operator exposes; never private ranges.
    #[default]
    Internet,
    /// Its own loopback only.
    None,
}

/// What happens when nobody has used a desktop for its idle time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnIdle {
    /// It is paused, and resumes with the next action.
    #[default]
    Pause,
    /// It is deleted with its drive.
    Delete,
}

/// Where a desktop is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being started; seen only by callers other than the creating one.
    Creating,
    /// Answers tool calls.
    Running,
    /// Kept, but not running; the next action resumes it.
    Paused,
    /// Ended unexpectedly; `Desktop::error` says why. It can be resumed or deleted.
    Error,
    /// Gone.
    Deleted,
}

impl Status {
    /// The word used on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Error => "error",
            Self::Deleted => "deleted",
        }
    }

    /// The status a word of [`Status::as_str`] stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Creating, Self::Running, Self::Paused, Self::Error, Self::Deleted]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// What a caller asks for. `CreateDesktop::default()` is what `{}` means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreateDesktop {
    /// `sandbox`, the only type there is so far.
    pub desktop_type: String,
    /// What people call it.
    pub name: Option<String>,
    /// Size of its screen.
    pub display: Display,
    /// Tools its controller offers.
    pub tools: Vec<String>,
    /// Seconds after creation when it is deleted, used or not.
    pub timeout_seconds: Option<u64>,
    /// Seconds without use after which `on_idle` happens; 0 never.
    pub idle_timeout_seconds: u64,
    /// What happens after that time.
    pub on_idle: OnIdle,
    /// What it reaches over the network.
    pub network: Network,
    /// Environment of the programs in it.
    pub env: BTreeMap<String, String>,
    /// Free labels to find it by.
    pub metadata: BTreeMap<String, String>,
    /// Page the browser opens at the start.
    pub start_url: Option<String>,
}

impl Default for CreateDesktop {
    fn default() -> Self {
        Self {
            desktop_type: "sandbox".to_owned(),
            name: None,
            display: Display::default(),
            tools: vec!["computer".to_owned()],
            timeout_seconds: None,
            idle_timeout_seconds: 1800,
            on_idle: OnIdle::Pause,
            network: Network::Internet,
            env: BTreeMap::new(),
            metadata: BTreeMap::new(),
            start_url: None,
        }
    }
}

impl CreateDesktop {
    /// Refuses what no driver could start.
    ///
    /// # Errors
    /// [`FleetError::Invalid`] naming the field and the values it takes.
    pub fn validate(&self) -> Result<(), FleetError> {
        let invalid = |text: String| Err(FleetError::Invalid(text));
        if self.desktop_type != "sandbox" {
            return invalid(format!("`desktop_type` is `sandbox`, not `{}`", self.desktop_type));
        }
        for (field, size) in [("width", self.display.width), ("height", self.display.height)] {
            if !(320..=7680).contains(&size) {
                return invalid(format!("`display.{field}` is 320 to 7680 pixels, not {size}"));
            }
        }
        if self.timeout_seconds == Some(0) {
            return invalid("`timeout_seconds` is at least 1; leave it out for no limit".to_owned());
        }
        for (name, value) in &self.env {
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if name.is_empty() || !plain || name.as_bytes()[0].is_ascii_digit() {
                return invalid(format!("`env` names are letters, digits and `_`, not `{name}`"));
            }
            if value.contains('\0') {
                return invalid(format!("`env.{name}` contains a NUL character"));
            }
        }
        Ok(())
    }
}

/// A desktop as it is now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Desktop {
    /// `dsk_` and 12 lowercase letters or digits.
    pub id: String,
    /// The workspace it belongs to.
    pub workspace_id: String,
    /// What was asked for; `name` is the current one.
    pub spec: CreateDesktop,
    /// Where it is in its life.
    pub status: Status,
    /// Why it is in `error`.
    pub error: Option<String>,
    /// A person holds it; actions are refused.
    pub held: bool,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds of the last change of name or status.
    pub updated_at: i64,
    /// Unix seconds of the last use.
    pub last_active: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_given_means_the_documented_defaults() {
        let create: CreateDesktop = serde_json::from_str("{}").unwrap();
        assert_eq!(create, CreateDesktop::default());
        assert_eq!((create.display.width, create.display.height), (1280, 800));
        create.validate().unwrap();
    }

    #[test]
    fn what_no_driver_could_start_is_refused_by_name() {
        let mut create = CreateDesktop::default();
        create.display.width = 319;
        assert!(create.validate().unwrap_err().to_string().contains("display.width"));
        let mut create = CreateDesktop::default();
        create.env.insert("A=B".to_owned(), String::new());
        assert!(create.validate().unwrap_err().to_string().contains("A=B"));
    }

    #[test]
    fn every_status_reads_back() {
        for word in ["creating", "running", "paused", "error", "deleted"] {
            assert_eq!(Status::parse(word).unwrap().as_str(), word);
        }
        assert_eq!(Status::parse("gone"), None);
    }
}
