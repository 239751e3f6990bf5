//! What the guard of a sandbox's network has in the sandbox's namespace.

use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, netlink, socket_with};

/// The port of questions for names, where only who is root in the namespace may listen.
const DNS: u16 = 53;

/// Opens them in the namespace that this process is in: for questions by UDP and by TCP, for changes of the rules' sets, and
/// for the kernel's reports on what they refused. At the last two only who owns the namespace can do anything.
pub(crate) fn open() -> io::Result<[OwnedFd; 4]> {
    // Nothing but the loopback leads here, and its address is not there yet.
    let everywhere = (Ipv4Addr::UNSPECIFIED, DNS);
    let netfilter = || {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let protocol = Some(netlink::NETFILTER);
        socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol)
    };
    Ok([
        UdpSocket::bind(everywhere)?.into(),
        TcpListener::bind(everywhere)?.into(),
        netfilter()?,
        netfilter()?,
    ])
}
