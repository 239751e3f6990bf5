//! Questions as they come in, by UDP and by TCP, and no faster than they may.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::bucket::Bucket;
use crate::guard::{Guard, Next};

/// Questions at once, and questions a second after that. Those beyond wait in the socket, and are lost when it is full.
const BURST: u32 = 300;
const PER_SECOND: f64 = 100.0;

/// Questions that the resolvers are asked at the same time.
const AT_ONCE: usize = 64;

/// Connections at the same time.
const CONNECTIONS: usize = 16;

/// Time for the next question of a connection.
const IDLE: Duration = Duration::from_secs(10);

/// Time before it is tried again to take a connection where that failed.
const PAUSE: Duration = Duration::from_millis(100);

/// What bounds both ways together.
#[derive(Debug)]
pub(crate) struct Bounds {
    rate: RefCell<Bucket>,
    asked: Arc<Semaphore>,
}

impl Bounds {
    pub fn new() -> Self {
        Self {
            rate: RefCell::new(Bucket::new(BURST, PER_SECOND, Instant::now())),
            asked: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    async fn next(&self) {
        loop {
            let taken = self.rate.borrow_mut().take(Instant::now());
            match taken {
                Ok(()) => return,
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
    }
}

/// Answers by UDP.
///
/// # Errors
/// When the socket breaks.
pub(crate) async fn by_udp(
    guard: Rc<Guard>,
    bounds: Rc<Bounds>,
    socket: UdpSocket,
) -> io::Result<()> {
    let socket = Rc::new(socket);
    let mut buffer = [0; 4096];
    loop {
        bounds.next().await;
        let (length, from) = match socket.recv_from(&mut buffer).await {
            Ok(received) => received,
            // An earlier answer found nobody.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
            Err(error) => return Err(error),
        };
        match guard.decide(&buffer[..length]) {
            Next::Answer(None) => {}
            Next::Answer(Some(answer)) => {
                // Who does not wait for it does without.
                let _ = socket.send_to(&answer, from).await;
            }
            Next::Ask(question) => {
                let Ok(permit) = Arc::clone(&bounds.asked).acquire_owned().await else {
                    continue;
                };
                let (guard, socket) = (Rc::clone(&guard), Rc::clone(&socket));
                tokio::task::spawn_local(async move {
                    let answer = guard.ask(&question).await;
                    drop(permit);
                    let _ = socket.send_to(&answer, from).await;
                });
            }
        }
    }
}

/// Answers by TCP.
///
/// # Errors
/// None so far.
pub(crate) async fn by_tcp(
    guard: Rc<Guard>,
    bounds: Rc<Bounds>,
    listener: TcpListener,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (guard, bounds) = (Rc::clone(&guard), Rc::clone(&bounds));
        tokio::task::spawn_local(async move {
            // However it ends is the sandbox's business.
            let _ = connection(&guard, &bounds, stream).await;
            drop(place);
        });
    }
}

async fn connection(guard: &Guard, bounds: &Bounds, mut stream: TcpStream) -> io::Result<()> {
    loop {
        bounds.next().await;
        let question = timeout(IDLE, async {
            let length = stream.read_u16().await?;
            let mut question = vec![0; usize::from(length)];
            stream.read_exact(&mut question).await?;
            io::Result::Ok(question)
        });
        let answer = match guard.decide(&question.await??) {
            Next::Answer(None) => return Ok(()),
            Next::Answer(Some(answer)) => answer,
            Next::Ask(question) => {
                let _permit = bounds.asked.acquire().await;
                guard.ask(&question).await
            }
        };
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        let whole = [&length.to_be_bytes(), &answer[..]].concat();
        timeout(IDLE, stream.write_all(&whole)).await??;
    }
}
