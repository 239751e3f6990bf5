use std::time::{Duration, Instant};

use nen_protocol::{Point, Size};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, KEY_PRESS_EVENT,
    KEY_RELEASE_EVENT, KeyButMask, MOTION_NOTIFY_EVENT, QueryPointerReply,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use xkeysym::Keysym;

use super::connection::{Connection, Polled, Woken, poll_until};
use super::damage::RootDamage;
use super::keyboard::Keyboard;
use super::ping;
use crate::Cancel;
use crate::display::{Damage, DisplayError, Input};

/// How long a motion or a release may take to be seen. A window manager's passive grab can hold the pointer
/// for a moment after a press; what comes meanwhile is queued and still happens in order.
const CONFIRM: Duration = Duration::from_millis(50);

/// Pointer and keys by XTEST, damage by DAMAGE.
///
/// A motion, a press and a release are sent in one go and seen to arrive by one question after them, because
/// every question costs two changes of process. What comes next waits for that answer: a release that a
/// grab still holds back would be told with the place of the next motion, and a key would overtake it.
pub struct X11Input {
    connection: Connection,
    damage: RootDamage,
    keyboard: Keyboard,
    sent: Sent,
}

/// How the pointer should be once all that was sent has arrived.
#[derive(Debug, Default)]
struct Sent {
    place: Option<Point>,
    /// Buttons that are to be seen down or up.
    buttons: Vec<(KeyButMask, bool)>,
}

impl Sent {
    fn is_seen(&self, pointer: &QueryPointerReply) -> bool {
        let mut buttons = self.buttons.iter();
        self.place.is_none_or(|to| to == place(pointer))
            && buttons.all(|(mask, down)| pointer.mask.contains(*mask) == *down)
    }
}

fn place(pointer: &QueryPointerReply) -> Point {
    Point {
        x: i32::from(pointer.root_x),
        y: i32::from(pointer.root_y),
    }
}

impl std::fmt::Debug for X11Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("X11Input")
            .field("size", &self.connection.size)
            .finish_non_exhaustive()
    }
}

impl X11Input {
    /// Opens a connection of its own to the display.
    pub fn open(display: &str) -> Result<Self, DisplayError> {
        let connection = Connection::open(display, &["XTEST", "DAMAGE", "XFIXES"])?;
        connection.x.xtest_get_version(2, 2)?.reply()?;
        let damage = RootDamage::watch(&connection)?;
        let keyboard = Keyboard::read(&connection)?;
        Ok(Self {
            connection,
            damage,
            keyboard,
            sent: Sent::default(),
        })
    }

    fn query_pointer(&self) -> Result<QueryPointerReply, DisplayError> {
        let root = self.connection.root;
        Ok(self.connection.x.query_pointer(root)?.reply()?)
    }

    /// Sees the pointer as it should be now, unless something holds it, and says where it is.
    fn confirm(&mut self) -> Result<Point, DisplayError> {
        let sent = std::mem::take(&mut self.sent);
        let deadline = Instant::now() + CONFIRM;
        loop {
            let pointer = self.query_pointer()?;
            if sent.is_seen(&pointer) || Instant::now() >= deadline {
                return Ok(place(&pointer));
            }
        }
    }

    /// Confirms what must have happened before anything else does.
    fn confirm_buttons(&mut self) -> Result<(), DisplayError> {
        match self.sent.buttons.is_empty() {
            true => Ok(()),
            false => self.confirm().map(drop),
        }
    }
}

impl Input for X11Input {
    fn size(&self) -> Size {
        self.connection.size
    }

    fn pointer(&mut self) -> Result<Point, DisplayError> {
        self.confirm()
    }

    fn move_pointer(&mut self, to: Point) -> Result<(), DisplayError> {
        self.confirm_buttons()?;
        let coordinate = |value: i32| {
            i16::try_from(value)
                .map_err(|_| DisplayError::Unusable(format!("no pixel has coordinate {value}")))
        };
        self.connection.x.xtest_fake_input(
            MOTION_NOTIFY_EVENT,
            0,
            x11rb::CURRENT_TIME,
            self.connection.root,
            coordinate(to.x)?,
            coordinate(to.y)?,
            0,
        )?;
        self.sent.place = Some(to);
        Ok(())
    }

    fn button(&mut self, button: u8, press: bool) -> Result<(), DisplayError> {
        let kind = if press {
            BUTTON_PRESS_EVENT
        } else {
            BUTTON_RELEASE_EVENT
        };
        let root = self.connection.root;
        self.connection
            .x
            .xtest_fake_input(kind, button, x11rb::CURRENT_TIME, root, 0, 0, 0)?;
        let mask = match button {
            1 => KeyButMask::BUTTON1,
            2 => KeyButMask::BUTTON2,
            3 => KeyButMask::BUTTON3,
            _ => return Ok(()),
        };
        self.sent.buttons.retain(|(other, _)| *other != mask);
        self.sent.buttons.push((mask, press));
        Ok(())
    }

    fn key(&mut self, key: Keysym, press: bool) -> Result<(), DisplayError> {
        self.confirm_buttons()?;
        let stroke = self.keyboard.stroke(&self.connection, key)?;
        let shift = self.keyboard.shift().filter(|_| stroke.shift);
        if press && let Some(shift) = shift {
            fake_key(&self.connection, shift, true)?;
        }
        fake_key(&self.connection, stroke.keycode, press)?;
        if !press && let Some(shift) = shift {
            fake_key(&self.connection, shift, false)?;
        }
        Ok(())
    }

    fn type_text(&mut self, text: &str) -> Result<(), DisplayError> {
        self.confirm_buttons()?;
        self.keyboard.type_text(&self.connection, text)
    }

    fn sync(&mut self) -> Result<(), DisplayError> {
        self.confirm().map(drop)
    }

    fn forget_damage(&mut self) -> Result<(), DisplayError> {
        self.damage.forget(&self.connection)?;
        self.connection.sync()?;
        while self.connection.next_event()?.is_some() {}
        Ok(())
    }

    fn wait_until_read(&mut self, deadline: Instant, cancel: &Cancel) -> Result<(), DisplayError> {
        ping::answered(&self.connection, deadline, cancel).map(drop)
    }

    fn next_damage(&mut self, deadline: Instant, cancel: &Cancel) -> Result<Damage, DisplayError> {
        loop {
            match self.connection.wait(deadline, cancel)? {
                Woken::Event(Event::DamageNotify(_)) => {
                    let areas = self.damage.take(&self.connection)?;
                    return Ok(Damage::Painted(areas));
                }
                Woken::Event(Event::MappingNotify(_)) => self.keyboard.changed(),
                Woken::Event(_) => {}
                Woken::Deadline => return Ok(Damage::Deadline),
                Woken::Cancelled => return Ok(Damage::Cancelled),
            }
        }
    }

    fn pause(&mut self, time: Duration, cancel: &Cancel) -> Result<bool, DisplayError> {
        self.confirm()?;
        let polled = poll_until(None, cancel, Instant::now() + time)?;
        Ok(matches!(polled, Polled::Cancelled))
    }
}

/// Presses or lets go a key.
pub(super) fn fake_key(
    connection: &Connection,
    keycode: u8,
    press: bool,
) -> Result<(), DisplayError> {
    let kind = if press {
        KEY_PRESS_EVENT
    } else {
        KEY_RELEASE_EVENT
    };
    let root = connection.root;
    connection
        .x
        .xtest_fake_input(kind, keycode, x11rb::CURRENT_TIME, root, 0, 0, 0)?;
    Ok(())
}
