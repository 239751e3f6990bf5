//! Pixels into files.

mod jpeg;
mod pixels;
mod png;
mod scale;
mod webp;

use nen_protocol::image::{ImageFormat, ImageOptions};
use nen_protocol::{Region, Size};

use crate::Frame;
use crate::cursor::Cursor;

pub use png::{BandedPng, Polished, Rough};

/// An image that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot encode the screen as {format}: {reason}")]
pub struct EncodeError {
    format: &'static str,
    reason: String,
}

impl EncodeError {
    fn new(format: &'static str, reason: impl std::fmt::Display) -> Self {
        Self {
            format,
            reason: reason.to_string(),
        }
    }
}

/// What an image shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shot {
    /// Encoding, bounds and whether the pointer is drawn.
    pub options: ImageOptions,
    /// Left, top, width, height of the part to show; the whole screen when absent.
    pub region: Option<(u32, u32, u32, u32)>,
    /// Whether a part is shown as large as the whole screen would be.
    pub enlarge: bool,
}

impl Shot {
    /// The whole screen.
    pub fn whole(options: ImageOptions) -> Self {
        Self {
            options,
            region: None,
            enlarge: false,
        }
    }

    /// A part of the screen at its own size.
    pub fn part(options: ImageOptions, region: Region) -> Self {
        Self {
            region: Some((region.x, region.y, region.size.width, region.size.height)),
            ..Self::whole(options)
        }
    }

    /// A part of the screen, enlarged to fill what the whole screen would.
    pub fn zoomed(options: ImageOptions, region: Region) -> Self {
        Self {
            enlarge: true,
            ..Self::part(options, region)
        }
    }

    /// Whether it is the whole screen as it is, which [`BandedPng`] is quickest at.
    pub(crate) fn is_plain_png(&self, screen: Size) -> bool {
        let area = self.area(screen);
        self.options.format == ImageFormat::Png
            && (area.size, self.target(screen, area.size)) == (screen, screen)
    }

    fn area(&self, screen: Size) -> Region {
        let (x, y, width, height) = self.region.unwrap_or((0, 0, screen.width, screen.height));
        Region {
            x,
            y,
            size: Size { width, height },
        }
    }

    fn target(&self, screen: Size, area: Size) -> Size {
        let (width, height) = (self.options.max_width, self.options.max_height);
        if !self.enlarge {
            return area.fit(width, height);
        }
        let whole = screen.fit(width, height);
        let scale = (f64::from(whole.width) / f64::from(area.width))
            .min(f64::from(whole.height) / f64::from(area.height));
        let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        Size {
            width: scaled(area.width),
            height: scaled(area.height),
        }
    }
}

/// Encodes what a shot shows of a frame, with the pointer drawn when there is one.
pub fn encode(frame: &Frame, cursor: Option<&Cursor>, shot: &Shot) -> Result<Vec<u8>, EncodeError> {
    let area = shot.area(frame.size);
    let target = shot.target(frame.size, area.size);
    let mut pixels = pixels::rgb(frame, cursor, area);
    if target != area.size {
        pixels = scale::resize(&pixels, area.size, target)?;
    }
    match shot.options.format {
        ImageFormat::Png => png::encode(&pixels, target),
        ImageFormat::Jpeg => jpeg::encode(&pixels, target, shot.options.quality),
        ImageFormat::Webp => webp::encode(&pixels, target, shot.options.quality),
    }
}

#[cfg(test)]
mod tests;
