//! Calls that are refused with some arguments: sockets that lead into parts of the kernel that nothing here needs, rules
//! of the packet filter, and characters for somebody else's terminal.

use seccompiler::{BackendError, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

/// Families that sockets may have. The others (packets, Bluetooth, the host of a virtual machine, the kernel's own
/// cryptography…) are either without use here or lead past the network's rules.
const FAMILIES: [i32; 4] = [
    libc::AF_UNIX,
    libc::AF_INET,
    libc::AF_INET6,
    libc::AF_NETLINK,
];

/// Parts of the kernel that may be spoken to by netlink: addresses and routes, and news of devices, which browsers ask
/// for. The packet filter is not among them: whoever makes a namespace of his own may speak to it there, and it has been
/// the easiest way into the kernel for years.
const NETLINK: [i32; 2] = [libc::NETLINK_ROUTE, libc::NETLINK_KOBJECT_UEVENT];

/// Protocols of the Internet that sockets may have, 0 for the usual one of their kind.
const PROTOCOLS: [i32; 5] = [
    0,
    libc::IPPROTO_ICMP,
    libc::IPPROTO_TCP,
    libc::IPPROTO_UDP,
    libc::IPPROTO_ICMPV6,
];

/// Kinds of sockets of the Internet that are refused: raw, and those of protocols that are loaded when asked for.
const KINDS: [i32; 5] = [
    libc::SOCK_RAW,
    libc::SOCK_RDM,
    libc::SOCK_SEQPACKET,
    libc::SOCK_DCCP,
    SOCK_PACKET,
];

/// The oldest way to send packets of one's own making, which the kernel still takes.
const SOCK_PACKET: i32 = 10;

/// What of a socket's kind is its kind; the rest are flags.
const KIND: u64 = 0xf;

/// Levels and options by which the older packet filters are given rules.
const OLDER_FILTERS: [(i32, u64); 8] = [
    (libc::SOL_IP, 64),
    (libc::SOL_IP, 65),
    (libc::SOL_IP, 96),
    (libc::SOL_IP, 97),
    (libc::SOL_IP, 128),
    (libc::SOL_IP, 129),
    (libc::SOL_IPV6, 64),
    (libc::SOL_IPV6, 65),
];

/// Requests that put characters into somebody else's terminal.
const TERMINAL: [u64; 2] = [libc::TIOCSTI, libc::TIOCLINUX];

/// Requests for room beyond the end of a file, in the manner of XFS, which every file system takes: `FS_IOC_RESVSP`,
/// `FS_IOC_RESVSP64` and `FS_IOC_ZERO_RANGE`.
const ROOM: [u64; 3] = [0x4030_5828, 0x4030_582a, 0x4030_5839];

/// Room beyond the end of a file, to which no limit of its length applies: a log outside of the sandbox can be open in it.
const BEYOND_THE_END: u64 = libc::FALLOC_FL_KEEP_SIZE as u64;

/// A hole in a file.
const HOLE: u64 = libc::FALLOC_FL_PUNCH_HOLE as u64;

/// The rules, by the number of the call.
pub(super) fn rules() -> Result<Vec<(i64, Vec<SeccompRule>)>, BackendError> {
    let foreign = none_of(0, &FAMILIES)?;
    let mut sockets = vec![SeccompRule::new(foreign.clone())?];
    let mut netlink = none_of(2, &NETLINK)?;
    netlink.push(is(0, libc::AF_NETLINK)?);
    sockets.push(SeccompRule::new(netlink)?);
    for family in [libc::AF_INET, libc::AF_INET6] {
        let mut protocols = none_of(2, &PROTOCOLS)?;
        protocols.push(is(0, family)?);
        sockets.push(SeccompRule::new(protocols)?);
        for kind in KINDS {
            let kind = condition(1, SeccompCmpOp::MaskedEq(KIND), kind)?;
            sockets.push(SeccompRule::new(vec![is(0, family)?, kind])?);
        }
    }
    let mut options = Vec::new();
    for (level, option) in OLDER_FILTERS {
        options.push(SeccompRule::new(vec![is(1, level)?, equal(2, option)?])?);
    }
    let mut requests = Vec::new();
    for request in TERMINAL.into_iter().chain(ROOM) {
        requests.push(SeccompRule::new(vec![equal(1, request)?])?);
    }
    // What holes are made with takes no room.
    let beyond = condition(1, SeccompCmpOp::MaskedEq(HOLE | BEYOND_THE_END), 1)?;
    Ok(vec![
        (libc::SYS_fallocate, vec![SeccompRule::new(vec![beyond])?]),
        (libc::SYS_socket, sockets),
        (libc::SYS_socketpair, vec![SeccompRule::new(foreign)?]),
        (libc::SYS_setsockopt, options),
        (libc::SYS_ioctl, requests),
    ])
}

fn none_of(argument: u8, list: &[i32]) -> Result<Vec<SeccompCondition>, BackendError> {
    list.iter()
        .map(|value| condition(argument, SeccompCmpOp::Ne, *value))
        .collect()
}

fn is(argument: u8, value: i32) -> Result<SeccompCondition, BackendError> {
    condition(argument, SeccompCmpOp::Eq, value)
}

fn condition(
    argument: u8,
    operation: SeccompCmpOp,
    value: i32,
) -> Result<SeccompCondition, BackendError> {
    let value = u64::from(value.unsigned_abs());
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operation, value)
}

fn equal(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}
