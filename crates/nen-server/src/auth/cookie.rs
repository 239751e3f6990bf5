//! The cookie that a signed-in browser shows.

use crate::state::AppState;
use axum::http::{HeaderMap, HeaderValue, header};

/// The secret in a request's cookie of this name.
pub(super) fn secret<'a>(headers: &'a HeaderMap, cookie: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == cookie && !value.is_empty())
        .map(|(_, value)| value)
}

/// `Set-Cookie` of a sign-in: for this server alone, out of reach of scripts, and never sent by a page of another site.
pub(crate) fn set(state: &AppState, secret: &str, seconds: i64) -> Option<HeaderValue> {
    let public_url = state.config().public_url.as_deref();
    let text = text(state.cookie_name(), secret, seconds, public_url);
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `Set-Cookie` that makes a browser forget it.
pub(crate) fn clear(state: &AppState) -> Option<HeaderValue> {
    set(state, "", 0)
}

fn text(name: &str, secret: &str, seconds: i64, public_url: Option<&str>) -> String {
    let secure = match public_url.is_some_and(|url| url.starts_with("https://")) {
        true => "; Secure",
        false => "",
    };
    format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
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
            assert_eq!(secret(&headers(list), "nen_session"), found, "{list:?}");
        }
    }

    #[test]
    fn is_for_https_alone_where_the_server_is_reached_so() {
        let set_by = |url: Option<&str>| text("nen_session", "s", 60, url);
        let plain = "nen_session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict";
        assert_eq!(set_by(None), plain);
        assert_eq!(set_by(Some("http://nen.lan")), plain);
        assert_eq!(
            set_by(Some("https://nen.example.com")),
            format!("{plain}; Secure")
        );
    }
}
