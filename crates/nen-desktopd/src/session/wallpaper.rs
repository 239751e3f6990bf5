use crate::config::Config;

use super::program;

/// Paints the wallpaper. A desktop without one is still a desktop, so failing is only logged.
pub(crate) fn paint(config: &Config) {
    let started = program(config, "hsetroot")
        .arg("-cover")
        .arg(config.share.join("wallpaper.png"))
        .spawn();
    match started {
        Ok(mut child) => {
            // Ends by itself within a tenth of a second; waited for so that it is no zombie.
            std::thread::spawn(move || child.wait());
        }
        Err(error) => tracing::warn!(%error, "Cannot paint the wallpaper"),
    }
}
