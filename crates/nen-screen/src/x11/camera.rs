use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use bytes::Bytes;
use nen_protocol::image::ImageFormat;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::shm::ConnectionExt as _;
use x11rb::protocol::xfixes::{ConnectionExt as _, CursorNotifyMask};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat as XImageFormat};

use super::connection::{Connection, Woken};
use super::damage::RootDamage;
use super::shared_memory::SharedMemory;
use crate::cursor::Cursor;
use crate::display::DisplayError;
use crate::encode::{self, BandedPng, EncodeError, Polished, Rough, Shot};
use crate::{Cancel, Frame, Rect};

/// Encoded images kept, for callers that ask again while nothing has changed.
const KEPT_IMAGES: usize = 4;
/// Painted parts that are no more than this many rows apart are read together: a question costs as much as 16 rows.
const NEAR_ROWS: u32 = 16;

/// An encoded picture of the screen.
#[derive(Debug, Clone)]
pub struct Image {
    /// The file.
    pub bytes: Bytes,
    /// Its encoding.
    pub format: ImageFormat,
    /// How often the screen had changed when it looked like this; see [`Camera::look`].
    pub serial: u64,
    /// Differs whenever a pixel may; made for a weak ETag, because the same pixels may become fewer bytes.
    pub tag: Arc<str>,
    /// How long it took to read what had been painted.
    pub capture: Duration,
    /// How long it took to make the file; 0 for one that was there already.
    pub encode: Duration,
}

