//! Messages of nfnetlink: written, sent and read.

use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, netlink::SocketAddrNetlink, recv, sendto};

const HEAD: usize = 16;
const NLM_F_REQUEST: u16 = 1;
pub(crate) const NLM_F_ACK: u16 = 4;
pub(crate) const NLM_F_CREATE: u16 = 0x400;
const NLMSG_ERROR: u16 = 2;
/// This attribute holds attributes.
const NESTED: u16 = 0x8000;

/// Messages to the kernel, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Messages(Vec<u8>);

impl Messages {
    /// Adds one. `family` and `resource` are what every message of nfnetlink begins with.
    pub fn add(
        &mut self,
        kind: u16,
        flags: u16,
        family: u8,
        resource: u16,
        attributes: impl FnOnce(&mut Attributes<'_>),
    ) {
        let begun = self.0.len();
        self.0.extend([0; 4]);
        self.0.extend(kind.to_ne_bytes());
        self.0.extend((flags | NLM_F_REQUEST).to_ne_bytes());
        // Nobody else talks on this socket, and one question is answered before the next.
        self.0.extend([0; 8]);
        self.0.extend([family, 0]);
        self.0.extend(resource.to_be_bytes());
        attributes(&mut Attributes(&mut self.0));
        let length = u32::try_from(self.0.len() - begun).unwrap_or(u32::MAX);
        self.0[begun..begun + 4].copy_from_slice(&length.to_ne_bytes());
    }

    /// Sends them together. Where one asked for an answer, it is there on return: the kernel works while it is sent to.
    pub fn send(&self, socket: &OwnedFd) -> io::Result<()> {
        let kernel = SocketAddrNetlink::new(0, 0);
        sendto(socket, &self.0, SendFlags::empty(), &kernel)?;
        Ok(())
    }

    /// Sends them and reads the answers.
    ///
    /// # Errors
    /// What the kernel says about any of them.
    pub fn ask(&self, socket: &OwnedFd) -> io::Result<()> {
        self.send(socket)?;
        let mut buffer = vec![0; 16 * 1024];
        let mut said = Ok(());
        let mut heard = false;
        loop {
            let (bytes, _) = match recv(socket, &mut buffer[..], RecvFlags::DONTWAIT) {
                Ok(received) => received,
                Err(Errno::AGAIN) if heard => return said,
                Err(error) => return Err(error.into()),
            };
            for (kind, body) in messages(&buffer[..bytes]) {
                if kind == NLMSG_ERROR
                    && let Some(code) = body.first_chunk::<4>()
                {
                    heard = true;
                    let code = i32::from_ne_bytes(*code);
                    if code != 0 && said.is_ok() {
                        said = Err(io::Error::from_raw_os_error(-code));
                    }
                }
            }
        }
    }
}

/// The attributes of a message, or of another attribute.
#[derive(Debug)]
pub(crate) struct Attributes<'a>(&'a mut Vec<u8>);

impl Attributes<'_> {
    pub fn add(&mut self, kind: u16, value: &[u8]) {
        self.put(kind, |bytes| bytes.extend(value));
    }

    /// A text as the kernel has it, with a zero at its end.
    pub fn text(&mut self, kind: u16, value: &str) {
        self.put(kind, |bytes| {
            bytes.extend(value.bytes());
            bytes.push(0);
        });
    }

    pub fn nest(&mut self, kind: u16, attributes: impl FnOnce(&mut Attributes<'_>)) {
        self.put(kind | NESTED, |bytes| attributes(&mut Attributes(bytes)));
    }

    fn put(&mut self, kind: u16, value: impl FnOnce(&mut Vec<u8>)) {
        let begun = self.0.len();
        self.0.extend([0; 2]);
        self.0.extend(kind.to_ne_bytes());
        value(self.0);
        let length = u16::try_from(self.0.len() - begun).unwrap_or(u16::MAX);
        self.0[begun..begun + 2].copy_from_slice(&length.to_ne_bytes());
        self.0
            .resize(begun + (self.0.len() - begun).next_multiple_of(4), 0);
    }
}

/// The kinds and bodies of messages that were received together.
pub(crate) fn messages(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    pieces(bytes, |bytes| {
        let [a, b, c, d, e, f] = *bytes.first_chunk()?;
        let length = u32::from_ne_bytes([a, b, c, d]);
        Some((
            usize::try_from(length).ok()?,
            u16::from_ne_bytes([e, f]),
            HEAD,
        ))
    })
}

/// The kinds and values of the attributes of a message's body.
pub(crate) fn attributes(body: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    pieces(body.get(4..).unwrap_or_default(), |bytes| {
        let [a, b, c, d] = *bytes.first_chunk::<4>()?;
        let kind = u16::from_ne_bytes([c, d]) & !NESTED;
        Some((usize::from(u16::from_ne_bytes([a, b])), kind, 4))
    })
}

/// Cuts bytes at the lengths that they say themselves, each made a multiple of four, and leaves out the heads.
fn pieces(
    mut bytes: &[u8],
    head: impl Fn(&[u8]) -> Option<(usize, u16, usize)>,
) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (length, kind, skipped) = head(bytes)?;
        let value = bytes.get(skipped..length)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut both = Messages::default();
        both.add(7, 0, 1, 10, |list| {
            list.text(1, "nen");
            list.nest(2, |inner| inner.add(3, &[1, 2, 3, 4, 5]));
        });
        both.add(8, 0, 0, 0, |_| {});
        let read: Vec<(u16, &[u8])> = messages(&both.0).collect();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].0, read[1].0), (7, 8));
        assert_eq!(read[0].1[..4], [1, 0, 0, 10]);
        let found: Vec<(u16, &[u8])> = attributes(read[0].1).collect();
        assert_eq!(found[0], (1, &b"nen\0"[..]));
        assert_eq!(found[1].0, 2);
        assert_eq!(found[1].1[4..9], [1, 2, 3, 4, 5]);
    }

    proptest! {
        #[test]
        fn no_bytes_do_any_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(messages(&bytes).count() <= bytes.len());
            prop_assert!(attributes(&bytes).count() <= bytes.len());
        }
    }
}
