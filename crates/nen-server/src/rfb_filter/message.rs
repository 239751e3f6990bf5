//! The client messages of RFB: how long each is and what it is for.

use super::{FilterError, MAX_CLIPBOARD, Role};

/// Pseudo-encoding "extended mouse buttons": with it a button mask with bit 7 set is followed by one more byte.
const EXTENDED_MOUSE_BUTTONS: i32 = -316;
/// Highest byte of an extended clipboard message's flags: it brings text,
const CLIPBOARD_PROVIDE: u8 = 0x10;
/// or says what the viewer can do; the other flags then mean that and no deed.
const CLIPBOARD_CAPS: u8 = 0x01;
/// Most encodings one `SetEncodings` may list; real clients send fewer than 40.
const MAX_ENCODINGS: usize = 1024;

/// What a message does, as far as roles are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `SetPixelFormat`, `FramebufferUpdateRequest`, `EnableContinuousUpdates`, `ClientFence`.
    Display,
    /// `SetEncodings`, display too, but read whole.
    SetEncodings,
    /// Keys, pointer, clipboard.
    Input,
    /// What the viewer's clipboard can do and has, without its text: goes with input, and is no act of a person.
    Clipboard,
    /// Nobody's business through a viewer: power (xvp), audio, the size of the screen, which is the coordinate space
    /// of the agent and set when the desktop is created.
    Never,
}

impl Kind {
    pub(super) fn allowed(self, role: Role) -> bool {
        match self {
            Self::Display | Self::SetEncodings => true,
            Self::Input | Self::Clipboard => role == Role::Interactive,
            Self::Never => false,
        }
    }
}

/// A message whose length is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) kind: Kind,
    /// Bytes, with the type byte.
    pub(super) length: usize,
}

/// What the first bytes of a message tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// The length is not known before this many bytes are there (always more than were given).
    Needs(usize),
    Known(Message),
}

/// Reads the head of a message. `head` holds its first bytes, maybe none; never asks for bytes beyond the message.
pub(super) fn header(head: &[u8], extended_buttons: bool) -> Result<Header, FilterError> {
    let Some(&kind) = head.first() else {
        return Ok(Header::Needs(1));
    };
    let u16_at = |at: usize| usize::from(u16::from_be_bytes([head[at], head[at + 1]]));
    let known = |kind, length| Ok(Header::Known(Message { kind, length }));
    let short = |needed: usize| head.len() < needed;
    match kind {
        0 => known(Kind::Display, 20),
        2 if short(4) => Ok(Header::Needs(4)),
        2 if u16_at(2) > MAX_ENCODINGS => Err(FilterError::TooLarge(kind)),
        2 => known(Kind::SetEncodings, 4 + 4 * u16_at(2)),
        3 => known(Kind::Display, 10),
        4 => known(Kind::Input, 8),
        5 if short(2) => Ok(Header::Needs(2)),
        5 => known(
            Kind::Input,
            if extended_buttons && head[1] & 0x80 != 0 {
                7
            } else {
                6
            },
        ),
        6 if short(8) => Ok(Header::Needs(8)),
        6 => {
            // A negative length is the extended clipboard: its absolute value counts.
            let length = i32::from_be_bytes([head[4], head[5], head[6], head[7]]).unsigned_abs();
            match usize::try_from(length) {
                Ok(length) if length <= MAX_CLIPBOARD => {
                    let extended = head[4] & 0x80 != 0 && length >= 4;
                    match extended {
                        true if short(12) => Ok(Header::Needs(12)),
                        true if head[8] & (CLIPBOARD_PROVIDE | CLIPBOARD_CAPS)
                            != CLIPBOARD_PROVIDE =>
                        {
                            known(Kind::Clipboard, 8 + length)
                        }
                        _ => known(Kind::Input, 8 + length),
                    }
                }
                _ => Err(FilterError::TooLarge(kind)),
            }
        }
        150 => known(Kind::Display, 10),
        248 if short(9) => Ok(Header::Needs(9)),
        // The fence extension allows at most 64 bytes of payload.
        248 if head[8] > 64 => Err(FilterError::TooLarge(kind)),
        248 => known(Kind::Display, 9 + usize::from(head[8])),
        250 => known(Kind::Never, 4),
        251 if short(7) => Ok(Header::Needs(7)),
        251 => known(Kind::Never, 8 + 16 * usize::from(head[6])),
        255 => qemu(head),
        _ => Err(FilterError::UnknownMessage(kind)),
    }
}

/// QEMU's messages: extended key events and audio.
fn qemu(head: &[u8]) -> Result<Header, FilterError> {
    let known = |kind, length| Ok(Header::Known(Message { kind, length }));
    match head.get(1) {
        None => Ok(Header::Needs(2)),
        Some(0) => known(Kind::Input, 12),
        Some(1) if head.len() < 4 => Ok(Header::Needs(4)),
        Some(1) => match u16::from_be_bytes([head[2], head[3]]) {
            0 | 1 => known(Kind::Never, 4),
            2 => known(Kind::Never, 10),
            _ => Err(FilterError::UnknownMessage(255)),
        },
        Some(_) => Err(FilterError::UnknownMessage(255)),
    }
}

/// Whether a whole `SetEncodings` lists the extended mouse buttons.
pub(super) fn offers_extended_buttons(message: &[u8]) -> bool {
    message[4..]
        .chunks_exact(4)
        .any(|e| i32::from_be_bytes([e[0], e[1], e[2], e[3]]) == EXTENDED_MOUSE_BUTTONS)
}
