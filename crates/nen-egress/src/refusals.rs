//! The kernel's reports on packets that the sandbox's rules refused.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;

use nen_host::network::{LOG, PREFIX_CLOSED};
use nen_protocol::network::{Denied, DeniedReason};

use crate::netlink::{Messages, NLM_F_ACK, attributes, messages};

/// Numbers of nfnetlink_log, from the kernel's headers.
const PACKET: u16 = 4 << 8;
const CONFIG: u16 = (4 << 8) | 1;
const CONFIG_COMMAND: u16 = 1;
const BIND: u8 = 1;
const CONFIG_MODE: u16 = 2;
const COPY_PACKET: u8 = 2;
const CONFIG_THRESHOLD: u16 = 5;
const PAYLOAD: u16 = 9;
const PREFIX: u16 = 10;

/// Bytes of each packet that are wanted: the longest head of IPv4, and two ports.
const WANTED: u32 = 64;

/// How many reports the kernel may gather before it sends them. The rules bound how many there are.
const GATHERED: u32 = 1;

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;

/// Asks for the reports on this socket.
pub(crate) fn listen(socket: &OwnedFd) -> io::Result<()> {
    let mut config = Messages::default();
    config.add(CONFIG, NLM_F_ACK, 0, LOG, |list| {
        list.add(CONFIG_COMMAND, &[BIND]);
    });
    config.ask(socket)?;
    let mut config = Messages::default();
    config.add(CONFIG, NLM_F_ACK, 0, LOG, |list| {
        let mut mode = WANTED.to_be_bytes().to_vec();
        mode.extend([COPY_PACKET, 0]);
        list.add(CONFIG_MODE, &mode);
        list.add(CONFIG_THRESHOLD, &GATHERED.to_be_bytes());
    });
    config.ask(socket)
}

/// What was refused, from what the kernel sent.
pub(crate) fn read(bytes: &[u8]) -> impl Iterator<Item = Denied> {
    messages(bytes)
        .filter(|(kind, _)| *kind == PACKET)
        .filter_map(|(_, body)| {
            let find = |wanted| attributes(body).find(|(kind, _)| *kind == wanted);
            let closed =
                find(PREFIX).is_some_and(|(_, text)| text.starts_with(PREFIX_CLOSED.as_bytes()));
            let reason = match closed {
                true => DeniedReason::Closed,
                false => DeniedReason::NotAllowed,
            };
            packet(find(PAYLOAD)?.1, reason)
        })
}

/// Where a packet of IPv4 was to go.
fn packet(bytes: &[u8], reason: DeniedReason) -> Option<Denied> {
    let head = bytes.first_chunk::<20>()?;
    if head[0] >> 4 != 4 {
        return None;
    }
    let length = usize::from(head[0] & 15) * 4;
    let protocol = head[9];
    let port = bytes
        .get(length + 2..length + 4)
        .filter(|_| length >= 20 && [TCP, UDP].contains(&protocol))
        .map(|port| u16::from_be_bytes([port[0], port[1]]));
    Some(Denied {
        name: None,
        address: Some(Ipv4Addr::new(head[16], head[17], head[18], head[19])),
        port,
        protocol: Some(match protocol {
            ICMP => "icmp".to_owned(),
            TCP => "tcp".to_owned(),
            UDP => "udp".to_owned(),
            other => other.to_string(),
        }),
        reason: Some(reason),
        count: 1,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_packet_says_where_it_was_to_go() {
        let mut bytes = vec![
            0x46, 0, 0, 0, 0, 0, 0, 0, 64, TCP, 0, 0, 10, 0, 2, 100, 203, 0, 113, 9,
        ];
        bytes.extend([1, 1, 1, 0]);
        bytes.extend([0x80, 0, 0x01, 0xbb]);
        let found = packet(&bytes, DeniedReason::NotAllowed).unwrap();
        assert_eq!(found.address, Some(Ipv4Addr::new(203, 0, 113, 9)));
        assert_eq!(
            (found.port, found.protocol.as_deref()),
            (Some(443), Some("tcp"))
        );
        bytes[9] = ICMP;
        assert_eq!(packet(&bytes, DeniedReason::Closed).unwrap().port, None);
        assert_eq!(packet(&bytes[..19], DeniedReason::Closed), None);
    }

    proptest! {
        #[test]
        fn no_packet_does_any_harm(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = packet(&bytes, DeniedReason::Closed);
        }
    }
}
