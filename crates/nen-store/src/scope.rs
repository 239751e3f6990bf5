use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Look at desktops.
    #[serde(rename = "desktops:read")]
    DesktopsRead,
    /// Create, drive and delete desktops.
    #[serde(rename = "desktops:write")]
    DesktopsWrite,
    /// Look at workflows and runs.
    #[serde(rename = "workflows:read")]
    WorkflowsRead,
    /// Publish workflows, start and cancel runs.
    #[serde(rename = "workflows:write")]
    WorkflowsWrite,
    /// Everything, keys and settings of the workspace included.
    #[serde(rename = "admin")]
    Admin,
}

/// The text is not a scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown scope {0:?}, use desktops:read, desktops:write, workflows:read, workflows:write or admin"
)]
pub struct UnknownScope(pub String);

impl Scope {
    /// All scopes there are.
    pub const ALL: [Self; 5] = [
        Self::DesktopsRead,
        Self::DesktopsWrite,
        Self::WorkflowsRead,
        Self::WorkflowsWrite,
        Self::Admin,
    ];

    /// The scope as written in the API, e.g. `desktops:read`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DesktopsRead => "desktops:read",
            Self::DesktopsWrite => "desktops:write",
            Self::WorkflowsRead => "workflows:read",
            Self::WorkflowsWrite => "workflows:write",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_json_agree() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
            assert_eq!(
                serde_json::to_string(&scope).unwrap(),
                format!("\"{scope}\"")
            );
        }
        assert!("desktops".parse::<Scope>().is_err());
    }
}
