//! Desktops as a resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::Windows;
use crate::geometry::{MAX_SIDE, MIN_SIDE};
use crate::network::NetworkPolicy;
use crate::session::SessionInfo;
use crate::{Invalid, Size, body, tools};

/// The screen of a desktop whose creation did not ask for one.
pub const DEFAULT_DISPLAY: Size = Size {
    width: 1280,
    height: 800,
};
/// Seconds without a call after which a desktop is paused, when its creation did not say.
pub const DEFAULT_IDLE_SECONDS: u64 = 1800;
/// Longest that a desktop may be told to live or to idle, in seconds: a hundred years.
pub const MAX_SECONDS: u64 = 100 * 365 * 24 * 3600;

/// Where a desktop is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DesktopStatus {
    /// Being made; seen only from elsewhere, because creation answers when it runs.
    Creating,
    /// Takes tool calls.
    Running,
    /// Asleep; the next `execute` wakes it.
    Paused,
    /// Failed; `error` says why. Resuming starts it again with its home and drive; or delete it.
    Error,
    /// Gone.
    Deleted,
}

/// How a desktop came to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provisioning {
    /// It was taken from the warm pool, where it had been started for nobody in particular.
    Warm,
    /// It was started for this creation.
    Cold,
}

/// What happens when nobody called a desktop for its idle time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnIdle {
    /// It sleeps until it is called.
    #[default]
    Pause,
    /// It is deleted.
    Delete,
}

/// Body of `POST /desktops`. Everything is optional; an empty body means all defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CreateDesktop {
    /// `sandbox` is the only type so far.
    #[schema(pattern = "^sandbox$", example = "sandbox")]
    pub desktop_type: String,
    /// Shown to people; 1 to 128 characters.
    #[schema(
        min_length = 1,
        max_length = 128,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$"
    )]
    pub name: Option<String>,
    /// Screen size in pixels, each side 320 to 7680.
    pub display: Size,
    /// Tools the desktop offers: `computer`, `bash`, `clipboard`, `windows`.
    #[schema(schema_with = tools::names)]
    pub tools: Vec<String>,
    /// Seconds after which it is deleted whatever happens; never when left out.
    #[schema(minimum = 1, maximum = 3_153_600_000_u64)]
    pub timeout_seconds: Option<u64>,
    /// Seconds without a call after which `on_idle` happens; 0 for never.
    #[schema(minimum = 0, maximum = 3_153_600_000_u64)]
    pub idle_timeout_seconds: u64,
    /// What happens then.
    pub on_idle: OnIdle,
    /// What it may reach; what the workspace may, when left out.
    pub network: Option<NetworkPolicy>,
    /// Environment of its programs.
    pub env: BTreeMap<String, String>,
    /// Labels of yours; lists are filtered by them with `?metadata.key=value`.
    pub metadata: BTreeMap<String, String>,
    /// A web page to open at once, `http://` or `https://`.
    pub start_url: Option<String>,
}

impl Default for CreateDesktop {
    fn default() -> Self {
        Self {
            desktop_type: "sandbox".into(),
            name: None,
            display: DEFAULT_DISPLAY,
            tools: tools::default_tools(),
            timeout_seconds: None,
            idle_timeout_seconds: DEFAULT_IDLE_SECONDS,
            on_idle: OnIdle::default(),
            network: None,
            env: BTreeMap::new(),
            metadata: BTreeMap::new(),
            start_url: None,
        }
    }
}

impl CreateDesktop {
    /// Reads and checks a body; none at all means all defaults.
    pub fn parse(bytes: &[u8]) -> Result<Self, Invalid> {
        if bytes.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        body::parse::<Self>(bytes)?.check()
    }

