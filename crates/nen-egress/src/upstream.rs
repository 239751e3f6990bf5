//! Asking the host's own resolvers.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, Query, ResponseCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::reply::{Verdict, for_addresses, judge};

const FILE: &str = "/etc/resolv.conf";
const DNS: u16 = 53;

/// Resolvers of the file that are asked, as the C library does.
const RESOLVERS: usize = 3;

/// Time for one resolver.
const PATIENCE: Duration = Duration::from_secs(2);

/// Times that an alias is asked for.
const ALIASES: usize = 8;

/// Largest reply that is taken by UDP.
const LARGEST: u16 = 1232;

/// Asks for the addresses of a name, and of what it is an alias of. `Useless`: nobody could say.
pub(crate) async fn addresses(query: &Query, own: &[Ipv4Addr]) -> Verdict {
    let resolvers = resolvers(&std::fs::read_to_string(FILE).unwrap_or_default());
    let mut query = query.clone();
    for _ in 0..ALIASES {
        match ask_any(&resolvers, &query, own).await {
            Verdict::Alias(name) => query = for_addresses(name),
            verdict => return verdict,
        }
    }
    Verdict::Nothing(ResponseCode::NoError)
}

async fn ask_any(resolvers: &[SocketAddr], query: &Query, own: &[Ipv4Addr]) -> Verdict {
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(query.clone());
    let mut edns = Edns::new();
    edns.set_max_payload(LARGEST);
    message.set_edns(edns);
    let id = message.metadata.id;
    let Ok(bytes) = message.to_vec() else {
        return Verdict::Useless;
    };
    for resolver in resolvers {
        let judged = |reply: &[u8]| judge(reply, id, query, own);
        let by_udp = timeout(PATIENCE, by_udp(*resolver, &bytes, judged)).await;
        let verdict = match by_udp {
            Ok(Ok(Verdict::Truncated)) => {
                timeout(PATIENCE, by_tcp(*resolver, &bytes, judged)).await
            }
            other => other,
        };
        match verdict {
            Ok(Ok(Verdict::Useless | Verdict::Foreign | Verdict::Truncated))
            | Ok(Err(_))
            | Err(_) => {}
            Ok(Ok(verdict)) => return verdict,
        }
    }
    Verdict::Useless
}

/// From a port of its own, which the system chooses by chance: whoever wants to forge a reply has to guess it.
async fn by_udp(
    resolver: SocketAddr,
    query: &[u8],
    judged: impl Fn(&[u8]) -> Verdict,
) -> io::Result<Verdict> {
    let from: IpAddr = match resolver {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((from, 0)).await?;
    socket.connect(resolver).await?;
    socket.send(query).await?;
    let mut reply = [0; 4096];
    loop {
        let length = socket.recv(&mut reply).await?;
        match judged(&reply[..length]) {
            Verdict::Foreign => {}
            verdict => return Ok(verdict),
        }
    }
}

async fn by_tcp(
    resolver: SocketAddr,
    query: &[u8],
    judged: impl Fn(&[u8]) -> Verdict,
) -> io::Result<Verdict> {
    let mut stream = TcpStream::connect(resolver).await?;
    let length = u16::try_from(query.len()).map_err(io::Error::other)?;
    stream
        .write_all(&[&length.to_be_bytes(), query].concat())
        .await?;
    let length = stream.read_u16().await?;
    let mut reply = vec![0; usize::from(length)];
    stream.read_exact(&mut reply).await?;
    Ok(judged(&reply))
}

/// The resolvers that a `resolv.conf` names; without any, the one of this machine.
fn resolvers(text: &str) -> Vec<SocketAddr> {
    let named = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let address = (words.next() == Some("nameserver")).then(|| words.next())??;
        Some(SocketAddr::new(address.parse().ok()?, DNS))
    });
    let found: Vec<SocketAddr> = named.take(RESOLVERS).collect();
    match found.is_empty() {
        true => vec![(Ipv4Addr::LOCALHOST, DNS).into()],
        false => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolvers_are_those_of_the_file() {
        let text = "# x\nsearch corp.test\nnameserver 10.0.0.2 # a\n nameserver  2001:db8::1\nnameserver x\nnameserver 1.1.1.1\nnameserver 9.9.9.9\n";
        let found = resolvers(text);
        assert_eq!(found[0], "10.0.0.2:53".parse().unwrap());
        assert_eq!(found[1], "[2001:db8::1]:53".parse().unwrap());
        assert_eq!(found.len(), 3);
        assert_eq!(resolvers(""), ["127.0.0.1:53".parse().unwrap()]);
    }
}
