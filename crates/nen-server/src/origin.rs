//! Who may talk to a server on localhost from a browser.
//!
//! A web page can make a browser send requests to `127.0.0.1`, and with DNS rebinding even read the answers. So on a
//! loopback address the `Host` must be a name of this machine, and a request that changes something or opens a
//! WebSocket must come from a page of this server (or of a configured origin).

use crate::config::ServerConfig;
use crate::error::{ApiError, shown};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Middleware: refuses requests with a foreign `Host` or `Origin`.
pub(crate) async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let config = state.config();
    let checked = check_host(config, request.uri(), request.headers())
        .and_then(|()| check_origin(config, request.method(), request.headers()));
    match checked {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn check_host(config: &ServerConfig, uri: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
    if !config.listen_ip.is_loopback() {
        return Ok(());
    }
    let host = host_of(uri, headers)
        .ok_or_else(|| ApiError::bad_request("the Host header is missing or unreadable"))?;
    let name = host_name(&host);
    let local = matches!(name.as_str(), "localhost" | "127.0.0.1" | "[::1]")
        || name == config.listen_ip.to_string();
    let public = config
        .public_url
        .as_deref()
        .and_then(authority)
        .is_some_and(|public| host_name(public) == name);
    // A certificate that is got for a name says that callers know this server by it.
    let certified = config.door.domains().contains(&name);
    if local || public || certified {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::MISDIRECTED_REQUEST,
        format!(
            "host {} is not this server: use localhost or 127.0.0.1, or start it with --public-url",
            shown(&host)
        ),
    ))
}

fn check_origin(
    config: &ServerConfig,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    if !changes(method) && !headers.contains_key(header::UPGRADE) {
        return Ok(());
    }
    let origin = origin.to_str().unwrap_or("");
    let listed = config
        .cors_origins
        .iter()
        .any(|allowed| allowed == "*" || same_origin(allowed, origin));
    if listed || is_own(config, headers) {
        return Ok(());
    }
    Err(ApiError::forbidden(format!(
        "origin {} may not use this server from a browser",
        shown(origin)
    )))
}

/// Whether requests of this method change something.
pub(crate) fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether the `Origin` of a request is this server: as it was called, or by its public URL.
pub(crate) fn is_own(config: &ServerConfig, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).unwrap_or("");
    let host = text(header::HOST).unwrap_or("");
    authority(origin).is_some_and(|a| same_authority(a, host))
        || config
            .public_url
            .as_deref()
            .is_some_and(|url| same_origin(url, origin))
}

/// The host a request is for, with its port: the `Host` header, or the authority of an absolute request target.
pub(crate) fn host_of(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let from_header = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .map(str::to_owned);
    from_header
        .or_else(|| uri.authority().map(|a| a.as_str().to_owned()))
        .filter(|host| !host.is_empty())
}

/// `host:port` of an origin or URL.
fn authority(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    Some(rest.split(['/', '?', '#']).next().unwrap_or(rest))
}

/// The host without its port, lower case; an IPv6 address keeps its brackets.
fn host_name(authority: &str) -> String {
    let end = match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => colon,
        _ => authority.len(),
    };
    authority[..end].trim_end_matches('.').to_ascii_lowercase()
}

fn same_authority(a: &str, b: &str) -> bool {
    let plain = |x: &str| {
        x.trim_end_matches(":80")
            .trim_end_matches(":443")
            .to_ascii_lowercase()
    };
    plain(a) == plain(b)
}

fn same_origin(a: &str, b: &str) -> bool {
    let scheme = |url: &str| {
        url.split_once("://")
            .map(|(scheme, _)| scheme.to_ascii_lowercase())
    };
    match (authority(a), authority(b)) {
        (Some(x), Some(y)) => scheme(a) == scheme(b) && same_authority(x, y),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn config() -> ServerConfig {
        ServerConfig {
            public_url: Some("https://nen.example.com".to_owned()),
            cors_origins: vec!["https://app.example.com".to_owned()],
            ..ServerConfig::default()
        }
    }

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn only_names_of_this_machine_are_hosts_of_a_loopback_server() {
        let host = |value| {
            check_host(
                &config(),
                &Uri::from_static("/"),
                &headers(&[("host", value)]),
            )
        };
        for good in [
            "localhost",
            "LOCALHOST:8700",
            "127.0.0.1:8700",
            "[::1]:8700",
            "[::1]",
            "localhost.",
            "nen.example.com",
        ] {
            assert_eq!(host(good), Ok(()), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:8700",
            "evil@localhost",
            "",
            "::1",
        ] {
            assert!(host(bad).is_err(), "{bad}");
        }
        assert!(check_host(&config(), &Uri::from_static("/"), &HeaderMap::new()).is_err());
        let open = ServerConfig {
            listen_ip: "0.0.0.0".parse().unwrap(),
            ..config()
        };
        assert_eq!(
            check_host(
                &open,
                &Uri::from_static("/"),
                &headers(&[("host", "nen.lan")])
            ),
            Ok(())
        );
    }

    #[test]
    fn only_own_and_listed_origins_change_things_or_open_websockets() {
        let host = ("host", "localhost:8700");
        let post = |origin| {
            check_origin(
                &config(),
                &Method::POST,
                &headers(&[host, ("origin", origin)]),
            )
        };
        for good in [
            "http://localhost:8700",
            "https://nen.example.com",
            "https://app.example.com",
            "https://app.example.com:443",
        ] {
            assert_eq!(post(good), Ok(()), "{good}");
        }
        for bad in [
            "http://localhost:3000",
            "https://evil.example",
            "null",
            "",
            "http://nen.example.com",
        ] {
            assert!(post(bad).is_err(), "{bad}");
        }
        let evil = ("origin", "https://evil.example");
        assert_eq!(
            check_origin(&config(), &Method::GET, &headers(&[host, evil])),
            Ok(())
        );
        let upgrade = headers(&[host, evil, ("upgrade", "websocket")]);
        assert!(check_origin(&config(), &Method::GET, &upgrade).is_err());
        assert_eq!(
            check_origin(&config(), &Method::POST, &headers(&[host])),
            Ok(())
        );
    }
}
