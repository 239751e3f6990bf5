use std::cell::Cell;
use std::ops::Range;
use std::time::Instant;

use serde::Serialize;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask,
};

use super::connection::{Connection, Woken};
use crate::Cancel;
use crate::display::DisplayError;

/// A window that a person would call one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Window {
    /// For `focus`.
    pub id: u32,
    /// Its title.
    pub title: String,
    /// The program's class, as in `Chromium`.
    pub app: String,
    /// Left edge of its contents on the screen.
    pub x: i32,
    /// Top edge of its contents on the screen.
    pub y: i32,
    /// Width of its contents.
    pub width: u32,
    /// Height of its contents.
    pub height: u32,
    /// Whether it has the keyboard.
    pub focused: bool,
}

/// Lists and raises windows by the window manager's own conventions (EWMH).
pub struct Windows {
    connection: Connection,
    atoms: Atoms,
}

impl std::fmt::Debug for Windows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Windows").finish_non_exhaustive()
    }
}

struct Atoms {
    client_list: Atom,
    active: Atom,
    name: Atom,
    utf8: Atom,
    kind: Atom,
    /// The kind of window that a task bar is.
    dock: Atom,
}

impl Windows {
    /// Opens a connection of its own to the display.
    pub fn open(display: &str) -> Result<Self, DisplayError> {
        let connection = Connection::open(display, &[])?;
        let atoms = Atoms {
            client_list: connection.atom("_NET_CLIENT_LIST")?,
            active: connection.atom("_NET_ACTIVE_WINDOW")?,
            name: connection.atom("_NET_WM_NAME")?,
            utf8: connection.atom("UTF8_STRING")?,
            kind: connection.atom("_NET_WM_WINDOW_TYPE")?,
            dock: connection.atom("_NET_WM_WINDOW_TYPE_DOCK")?,
        };
        Ok(Self { connection, atoms })
    }

    /// Waits until a window manager manages, or the deadline; says whether it does. It has read its own
    /// settings once it names the number of desktops.
    pub fn wait_for_manager(
        &self,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<bool, DisplayError> {
        let property = self.connection.atom("_NET_NUMBER_OF_DESKTOPS")?;
        self.wait_for_root(property, |numbers| !numbers.is_empty(), deadline, cancel)
    }

    /// Waits until a bar has taken the rows at the bottom of the screen for itself, or the deadline; says
    /// which. They need not show it yet.
    pub fn wait_for_bar(
        &self,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<Option<Range<u32>>, DisplayError> {
        let property = self.connection.atom("_NET_WORKAREA")?;
        let height = self.connection.size.height;
        let left = Cell::new(height);
        let taken = |area: &[u32]| {
            left.set(area.get(3).copied().unwrap_or(height));
            left.get() < height
        };
        let there = self.wait_for_root(property, taken, deadline, cancel)?;
        Ok(there.then(|| left.get()..height))
    }

    fn wait_for_root(
        &self,
        property: Atom,
        reached: impl Fn(&[u32]) -> bool,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<bool, DisplayError> {
        let root = self.connection.root;
        let listen = |mask| {
            let attributes = ChangeWindowAttributesAux::new().event_mask(mask);
            self.connection
                .x
                .change_window_attributes(root, &attributes)
                .map(drop)
        };
        listen(EventMask::PROPERTY_CHANGE)?;
        let outcome = loop {
            if reached(&self.ids(root, property, AtomEnum::CARDINAL)?) {
                break true;
            }
            if !matches!(self.connection.wait(deadline, cancel)?, Woken::Event(_)) {
                break false;
            }
        };
        listen(EventMask::NO_EVENT)?;
        Ok(outcome)
    }

    /// The open windows, oldest first.
    pub fn list(&self) -> Result<Vec<Window>, DisplayError> {
        let root = self.connection.root;
        let active = self.ids(root, self.atoms.active, AtomEnum::WINDOW)?;
        let mut windows = Vec::new();
        for id in self.ids(root, self.atoms.client_list, AtomEnum::WINDOW)? {
            let kind = self
                .ids(id, self.atoms.kind, AtomEnum::ATOM)
                .unwrap_or_default();
            // One may be closed while the list is read.
            if !kind.contains(&self.atoms.dock)
                && let Ok(window) = self.describe(id, active.first() == Some(&id))
            {
                windows.push(window);
            }
        }
        Ok(windows)
    }

    /// Raises a window and gives it the keyboard; false when there is no such window.
    pub fn focus(&self, id: u32) -> Result<bool, DisplayError> {
        let root = self.connection.root;
        if !self
            .ids(root, self.atoms.client_list, AtomEnum::WINDOW)?
            .contains(&id)
        {
            return Ok(false);
        }
        // Source 2: on behalf of a person, which no window manager ignores.
        let message = ClientMessageEvent::new(32, id, self.atoms.active, [2, 0, 0, 0, 0]);
        let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
        self.connection.x.send_event(false, root, mask, message)?;
        self.connection.sync()?;
        Ok(true)
    }

    fn describe(&self, id: u32, focused: bool) -> Result<Window, DisplayError> {
        let x = &self.connection.x;
        let geometry = x.get_geometry(id)?.reply()?;
        let place = x
            .translate_coordinates(id, self.connection.root, 0, 0)?
            .reply()?;
        let class = self.text(id, AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into())?;
        let mut title = self.text(id, self.atoms.name, self.atoms.utf8)?;
        if title.is_empty() {
            title = self.text(id, AtomEnum::WM_NAME.into(), AtomEnum::STRING.into())?;
        }
        Ok(Window {
            id,
            title,
            app: class.split('\0').nth(1).unwrap_or_default().to_owned(),
            x: i32::from(place.dst_x),
            y: i32::from(place.dst_y),
            width: u32::from(geometry.width),
            height: u32::from(geometry.height),
            focused,
        })
    }

    fn text(&self, window: u32, property: Atom, kind: Atom) -> Result<String, DisplayError> {
        let reply = self
            .connection
            .x
            .get_property(false, window, property, kind, 0, 1024)?
            .reply()?;
        Ok(String::from_utf8_lossy(&reply.value).into_owned())
    }

    fn ids(&self, window: u32, property: Atom, kind: AtomEnum) -> Result<Vec<u32>, DisplayError> {
        let reply = self
            .connection
            .x
            .get_property(false, window, property, kind, 0, 4096)?
            .reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }
}
