use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a workflow says that it wants to reach. It gets no more than its workspace may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// What its workspace may.
    Internet,
    /// Nothing.
    #[default]
    None,
}

impl Network {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::None => "none",
        }
    }

    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Internet, Self::None]
            .into_iter()
            .find(|network| network.as_str() == name)
    }
}
