//! The applications on the task bar.

use std::collections::HashMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nen_protocol::tools::windows::APPS;
use serde_json::json;

use crate::config::Config;
use crate::events::{Event, Events};
use crate::session::application;

/// A browser that crashes more often than this within the window stays closed.
const MAX_RESTARTS: usize = 3;
const WINDOW: Duration = Duration::from_secs(60);

/// Starts applications and watches over them.
#[derive(Clone)]
pub(crate) struct Launcher {
    config: Config,
    events: Events,
    /// When each application crashed lately.
    crashes: Arc<Mutex<HashMap<String, Vec<Instant>>>>,
}

impl Launcher {
    pub(crate) fn new(config: &Config, events: Events) -> Self {
        Self {
            config: config.clone(),
            events,
            crashes: Arc::default(),
        }
    }

    /// Starts an application by name, with web addresses or paths to open.
    pub(crate) fn launch(&self, app: &str, targets: &[String]) -> Result<(), String> {
        let command = command(&self.config, app, targets)?;
        let mut child = tokio::process::Command::from(command)
            .spawn()
            .map_err(|error| format!("{app} cannot be started: {error}"))?;
        self.events.publish(Event::app("app.started", app));
        let (this, app) = (self.clone(), app.to_owned());
        tokio::spawn(async move {
            if let Ok(status) = child.wait().await {
                this.ended(&app, status);
            }
        });
        Ok(())
    }

    /// Opens a web address in the browser, a folder or file in the file manager.
    pub(crate) fn open(&self, target: &str) -> Result<(), String> {
        let web = target.starts_with("http://") || target.starts_with("https://");
        let app = match web {
            true => "chromium",
            false if std::path::Path::new(target).is_dir() => "files",
            false if std::path::Path::new(target).exists() => opener(target),
            false => return Err(format!("there is no file {target}")),
        };
        self.launch(app, &[target.to_owned()])
    }

    fn ended(&self, app: &str, status: ExitStatus) {
        let Some(signal) = status.signal() else {
            self.events.publish(Event {
                name: "app.exited",
                data: json!({"app": app, "code": status.code()}),
            });
            return;
        };
        let again = app == "chromium" && self.may_restart(app);
        self.events.publish(Event {
            name: "app.crashed",
            data: json!({"app": app, "signal": signal, "restarted": again}),
        });
        if again && let Err(error) = self.launch(app, &[]) {
            tracing::error!(app, error, "Cannot start a crashed application again");
        }
    }

    fn may_restart(&self, app: &str) -> bool {
        let mut crashes = self.crashes.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = crashes.entry(app.to_owned()).or_default();
        lately.retain(|crash| crash.elapsed() < WINDOW);
        lately.push(Instant::now());
        lately.len() <= MAX_RESTARTS
    }
}

/// The application that shows a file best; the browser shows what the web is made of.
fn opener(path: &str) -> &'static str {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    match (kind.type_().as_str(), kind.subtype().as_str()) {
        ("text", "html") | ("image" | "video" | "audio", _) | ("application", "pdf") => "chromium",
        _ => "editor",
    }
}

fn command(config: &Config, app: &str, targets: &[String]) -> Result<Command, String> {
    let mut command = match app {
        "chromium" => {
            let mut command = application(config, "/usr/lib/chromium/chromium");
            command.args(CHROMIUM_FLAGS);
            let profile = config.home.join(".config/chromium");
            command.arg(format!("--user-data-dir={}", profile.display()));
            command
        }
        "terminal" => {
            let mut command = application(config, "lxterminal");
            command.arg("--title=Terminal");
            command
        }
        "files" => application(config, "pcmanfm"),
        "editor" => {
            let mut command = application(config, "mousepad");
            // Its server mode needs a session bus, which desktops do not have.
            command.arg("--disable-server");
            command
        }
        other => {
            return Err(format!(
                "unknown app {other:?}: the apps are {}",
                APPS.join(", ")
            ));
        }
    };
    if app == "files" && targets.is_empty() {
        command.arg(&config.drive);
    }
    command.args(targets);
    Ok(command)
}

/// No question at the first start, no calls home, software rendering; never anything that weakens the
/// browser's own sandbox.
const CHROMIUM_FLAGS: &[&str] = &[
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-gpu",
    "--start-maximized",
    "--hide-crash-restore-bubble",
    "--disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider",
];
