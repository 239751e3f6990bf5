use std::process::Child;

use super::program;
use crate::config::Config;

/// The wallpaper, while it is being painted. A desktop without one is still a desktop, so failing is only logged.
pub(crate) struct Wallpaper(Option<Child>);

impl Wallpaper {
    /// Begins to paint.
    pub(crate) fn paint(config: &Config) -> Self {
        let started = program(config, "hsetroot")
            .arg("-cover")
            .arg(config.share.join("wallpaper.png"))
            .spawn();
        Self(started.map_err(|error| warn(&error)).ok())
    }

    /// Returns once it is painted.
    pub(crate) fn finished(self) {
        let Some(mut painter) = self.0 else { return };
        match painter.wait() {
            Ok(status) if status.success() => {}
            Ok(status) => warn(&status),
            Err(error) => warn(&error),
        }
    }
}

fn warn(reason: &dyn std::fmt::Display) {
    tracing::warn!(%reason, "Cannot paint the wallpaper");
}
