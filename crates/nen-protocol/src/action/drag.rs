use crate::keys::{self, Chord};
use crate::params::Params;
use crate::{Invalid, Point};

/// Most points a path may have.
const MAX_POINTS: usize = 1000;

/// `left_click_drag`: from `start_coordinate` to `coordinate`, or along `path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drag {
    /// At least two points; pressed at the first, let go at the last, held all the way.
    pub path: Vec<Point>,
    /// Held meanwhile.
    pub modifiers: Chord,
}

impl Drag {
    pub(crate) fn parse(params: Params<'_>) -> Result<Self, Invalid> {
        let path = match params.path("path")? {
            Some(path) if (2..=MAX_POINTS).contains(&path.len()) => path,
            Some(path) => {
                return Err(Invalid(format!(
                    "\"left_click_drag\": path must have 2 to {MAX_POINTS} points, not {}",
                    path.len()
                )));
            }
            None => {
                let end = |name, what| {
                    params
                        .point(name)?
                        .ok_or_else(|| params.missing(name, what))
                };
                vec![
                    end(
                        "start_coordinate",
                        "[x, y], where to press (or path, a list of points)",
                    )?,
                    end("coordinate", "[x, y], where to let go")?,
                ]
            }
        };
        Ok(Self {
            path,
            modifiers: keys::modifiers(params.text("text")?.unwrap_or_default())?,
        })
    }
}
