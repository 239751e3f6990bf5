//! The signature of a request that carries secrets.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Where it stands.
pub const HEADER: &str = "X-Hmac-Signature";

/// `sha256=` and the hex digits of HMAC-SHA256 over the body, with the secret as it was shown.
pub fn of(secret: &str, body: &[u8]) -> anyhow::Result<String> {
    // HMAC takes keys of any length, but its type says it may not.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(body);
    let digits: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(format!("sha256={digits}"))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn it_is_the_hmac_that_others_compute() {
        assert_eq!(
            of("key", b"The quick brown fox jumps over the lazy dog").unwrap(),
            "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
        );
    }
}