    /// Checks the bounds of every field.
    pub fn check(self) -> Result<Self, Invalid> {
        if self.desktop_type != "sandbox" {
            return Err(Invalid(format!(
                "desktop_type {:?} is not known: \"sandbox\" is the only one",
                self.desktop_type
            )));
        }
        if let Some(name) = &self.name {
            check_name(name)?;
        }
        for (name, side) in [
            ("display.width", self.display.width),
            ("display.height", self.display.height),
        ] {
            if !(MIN_SIDE..=MAX_SIDE).contains(&side) {
                return Err(Invalid(format!(
                    "{name} must be {MIN_SIDE} to {MAX_SIDE} pixels, not {side}"
                )));
            }
        }
        tools::check(&self.tools)?;
        if self.timeout_seconds == Some(0) {
            return Err(Invalid::new(
                "timeout_seconds must be at least 1; leave it out for no limit",
            ));
        }
        for (name, seconds) in [
            ("timeout_seconds", self.timeout_seconds.unwrap_or(1)),
            ("idle_timeout_seconds", self.idle_timeout_seconds),
        ] {
            if seconds > MAX_SECONDS {
                return Err(Invalid(format!(
                    "{name} is at most {MAX_SECONDS}, a hundred years, not {seconds}"
                )));
            }
        }
        check_env(&self.env)?;
        check_metadata(&self.metadata)?;
        if let Some(url) = &self.start_url {
            Windows::check_web_address(url).map_err(|error| error.at("start_url"))?;
        }
        Ok(self)
    }
}

fn check_env(env: &BTreeMap<String, String>) -> Result<(), Invalid> {
    if env.len() > 100 {
        return Err(Invalid(format!(
            "env has {} entries: 100 is the most",
            env.len()
        )));
    }
    for (name, value) in env {
        let mut characters = name.chars();
        let named = characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && characters.all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !named {
            return Err(Invalid(format!(
                "env: {name:?} is not a variable's name: letters, digits and _ are, not starting with a digit"
            )));
        }
        if value.contains('\0') || value.len() > 32 * 1024 {
            return Err(Invalid(format!(
                "env.{name}: a value holds no NUL and is at most 32 KiB long"
            )));
        }
    }
    Ok(())
}

fn check_metadata(metadata: &BTreeMap<String, String>) -> Result<(), Invalid> {
    if metadata.len() > 50 {
        return Err(Invalid(format!(
            "metadata has {} entries: 50 is the most",
            metadata.len()
        )));
    }
    for (key, value) in metadata {
        if key.is_empty()
            || key.len() > 64
            || value.len() > 512
            || key.contains('\0')
            || value.contains('\0')
        {
            return Err(Invalid(format!(
                "metadata.{key}: a key is 1 to 64 bytes, a value at most 512 bytes, neither holds NUL"
            )));
        }
    }
    Ok(())
}

/// Checks the name of a desktop.
pub fn check_name(name: &str) -> Result<&str, Invalid> {
    let count = name.chars().count();
    if (1..=128).contains(&count) && !name.chars().any(char::is_control) {
        return Ok(name);
    }
    Err(Invalid(format!(
        "name must be 1 to 128 characters without control characters, not {count} characters"
    )))
}

/// Body of `PATCH /desktops/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameDesktop {
    /// The new name, 1 to 128 characters.
    #[schema(
        min_length = 1,
        max_length = 128,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$"
    )]
    pub name: String,
}

/// A desktop. The first four fields are always there, as documented for Nen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Desktop {
    /// `dsk_` and twelve lower-case letters and digits.
    #[schema(example = "dsk_abc123def456")]
    pub desktop_id: String,
    /// `sandbox`.
    #[schema(example = "sandbox")]
    pub desktop_type: String,
    /// Where it is in its life.
    pub status: DesktopStatus,
    /// Its owner.
    #[schema(example = "ws_default")]
    pub workspace_id: String,
    /// Shown to people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why it failed, when its status is `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Screen size in pixels.
    pub display: Size,
    /// Tools it offers.
    pub tools: Vec<String>,
    /// What it may reach.
    pub network: NetworkPolicy,
    /// Whether its creation took a desktop that ran already, or started one.
    pub provisioning: Provisioning,
    /// Labels of its creator.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Seconds after its creation at which it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    /// Seconds without a call after which `on_idle` happens; 0 for never.
    pub idle_timeout_seconds: u64,
    /// What happens then.
    pub on_idle: OnIdle,
    /// Its live-view session, while there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionInfo>,
    /// Creation, Unix seconds.
    pub created_at: i64,
    /// Last change of its state or name, Unix seconds.
    pub updated_at: i64,
}

/// Answer of `DELETE /desktops/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeletedDesktop {
    /// The desktop that is gone.
    pub desktop_id: String,
    /// `deleted`.
    pub status: DesktopStatus,
}
