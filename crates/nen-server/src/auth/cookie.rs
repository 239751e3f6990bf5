//! The cookie that a signed-in browser shows.

use crate::config::ServerConfig;
use axum::http::{HeaderMap, HeaderValue, header};

const NAME: &str = "nen_session";

/// The secret in a request's cookie.
pub(super) fn secret(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == NAME && !value.is_empty())
        .map(|(_, value)| value)
}

/// `Set-Cookie` of a sign-in: for this server alone, out of reach of scripts, and never sent by a page of another site.
pub(crate) fn set(config: &ServerConfig, secret: &str, seconds: i64) -> Option<HeaderValue> {
    let https = config.public_url.as_deref();
    let secure = match https.is_some_and(|url| url.starts_with("https://")) {
        true => "; Secure",
        false => "",
    };
    let text =
        format!("{NAME}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `Set-Cookie` that makes a browser forget it.
pub(crate) fn clear(config: &ServerConfig) -> Option<HeaderValue> {
    set(config, "", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_among_others() {
        let headers = |list: &[&'static str]| -> HeaderMap {
            list.iter()
                .map(|value| (header::COOKIE, HeaderValue::from_static(value)))
                .collect()
        };
        for (list, found) in [
            (&["nen_session=abc"][..], Some("abc")),
            (&["a=b; nen_session=abc;c=d"], Some("abc")),
            (&["a=b", "nen_session=abc"], Some("abc")),
            (&["nen_session="], None),
            (&["xnen_session=abc", "nen_session"], None),
            (&[], None),
        ] {
            assert_eq!(secret(&headers(list)), found, "{list:?}");
        }
    }

    #[test]
    fn is_for_https_alone_where_the_server_is_reached_so() {
        let set_by = |url: Option<&str>| {
            let config = ServerConfig {
                public_url: url.map(str::to_owned),
                ..ServerConfig::default()
            };
            let value = set(&config, "s", 60).unwrap();
            value.to_str().unwrap().to_owned()
        };
        let plain = "nen_session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict";
        assert_eq!(set_by(None), plain);
        assert_eq!(set_by(Some("http://nen.lan")), plain);
        assert_eq!(
            set_by(Some("https://nen.example.com")),
            format!("{plain}; Secure")
        );
    }
}
