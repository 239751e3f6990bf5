use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody who calls by TLS and trusts nobody but one root.
#[derive(Debug)]
pub struct Caller(ClientConfig);

/// What a call by TLS showed.
#[derive(Debug)]
pub struct Called {
    /// The server's own certificate.
    pub certificate: CertificateDer<'static>,
    /// Everything it sent.
    pub answer: String,
}

impl Caller {
    /// One that trusts this root.
    pub fn trusting(root: &CertificateDer<'static>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(root.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self(config)
    }

    /// The same, speaking this protocol only.
    #[must_use]
    pub fn speaking(mut self, protocol: &str) -> Self {
        self.0.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        self
    }

    /// Sends a GET for `path` to the server called `name` at this address.
    ///
    /// # Errors
    /// When there is no connection, or the certificate is none for that name and time with a chain to the root; then it
    /// is a [`rustls::Error`].
    pub fn get(&self, address: SocketAddr, name: &str, path: &str) -> io::Result<Called> {
        let named = ServerName::try_from(name.to_owned()).unwrap();
        let mut connection =
            ClientConnection::new(Arc::new(self.0.clone()), named).map_err(io::Error::other)?;
        let mut socket = TcpStream::connect(address)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let mut stream = Stream::new(&mut connection, &mut socket);
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {name}\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let shown = connection.peer_certificates().and_then(<[_]>::first);
        Ok(Called {
            certificate: shown.expect("a server shows one").clone(),
            answer,
        })
    }
}
