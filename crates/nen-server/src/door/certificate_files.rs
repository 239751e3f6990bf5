//! A certificate in files that somebody else renews.

use super::TlsFiles;
use super::tls::{HTTP, TlsError, speaking};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

/// A certificate that is renewed while the server runs: whoever connects after it has changed sees the new one.
#[derive(Debug)]
pub(super) struct CertificateFiles {
    files: TlsFiles,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    config: Arc<ServerConfig>,
    /// When the files were written, as far as that can be told.
    written: [Option<SystemTime>; 2],
    looked: Instant,
}

impl CertificateFiles {
    /// Reads the files.
    pub(super) fn new(files: TlsFiles) -> Result<Self, TlsError> {
        // Before they are read: what changes meanwhile is read once more.
        let written = written(&files);
        let config = load(&files)?;
        Ok(Self {
            files,
            current: Mutex::new(Current {
                config,
                written,
                looked: Instant::now(),
            }),
        })
    }

    /// What the next connection is accepted with.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= self.files.look_again {
            current.looked = Instant::now();
            self.renew(&mut current);
        }
        Arc::clone(&current.config)
    }

    /// A certificate that is half written or wrong is said so, once, and the one before stays.
    fn renew(&self, current: &mut Current) {
        let now = written(&self.files);
        if now == current.written {
            return;
        }
        current.written = now;
        match load(&self.files) {
            Ok(config) => {
                current.config = config;
                tracing::info!("The certificate was read again");
            }
            Err(error) => tracing::error!(%error, "The new certificate is not used"),
        }
    }
}

fn written(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    let at = |path: &Path| std::fs::metadata(path).ok()?.modified().ok();
    [at(&files.certificate), at(&files.key)]
}

fn load(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let shown = |path: &Path| path.display().to_string();
    let unreadable = |path: &Path, why: String| TlsError::File(shown(path), why);
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(&files.certificate, error.to_string()))?;
    if chain.is_empty() {
        let why = "there is no certificate in it (PEM is wanted)".to_owned();
        return Err(unreadable(&files.certificate, why));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| unreadable(&files.key, error.to_string()))?;
    let mut config = speaking()
        .and_then(|builder| builder.with_single_cert(chain, key))
        .map_err(|error| TlsError::Pair(shown(&files.certificate), shown(&files.key), error))?;
    config.alpn_protocols = vec![HTTP.to_vec()];
    Ok(Arc::new(config))
}
