//! The two signatures that a webhook carries.
//!
//! - `X-Hmac-Signature: sha256=<hex>` is Nen's own: the key is the secret as the customer has it, `whsec_` and all, byte
//!   for byte. There is room for one signature, made with the newest secret.
//! - `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>` are those of Standard Webhooks: the key is what
//!   stands behind `whsec_` in base64. While two secrets are valid, there are two signatures, newest first.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac, digest::InvalidLength};
use http::{HeaderMap, HeaderName, HeaderValue, header::InvalidHeaderValue};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// What a secret begins with when it is shown.
const PREFIX: &str = "whsec_";

const HMAC_SIGNATURE: HeaderName = HeaderName::from_static("x-hmac-signature");
const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Why a webhook cannot be signed. No secret is in it.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// There is nothing to sign with.
    #[error(
        "the workspace has no webhook secret: make one with POST /settings/webhook-secret/rotate"
    )]
    NoSecret,
    /// A secret is not of the form that receivers expect.
    #[error(
        "the workspace's webhook secret is not whsec_ and base64: replace it with POST /settings/webhook-secret/rotate"
    )]
    Secret,
    /// The id cannot be sent in a header.
    #[error("the webhook's id cannot be sent: {0}")]
    Id(#[from] InvalidHeaderValue),
    /// Not with HMAC, which takes keys of any length.
    #[error("the webhook secret has an impossible length: {0}")]
    Length(#[from] InvalidLength),
}

/// The headers that identify and sign a webhook: four of them, over the raw `body`.
///
/// `id`: the same for every attempt. `timestamp`: Unix seconds of this attempt. `secrets`: all that are valid, newest
/// first.
pub fn sign(
    id: &str,
    timestamp: i64,
    body: &[u8],
    secrets: &[SecretString],
) -> Result<HeaderMap, SignError> {
    let newest = secrets.first().ok_or(SignError::NoSecret)?.expose_secret();
    let mac = hmac(newest.as_bytes(), &[body])?;
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();

    let head = format!("{id}.{timestamp}.");
    let signatures = secrets
        .iter()
        .map(|secret| {
            let mac = hmac(&key(secret)?, &[head.as_bytes(), body])?;
            Ok(format!("v1,{}", BASE64_STANDARD.encode(mac)))
        })
        .collect::<Result<Vec<_>, SignError>>()?;

    Ok(HeaderMap::from_iter([
        (
            HMAC_SIGNATURE,
            HeaderValue::try_from(format!("sha256={hex}"))?,
        ),
        (WEBHOOK_ID, HeaderValue::try_from(id)?),
        (WEBHOOK_TIMESTAMP, HeaderValue::from(timestamp)),
        (
            WEBHOOK_SIGNATURE,
            HeaderValue::try_from(signatures.join(" "))?,
        ),
    ]))
}

fn key(secret: &SecretString) -> Result<Vec<u8>, SignError> {
    let text = secret.expose_secret();
    let encoded = text.strip_prefix(PREFIX).ok_or(SignError::Secret)?;
    // What the decoder says would quote a part of the secret.
    BASE64_STANDARD
        .decode(encoded)
        .map_err(|_| SignError::Secret)
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], InvalidLength> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use standardwebhooks::Webhook;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    fn text(headers: &HeaderMap, name: &str) -> String {
        headers[name].to_str().unwrap().to_owned()
    }

    /// The example of the Standard Webhooks libraries.
    #[test]
    fn the_published_vector_comes_out() {
        let secrets = [secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
        let body = br#"{"test": 2432232314}"#;
        let headers = sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            body,
            &secrets,
        )
        .unwrap();
        assert_eq!(
            text(&headers, "webhook-signature"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(text(&headers, "webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
        assert_eq!(text(&headers, "webhook-timestamp"), "1614265330");
    }

    /// Test case 2 of RFC 4231, with the key that is the text itself.
    #[test]
    fn nen_s_own_signature_is_keyed_by_the_text_as_shown() {
        assert_eq!(
            hex_of(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let shown = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let headers = sign("msg_1", 1, b"{}", &[secret(shown)]).unwrap();
        assert_eq!(
            text(&headers, "x-hmac-signature"),
            format!("sha256={}", hex_of(shown.as_bytes(), b"{}"))
        );
    }

    fn hex_of(key: &[u8], body: &[u8]) -> String {
        let mac = hmac(key, &[body]).unwrap();
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn two_secrets_give_two_signatures_and_the_newest_nen_s_own() {
        let (new, old) = ("whsec_bmV3", "whsec_b2xk");
        let both = sign("msg_1", 1, b"{}", &[secret(new), secret(old)]).unwrap();
        let alone = |shown| sign("msg_1", 1, b"{}", &[secret(shown)]).unwrap();
        let signature = |headers: &HeaderMap| text(headers, "webhook-signature");
        assert_eq!(
            signature(&both),
            format!("{} {}", signature(&alone(new)), signature(&alone(old)))
        );
        assert_eq!(both["x-hmac-signature"], alone(new)["x-hmac-signature"]);
    }

    #[test]
    fn an_unusable_secret_is_an_error_that_does_not_show_it() {
        assert!(matches!(
            sign("msg_1", 1, b"{}", &[]),
            Err(SignError::NoSecret)
        ));
        for shown in ["whsec_*hunter2*", "hunter2=", ""] {
            let error = sign("msg_1", 1, b"{}", &[secret(shown)]).unwrap_err();
            assert!(matches!(error, SignError::Secret), "{shown}");
            assert!(
                !format!("{error} {error:?}").contains("hunter2"),
                "{error:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_library_of_receivers_takes_every_signature(key in prop::collection::vec(any::<u8>(), 1..80), body in ".{0,200}") {
            let shown = format!("{PREFIX}{}", BASE64_STANDARD.encode(&key));
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
            let headers = sign("msg_1", i64::try_from(now).unwrap(), body.as_bytes(), &[secret(&shown)]).unwrap();
            Webhook::new(&shown).unwrap().verify(body.as_bytes(), &headers).unwrap();
            let changed = body + " ";
            prop_assert!(Webhook::new(&shown).unwrap().verify(changed.as_bytes(), &headers).is_err());
        }
    }
}
