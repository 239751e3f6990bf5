//! Connections: how many, how slow, in the clear or by TLS.

use crate::app::{App, connect_from};
use nen_fleet::FleetConfig;
use nen_server::{DoorConfig, ServerConfig, TlsConfig, TlsFiles};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const PATIENCE: Duration = Duration::from_secs(20);

/// Everything that comes until the end.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &[u8]) -> String {
    stream.write_all(request).await.unwrap();
    rest(stream).await
}

async fn rest(mut stream: impl AsyncRead + Unpin) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    // A connection that is closed with something unread ends by a reset, after all that was sent.
    let _ = read.expect("the server ends the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn app(door: DoorConfig) -> App {
    let config = ServerConfig {
        door,
        ..ServerConfig::default()
    };
    App::with(config, FleetConfig::default()).await
}

#[tokio::test]
async fn who_takes_all_connections_they_may_have_keeps_nobody_else_out() {
    let app = app(DoorConfig {
        max_connections_per_address: 10,
        ..DoorConfig::default()
    })
    .await;
    let (server, stop, served) = app.listen().await;
    let mut held = Vec::new();
    for _ in 0..10 {
        let mut stream = connect_from([127, 0, 0, 2], server).await;
        // Begun, and never ended.
        stream
            .write_all(b"GET /health HTTP/1.1\r\nx")
            .await
            .unwrap();
        held.push(stream);
    }
    for _ in 0..50 {
        let refused = rest(connect_from([127, 0, 0, 2], server).await).await;
        assert_eq!(refused, "", "one more is closed at once");
        let answer = ask(connect_from([127, 0, 0, 3], server).await, HEALTH).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    // And one that ends makes room for another.
    held.pop();
    let again = async {
        loop {
            let stream = connect_from([127, 0, 0, 2], server).await;
            if ask_if_open(stream).await.starts_with("HTTP/1.1 200") {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
    drop(held);
    stop.cancel();
    served.await.unwrap();
}

/// [`ask`] on a connection that may be closed already.
async fn ask_if_open(mut stream: TcpStream) -> String {
    let _ = stream.write_all(HEALTH).await;
    rest(stream).await
}

#[tokio::test]
async fn a_head_larger_than_it_may_be_is_431() {
    let app = app(DoorConfig::default()).await;
    let (server, stop, served) = app.listen().await;
    let mut request = b"GET /health HTTP/1.1\r\nhost: localhost\r\nx-much: ".to_vec();
    request.resize(request.len() + 100_000, b'a');
    let mut stream = connect_from([127, 0, 0, 1], server).await;
    let _ = stream.write_all(&request).await;
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    stop.cancel();
    served.await.unwrap();
}

#[tokio::test]
async fn a_stopping_server_ends_the_request_it_is_at_and_idle_connections() {
    let app = app(DoorConfig::default()).await;
    let (server, stop, served) = app.listen().await;
    let idle = connect_from([127, 0, 0, 1], server).await;
    let mut busy = connect_from([127, 0, 0, 1], server).await;
    let id = app.desktop().await;
    let body = r#"{"action": {"tool": "computer", "action": "slow", "params": {}}}"#;
    let request = format!(
        "POST /desktops/{id}/execute HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\ncontent-length: {}\r\n\r\n{body}",
        app.admin,
        body.len()
    );
    busy.write_all(request.as_bytes()).await.unwrap();
    let desktop = app.driver.seen(&id);
    desktop.slow_began.notified().await;
    stop.cancel();
    assert_eq!(rest(idle).await, "");
    desktop.slow_end.notify_one();
    let answer = rest(busy).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    served.await.unwrap();
}

struct Certificate {
    der: CertificateDer<'static>,
    files: TlsFiles,
}

/// A new certificate for `localhost` in this folder.
fn certificate(folder: &Path) -> Certificate {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = TlsFiles {
        certificate: folder.join("cert.pem"),
        key: folder.join("key.pem"),
        look_again: Duration::ZERO,
    };
    std::fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    std::fs::write(&files.certificate, cert.pem()).unwrap();
    Certificate {
        der: cert.der().clone(),
        files,
    }
}

async fn ask_by_tls(
    server: SocketAddr,
    trusted: &CertificateDer<'static>,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(server).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    Ok(ask(stream, HEALTH).await)
}

#[tokio::test]
async fn tls_is_spoken_with_the_certificate_that_is_there_now() {
    let folder = tempfile::tempdir().unwrap();
    let first = certificate(folder.path());
    let app = app(DoorConfig {
        tls: Some(TlsConfig::Files(first.files)),
        ..DoorConfig::default()
    })
    .await;
    let (server, stop, served) = app.listen().await;
    let answer = ask_by_tls(server, &first.der).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    // Who speaks plain HTTP is told.
    let answer = ask(TcpStream::connect(server).await.unwrap(), HEALTH).await;
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.ends_with("https:// instead\"}"),
        "{answer}"
    );

    // Half a renewal, and the old one is still good; a whole one, and the new one is.
    std::fs::write(folder.path().join("cert.pem"), "-----BEGIN").unwrap();
    ask_by_tls(server, &first.der).await.unwrap();
    let second = certificate(folder.path());
    ask_by_tls(server, &second.der).await.unwrap();
    ask_by_tls(server, &first.der).await.unwrap_err();
    stop.cancel();
    served.await.unwrap();
}
