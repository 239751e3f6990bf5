//! What the server and a stage say to each other over the stage's standard input.
//!
//! The server sends [`GO`] with file descriptors. A stage that makes namespaces answers [`UNSHARED`] once they exist and
//! [`READY`] once its rules hold, with descriptors of its own when these are guarded, and the server sends a second [`GO`]
//! when the network is up. Instead of an answer the stage may send [`FAILED`] and a text. Descriptors are passed this way,
//! not inherited: another sandbox that is started at the same moment must not get hold of them.

use std::io::{self, IoSlice, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// Server to stage: go on.
pub(super) const GO: u8 = b'G';
/// Stage to server: the namespaces exist.
pub(super) const UNSHARED: u8 = b'U';
/// Stage to server: the rules hold, waiting for the last [`GO`].
pub(super) const READY: u8 = b'R';
/// Stage to server: it will not work, and why follows.
pub(super) const FAILED: u8 = b'F';

const MOST_FDS: usize = 8;

/// Sends a word with descriptors.
pub(super) fn send(socket: &UnixStream, word: u8, fds: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FDS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() && !control.push(SendAncillaryMessage::ScmRights(fds)) {
        return Err(io::Error::other("too many descriptors"));
    }
    sendmsg(
        socket,
        &[IoSlice::new(&[word])],
        &mut control,
        SendFlags::NOSIGNAL,
    )?;
    Ok(())
}

/// Receives [`GO`] with its descriptors, all close-on-exec.
pub(super) fn receive(socket: &UnixStream) -> io::Result<Vec<OwnedFd>> {
    match hear(socket)? {
        (Some(GO), fds) => Ok(fds),
        _ => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the server is gone",
        )),
    }
}

/// Receives one word with its descriptors, all close-on-exec. No word: the other side is gone.
pub(super) fn hear(socket: impl AsFd) -> io::Result<(Option<u8>, Vec<OwnedFd>)> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FDS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    let flags = RecvFlags::CMSG_CLOEXEC;
    let received = recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut byte)],
        &mut control,
        flags,
    )?;
    let mut fds = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(received) = message {
            fds.extend(received);
        }
    }
    Ok(((received.bytes > 0).then_some(byte[0]), fds))
}

/// Waits for a plain [`GO`].
pub(super) fn wait(mut socket: &UnixStream) -> io::Result<()> {
    let mut byte = [0];
    socket.read_exact(&mut byte)?;
    if byte[0] == GO {
        Ok(())
    } else {
        Err(io::Error::other("the server said something else than go"))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn descriptors_arrive_with_the_word() {
        let (server, stage) = UnixStream::pair().unwrap();
        let (read, write) = io::pipe().unwrap();
        send(&server, GO, &[write.as_fd()]).unwrap();
        drop(write);
        let got = receive(&stage).unwrap().remove(0);
        std::fs::File::from(got).write_all(b"hello").unwrap();
        let mut text = String::new();
        { read }.read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello");
    }

    #[test]
    fn a_word_may_come_without_descriptors() {
        let (server, stage) = UnixStream::pair().unwrap();
        send(&server, GO, &[]).unwrap();
        assert!(receive(&stage).unwrap().is_empty());
    }

    #[test]
    fn a_server_that_dies_ends_the_wait() {
        let (server, stage) = UnixStream::pair().unwrap();
        drop(server);
        assert!(receive(&stage).is_err());
        assert!(wait(&stage).is_err());
    }
}
