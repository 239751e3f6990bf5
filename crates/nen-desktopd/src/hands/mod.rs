//! The one pair of hands of a desktop: a thread that does one request after the other, so that two
//! callers never interleave.

mod clipboard;
mod perform;
mod shell;

use std::convert::Infallible;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Instant;

use nen_protocol::execute::ExecuteRequest;
use nen_screen::x11::{Camera, Windows, X11Input, polish};
use nen_screen::{Cancel, Executor};
use tokio::sync::oneshot;

use crate::apps::Launcher;
use crate::config::Config;
use crate::run::RunError;

pub(crate) use perform::{Failure, Outcome, unix_seconds};

/// The way to the hands. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hands {
    jobs: mpsc::Sender<Job>,
    /// For those who only look: they never wait for an action.
    pub(crate) camera: Arc<Mutex<Camera>>,
}

struct Job {
    request: ExecuteRequest,
    cancel: Cancel,
    since: Instant,
    reply: oneshot::Sender<Outcome>,
}

/// Calls an action off when its caller goes away.
struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.set();
    }
}

impl Hands {
    /// Opens the display for the hands and starts the thread. The second value ends when the thread does, which it only
    /// does by a defect.
    pub(crate) fn start(
        config: &Config,
        display: &str,
        launcher: Launcher,
        camera: Camera,
    ) -> Result<(Self, oneshot::Receiver<Infallible>), RunError> {
        let camera = Arc::new(Mutex::new(camera));
        polish::start(&camera).map_err(RunError::system(
            "start the thread that makes images smaller",
        ))?;
        let mut performer = perform::Performer {
            executor: Executor::new(X11Input::open(display)?, Arc::clone(&camera)),
            windows: Windows::open(display)?,
            clipboard: clipboard::Clipboard::default(),
            shell: shell::Shell::new(config),
            launcher,
            runtime: tokio::runtime::Handle::current(),
        };
        let (jobs, queue) = mpsc::channel::<Job>();
        let (alive, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name("hands".into())
            .spawn(move || {
                let _alive = alive;
                for job in queue {
                    // A caller that left while waiting for its turn wants nothing done.
                    if !job.cancel.is_set() {
                        let waited = job.since.elapsed();
                        let outcome = performer.perform(&job.request, waited, &job.cancel);
                        let _ = job.reply.send(outcome);
                    }
                }
            })
            .map_err(RunError::system("start the thread that acts"))?;
        Ok((Self { jobs, camera }, ended))
    }

    /// Does a request after all that came before it. Dropping the future calls it off; what it had
    /// pressed is let go.
    pub(crate) async fn perform(&self, request: ExecuteRequest) -> Result<Outcome, String> {
        let cancel = Cancel::new().map_err(|error| error.to_string())?;
        let _guard = CancelOnDrop(cancel.clone());
        let (reply, outcome) = oneshot::channel();
        let job = Job {
            request,
            cancel,
            since: Instant::now(),
            reply,
        };
        self.jobs
            .send(job)
            .map_err(|_| "the thread that acts has ended")?;
        outcome
            .await
            .map_err(|_| "the thread that acts gave no answer".to_owned())
    }
}
