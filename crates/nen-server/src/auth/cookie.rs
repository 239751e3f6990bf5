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
    let text = text(
        state.cookie_name(),
        secret,
        seconds,
        state.config().is_https(),
    );
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `Set-Cookie` that makes a browser forget it.
pub(crate) fn clear(state: &AppState) -> Option<HeaderValue> {
    set(state, "", 0)
}

fn text(name: &str, secret: &str, seconds: i64, https: bool) -> String {
    let secure = match https {
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
        let set_by = |https| text("nen_session", "s", 60, https);
        let plain = "nen_session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict";
        assert_eq!(set_by(false), plain);
        assert_eq!(set_by(true), format!("{plain}; Secure"));
    }
}
