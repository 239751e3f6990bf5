use std::pin::Pin;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use nen_screen::Cancel;
use nen_screen::x11::{Camera, Windows};
use serde_json::json;
use tokio::process::{Child, Command};

use super::program;
use super::wallpaper::Wallpaper;
use crate::config::Config;
use crate::events::{Event, Events};
use crate::run::RunError;

/// So many ends within the window mean that starting again is no use.
const MAX_RESTARTS: usize = 5;
/// How long both may take to show up; a tenth of a second is usual. On a machine that is busy with other things a desktop of the
/// pool has little of the processor. Less than who waits for the desktop has, so that it is said what was late.
const DEADLINE: Duration = Duration::from_secs(25);
const WINDOW: Duration = Duration::from_secs(30);

/// Keeps the window manager and the task bar running.
pub(crate) struct Supervisor {
    config: Config,
    events: Events,
    kept: Vec<Kept>,
}

/// Ends with the reason why starting a part again was given up.
type Kept = Pin<Box<dyn Future<Output = String> + Send>>;

impl Supervisor {
    /// Starts the window manager, and the bar once there is a manager to dock it; returns when both are
    /// there and the bar is painted. The wallpaper must be finished by then: the bar lies on it.
    pub(crate) fn start(
        config: &Config,
        display: &str,
        events: &Events,
        wallpaper: Wallpaper,
        camera: &mut Camera,
    ) -> Result<Self, RunError> {
        let mut this = Self {
            config: config.clone(),
            events: events.clone(),
            kept: Vec::new(),
        };
        let windows = Windows::open(display)?;
        let cancel = Cancel::new().map_err(RunError::system("make an event"))?;
        let deadline = Instant::now() + DEADLINE;
        this.keep(Part::Manager)?;
        if !windows.wait_for_manager(deadline, &cancel)? {
            return Err(Part::Manager.late());
        }
        wallpaper.finished();
        let (_, bare) = camera.look()?;
        // Not before: without a manager it would look for one once a second.
        this.keep(Part::Bar)?;
        let rows = windows
            .wait_for_bar(deadline, &cancel)?
            .ok_or_else(|| Part::Bar.late())?;
        match camera.wait_for_drawing(rows, bare, deadline, &cancel)? {
            true => Ok(this),
            false => Err(Part::Bar.late()),
        }
    }

    fn keep(&mut self, part: Part) -> Result<(), RunError> {
        let child = part
            .spawn(&self.config)
            .map_err(RunError::system(part.package()))?;
        self.kept.push(Box::pin(keep(
            part,
            child,
            self.config.clone(),
            self.events.clone(),
        )));
        Ok(())
    }

    /// Watches over them; returns why starting one again was given up.
    pub(crate) async fn ended(self) -> String {
        futures_util::future::select_all(self.kept).await.0
    }
}

#[derive(Clone, Copy)]
enum Part {
    Manager,
    Bar,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Manager => "window manager",
            Self::Bar => "task bar",
        }
    }

    fn restarted(self) -> &'static str {
        match self {
            Self::Manager => "window_manager.restarted",
            Self::Bar => "task_bar.restarted",
        }
    }

    fn late(self) -> RunError {
        RunError::Part(format!(
            "the {} did not show up within {} s",
            self.name(),
            DEADLINE.as_secs()
        ))
    }

    fn package(self) -> &'static str {
        match self {
            Self::Manager => "start the window manager (Debian package openbox)",
            Self::Bar => "start the task bar (Debian package tint2)",
        }
    }

    fn spawn(self, config: &Config) -> std::io::Result<Child> {
        let command = match self {
            Self::Manager => {
                let mut command = program(config, "openbox");
                command.args(["--sm-disable", "--config-file"]);
                command.arg(config.share.join("openbox/rc.xml"));
                command
            }
            Self::Bar => {
                let mut command = program(config, "tint2");
                command.arg("-c").arg(config.share.join("tint2/tint2rc"));
                command
            }
        };
        Command::from(command).spawn()
    }
}

/// Waits for the end of a part, starts it again, and gives up with a reason when that is no use.
async fn keep(part: Part, mut child: Child, config: Config, events: Events) -> String {
    let mut ends: Vec<Instant> = Vec::new();
    loop {
        let status = child.wait().await;
        ends.retain(|end| end.elapsed() < WINDOW);
        ends.push(Instant::now());
        let reason = describe(part, status);
        if ends.len() > MAX_RESTARTS {
            return format!("{reason}; it was started again {MAX_RESTARTS} times in vain");
        }
        child = match part.spawn(&config) {
            Ok(child) => child,
            Err(error) => return format!("{reason}; it cannot be started again: {error}"),
        };
        events.publish(Event {
            name: part.restarted(),
            data: json!({"reason": reason}),
        });
    }
}

fn describe(part: Part, status: std::io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => format!("the {} ended: {status}", part.name()),
        Err(error) => format!("the {} is lost: {error}", part.name()),
    }
}
