use nen_protocol::{Region, Size};

use super::compressor::Effort;
use super::workers::Workers;
use super::{Band, EncodeError, bands, file};
use crate::cursor::Cursor;
use crate::encode::pixels;
use crate::frame::Frame;

/// A picture of a whole screen that is encoded again and again: what did not change is not compressed again.
pub struct BandedPng {
    size: Size,
    slots: Vec<Slot>,
    workers: Workers,
}

impl std::fmt::Debug for BandedPng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BandedPng")
            .field("size", &self.size)
            .field("bands", &self.slots.len())
            .finish_non_exhaustive()
    }
}

/// What is kept of one band. The pointer comes and goes much more often than what is below it changes, so the band
/// without it is kept beside the one with it.
#[derive(Default)]
struct Slot {
    bare: Option<(Shows, Band)>,
    pointed: Option<(Shows, Band)>,
}

/// Everything that a band's pixels depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shows {
    /// The frame's count of changes when one of its rows last changed.
    serial: u64,
    /// Place and picture of the pointer where it covers some of the band.
    pointer: Option<(i32, i32, u32)>,
}

impl Slot {
    fn kept(&mut self, shows: Shows) -> &mut Option<(Shows, Band)> {
        match shows.pointer {
            None => &mut self.bare,
            Some(_) => &mut self.pointed,
        }
    }

    fn band(&self, shows: Shows) -> Option<&Band> {
        let kept = match shows.pointer {
            None => &self.bare,
            Some(_) => &self.pointed,
        };
        kept.as_ref()
            .filter(|(of, _)| *of == shows)
            .map(|(_, band)| band)
    }
}

/// A band that could be smaller, with its pixels, so that it can be compressed while others use the picture.
pub struct Rough {
    index: usize,
    shows: Shows,
    stride: usize,
    rows: Vec<u8>,
}

/// A band that was compressed as well as can be.
#[derive(Debug)]
pub struct Polished {
    index: usize,
    shows: Shows,
    band: Band,
}

impl std::fmt::Debug for Rough {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rough")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl Rough {
    /// Compresses it as well as can be. Takes milliseconds where [`BandedPng::file`] takes a fraction of one.
    pub fn polish(self) -> Result<Polished, EncodeError> {
        let band = Band::thorough(&self.rows, self.stride)?;
        Ok(Polished {
            index: self.index,
            shows: self.shows,
            band,
        })
    }
}

impl BandedPng {
    /// For frames of this size; nothing is compressed yet.
    pub fn new(size: Size) -> Self {
        Self {
            size,
            slots: bands(size.height).map(|_| Slot::default()).collect(),
            workers: Workers::default(),
        }
    }

    /// The file that shows this frame, with the pointer where one is given. The frame must be of the picture's size.
    pub fn file(&mut self, frame: &Frame, cursor: Option<&Cursor>) -> Result<Vec<u8>, EncodeError> {
        let shows = self.shows(frame, cursor);
        let missing: Vec<usize> = (0..shows.len())
            .filter(|at| self.slots[*at].band(shows[*at]).is_none())
            .collect();
        let size = self.size;
        let made = self.workers.each(&missing, |at, worker| {
            let area = area(size, *at);
            let cursor = cursor.filter(|_| shows[*at].pointer.is_some());
            pixels::rgb_into(&mut worker.rows, frame, cursor, area);
            let (rows, filtered) = (&worker.rows, &mut worker.filtered);
            Band::quick(rows, stride(size), filtered, &mut worker.compressor)
        })?;
        for (at, band) in missing.into_iter().zip(made) {
            *self.slots[at].kept(shows[at]) = Some((shows[at], band));
        }
        let bands: Option<Vec<&Band>> = self
            .slots
            .iter()
            .zip(&shows)
            .map(|(slot, shows)| slot.band(*shows))
            .collect();
        let bands = bands.ok_or_else(|| EncodeError::new("PNG", "a band is missing"))?;
        Ok(file::write(size, bands.iter().copied()))
    }

    /// A band of this frame's file that could be smaller; none when all are as small as can be.
    pub fn rough(&self, frame: &Frame, cursor: Option<&Cursor>) -> Option<Rough> {
        let shows = self.shows(frame, cursor);
        let index = (0..shows.len()).find(|at| {
            let band = self.slots[*at].band(shows[*at]);
            band.is_none_or(|band| band.effort == Effort::Quick)
        })?;
        Some(Rough {
            index,
            shows: shows[index],
            stride: stride(self.size),
            rows: pixels::rgb(
                frame,
                cursor.filter(|_| shows[index].pointer.is_some()),
                area(self.size, index),
            ),
        })
    }

    /// Takes in a band that was polished meanwhile. Files of what it shows are smaller from now on.
    pub fn put(&mut self, polished: Polished) {
        if let Some(slot) = self.slots.get_mut(polished.index) {
            *slot.kept(polished.shows) = Some((polished.shows, polished.band));
        }
    }

    fn shows(&self, frame: &Frame, cursor: Option<&Cursor>) -> Vec<Shows> {
        let pointer = cursor.and_then(|cursor| Some((cursor, cursor.area(frame)?)));
        bands(self.size.height)
            .map(|rows| Shows {
                serial: frame.changed_at(rows.clone()),
                pointer: pointer
                    .filter(|(_, area)| area.y < rows.end && rows.start < area.bottom())
                    .map(|(cursor, _)| (cursor.x, cursor.y, cursor.serial)),
            })
            .collect()
    }
}

fn stride(size: Size) -> usize {
    size.width as usize * 3
}

/// A band's place.
fn area(size: Size, at: usize) -> Region {
    let rows = bands(size.height).nth(at).unwrap_or(0..0);
    Region {
        x: 0,
        y: rows.start,
        size: Size {
            width: size.width,
            height: rows.end - rows.start,
        },
    }
}
