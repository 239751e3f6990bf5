//! Taking connections and speaking HTTP on them.

use super::connections::{Connections, Place};
use super::placed::Placed;
use super::tls::{Tls, TlsError};
use super::{ClientAddress, DoorConfig};
use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::registry::Registry;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// How long the head of a request may take, and how long a connection may wait for its next one.
const HEAD: Duration = Duration::from_secs(60);
/// How long agreeing on TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a caller may take nothing of an answer that it is sent.
const STALLED: Duration = Duration::from_secs(60);
/// Most bytes of a request's head. One with more is answered 431.
const HEAD_BYTES: usize = 64 * 1024;
/// How long a server without a free descriptor waits for one.
const NO_DESCRIPTORS: Duration = Duration::from_millis(100);
/// What a caller is told who speaks plain HTTP where TLS is spoken.
const SPEAK_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n\
    content-length: 62\r\nconnection: close\r\n\r\n{\"error\": \"this port speaks TLS, call it by https:// instead\"}";

/// What connections are taken by.
#[derive(Debug)]
pub(crate) struct Door {
    config: DoorConfig,
    connections: Arc<Connections>,
    tls: Option<Tls>,
}

impl Door {
    /// Reads the certificate, if there is one.
    pub(crate) fn new(config: DoorConfig) -> Result<Self, TlsError> {
        let tls = config.tls.clone().map(Tls::new).transpose()?;
        Ok(Self {
            connections: Connections::new(config.clone()),
            config,
            tls,
        })
    }

    /// Has connections counted in a registry.
    pub(crate) fn register_metrics(&self, registry: &mut Registry) {
        self.connections.register_metrics(registry);
    }
}

/// Takes connections until `stopping`, and then lets those that there are end: each after the request it is at.
pub(crate) async fn listen(
    listener: TcpListener,
    door: Arc<Door>,
    router: Router,
    stopping: CancellationToken,
) -> io::Result<()> {
    let open = TaskTracker::new();
    open.spawn(keep_certified(Arc::clone(&door), stopping.clone()));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(connection) = take(&door, stream, peer, &router, &stopping) {
                    open.spawn(connection);
                }
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of descriptors, most likely. They come back as connections end, and nothing tells when.
                tracing::warn!(%error, "Connections cannot be taken");
                tokio::time::sleep(NO_DESCRIPTORS).await;
            }
        }
    }
    drop(listener);
    open.close();
    open.wait().await;
    Ok(())
}

/// Sees to it that there is a certificate until `stopping`.
async fn keep_certified(door: Arc<Door>, stopping: CancellationToken) {
    if let Some(tls) = &door.tls {
        stopping.run_until_cancelled(tls.keep()).await;
    }
}

/// What is to be done with one connection, if there is a place for it.
fn take(
    door: &Arc<Door>,
    stream: TcpStream,
    peer: SocketAddr,
    router: &Router,
    stopping: &CancellationToken,
) -> Option<impl Future<Output = ()> + Send + use<>> {
    let Some(place) = door.connections.enter(peer.ip()) else {
        tracing::debug!(peer = %peer.ip(), "Too many connections, one more was closed");
        return None;
    };
    // A click's answer is small and must not wait for more to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let (door, router, stopping) = (Arc::clone(door), router.clone(), stopping.clone());
    Some(async move {
        match &door.tls {
            None => speak(&door, stream, place, peer, router, &stopping).await,
            Some(tls) => {
                let agreed = async {
                    let mut stream = stream;
                    if is_plain(&stream).await? {
                        stream.write_all(SPEAK_TLS).await?;
                        return Ok(None);
                    }
                    tls.accept(stream).await
                };
                match tokio::time::timeout(HANDSHAKE, agreed).await {
                    Ok(Ok(Some(stream))) => {
                        speak(&door, stream, place, peer, router, &stopping).await;
                    }
                    Ok(Ok(None)) | Err(_) => {}
                    Ok(Err(error)) => tracing::debug!(%error, "TLS could not be agreed on"),
                }
            }
        }
    })
}

/// Answers the requests of one connection.
async fn speak(
    door: &Arc<Door>,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    place: Place,
    peer: SocketAddr,
    router: Router,
    stopping: &CancellationToken,
) {
    let mut stream = TimeoutStream::new(Placed::new(stream, place));
    stream.set_write_timeout(Some(STALLED));
    let service = service_fn(|mut request: Request<Incoming>| {
        let trusted = &door.config.trusted_proxies;
        let address = ClientAddress::of(peer.ip(), request.headers(), trusted);
        request.extensions_mut().insert(address);
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_header_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // What ends a connection early is the caller's doing, and told by the caller's side.
    if let Err(error) = ended {
        tracing::debug!(%error, "A connection broke off");
    }
}

/// Whether plain HTTP is spoken: TLS begins with a byte that no request does.
async fn is_plain(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0];
    let read = stream.peek(&mut first).await?;
    Ok(read == 1 && first[0].is_ascii_uppercase())
}

/// Errors of `accept` that say something about one connection only.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use futures_util::stream;
    use tokio::io::AsyncReadExt;

    /// A server of its own, without a certificate.
    async fn server(router: Router) -> (SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stopping = CancellationToken::new();
        let door = Arc::new(Door::new(DoorConfig::default()).unwrap());
        tokio::spawn(listen(listener, door, router, stopping.clone()));
        (address, stopping)
    }

    /// Time is not waited for: it passes when nothing else happens.
    #[tokio::test(start_paused = true)]
    async fn who_never_ends_a_request_is_cut_off() {
        let (address, _stopping) = server(Router::new().route("/", get(|| async {}))).await;
        for sent in [&b""[..], b"GET / HTTP/1.1\r\nhost: x\r\na: b"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let begun = tokio::time::Instant::now();
            stream.write_all(sent).await.unwrap();
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            assert_eq!(begun.elapsed().as_secs(), HEAD.as_secs());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_of_an_answer_is_cut_off() {
        let endless = || async {
            Body::from_stream(stream::repeat_with(|| {
                Ok::<_, io::Error>(vec![0; 64 * 1024])
            }))
        };
        let (address, _stopping) = server(Router::new().route("/", get(endless))).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        let mut buffer = vec![0; 1 << 20];
        tokio::time::sleep(STALLED * 2).await;
        // What was on its way can still be read; then an answer that has no end has ended.
        while !matches!(stream.read(&mut buffer).await, Ok(0) | Err(_)) {}
    }
}
