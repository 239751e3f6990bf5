use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use nen_screen::DisplayError;
use nen_screen::x11::Camera;
use tokio::net::UnixListener;

use crate::app_state::AppState;
use crate::config::Config;
use crate::drive::Drive;
use crate::events::{Event, Events};
use crate::hands::Hands;
use crate::offer::Offer;
use crate::ready::Ready;
use crate::session::wallpaper::Wallpaper;
use crate::session::{home, window_manager, x_server::XServer};
use crate::{apps, router};

/// Why a controller ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The configuration cannot be read.
    #[error("cannot read the configuration {path}: {reason}")]
    Config {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Something that a desktop is made of did not start or ended.
    #[error("{0}")]
    Part(String),
    /// The display failed.
    #[error(transparent)]
    Display(#[from] DisplayError),
    /// The system refused something.
    #[error("cannot {what}: {source}")]
    System {
        /// What was being done.
        what: &'static str,
        /// Why not.
        source: std::io::Error,
    },
}

impl RunError {
    pub(crate) fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}

/// Runs a desktop until a part of it that cannot be started again ends.
pub fn run(path: &Path) -> Result<(), RunError> {
    let mut ready = Ready::from_environment();
    let outcome = read(path).and_then(|config| {
        let outcome = serve(&config, &mut ready);
        if let Err(error) = &outcome {
            // Read by whoever finds the desktop gone. If even this fails, its end still tells.
            let _ = std::fs::write(config.exit_reason(), error.to_string());
        }
        outcome
    });
    if let Err(error) = &outcome {
        ready.failed(&error.to_string());
    }
    outcome
}

fn read(path: &Path) -> Result<Config, RunError> {
    let wrong = |reason: String| RunError::Config {
        path: path.display().to_string(),
        reason,
    };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))
}

fn serve(config: &Config, ready: &mut Ready) -> Result<(), RunError> {
    home::fill(config).map_err(RunError::system("fill the home folder"))?;
    let server = XServer::start(config)?;
    // SAFETY: no other thread runs yet; they all start below and only read the environment.
    unsafe { std::env::set_var("DISPLAY", server.display()) };
    let wallpaper = Wallpaper::paint(config);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Files and captures; idle ones end after ten seconds.
        .max_blocking_threads(16)
        .build()
        .map_err(RunError::system("start the runtime"))?;
    runtime.block_on(async {
        let events = Events::new();
        let mut camera = Camera::open(server.display())?;
        let manager = window_manager::Supervisor::start(
            config,
            server.display(),
            &events,
            wallpaper,
            &mut camera,
        )?;
        let launcher = apps::Launcher::new(config, events.clone());
        let (hands, hands_ended) = Hands::start(config, server.display(), launcher.clone(), camera)?;
        let state = AppState {
            hands,
            drive: Drive::open(&config.drive).map_err(RunError::system("open the drive"))?,
            launcher,
            offer: Offer::new(config),
            config: config.clone(),
            events: events.clone(),
        };
        let listener = listen(config)?;
        if let Some(url) = &config.start_url {
            state
                .launcher
                .launch("chromium", std::slice::from_ref(url))
                .map_err(RunError::Part)?;
        }
        ready.reached();
        let serving = axum::serve(listener, router::router(state));
        let error = tokio::select! {
            reason = server.ended() => reason,
            reason = manager.ended() => reason,
            _ = hands_ended => "the thread that acts ended; its last words are in the log".to_owned(),
            ended = serving => format!("the controller's socket failed: {ended:?}"),
        };
        events.publish(Event::failed(&error));
        Err(RunError::Part(error))
    })
}

fn listen(config: &Config) -> Result<UnixListener, RunError> {
    let path = config.socket();
    // One that an earlier controller of the same folder left.
    let _ = std::fs::remove_file(&path);
    let listener =
        UnixListener::bind(&path).map_err(RunError::system("make the controller's socket"))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
        .map_err(RunError::system("protect the controller's socket"))?;
    Ok(listener)
}
