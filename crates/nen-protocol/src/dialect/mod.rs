//! Tools and calls as the model providers' own APIs have them.
//!
//! Each dialect is a pure mapping over [`ActionCall`](crate::action::ActionCall): its tools, what a call asks for, and how
//! its result is written. Units (ticks, pixels), coordinate spaces and a provider's rules live there and nowhere else.
//! A [`Setup`] is a dialect on one desktop, a [`Turn`] the calls of one answer of a model: it becomes one batch of
//! `execute`, and the batch's reply becomes the results.

mod anthropic;
mod anthropic_toolset;
mod asked;
mod function;
mod gemini;
mod gemini_browser;
mod gemini_desktop;
mod mcp;
mod openai;
mod openai_actions;
mod openai_functions;
mod turn;

pub use turn::Turn;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::scale::{Scale, Sight};
use crate::{Invalid, Size};
use asked::{Answered, Asked};

/// Whose API the tools and calls are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Anthropic's `computer` as one tool: `computer_20251124` (also when no variant is given), `computer_20250124`,
    /// `computer_20241022`.
    Anthropic,
    /// Anthropic's toolset with a tool for each action, `computer_toolset_20260801`.
    AnthropicToolset,
    /// OpenAI's Responses API: `computer` with several actions in a call (also when no variant is given),
    /// `computer_use_preview`.
    Openai,
    /// Plain functions of OpenAI's APIs, and of all that imitate them: `chat` completions (also when no variant is given),
    /// `responses`.
    OpenaiFunctions,
    /// Google's computer use: `desktop` (also when no variant is given), `browser`.
    Gemini,
    /// The Model Context Protocol: `tools/list` and `tools/call`.
    Mcp,
}

/// What one dialect does.
trait Wire: Send + Sync {
    /// What the provider's models see of an image.
    fn sight(&self) -> Sight;

    /// The tools as the provider's API takes them.
    fn tools(&self, setup: &Setup) -> Result<Vec<Value>, Invalid>;

    /// What one item asks for; none when it is no call, but words or thoughts that came along.
    fn read(&self, item: &Value) -> Result<Option<Asked>, Invalid>;

    /// The results as the provider's next request takes them.
    fn write(&self, answered: &[Answered]) -> Vec<Value>;
}

impl Dialect {
    /// Every dialect by its name in `?dialect=`.
    pub const NAMES: &[(&str, Self)] = &[
        ("anthropic", Self::Anthropic),
        ("anthropic-toolset", Self::AnthropicToolset),
        ("openai", Self::Openai),
        ("openai-functions", Self::OpenaiFunctions),
        ("gemini", Self::Gemini),
        ("mcp", Self::Mcp),
    ];

    /// The dialect of a name.
    pub fn named(name: &str) -> Result<Self, Invalid> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, dialect)| *dialect).ok_or_else(|| {
            let names: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            Invalid(format!(
                "unknown dialect {name:?}: the dialects are {}",
                names.join(", ")
            ))
        })
    }

    /// Its variants; the first is meant when none is named.
    pub fn variants(self) -> &'static [&'static str] {
        match self {
            Self::Anthropic => anthropic::VERSIONS,
            Self::AnthropicToolset => &[anthropic_toolset::VERSION],
            Self::Openai => &["computer", "computer_use_preview"],
            Self::OpenaiFunctions => &["chat", "responses"],
            Self::Gemini => &["desktop", "browser"],
            Self::Mcp => &[],
        }
    }

    fn wire(self, variant: Option<&str>) -> Result<Box<dyn Wire>, Invalid> {
        let variants = self.variants();
        let variant = match variant {
            None => variants.first().copied().unwrap_or_default(),
            Some(wanted) => variants
                .iter()
                .copied()
                .find(|known| *known == wanted)
                .ok_or_else(|| {
                    Invalid(match variants {
                        [] => format!("unknown variant {wanted:?}: this dialect has none"),
                        known => format!(
                            "unknown variant {wanted:?}: this dialect has {}",
                            known.join(", ")
                        ),
                    })
                })?,
        };
        Ok(match self {
            Self::Anthropic => Box::new(anthropic::Anthropic { version: variant }),
            Self::AnthropicToolset => Box::new(anthropic_toolset::Toolset),
            Self::Openai => Box::new(openai::Openai {
                preview: variant == "computer_use_preview",
            }),
            Self::OpenaiFunctions => match variant {
                "responses" => Box::new(openai_functions::Responses),
                _ => Box::new(openai_functions::Chat),
            },
            Self::Gemini => Box::new(gemini::Gemini {
                browser: variant == "browser",
            }),
            Self::Mcp => Box::new(mcp::Mcp),
        })
    }
}

/// A dialect on one desktop.
pub struct Setup {
    wire: Box<dyn Wire>,
    /// The desktop's tools.
    tools: Vec<String>,
    scale: Scale,
}

impl Setup {
    /// For a desktop with this screen and these tools. `display` is the size that the provider's tool is told and images
    /// have; without it the largest that the provider's models see as it is, which is the screen itself for most.
    pub fn new(
        dialect: Dialect,
        variant: Option<&str>,
        screen: Size,
        tools: Vec<String>,
        display: Option<Size>,
    ) -> Result<Self, Invalid> {
        let wire = dialect.wire(variant)?;
        let sight = wire.sight();
        let scale = match display {
            None => Scale::new(screen, &sight),
            Some(display) => Scale::declared(screen, display, sight.grid)?,
        };
        Ok(Self { wire, tools, scale })
    }

    /// The tools as the provider's API takes them.
    pub fn tools(&self) -> Result<Vec<Value>, Invalid> {
        self.wire.tools(self)
    }

    /// The size that images have.
    fn display(&self) -> Size {
        self.scale.image()
    }

    /// Whether the desktop has the tool that these dialects are about.
    fn has_computer(&self) -> bool {
        self.tools.iter().any(|tool| tool == "computer")
    }

    /// The desktop's tools but `computer`, which some providers have of their own.
    fn other_tools(&self) -> impl Iterator<Item = &str> {
        let tools = self.tools.iter().map(String::as_str);
        tools.filter(|tool| *tool != "computer")
    }
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup")
            .field("tools", &self.tools)
            .field("scale", &self.scale)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
