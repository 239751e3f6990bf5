use std::cell::RefCell;
use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use nen_protocol::Size;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{Atom, ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

use crate::display::DisplayError;
use crate::{Cancel, Rect};

impl From<ConnectError> for DisplayError {
    fn from(error: ConnectError) -> Self {
        Self::Unusable(error.to_string())
    }
}

impl From<ConnectionError> for DisplayError {
    fn from(error: ConnectionError) -> Self {
        Self::Gone(error.to_string())
    }
}

impl From<ReplyError> for DisplayError {
    fn from(error: ReplyError) -> Self {
        Self::Gone(error.to_string())
    }
}

impl From<ReplyOrIdError> for DisplayError {
    fn from(error: ReplyOrIdError) -> Self {
        Self::Gone(error.to_string())
    }
}

/// What a wait ended with.
pub(super) enum Woken {
    Event(Event),
    Deadline,
    Cancelled,
}

/// A connection to a server and what is always needed of it.
pub(super) struct Connection {
    pub(super) x: RustConnection,
    pub(super) root: Window,
    pub(super) size: Size,
    /// Events that somebody took who waited for another one.
    put_back: RefCell<VecDeque<Event>>,
}

impl Connection {
    /// Connects and checks that the server has the extensions named.
    pub(super) fn open(display: &str, extensions: &[&'static str]) -> Result<Self, DisplayError> {
        let (x, number) = x11rb::connect(Some(display))?;
        for name in extensions {
            if x.extension_information(name)?.is_none() {
                return Err(DisplayError::Unusable(format!(
                    "the X server has no {name} extension"
                )));
            }
        }
        let screen = &x.setup().roots[number];
        let size = Size {
            width: u32::from(screen.width_in_pixels),
            height: u32::from(screen.height_in_pixels),
        };
        if screen.root_depth != 24 {
            return Err(DisplayError::Unusable(format!(
                "the screen has depth {}, 24 is needed",
                screen.root_depth
            )));
        }
        let root = screen.root;
        Ok(Self {
            x,
            root,
            size,
            put_back: RefCell::default(),
        })
    }

    pub(super) fn atom(&self, name: &str) -> Result<Atom, DisplayError> {
        Ok(self.x.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    /// Returns once the server has done everything asked of it so far.
    pub(super) fn sync(&self) -> Result<(), DisplayError> {
        self.x.get_input_focus()?.reply()?;
        Ok(())
    }

    /// The next event, if it is there already.
    pub(super) fn next_event(&self) -> Result<Option<Event>, DisplayError> {
        if let Some(event) = self.put_back.borrow_mut().pop_front() {
            return Ok(Some(event));
        }
        Ok(self.x.poll_for_event()?)
    }

    /// Gives back events that were meant for others; they come before all that follow.
    pub(super) fn put_back(&self, events: Vec<Event>) {
        self.put_back.borrow_mut().extend(events);
    }

    /// The next event, waited for until the deadline.
    pub(super) fn wait(&self, deadline: Instant, cancel: &Cancel) -> Result<Woken, DisplayError> {
        self.x.flush()?;
        loop {
            if let Some(event) = self.next_event()? {
                return Ok(Woken::Event(event));
            }
            match poll_until(Some(self.x.stream().as_fd()), cancel, deadline)? {
                Polled::Readable => {}
                Polled::Deadline => return Ok(Woken::Deadline),
                Polled::Cancelled => return Ok(Woken::Cancelled),
            }
        }
    }
}

pub(super) enum Polled {
    Readable,
    Deadline,
    Cancelled,
}

/// Waits until something can be read, the deadline, or being called off.
pub(super) fn poll_until(
    readable: Option<BorrowedFd<'_>>,
    cancel: &Cancel,
    deadline: Instant,
) -> Result<Polled, DisplayError> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        };
        let mut fds = vec![PollFd::from_borrowed_fd(cancel.as_fd(), PollFlags::IN)];
        fds.extend(readable.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        match poll(&mut fds, Some(&timeout)) {
            Ok(0) => return Ok(Polled::Deadline),
            Ok(_) if !fds[0].revents().is_empty() => return Ok(Polled::Cancelled),
            Ok(_) => return Ok(Polled::Readable),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(DisplayError::Gone(error.to_string())),
        }
    }
}

/// An X rectangle as one of ours; negative corners are cut off.
pub(super) fn rect(area: x11rb::protocol::xproto::Rectangle) -> Rect {
    let clip = |at: i16, length: u16| {
        let start = u32::try_from(at).unwrap_or(0);
        let end = u32::try_from(i32::from(at) + i32::from(length)).unwrap_or(0);
        (start, end.saturating_sub(start))
    };
    let (x, width) = clip(area.x, area.width);
    let (y, height) = clip(area.y, area.height);
    Rect {
        x,
        y,
        width,
        height,
    }
}
