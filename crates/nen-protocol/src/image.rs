//! How a screenshot is asked for.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::geometry::MAX_SIDE;
use crate::{Invalid, Region, Size};

/// Encodings of a screenshot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImageFormat {
    /// Exact pixels.
    #[default]
    Png,
    /// Small, lossy, quick.
    Jpeg,
    /// Smallest, lossy.
    Webp,
}

impl ImageFormat {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

/// `image` of an execute request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImageOptions {
    /// Encoding.
    pub format: ImageFormat,
    /// 1 to 100, for JPEG and WebP.
    #[schema(minimum = 1, maximum = 100)]
    pub quality: u8,
    /// Shrinks the image, never grows it; coordinates stay those of the full screen.
    #[schema(minimum = 1, maximum = 7680)]
    pub max_width: Option<u32>,
    /// As `max_width`.
    #[schema(minimum = 1, maximum = 7680)]
    pub max_height: Option<u32>,
    /// Whether the pointer is drawn.
    pub cursor: bool,
}

impl Default for ImageOptions {
    fn default() -> Self {
        Self {
            format: ImageFormat::Png,
            quality: 80,
            max_width: None,
            max_height: None,
            cursor: true,
        }
    }
}

impl ImageOptions {
    /// Checks the bounds of every field.
    pub fn check(self) -> Result<Self, Invalid> {
        if !(1..=100).contains(&self.quality) {
            return Err(Invalid(format!(
                "quality must be 1 to 100, not {}",
                self.quality
            )));
        }
        for (name, side) in [
            ("max_width", self.max_width),
            ("max_height", self.max_height),
        ] {
            if let Some(side) = side.filter(|side| !(1..=MAX_SIDE).contains(side)) {
                return Err(Invalid(format!(
                    "{name} must be 1 to {MAX_SIDE}, not {side}"
                )));
            }
        }
        Ok(self)
    }
}

/// Query of `GET /desktops/{id}/screenshot`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScreenshotQuery {
    /// `png` (default), `jpeg` or `webp`.
    pub format: Option<ImageFormat>,
    /// 1 to 100, for JPEG and WebP; 80 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub quality: Option<u8>,
    /// Shrinks the image to this width at most, in pixels.
    #[param(minimum = 1, maximum = 7680)]
    pub max_width: Option<u32>,
    /// Shrinks the image to this height at most, in pixels.
    #[param(minimum = 1, maximum = 7680)]
    pub max_height: Option<u32>,
    /// `x,y,w,h`: only this part of the screen, in pixels.
    #[param(example = "0,0,640,400")]
    pub region: Option<String>,
    /// Whether the pointer is drawn; true when left out.
    pub cursor: Option<bool>,
    /// True to look without being noticed: a paused desktop stays paused and answers 409, and the desktop's idle time goes
    /// on. The server's to decide; false when left out.
    pub peek: Option<bool>,
}

impl ScreenshotQuery {
    /// The options and the region asked for, checked against the screen.
    pub fn resolve(&self, screen: Size) -> Result<(ImageOptions, Option<Region>), Invalid> {
        let defaults = ImageOptions::default();
        let options = ImageOptions {
            format: self.format.unwrap_or_default(),
            quality: self.quality.unwrap_or(defaults.quality),
            max_width: self.max_width,
            max_height: self.max_height,
            cursor: self.cursor.unwrap_or(defaults.cursor),
        };
        let region = self
            .region
            .as_deref()
            .map(|text| parse_region(text)?.check(screen))
            .transpose()?;
        Ok((options.check()?, region))
    }
}

fn parse_region(text: &str) -> Result<Region, Invalid> {
    let numbers: Result<Vec<u32>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    match numbers.as_deref() {
        Ok(&[x, y, width, height]) if width > 0 && height > 0 => Ok(Region {
            x,
            y,
            size: Size { width, height },
        }),
        _ => Err(Invalid(format!(
            "region {text:?} must be x,y,w,h in pixels with w and h at least 1, as in 0,0,640,400"
        ))),
    }
}
