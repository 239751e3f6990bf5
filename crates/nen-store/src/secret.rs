use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

use crate::StoreError;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LOWER36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// `length` characters of `0-9A-Za-z` from the operating system's randomness, each equally likely.
pub fn random_base62(length: usize) -> Result<String, StoreError> {
    random(BASE62, length)
}

/// An id such as `dsk_4f7c0z9k2mqa`: the prefix, `_`, and 12 random lowercase alphanumerics.
pub fn random_id(prefix: &str) -> Result<String, StoreError> {
    Ok(format!("{prefix}_{}", random(LOWER36, 12)?))
}

/// SHA-256 as 64 lowercase hex digits.
pub fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

fn random(alphabet: &[u8], length: usize) -> Result<String, StoreError> {
    // Bytes past the last whole multiple are thrown away: `%` alone would favour the first letters.
    let limit = 256 - 256 % alphabet.len();
    let mut out = String::with_capacity(length);
    let mut bytes = [0u8; 64];
    while out.len() < length {
        OsRng
            .try_fill_bytes(&mut bytes)
            .map_err(|error| StoreError::Random(error.to_string()))?;
        let letters = bytes
            .iter()
            .map(|byte| usize::from(*byte))
            .filter(|byte| *byte < limit)
            .map(|byte| char::from(alphabet[byte % alphabet.len()]));
        out.extend(letters.take(length - out.len()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_secrets_have_their_shape() {
        let id = random_id("dsk").unwrap();
        assert_eq!(id.len(), 16);
        assert!(
            id.strip_prefix("dsk_")
                .unwrap()
                .bytes()
                .all(|b| LOWER36.contains(&b))
        );
        let secret = random_base62(500).unwrap();
        assert_eq!(secret.len(), 500);
        assert!(secret.bytes().all(|b| BASE62.contains(&b)));
        assert_ne!(random_base62(32).unwrap(), random_base62(32).unwrap());
    }

    #[test]
    fn sha256_of_a_known_text() {
        assert_eq!(
            sha256_hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
