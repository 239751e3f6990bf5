//! Viewer tokens: what stands behind `#token=` in a session's `href`.
//!
//! A token is `<role>.<expires>.<session>.<mac>` where the MAC (HMAC-SHA256 with a secret of this installation) covers
//! the desktop's id too. Nothing has to be stored for it: it is good until it expires or its session is gone.

use crate::rfb_filter::Role;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// What its bearer may do.
    pub role: Role,
    /// Unix seconds.
    pub expires: u64,
    /// The session it was made for; a session that was replaced or deleted ends its tokens.
    pub session: String,
}

/// Makes the token for a desktop.
pub fn sign(secret: &[u8], desktop_id: &str, claims: &Claims) -> String {
    let head = format!(
        "{}.{}.{}",
        role_text(claims.role),
        claims.expires,
        claims.session
    );
    let tag = mac(secret, desktop_id, &head).finalize().into_bytes();
    format!("{head}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// The claims of a token made for this desktop; none when it is wrong, foreign or expired.
pub fn verify(secret: &[u8], desktop_id: &str, token: &str, now: u64) -> Option<Claims> {
    let (head, tag) = token.rsplit_once('.')?;
    let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
    mac(secret, desktop_id, head).verify_slice(&tag).ok()?;
    let mut parts = head.split('.');
    let role = match parts.next()? {
        "v" => Role::View,
        "i" => Role::Interactive,
        _ => return None,
    };
    let expires = parts.next()?.parse().ok()?;
    let session = parts.next()?.to_owned();
    (now < expires && parts.next().is_none()).then_some(Claims {
        role,
        expires,
        session,
    })
}

fn role_text(role: Role) -> &'static str {
    match role {
        Role::View => "v",
        Role::Interactive => "i",
    }
}

fn mac(secret: &[u8], desktop_id: &str, head: &str) -> Hmac<Sha256> {
    // HMAC takes a key of any length; the empty fallback can not happen and would verify nothing made with a real key.
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&Default::default()));
    mac.update(b"nen-viewer\n");
    mac.update(desktop_id.as_bytes());
    mac.update(b"\n");
    mac.update(head.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claims(role: Role) -> Claims {
        Claims {
            role,
            expires: 100,
            session: "s1".to_owned(),
        }
    }

    #[test]
    fn a_token_tells_what_it_was_made_with() {
        for role in [Role::View, Role::Interactive] {
            let token = sign(b"secret", "dsk_a", &claims(role));
            assert_eq!(verify(b"secret", "dsk_a", &token, 99), Some(claims(role)));
        }
    }

    #[test]
    fn expired_foreign_and_changed_tokens_are_nothing() {
        let token = sign(b"secret", "dsk_a", &claims(Role::View));
        assert_eq!(verify(b"secret", "dsk_a", &token, 100), None);
        assert_eq!(verify(b"secret", "dsk_b", &token, 1), None);
        assert_eq!(verify(b"other", "dsk_a", &token, 1), None);
        assert_eq!(
            verify(b"secret", "dsk_a", &token.replacen('v', "i", 1), 1),
            None
        );
        assert_eq!(
            verify(b"secret", "dsk_a", &token.replacen("100", "999", 1), 1),
            None
        );
        for junk in [
            "",
            ".",
            "v.100.s1.",
            "v.100.s1",
            "é",
            &token[..token.len() - 1],
        ] {
            assert_eq!(verify(b"secret", "dsk_a", junk, 1), None, "{junk}");
        }
    }

    proptest! {
        #[test]
        fn a_token_with_one_character_changed_is_nothing(
            at: prop::sample::Index, to in "[ -~]", session in "[0-9a-z]{1,20}", expires in 1u64..
        ) {
            let claims = Claims { role: Role::View, expires, session };
            let token = sign(b"secret", "dsk_a", &claims);
            prop_assert_eq!(verify(b"secret", "dsk_a", &token, 0), Some(claims));
            let at = at.index(token.len());
            let changed = format!("{}{to}{}", &token[..at], &token[at + 1..]);
            prop_assert_eq!(verify(b"secret", "dsk_a", &changed, 0).is_some(), changed == token);
        }

        #[test]
        fn no_text_is_a_token(text in ".{0,120}", now: u64) {
            prop_assert_eq!(verify(b"secret", "dsk_a", &text, now), None);
        }
    }
}
