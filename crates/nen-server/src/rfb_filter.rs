//! What a viewer may say to the X server: an incremental parser of the RFB client's half.
//!
//! A viewer's role is enforced here and nowhere else: the proxy writes to the desktop only the bytes this filter gives
//! back. It does no I/O. Whole messages of the kinds the role may send are passed on byte for byte, the others are
//! swallowed, and what cannot be parsed is an error, because after it nobody knows where the next message begins.
//!
//! The spoken protocol is RFB 3.8 with security type None, and the extensions noVNC and TigerVNC use.

mod message;

use message::{Header, Kind};

/// Longest clipboard text a viewer may send, bytes. TigerVNC itself ignores more than 256 KiB by default.
const MAX_CLIPBOARD: usize = 16 * 1024 * 1024;
/// The version line a client of RFB 3.8 sends.
const VERSION: &[u8; 12] = b"RFB 003.008\n";
/// Security type None: the stream is only reachable through this authenticated proxy.
const SECURITY_NONE: u8 = 1;

/// What a viewer is allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Sees the screen; keys, pointer and clipboard are swallowed.
    View,
    /// Sees the screen and uses keyboard, pointer and clipboard.
    Interactive,
}

/// Why a viewer's connection has to be closed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The first twelve bytes were not the version line of RFB 3.8.
    #[error("the viewer does not speak RFB 3.8")]
    Version,
    /// The viewer chose another security type than None (1).
    #[error("security type {0} is not offered, only None (1)")]
    Security(u8),
    /// A message type that is not part of RFB 3.8 or of a known extension.
    #[error("unknown RFB client message type {0}")]
    UnknownMessage(u8),
    /// A message that announces more than a viewer ever needs.
    #[error("RFB client message type {0} is too large")]
    TooLarge(u8),
}

/// What one piece of the stream held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Keyboard, pointer or clipboard messages that were passed on.
    pub input: usize,
    /// Messages that were swallowed because the role does not allow them.
    pub dropped: usize,
}

/// Where in the stream the parser stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Version,
    Security,
    Init,
    /// At the start of a message or within its head (kept in `Filter::head`).
    Message,
    /// Within a long body: `left` bytes are passed on or swallowed without being kept.
    Body {
        left: usize,
        pass: bool,
    },
}

/// The filter of one viewer's connection. Feed it with [`Filter::push`].
#[derive(Debug)]
pub struct Filter {
    role: Role,
    state: State,
    head: Vec<u8>,
    /// The client offered the extended mouse buttons extension, so bit 7 of a button mask announces one more byte.
    extended_buttons: bool,
}

impl Filter {
    /// A filter at the start of a connection.
    #[must_use]
    pub fn new(role: Role) -> Self {
        Self {
            role,
            state: State::Version,
            head: Vec::new(),
            extended_buttons: false,
        }
    }

    /// Takes the next bytes of the viewer and appends what may go to the desktop to `out`.
    ///
    /// The stream can be cut anywhere: the concatenated output is the same for any split.
    ///
    /// # Errors
    /// Any [`FilterError`] means the connection has to be closed; what was appended before it is valid.
    pub fn push(&mut self, mut input: &[u8], out: &mut Vec<u8>) -> Result<Seen, FilterError> {
        let mut seen = Seen::default();
        while !input.is_empty() {
            match self.state {
                State::Version => {
                    if self.fill(&mut input, VERSION.len()) {
                        if self.head != VERSION {
                            return Err(FilterError::Version);
                        }
                        self.emit_head(out);
                        self.state = State::Security;
                    }
                }
                State::Security => {
                    let (chosen, rest) = (input[0], &input[1..]);
                    if chosen != SECURITY_NONE {
                        return Err(FilterError::Security(chosen));
                    }
                    out.push(chosen);
                    input = rest;
                    self.state = State::Init;
                }
                State::Init => {
                    // Always shared: an exclusive client would make the X server throw out every other viewer.
                    out.push(1);
                    input = &input[1..];
                    self.state = State::Message;
                }
                State::Message => self.message(&mut input, out, &mut seen)?,
                State::Body { left, pass } => {
                    let n = left.min(input.len());
                    if pass {
                        out.extend_from_slice(&input[..n]);
                    }
                    input = &input[n..];
                    self.state = if n == left {
                        State::Message
                    } else {
                        State::Body {
                            left: left - n,
                            pass,
                        }
                    };
                }
            }
        }
        Ok(seen)
    }

    /// Goes on with the message being read: first until its head tells how long it is, then to its end.
    fn message(
        &mut self,
        input: &mut &[u8],
        out: &mut Vec<u8>,
        seen: &mut Seen,
    ) -> Result<(), FilterError> {
        let header = loop {
            match message::header(&self.head, self.extended_buttons)? {
                Header::Needs(n) if self.fill(input, n) => {}
                Header::Needs(_) => return Ok(()),
                Header::Known(known) => break known,
            }
        };
        if header.kind == Kind::SetEncodings {
            // Kept whole (it is bounded): what the client offers decides how its pointer messages are read.
            if !self.fill(input, header.length) {
                return Ok(());
            }
            self.extended_buttons |= message::offers_extended_buttons(&self.head);
        }
        let pass = header.kind.allowed(self.role);
        if !pass {
            seen.dropped += 1;
        } else if header.kind == Kind::Input {
            seen.input += 1;
        }
        let left = header.length - self.head.len();
        if pass {
            self.emit_head(out);
        } else {
            self.head.clear();
        }
        if left > 0 {
            self.state = State::Body { left, pass };
        }
        Ok(())
    }

    /// Moves bytes from `input` until `head` holds `want`; tells whether it does.
    fn fill(&mut self, input: &mut &[u8], want: usize) -> bool {
        let n = want.saturating_sub(self.head.len()).min(input.len());
        self.head.extend_from_slice(&input[..n]);
        *input = &input[n..];
        self.head.len() >= want
    }

    fn emit_head(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.head);
    }
}

#[cfg(test)]
mod tests;
