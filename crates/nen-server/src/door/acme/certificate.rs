//! A certificate with its key, and how long it is good.

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// One that callers can be shown.
#[derive(Debug)]
pub(super) struct Certificate {
    pub(super) key: Arc<CertifiedKey>,
    names: Vec<String>,
    from: SystemTime,
    pub(super) until: SystemTime,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum CertificateError {
    #[error("it is no PEM with a private key: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    #[error("there is no certificate in it")]
    Empty,
    #[error("the certificate cannot be read: {0}")]
    Form(String),
    #[error("certificate and key do not go together: {0}")]
    Pair(#[from] rustls::Error),
}

impl Certificate {
    /// Reads the private key, the certificate and those that lead to a root, in PEM.
    pub(super) fn read(pem: &str) -> Result<Self, CertificateError> {
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes())?;
        let chain =
            CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>()?;
        let own = chain.first().ok_or(CertificateError::Empty)?;
        let form = |error: String| CertificateError::Form(error);
        let (_, read) = X509Certificate::from_der(own).map_err(|error| form(error.to_string()))?;
        let alternatives = read
            .subject_alternative_name()
            .map_err(|error| form(error.to_string()))?;
        let names = alternatives
            .iter()
            .flat_map(|extension| &extension.value.general_names);
        let names = names
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
                _ => None,
            })
            .collect();
        let (from, until) = (
            time(read.validity().not_before.timestamp()),
            time(read.validity().not_after.timestamp()),
        );
        let key = CertifiedKey::from_der(chain, key, &default_provider())?;
        Ok(Self {
            key: Arc::new(key),
            names,
            from,
            until,
        })
    }

    /// Whether it is for all of these names.
    pub(super) fn is_for(&self, names: &[String]) -> bool {
        names.iter().all(|name| self.names.contains(name))
    }

    /// When a third of its life is left: early enough for days of failures, late enough for the authority's limits.
    pub(super) fn renewal(&self) -> SystemTime {
        let life = self.until.duration_since(self.from).unwrap_or_default();
        self.until - life / 3
    }
}

/// Seconds since 1970; before that is long ago, too.
fn time(seconds: i64) -> SystemTime {
    let after = u64::try_from(seconds).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    fn pem(key: &KeyPair) -> String {
        let mut params =
            CertificateParams::new(["A.example.com".to_owned(), "b.example.com".to_owned()])
                .unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2026, 4, 1);
        params.self_signed(key).unwrap().pem()
    }

    #[test]
    fn it_is_renewed_when_a_third_of_its_life_is_left() {
        let key = KeyPair::generate().unwrap();
        let certificate = Certificate::read(&(key.serialize_pem() + &pem(&key))).unwrap();
        let day = Duration::from_secs(24 * 3600);
        assert_eq!(certificate.renewal() + day * 30, certificate.until);
        assert!(certificate.is_for(&["b.example.com".to_owned(), "a.example.com".to_owned()]));
        assert!(!certificate.is_for(&["c.example.com".to_owned()]));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let key = KeyPair::generate().unwrap();
        let whole = key.serialize_pem() + &pem(&key);
        for length in [0, 20, key.serialize_pem().len(), whole.len() / 2] {
            Certificate::read(&whole[..length]).unwrap_err();
        }
        let other = KeyPair::generate().unwrap();
        let error = Certificate::read(&(other.serialize_pem() + &pem(&key))).unwrap_err();
        assert!(error.to_string().contains("do not go together"), "{error}");
    }
}
