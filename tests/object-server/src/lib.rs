//! An S3 server on loopback for tests, and a way to it that can be slow or broken.

#![allow(
    clippy::unwrap_used,
    missing_debug_implementations,
    reason = "a test fixture"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The name of the one who may use it.
const KEY: &str = "nen-test-key";

/// The secret of that one.
pub const SECRET: &str = "nen-test-secret";

/// One with an empty bucket `nen`.
pub struct ObjectServer {
    address: SocketAddr,
    folder: TempDir,
    service: S3Service,
    serving: JoinSet<()>,
}

impl ObjectServer {
    /// Starts it at a free port. Needs a Tokio runtime.
    ///
    /// # Panics
    /// When it cannot.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("nen")).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut server = Self {
            address: listener.local_addr().unwrap(),
            folder,
            service: service.build(),
            serving: JoinSet::new(),
        };
        server.serve(listener);
        server
    }

    fn serve(&mut self, listener: TcpListener) {
        let service = self.service.clone();
        self.serving.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = service.clone();
                connections.spawn(async move {
                    let builder = Builder::new(TokioExecutor::new());
                    let _ = builder
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder with the objects of its bucket, as they were put.
    #[must_use]
    pub fn bucket(&self) -> PathBuf {
        self.folder.path().join("nen")
    }

    /// Nobody listens any more, and connections are gone.
    pub async fn goes_away(&mut self) {
        self.serving.shutdown().await;
    }

    /// It listens where it did before.
    ///
    /// # Panics
    /// When somebody else does by now.
    pub async fn comes_back(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    /// What the environment of a client says, which reaches it there.
    #[must_use]
    pub fn environment(at: SocketAddr) -> [(&'static str, String); 5] {
        [
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ENDPOINT", format!("http://{at}")),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
        ]
    }
}

/// A way to a server that lets through so many bytes a second, in small pieces. With none it takes what is sent and never
/// answers.
///
/// # Panics
/// When there is no port for it.
pub async fn way_to(server: SocketAddr, bytes_per_second: Option<usize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(server).await.unwrap();
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::spawn(slowly(from_client, to_server, bytes_per_second));
            tokio::spawn(slowly(from_server, to_client, bytes_per_second));
        }
    });
    address
}

async fn slowly(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    bytes_per_second: Option<usize>,
) {
    const TICKS: u32 = 50;
    let Some(bytes_per_second) = bytes_per_second else {
        return std::future::pending().await;
    };
    let mut piece = vec![0; bytes_per_second / TICKS as usize];
    let mut tick = tokio::time::interval(Duration::from_secs(1) / TICKS);
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        tick.tick().await;
        if to.write_all(&piece[..read]).await.is_err() {
            return;
        }
    }
}
