use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use nen_protocol::image::ImageFormat;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::shm::ConnectionExt as _;
use x11rb::protocol::xfixes::{ConnectionExt as _, CursorNotifyMask};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat as XImageFormat};

use super::connection::Connection;
use super::damage::RootDamage;
use super::shared_memory::SharedMemory;
use crate::cursor::Cursor;
use crate::display::DisplayError;
use crate::encode::{self, Shot};
use crate::{Frame, Rect};

/// Encoded images kept, for callers that ask again while nothing has changed.
const KEPT_IMAGES: usize = 4;

/// An encoded picture of the screen.
#[derive(Debug, Clone)]
pub struct Image {
    /// The file.
    pub bytes: Bytes,
    /// Its encoding.
    pub format: ImageFormat,
    /// Differs whenever the bytes may; made for an ETag.
    pub tag: Arc<str>,
}

/// Looks at the screen. Keeps the last frame and reads only what was painted since, through shared
/// memory, so that looking at a still screen costs one round trip and no pixels.
pub struct Camera {
    connection: Connection,
    damage: RootDamage,
    shared: SharedMemory,
    frame: Frame,
    /// Counts changes of the frame's colours.
    serial: u64,
    cursor: Cursor,
    cursor_is_stale: bool,
    damaged: bool,
    kept: VecDeque<(Key, Image)>,
    /// Makes tags differ from those of an earlier process.
    epoch: u64,
}

impl std::fmt::Debug for Camera {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Camera")
            .field("size", &self.frame.size)
            .field("serial", &self.serial)
            .finish_non_exhaustive()
    }
}

/// Everything that a picture's bytes depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    shot: Shot,
    serial: u64,
    cursor: Option<(i32, i32, u32)>,
}

impl Camera {
    /// Opens a connection of its own to the display.
    pub fn open(display: &str) -> Result<Self, DisplayError> {
        let connection = Connection::open(display, &["MIT-SHM", "DAMAGE", "XFIXES"])?;
        let damage = RootDamage::watch(&connection)?;
        connection
            .x
            .xfixes_select_cursor_input(connection.root, CursorNotifyMask::DISPLAY_CURSOR)?;
        let frame = Frame::new(connection.size);
        let shared = SharedMemory::attach(&connection, frame.pixels.len())?;
        let epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |age| age.as_micros() as u64);
        Ok(Self {
            connection,
            damage,
            shared,
            frame,
            serial: 0,
            cursor: Cursor::default(),
            cursor_is_stale: true,
            damaged: true,
            kept: VecDeque::new(),
            epoch,
        })
    }

    /// The screen as it is now, and the count of its changes since the camera was opened.
    pub fn look(&mut self) -> Result<(&Frame, u64), DisplayError> {
        self.refresh()?;
        Ok((&self.frame, self.serial))
    }

    /// An encoded picture of the screen as it is now.
    pub fn shoot(&mut self, shot: &Shot) -> Result<Image, DisplayError> {
        self.refresh()?;
        let cursor = shot.options.cursor.then_some(&self.cursor);
        let key = Key {
            shot: *shot,
            serial: self.serial,
            cursor: cursor.map(|cursor| (cursor.x, cursor.y, cursor.serial)),
        };
        if let Some((_, image)) = self.kept.iter().find(|(kept, _)| *kept == key) {
            return Ok(image.clone());
        }
        let bytes = encode::encode(&self.frame, cursor, shot)
            .map_err(|error| DisplayError::Unusable(error.to_string()))?;
        let image = Image {
            bytes: bytes.into(),
            format: shot.options.format,
            tag: self.tag(&key).into(),
        };
        self.kept.truncate(KEPT_IMAGES - 1);
        self.kept.push_front((key, image.clone()));
        Ok(image)
    }

    fn tag(&self, key: &Key) -> String {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (key.shot, key.cursor).hash(&mut hasher);
        format!("{:x}-{:x}-{:x}", self.epoch, self.serial, hasher.finish())
    }

    /// Brings frame and pointer up to date.
    fn refresh(&mut self) -> Result<(), DisplayError> {
        let x = &self.connection.x;
        // Its reply comes after every event the server had for us, damage included.
        let pointer = x.query_pointer(self.connection.root)?.reply()?;
        while let Some(event) = x.poll_for_event()? {
            match event {
                Event::DamageNotify(_) => self.damaged = true,
                Event::XfixesCursorNotify(_) => self.cursor_is_stale = true,
                _ => {}
            }
        }
        self.refresh_cursor(i32::from(pointer.root_x), i32::from(pointer.root_y))?;
        if self.damaged {
            self.damaged = false;
            let size = self.frame.size;
            let areas = self.damage.take(&self.connection)?;
            let painted = areas
                .into_iter()
                .filter_map(|area| area.clipped(size.width, size.height))
                .reduce(Rect::union);
            if let Some(area) = painted {
                self.capture(area)?;
            }
        }
        Ok(())
    }

    /// The picture is asked for only when it changed; where it stands comes with the pointer.
    fn refresh_cursor(&mut self, x: i32, y: i32) -> Result<(), DisplayError> {
        if self.cursor_is_stale {
            let image = self.connection.x.xfixes_get_cursor_image()?.reply()?;
            self.cursor = Cursor {
                x: 0,
                y: 0,
                hot: (i32::from(image.xhot), i32::from(image.yhot)),
                width: u32::from(image.width),
                height: u32::from(image.height),
                argb: image.cursor_image,
                serial: image.cursor_serial,
            };
            self.cursor_is_stale = false;
        }
        self.cursor.x = x - self.cursor.hot.0;
        self.cursor.y = y - self.cursor.hot.1;
        Ok(())
    }

    /// Reads the rows that were painted. Whole rows, because they are one piece of memory.
    fn capture(&mut self, area: Rect) -> Result<(), DisplayError> {
        let width = self.frame.size.width;
        let (y, height) = (to_i16(area.y)?, to_u16(area.height)?);
        self.connection
            .x
            .shm_get_image(
                self.connection.root,
                0,
                y,
                to_u16(width)?,
                height,
                u32::MAX,
                XImageFormat::Z_PIXMAP.into(),
                self.shared.segment(),
                u32::try_from(area.y as usize * self.frame.stride()).unwrap_or(u32::MAX),
            )?
            .reply()?;
        if self.frame.update(self.shared.bytes(), area) {
            self.serial += 1;
        }
        Ok(())
    }
}

fn to_u16(value: u32) -> Result<u16, DisplayError> {
    u16::try_from(value).map_err(|_| too_large(value))
}

fn to_i16(value: u32) -> Result<i16, DisplayError> {
    i16::try_from(value).map_err(|_| too_large(value))
}

fn too_large(value: u32) -> DisplayError {
    DisplayError::Unusable(format!("{value} pixels are more than X11 can address"))
}
