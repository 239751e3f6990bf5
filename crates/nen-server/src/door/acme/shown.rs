//! Which certificate a caller is shown.

use super::certificate::Certificate;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What an authority speaks that looks whether a name is ours, in the words of ALPN.
pub(in crate::door) const CHALLENGE: &[u8] = b"acme-tls/1";

/// The certificate, and those that prove names to an authority while it looks.
#[derive(Debug, Default)]
pub(super) struct Shown {
    certificate: RwLock<Option<Arc<Certificate>>>,
    proofs: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Shown {
    /// The certificate that callers are shown.
    pub(super) fn certificate(&self) -> Option<Arc<Certificate>> {
        let certificate = self.certificate.read();
        certificate.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Callers are shown this one from now on.
    pub(super) fn renew(&self, certificate: Certificate) {
        let mut current = self
            .certificate
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::new(certificate));
    }

    fn proofs(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<CertifiedKey>>> {
        self.proofs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Shown {
    /// None ends the handshake: nobody is asked to trust a proof, and nothing is shown that there is not.
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let looks = hello.alpn().is_some_and(|spoken| spoken.eq([CHALLENGE]));
        if looks {
            let name = hello.server_name()?.to_ascii_lowercase();
            return self.proofs().get(&name).cloned();
        }
        self.certificate()
            .map(|certificate| Arc::clone(&certificate.key))
    }
}

/// Proofs that are shown until this is dropped.
#[derive(Debug)]
pub(super) struct Proofs<'a>(&'a Shown);

impl<'a> Proofs<'a> {
    pub(super) fn of(shown: &'a Shown) -> Self {
        Self(shown)
    }

    pub(super) fn show(&self, name: String, proof: CertifiedKey) {
        self.0.proofs().insert(name, Arc::new(proof));
    }
}

impl Drop for Proofs<'_> {
    fn drop(&mut self) {
        self.0.proofs().clear();
    }
}
