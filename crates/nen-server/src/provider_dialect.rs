//! `?dialect=` and what belongs to it: the tools and calls of a desktop in the words of a model's provider.

use crate::error::ApiError;
use nen_protocol::Size;
use nen_protocol::desktop::Desktop;
use nen_protocol::dialect::{Dialect, Setup};
use serde::Deserialize;
use utoipa::IntoParams;

/// In whose words.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DialectQuery {
    /// `anthropic`, `anthropic-toolset`, `openai`, `openai-functions`, `gemini` or `mcp`.
    #[param(example = "anthropic-toolset")]
    dialect: Option<String>,
    /// Which of the provider's tools, where it has several: `computer_20251124`, `computer_20250124`, `computer_20241022`
    /// for `anthropic`; `computer`, `computer_use_preview` for `openai`; `chat`, `responses` for `openai-functions`;
    /// `desktop`, `browser` for `gemini`. The first is meant when it is left out.
    variant: Option<String>,
    /// Pixels that the provider's tool is told, and that images have: with `display_height` in the screen's proportions and
    /// not beyond it. The largest that the provider's models see as it is when left out.
    #[param(minimum = 1, maximum = 7680)]
    display_width: Option<u32>,
    /// As `display_width`.
    #[param(minimum = 1, maximum = 7680)]
    display_height: Option<u32>,
}

impl DialectQuery {
    /// The dialect on a desktop; none when no dialect was asked for.
    pub(crate) fn setup(&self, desktop: &Desktop) -> Result<Option<Setup>, ApiError> {
        let Some(name) = &self.dialect else {
            return match (&self.variant, self.display_width.or(self.display_height)) {
                (None, None) => Ok(None),
                _ => Err(ApiError::bad_request(
                    "variant, display_width and display_height belong to a dialect: give it, too",
                )),
            };
        };
        let display = match (self.display_width, self.display_height) {
            (None, None) => None,
            (Some(width @ 1..), Some(height @ 1..)) => Some(Size { width, height }),
            _ => {
                return Err(ApiError::bad_request(
                    "display_width and display_height must both be there, each at least 1",
                ));
            }
        };
        let dialect = Dialect::named(name)?;
        let (screen, tools) = (desktop.display, desktop.tools.clone());
        Ok(Some(Setup::new(
            dialect,
            self.variant.as_deref(),
            screen,
            tools,
            display,
        )?))
    }
}