/// Looks at the screen. Keeps the last frame and reads only what was painted since, through shared
/// memory, so that looking at a still screen costs one round trip and no pixels.
pub struct Camera {
    connection: Connection,
    damage: RootDamage,
    shared: SharedMemory,
    frame: Frame,
    /// The plain PNG, the image that is asked for most.
    picture: BandedPng,
    /// Told after each plain PNG that was made in haste.
    hasty: Option<SyncSender<()>>,
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
            .field("serial", &self.frame.serial())
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
            picture: BandedPng::new(connection.size),
            hasty: None,
            connection,
            damage,
            shared,
            frame,
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
        Ok((&self.frame, self.frame.serial()))
    }

    /// Waits until something was drawn in rows that changed since this count: more than one colour, which
    /// is what a window has before its program paints it. `false`: the deadline came first.
    pub fn wait_for_drawing(
        &mut self,
        rows: Range<u32>,
        since: u64,
        deadline: Instant,
        cancel: &Cancel,
    ) -> Result<bool, DisplayError> {
        loop {
            self.refresh()?;
            if self.frame.changed_at(rows.clone()) > since && self.frame.has_drawing(rows.clone()) {
                return Ok(true);
            }
            match self.connection.wait(deadline, cancel)? {
                Woken::Event(Event::DamageNotify(_)) => self.damaged = true,
                Woken::Event(Event::XfixesCursorNotify(_)) => self.cursor_is_stale = true,
                Woken::Event(_) => {}
                Woken::Deadline | Woken::Cancelled => return Ok(false),
            }
        }
    }

    /// An encoded picture of the screen as it is now.
    pub fn shoot(&mut self, shot: &Shot) -> Result<Image, DisplayError> {
        let begun = Instant::now();
        self.refresh()?;
        let capture = begun.elapsed();
        let cursor = shot.options.cursor.then_some(&self.cursor);
        let key = Key {
            shot: *shot,
            serial: self.frame.serial(),
            cursor: cursor.map(|cursor| (cursor.x, cursor.y, cursor.serial)),
        };
        if let Some((_, image)) = self.kept.iter().find(|(kept, _)| *kept == key) {
            return Ok(Image {
                capture,
                encode: Duration::ZERO,
                ..image.clone()
            });
        }
        let plain = shot.is_plain_png(self.frame.size);
        let bytes = match plain {
            true => self.picture.file(&self.frame, cursor),
            false => encode::encode(&self.frame, cursor, shot),
        };
        let image = Image {
            bytes: bytes.map_err(|error| unencodable(&error))?.into(),
            format: shot.options.format,
            serial: key.serial,
            tag: self.tag(&key).into(),
            capture,
            encode: begun.elapsed().saturating_sub(capture),
        };
        self.kept.truncate(KEPT_IMAGES - 1);
        self.kept.push_front((key, image.clone()));
        if let Some(hasty) = self.hasty.as_ref().filter(|_| plain) {
            // One that is not taken up yet stands for this one, too.
            let _ = hasty.try_send(());
        }
        Ok(image)
    }

    /// Gets a word after each plain PNG that was made in haste.
    pub(super) fn hasty(&mut self) -> Receiver<()> {
        let (sender, receiver) = sync_channel(1);
        self.hasty = Some(sender);
        receiver
    }

    /// What the screen shows now, pointer included, as a number that differs when it does.
    pub(super) fn sight(&mut self) -> Result<(u64, i32, i32, u32), DisplayError> {
        self.refresh()?;
        let cursor = &self.cursor;
        Ok((self.frame.serial(), cursor.x, cursor.y, cursor.serial))
    }

    /// A band of the plain PNG with the pointer that could be smaller, if there is one.
    pub(super) fn rough(&self) -> Option<Rough> {
        self.picture.rough(&self.frame, Some(&self.cursor))
    }

    /// Takes in a band that was polished.
    pub(super) fn put(&mut self, polished: Polished) {
        self.picture.put(polished);
        let size = self.frame.size;
        self.kept.retain(|(key, _)| !key.shot.is_plain_png(size));
    }

    fn tag(&self, key: &Key) -> String {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (key.shot, key.cursor).hash(&mut hasher);
        format!("{:x}-{:x}-{:x}", self.epoch, key.serial, hasher.finish())
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
                .filter_map(|area| area.clipped(size.width, size.height));
            self.capture(rows(painted))?;
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

    /// Reads rows that were painted. Whole rows, because they are one piece of memory; all asked for before the first
    /// answer is waited for.
    fn capture(&mut self, painted: Vec<Range<u32>>) -> Result<(), DisplayError> {
        let (x, size) = (&self.connection.x, self.frame.size);
        let mut asked = Vec::with_capacity(painted.len());
        for rows in &painted {
            asked.push(x.shm_get_image(
                self.connection.root,
                0,
                to_i16(rows.start)?,
                to_u16(size.width)?,
                to_u16(rows.end - rows.start)?,
                u32::MAX,
                XImageFormat::Z_PIXMAP.into(),
                self.shared.segment(),
                u32::try_from(rows.start as usize * self.frame.stride()).unwrap_or(u32::MAX),
            )?);
        }
        for cookie in asked {
            cookie.reply()?;
        }
        for rows in painted {
            let area = Rect {
                x: 0,
                y: rows.start,
                width: size.width,
                height: rows.end - rows.start,
            };
            self.frame.update(self.shared.bytes(), area);
        }
        Ok(())
    }
}

/// The rows that areas cover, from top to bottom, near ones as one.
fn rows(areas: impl Iterator<Item = Rect>) -> Vec<Range<u32>> {
    let mut all: Vec<Range<u32>> = areas.map(|area| area.y..area.bottom()).collect();
    all.sort_unstable_by_key(|rows| rows.start);
    let mut joined: Vec<Range<u32>> = Vec::new();
    for rows in all {
        match joined.last_mut() {
            Some(last) if rows.start <= last.end + NEAR_ROWS => last.end = last.end.max(rows.end),
            _ => joined.push(rows),
        }
    }
    joined
}

fn unencodable(error: &EncodeError) -> DisplayError {
    DisplayError::Unusable(error.to_string())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_rows_are_read_together_and_far_ones_are_not() {
        let at = |y, height| Rect {
            x: 5,
            y,
            width: 10,
            height,
        };
        let painted = [at(700, 20), at(10, 5), at(20, 100), at(0, 4)];
        assert_eq!(rows(painted.into_iter()), [0..120, 700..720]);
        assert_eq!(rows([].into_iter()), []);
    }
}
