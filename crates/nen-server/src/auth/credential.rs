//! What a request shows to say who it is: a key in a header, or the cookie of a browser that was signed in with one.

use super::cookie;
use crate::config::ServerConfig;
use crate::error::ApiError;
use crate::origin;
use axum::http::{HeaderMap, Method, header};
use sha2::{Digest, Sha256};
use std::fmt;

const HOW: &str = "send Authorization: Bearer <key> or x-api-key: <key>";

/// A secret that was shown. Its text is in no log.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// The text of an API key.
    Key(String),
    /// The secret of a browser's sign-in.
    Cookie(String),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key",
            Self::Cookie(_) => "Cookie",
        })
    }
}

impl Credential {
    /// The credential of a request; a key counts before a cookie.
    ///
    /// Browsers send cookies whoever made them send the request, pages on other ports of this machine among them. So a
    /// cookie counts only where the request comes from a page of this server: by its `Origin`, which browsers put into
    /// every request that changes something or opens a WebSocket.
    pub(super) fn of(
        config: &ServerConfig,
        cookie: &str,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        if let Some(key) = key(headers)? {
            return Ok(Self::Key(key.to_owned()));
        }
        let Some(secret) = cookie::secret(headers, cookie) else {
            return Err(ApiError::unauthorized(format!("no API key, {HOW}")));
        };
        let foreign = match headers.contains_key(header::ORIGIN) {
            true => !origin::is_own(config, headers),
            false => origin::changes(method),
        };
        if foreign {
            return Err(ApiError::unauthorized(format!(
                "a sign-in counts only on pages of this server: {HOW}"
            )));
        }
        Ok(Self::Cookie(secret.to_owned()))
    }

    /// What it is remembered by.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let (kind, text) = match self {
            Self::Key(text) => ("key ", text),
            Self::Cookie(text) => ("cookie ", text),
        };
        Sha256::new()
            .chain_update(kind)
            .chain_update(text)
            .finalize()
            .into()
    }
}

/// The key text of a request. Both headers may be there when they say the same.
fn key(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let unreadable = |_| ApiError::unauthorized(format!("the API key is not readable text, {HOW}"));
    let bearer = match headers.get(header::AUTHORIZATION) {
        None => None,
        Some(value) => {
            let (scheme, key) = value
                .to_str()
                .map_err(unreadable)?
                .split_once(' ')
                .unwrap_or_default();
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(ApiError::unauthorized(format!(
                    "the Authorization header is not of type Bearer, {HOW}"
                )));
            }
            Some(key.trim())
        }
    };
    let plain = headers
        .get("x-api-key")
        .map(|value| value.to_str().map_err(unreadable))
        .transpose()?
        .map(str::trim);
    match (bearer, plain) {
        (Some(a), Some(b)) if a != b => Err(ApiError::unauthorized(
            "Authorization and x-api-key hold different keys, send one of them",
        )),
        (Some(""), _) | (None, Some("")) => {
            Err(ApiError::unauthorized(format!("no API key, {HOW}")))
        }
        (Some(key), _) | (None, Some(key)) => Ok(Some(key)),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn read_by(method: &Method, list: &[(&'static str, &'static str)]) -> Option<Credential> {
        let headers: HeaderMap = list
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect();
        Credential::of(&ServerConfig::default(), "nen_session", method, &headers).ok()
    }

    fn read(list: &[(&'static str, &'static str)]) -> Option<Credential> {
        read_by(&Method::GET, list)
    }

    #[test]
    fn either_header_carries_the_key() {
        let key = Some(Credential::Key("k".to_owned()));
        for list in [
            &[("authorization", "Bearer k")][..],
            &[("authorization", "bearer  k ")],
            &[("x-api-key", "k")],
            &[("x-api-key", "k"), ("authorization", "Bearer k")],
            &[("x-api-key", "k"), ("cookie", "nen_session=c")],
        ] {
            assert_eq!(read(list), key, "{list:?}");
        }
    }

    #[test]
    fn no_or_two_different_keys_are_refused() {
        for list in [
            &[][..],
            &[("x-api-key", "")],
            &[("authorization", "Bearer")],
            &[("authorization", "Basic a2V5")],
            &[("x-api-key", "a"), ("authorization", "Bearer b")],
            // A wrong key is not made good by a cookie.
            &[("x-api-key", ""), ("cookie", "nen_session=c")],
        ] {
            assert_eq!(read(list), None, "{list:?}");
        }
    }

    #[test]
    fn a_cookie_counts_on_own_pages_only() {
        let host = ("host", "localhost:8700");
        let cookie = ("cookie", "a=b; nen_session=c");
        let own = ("origin", "http://localhost:8700");
        let good = Some(Credential::Cookie("c".to_owned()));
        assert_eq!(read(&[host, cookie]), good);
        for method in [Method::GET, Method::POST, Method::DELETE] {
            assert_eq!(read_by(&method, &[host, cookie, own]), good);
            for origin in ["http://localhost:3000", "https://evil.example", "null", ""] {
                let list = [host, cookie, ("origin", origin)];
                assert_eq!(read_by(&method, &list), None, "{method} {origin}");
            }
        }
        assert_eq!(read_by(&Method::POST, &[host, cookie]), None);
    }
}
