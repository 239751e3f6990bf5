//! Secrets at rest: XChaCha20-Poly1305 under one key of the server.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use nen_host::durable;
use rand::{TryRngCore as _, rngs::OsRng};
use sha2::{Digest as _, Sha256};

use crate::RunsError;

const NONCE: usize = 24;

/// Name of the key's file in the data folder.
const FILE: &str = "secret.key";

/// The key that seals secrets and signs links. Never shown.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// A key from text of any length of 32 characters or more, as in `NEN_SECRET_KEY`.
    ///
    /// # Errors
    /// When the text is too short to be a key.
    pub fn from_text(text: &str) -> Result<Self, RunsError> {
        let text = text.trim();
        if text.len() < 32 {
            return Err(RunsError::Invalid(
                "NEN_SECRET_KEY must be at least 32 characters, for example the output of: openssl rand -hex 32".to_owned(),
            ));
        }
        Ok(Self(Sha256::digest(text.as_bytes()).into()))
    }

    /// The key of a data folder: `secret.key`, made with mode 0600 at first use.
    ///
    /// # Errors
    /// When it can be neither read nor made.
    pub fn of_folder(folder: &Path) -> Result<Self, RunsError> {
        let path = folder.join(FILE);
        let what = || format!("the key {}", path.display());
        match fs::read_to_string(&path) {
            Ok(text) => Self::from_text(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut bytes = [0; 32];
                OsRng
                    .try_fill_bytes(&mut bytes)
                    .map_err(|error| RunsError::file(what())(io::Error::other(error)))?;
                let text = hex(&bytes);
                write_once(&path, &text).map_err(RunsError::file(what()))?;
                // Two servers may have tried at once: what stands there counts.
                let text = fs::read_to_string(&path).map_err(RunsError::file(what()))?;
                Self::from_text(&text)
            }
            Err(error) => Err(RunsError::file(what())(error)),
        }
    }

    /// Seals a value for one place: what is sealed for `context` opens for no other.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<String, RunsError> {
        let mut nonce = [0; NONCE];
        OsRng
            .try_fill_bytes(&mut nonce)
            .map_err(|_| RunsError::Sealed)?;
        let payload = Payload {
            msg: plain,
            aad: context.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| RunsError::Sealed)?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what was sealed for `context`.
    ///
    /// # Errors
    /// When it was sealed with another key or for another place, or is damaged.
    pub fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, RunsError> {
        let bytes = STANDARD.decode(sealed).map_err(|_| RunsError::Sealed)?;
        let (nonce, rest) = bytes
            .split_first_chunk::<NONCE>()
            .ok_or(RunsError::Sealed)?;
        let payload = Payload {
            msg: rest,
            aad: context.as_bytes(),
        };
        self.cipher()
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| RunsError::Sealed)
    }

    /// A signature over a text that only this server can make; `purpose` keeps kinds apart. Hex.
    pub(crate) fn sign(&self, purpose: &str, text: &str) -> String {
        hex(&self.mac(purpose, text).finalize().into_bytes())
    }

    /// Whether a signature was made by [`SecretKey::sign`]; compared in constant time.
    pub(crate) fn verifies(&self, purpose: &str, text: &str, signature: &str) -> bool {
        unhex(signature).is_some_and(|bytes| self.mac(purpose, text).verify_slice(&bytes).is_ok())
    }

    fn mac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        // Any key length is fine for HMAC; a block of nothing is what the impossible case would mean.
        let mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.0);
        mac.unwrap_or_else(|_| <Hmac<Sha256> as hmac::Mac>::new(&Default::default()))
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(text)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

fn write_once(path: &Path, text: &str) -> io::Result<()> {
    let partial = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A link fails when the name is taken, where a rename would replace a key that is in use.
    match fs::hard_link(&partial, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::remove_file(&partial)?;
    // Before anything is sealed with it: without it nothing of that can be opened again.
    durable::sync_name(path)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_and_for_its_place() {
        let key = SecretKey::from_text(&"k".repeat(32)).unwrap();
        let other = SecretKey::from_text(&"o".repeat(32)).unwrap();
        let sealed = key.seal("run-1", b"hunter2").unwrap();
        assert!(!sealed.contains("hunter2"));
        assert_eq!(key.open("run-1", &sealed).unwrap(), b"hunter2");
        assert!(key.open("run-2", &sealed).is_err());
        assert!(other.open("run-1", &sealed).is_err());
        assert!(key.open("run-1", &sealed[..10]).is_err());
        assert_ne!(sealed, key.seal("run-1", b"hunter2").unwrap());
    }

    #[test]
    fn a_folder_keeps_its_key_to_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let first = SecretKey::of_folder(folder.path()).unwrap();
        let again = SecretKey::of_folder(folder.path()).unwrap();
        let sealed = first.seal("x", b"y").unwrap();
        assert_eq!(again.open("x", &sealed).unwrap(), b"y");
        let mode = fs::metadata(folder.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_signature_is_for_its_purpose_and_text() {
        let key = SecretKey::from_text(&"k".repeat(32)).unwrap();
        let signature = key.sign("link", "a");
        assert!(key.verifies("link", "a", &signature));
        assert!(!key.verifies("link", "b", &signature));
        assert!(!key.verifies("other", "a", &signature));
        assert!(!key.verifies("link", "a", "zz"));
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_as_it_was_and_with_any_bit_flipped_not_at_all(
            context in ".{0,20}", plain: Vec<u8>, flip: prop::sample::Index
        ) {
            let key = SecretKey::from_text(&"k".repeat(32)).unwrap();
            let sealed = key.seal(&context, &plain).unwrap();
            prop_assert_eq!(key.open(&context, &sealed).unwrap(), plain);
            let mut bytes = STANDARD.decode(&sealed).unwrap();
            let bit = flip.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(key.open(&context, &STANDARD.encode(bytes)).is_err());
            let elsewhere = format!("{context}x");
            prop_assert!(key.open(&elsewhere, &sealed).is_err());
        }

        #[test]
        fn a_signature_with_any_bit_flipped_is_none(text in ".{0,40}", bit in 0usize..256) {
            let key = SecretKey::from_text(&"k".repeat(32)).unwrap();
            let signature = key.sign("link", &text);
            prop_assert!(key.verifies("link", &text, &signature));
            let mut bytes = unhex(&signature).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!key.verifies("link", &text, &hex(&bytes)));
        }

        #[test]
        fn hex_is_read_as_it_is_written(bytes: Vec<u8>, text in ".{0,20}") {
            prop_assert_eq!(unhex(&hex(&bytes)), Some(bytes));
            if let Some(bytes) = unhex(&text) {
                prop_assert_eq!(hex(&bytes), text.to_lowercase());
            }
        }
    }
}
