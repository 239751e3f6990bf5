use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask,
    Window,
};

use super::connection::{Connection, Woken};
use crate::Cancel;
use crate::display::DisplayError;

/// How long a program that answers no ping is given to read its input.
const REST: Duration = Duration::from_millis(300);

/// Waits until the focused program has read the input it was sent; false when it takes no part in
/// `_NET_WM_PING` or gives no answer. Programs answer a ping after everything that came before it.
pub(super) fn answered(
    connection: &Connection,
    deadline: Instant,
    cancel: &Cancel,
) -> Result<bool, DisplayError> {
    let ping = connection.atom("_NET_WM_PING")?;
    let protocols = connection.atom("WM_PROTOCOLS")?;
    let focus = connection.x.get_input_focus()?.reply()?.focus;
    let Some(window) = pingable(connection, focus, protocols, ping)? else {
        return Ok(false);
    };
    listen(connection, EventMask::SUBSTRUCTURE_NOTIFY)?;
    // Any number but 0, which some programs take for "no time".
    let stamp = 1;
    let message = ClientMessageEvent::new(32, window, protocols, [ping, stamp, window, 0, 0]);
    connection
        .x
        .send_event(false, window, EventMask::NO_EVENT, message)?;
    let mut others = Vec::new();
    let answered = loop {
        match connection.wait(deadline, cancel)? {
            Woken::Event(Event::ClientMessage(answer))
                if answer.type_ == protocols && answer.data.as_data32()[0] == ping =>
            {
                break true;
            }
            Woken::Event(other) => others.push(other),
            Woken::Deadline | Woken::Cancelled => break false,
        }
    };
    connection.put_back(others);
    listen(connection, EventMask::NO_EVENT)?;
    connection.x.flush()?;
    Ok(answered)
}

/// As [`answered`], but gives a program that takes no part in pings the time for reading, because X tells
/// nothing about how far a client has read.
pub(super) fn wait_until_read(
    connection: &Connection,
    deadline: Instant,
) -> Result<(), DisplayError> {
    let cancel = Cancel::new().map_err(|error| DisplayError::Unusable(error.to_string()))?;
    if !answered(connection, deadline, &cancel)? {
        let rest = deadline.min(Instant::now() + REST);
        super::connection::poll_until(None, &cancel, rest)?;
    }
    Ok(())
}

/// Waits until the focused program has learned of a changed keyboard. Chromium reads it again in a task of
/// its own, not when it is told, and drops a key that it does not know yet; a second ping is answered only
/// after that task. Programs that take part in no pings read the keyboard when they are told.
pub(super) fn wait_until_learned(
    connection: &Connection,
    deadline: Instant,
) -> Result<(), DisplayError> {
    let cancel = Cancel::new().map_err(|error| DisplayError::Unusable(error.to_string()))?;
    for _ in 0..2 {
        if !answered(connection, deadline, &cancel)? {
            break;
        }
    }
    Ok(())
}

fn listen(connection: &Connection, mask: EventMask) -> Result<(), DisplayError> {
    let attributes = ChangeWindowAttributesAux::new().event_mask(mask);
    connection
        .x
        .change_window_attributes(connection.root, &attributes)?;
    Ok(())
}

/// The window, or the nearest one around it, that takes part in pings.
fn pingable(
    connection: &Connection,
    focus: Window,
    protocols: Atom,
    ping: Atom,
) -> Result<Option<Window>, DisplayError> {
    let mut window = focus;
    // 0 and 1 mean no focus and focus wherever the pointer is.
    while window > 1 && window != connection.root {
        let reply = connection
            .x
            .get_property(false, window, protocols, AtomEnum::ATOM, 0, 32)?
            .reply()?;
        if reply
            .value32()
            .is_some_and(|mut atoms| atoms.any(|atom| atom == ping))
        {
            return Ok(Some(window));
        }
        window = connection.x.query_tree(window)?.reply()?.parent;
    }
    Ok(None)
}
