//! Telling the server what was denied.

use std::io;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustix::io::{Errno, read, write};
use tokio::io::unix::AsyncFd;

use crate::guard::Guard;
use crate::refusals;

/// Time until it is tried again when nobody reads.
const UNREAD: Duration = Duration::from_secs(1);

/// Writes what is to be told, a line of JSON for each. The pipe keeps some of it when there is no server, the tally the rest.
///
/// # Errors
/// When the pipe is broken.
pub(crate) async fn tell(guard: Rc<Guard>, pipe: OwnedFd) -> io::Result<()> {
    loop {
        let now = Instant::now();
        let next = guard.tally.borrow_mut().next(now);
        let until = match next {
            Ok(denied) => {
                let mut line = serde_json::to_vec(&denied)?;
                line.push(b'\n');
                match write(&pipe, &line) {
                    Ok(_) => continue,
                    Err(Errno::AGAIN) => {
                        guard.tally.borrow_mut().put_back(&denied);
                        Some(now + UNREAD)
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            Err(until) => until,
        };
        match until {
            None => guard.noted.notified().await,
            Some(until) => {
                let wait = tokio::time::sleep_until(until.into());
                tokio::select! { () = wait => {} () = guard.noted.notified() => {} }
            }
        }
    }
}

/// Notes what the kernel reports.
///
/// # Errors
/// When the socket breaks.
pub(crate) async fn hear(guard: Rc<Guard>, socket: OwnedFd) -> io::Result<()> {
    // SAFETY: what is registered owns the descriptor, which is open as long.
    let socket = unsafe { AsyncFd::register(socket) }.map_err(|error| error.into_parts().1)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let mut ready = socket.readable().await?;
        match read(socket.get_ref(), &mut buffer[..]) {
            Ok(length) => refusals::read(&buffer[..length]).for_each(|denied| guard.note(denied)),
            Err(Errno::AGAIN) => ready.clear_ready(),
            // More came than was read: what is lost is lost.
            Err(Errno::NOBUFS | Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
