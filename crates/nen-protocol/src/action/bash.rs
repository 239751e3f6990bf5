use std::fmt;

use crate::Invalid;
use crate::params::Params;

/// Seconds a command may take when the call does not say.
const DEFAULT_TIMEOUT: f64 = 120.0;

/// The `bash` tool: one shell that keeps its folder and variables between calls.
#[derive(Clone, PartialEq)]
pub enum Bash {
    /// `run`.
    Run {
        /// Given to the shell as it is.
        command: String,
        /// Seconds until the command is ended, at most 300.
        timeout: f64,
    },
    /// `restart`: a fresh shell.
    Restart,
}

/// Commands may hold secrets.
impl fmt::Debug for Bash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Run { .. } => "Run",
            Self::Restart => "Restart",
        })
    }
}

impl Bash {
    pub(crate) fn parse(name: &str, params: Params<'_>) -> Result<Self, Invalid> {
        match name {
            "run" => Ok(Self::Run {
                command: params
                    .text("command")?
                    .ok_or_else(|| params.missing("command", "the command to run"))?
                    .to_owned(),
                timeout: params
                    .seconds("timeout", super::wait::MAX_SECONDS)?
                    .unwrap_or(DEFAULT_TIMEOUT),
            }),
            "restart" => Ok(Self::Restart),
            other => Err(Invalid(format!(
                "unknown bash action {other:?}: the actions are run, restart"
            ))),
        }
    }
}
