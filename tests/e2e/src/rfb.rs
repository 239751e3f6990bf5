use std::io::{self, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tungstenite::client::IntoClientRequest;
use tungstenite::{HandshakeError, Message, WebSocket};

/// The server did not open the live view, with this HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub u16);

/// How long [`Rfb::watch`] waits for a change before it asks again.
const LOOK: Duration = Duration::from_millis(200);

/// A viewer of ours: raw RFB by WebSocket, so that it sends what a well-behaved viewer would not.
pub struct Rfb {
    socket: WebSocket<TcpStream>,
    read: Vec<u8>,
    /// Screen size the server announced.
    pub size: (u16, u16),
}

impl Rfb {
    /// Opens the view behind a session's link (`…/view/dsk_…#token=…`).
    pub fn open(href: &str) -> Result<Self, Refused> {
        let (page, token) = href.split_once("#token=").expect("a link with a token");
        let (base, id) = page.split_once("/view/").expect("a link to a viewer page");
        Self::open_with(base, id, token)
    }

    /// Opens the view of a desktop with any token.
    pub fn open_with(base: &str, id: &str, token: &str) -> Result<Self, Refused> {
        let authority = base.strip_prefix("http://").expect("a plain http server");
        let stream = TcpStream::connect(authority).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let url = format!("ws://{authority}/desktops/{id}/view?token={token}");
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "binary".parse().unwrap());
        let socket = match tungstenite::client(request, stream) {
            Ok((socket, _)) => socket,
            Err(HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                return Err(Refused(response.status().as_u16()));
            }
            Err(error) => panic!("the WebSocket did not open: {error}"),
        };
        let mut viewer = Self {
            socket,
            read: Vec::new(),
            size: (0, 0),
        };
        // A view may also be closed right after it was opened; that is a refusal, too.
        viewer.greet().map_err(|_| Refused(0))?;
        Ok(viewer)
    }

    fn greet(&mut self) -> io::Result<()> {
        let version = self.take(12)?;
        assert_eq!(version, b"RFB 003.008\n");
        self.send(&version);
        let count = self.take(1)?[0];
        let kinds = self.take(count.into())?;
        assert!(kinds.contains(&1), "no open security type in {kinds:?}");
        self.send(&[1]);
        assert_eq!(self.take(4)?, [0; 4], "security result");
        self.send(&[1]);
        let hello = self.take(24)?;
        self.size = (
            u16::from_be_bytes([hello[0], hello[1]]),
            u16::from_be_bytes([hello[2], hello[3]]),
        );
        let length = u32::from_be_bytes([hello[20], hello[21], hello[22], hello[23]]);
        self.take(length as usize)?;
        Ok(())
    }

    /// Sends bytes as one message.
    pub fn send(&mut self, bytes: &[u8]) {
        // An answer to a closed view tells nothing; what the tests ask is what arrived.
        let _ = self.socket.send(Message::binary(bytes.to_vec()));
    }

    /// Presses and lets go of a key.
    pub fn key(&mut self, keysym: u32) {
        for down in [1, 0] {
            self.send(&[&[4, down, 0, 0][..], &keysym.to_be_bytes()].concat());
        }
    }

    /// Moves the pointer and holds the buttons of a mask.
    pub fn pointer(&mut self, buttons: u8, x: u16, y: u16) {
        self.send(&[&[5, buttons][..], &x.to_be_bytes(), &y.to_be_bytes()].concat());
    }

    /// Asks for the whole screen and reads the beginning of the answer: proof that everything sent before was read.
    pub fn update(&mut self) -> io::Result<()> {
        let (width, height) = self.size;
        self.send(
            &[
                &[3, 0, 0, 0, 0, 0][..],
                &width.to_be_bytes(),
                &height.to_be_bytes(),
            ]
            .concat(),
        );
        let head = self.take(4)?;
        assert_eq!(head[0], 0, "a framebuffer update");
        Ok(())
    }

    /// Asks for what has changed, again and again for some time, as a viewer does; answers how many bytes came.
    pub fn watch(&mut self, time: Duration) -> io::Result<usize> {
        let end = Instant::now() + time;
        let (width, height) = self.size;
        let rest = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let mut incremental = 0;
        let mut bytes = 0;
        self.socket.get_ref().set_read_timeout(Some(LOOK))?;
        while Instant::now() < end {
            let ask = [&[3, incremental, 0, 0, 0, 0][..], &rest].concat();
            self.socket
                .send(Message::binary(ask))
                .map_err(io::Error::other)?;
            incremental = 1;
            match self.socket.read() {
                Ok(Message::Binary(more)) => bytes += more.len(),
                Ok(Message::Close(_)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                // Nothing has changed.
                Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(bytes)
    }

    /// Waits until the server closes the view.
    pub fn wait_until_closed(&mut self) {
        loop {
            match self.socket.read() {
                Ok(Message::Close(_))
                | Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => {
                    return;
                }
                Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    panic!("the view was not closed")
                }
                Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    fn take(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.read.len() < count {
            match self.socket.read().map_err(io::Error::other)? {
                Message::Binary(bytes) => self.read.extend_from_slice(&bytes),
                Message::Close(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ => {}
            }
        }
        let mut taken = vec![0; count];
        (&self.read[..]).read_exact(&mut taken)?;
        self.read.drain(..count);
        Ok(taken)
    }
}

impl std::fmt::Debug for Rfb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rfb {:?}", self.size)
    }
}
