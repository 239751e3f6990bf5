//! Makes the kept image of a still screen smaller while nobody is waiting.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::Camera;
use crate::DisplayError;

/// So long a screen must not have changed to be worth the work, and so long is the wait when others want the processor.
const STILL: Duration = Duration::from_millis(300);
/// After so many looks at a screen that goes on changing, or that others leave no time for, it is given up until
/// somebody asks for an image again.
const LOOKS: usize = 10;

/// Starts the thread for a camera. It ends with the camera.
pub fn start(camera: &Arc<Mutex<Camera>>) -> std::io::Result<()> {
    let asked = lock(camera).hasty();
    let camera = Arc::downgrade(camera);
    std::thread::Builder::new()
        .name("polish".into())
        .spawn(move || {
            // The desktop's own programs go first. Where that is refused, they share.
            let _ = rustix::process::setpriority_process(None, 19);
            while asked.recv().is_ok() {
                let Some(camera) = camera.upgrade() else {
                    return;
                };
                if let Err(error) = attend(&camera, &asked) {
                    tracing::debug!(%error, "Kept image was not made smaller");
                }
            }
        })
        .map(|_| ())
}

/// Waits until the screen is still and then polishes band by band, as long as nothing changes.
fn attend(camera: &Mutex<Camera>, asked: &Receiver<()>) -> Result<(), DisplayError> {
    let mut seen = lock(camera).sight()?;
    for _ in 0..LOOKS {
        if !pass(STILL, asked) {
            return Ok(());
        }
        let sight = lock(camera).sight()?;
        if sight != seen {
            seen = sight;
            continue;
        }
        loop {
            let Some(rough) = lock(camera).rough() else {
                return Ok(());
            };
            let (clock, work) = (Instant::now(), processor_time());
            let polished = rough
                .polish()
                .map_err(|error| DisplayError::Unusable(error.to_string()))?;
            let (took, worked) = (clock.elapsed(), processor_time().saturating_sub(work));
            let mut camera = lock(camera);
            camera.put(polished);
            if camera.sight()? != seen {
                break;
            }
            // Half of the time went to somebody else, who has more need of it.
            if took > worked * 2 {
                break;
            }
        }
    }
    Ok(())
}

/// Lets time pass, whatever is asked meanwhile. `false`: nobody can ask any more.
fn pass(time: Duration, asked: &Receiver<()>) -> bool {
    let until = Instant::now() + time;
    loop {
        match asked.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec as u32)
}

fn lock(camera: &Mutex<Camera>) -> std::sync::MutexGuard<'_, Camera> {
    camera.lock().unwrap_or_else(PoisonError::into_inner)
}
