use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask};
use xkeysym::{Keysym, key};

use super::connection::Connection;
use super::input::fake_key;
use super::ping;
use crate::display::DisplayError;
use crate::keymap::{Keymap, Stroke};

/// How long the focused program may take to read what was typed, before a key it still has to read is
/// given another character. Only long texts in large alphabets ever wait.
const CATCH_UP: Duration = Duration::from_secs(5);

/// How long it may take to learn of new characters on the keyboard; milliseconds are usual.
const LEARN: Duration = Duration::from_secs(1);

/// The server's keyboard and what we bound on it.
pub(super) struct Keyboard {
    keymap: Keymap,
    /// Somebody else changed the keyboard since it was read.
    stale: bool,
}

impl Keyboard {
    pub(super) fn read(connection: &Connection) -> Result<Self, DisplayError> {
        let setup = connection.x.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let reply = connection
            .x
            .get_keyboard_mapping(first, last - first + 1)?
            .reply()?;
        let columns = usize::from(reply.keysyms_per_keycode);
        Ok(Self {
            keymap: Keymap::new(first, columns, &reply.keysyms),
            stale: false,
        })
    }

    /// Notes that the keyboard may have changed.
    pub(super) fn changed(&mut self) {
        self.stale = true;
    }

    pub(super) fn shift(&self) -> Option<u8> {
        self.keymap.shift()
    }

    /// The key for a keysym, bound to one if none has it.
    pub(super) fn stroke(
        &mut self,
        connection: &Connection,
        keysym: Keysym,
    ) -> Result<Stroke, DisplayError> {
        self.bind(connection, &[keysym])?;
        self.keymap
            .stroke(keysym)
            .ok_or_else(|| DisplayError::NoKey(format!("keysym 0x{:x}", keysym.raw())))
    }

    /// Types a text as fast as the server takes it.
    pub(super) fn type_text(
        &mut self,
        connection: &Connection,
        text: &str,
    ) -> Result<(), DisplayError> {
        let locked = caps_lock(connection)?;
        if locked {
            self.tap(connection, Keysym::new(key::Caps_Lock))?;
        }
        for part in self
            .keymap
            .parts(text)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
        {
            let keysyms: Vec<Keysym> = part.chars().map(nen_protocol::keys::typed).collect();
            self.bind(connection, &keysyms)?;
            self.press_all(connection, &keysyms)?;
        }
        if locked {
            self.tap(connection, Keysym::new(key::Caps_Lock))?;
        }
        connection.sync()
    }

    /// Shift is held over a run of shifted characters.
    fn press_all(&self, connection: &Connection, keysyms: &[Keysym]) -> Result<(), DisplayError> {
        let shift = self.keymap.shift();
        let mut held = false;
        let hold = |held: &mut bool, wanted: bool| -> Result<(), DisplayError> {
            if let Some(shift) = shift.filter(|_| *held != wanted) {
                fake_key(connection, shift, wanted)?;
                *held = wanted;
            }
            Ok(())
        };
        for keysym in keysyms {
            let stroke = self
                .keymap
                .stroke(*keysym)
                .ok_or_else(|| DisplayError::NoKey(format!("keysym 0x{:x}", keysym.raw())))?;
            hold(&mut held, stroke.shift)?;
            fake_key(connection, stroke.keycode, true)?;
            fake_key(connection, stroke.keycode, false)?;
        }
        hold(&mut held, false)
    }

    fn tap(&mut self, connection: &Connection, keysym: Keysym) -> Result<(), DisplayError> {
        let stroke = self.stroke(connection, keysym)?;
        fake_key(connection, stroke.keycode, true)?;
        fake_key(connection, stroke.keycode, false)
    }

    /// Gives keys to all keysyms that have none, in as few requests as there are runs of keys: every
    /// request makes every program read the keyboard again.
    fn bind(&mut self, connection: &Connection, keysyms: &[Keysym]) -> Result<(), DisplayError> {
        if std::mem::take(&mut self.stale) {
            *self = Self::read(connection)?;
        }
        let bindings = self.keymap.bind(keysyms);
        if bindings.rebinds {
            ping::wait_until_read(connection, Instant::now() + CATCH_UP)?;
        }
        for run in bindings
            .bind
            .chunk_by(|(before, _), (after, _)| before + 1 == *after)
        {
            let Some((first, _)) = run.first() else {
                continue;
            };
            // The same with and without Shift, so that a Shift still held does no harm.
            let rows: Vec<u32> = run
                .iter()
                .flat_map(|(_, keysym)| [keysym.raw(); 2])
                .collect();
            let count = u8::try_from(run.len()).unwrap_or(u8::MAX);
            connection
                .x
                .change_keyboard_mapping(count, *first, 2, &rows)?
                .check()?;
        }
        if !bindings.bind.is_empty() {
            ping::wait_until_learned(connection, Instant::now() + LEARN)?;
        }
        Ok(())
    }
}

fn caps_lock(connection: &Connection) -> Result<bool, DisplayError> {
    let pointer = connection.x.query_pointer(connection.root)?.reply()?;
    Ok(pointer.mask.contains(KeyButMask::LOCK))
}
