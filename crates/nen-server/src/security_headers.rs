//! Headers that keep answers from being misused in a browser.

use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use std::sync::LazyLock;

/// What each page may load. The web build's tests hold the pages to the same file.
const POLICIES: &str = include_str!("../../../web/csp.json");
/// For a page that is not in the file, and should the file be unreadable: nothing at all.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";
/// What the viewer's policy says about embedding, in the file; the operator's setting takes its place.
const ANCESTORS: &str = "frame-ancestors *";

#[derive(Deserialize)]
struct Policies {
    dashboard: String,
    view: String,
    docs: String,
}

static PAGES: LazyLock<Policies> = LazyLock::new(|| {
    serde_json::from_str(POLICIES).unwrap_or_else(|_| Policies {
        dashboard: NOTHING.to_owned(),
        view: NOTHING.to_owned(),
        docs: NOTHING.to_owned(),
    })
});

/// Middleware: `nosniff` and no referrer everywhere, a strict content security policy on pages.
///
/// The viewer page may be embedded by the pages of `frame_ancestors`, every other page by none. Answers that bring their
/// own policy keep it.
pub(crate) async fn add(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (is_viewer, is_docs) = (path.starts_with("/view/"), path == "/docs");
    let is_dashboard = path == "/";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    let kind = headers.get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = if is_viewer {
            viewer_policy(&state.config().frame_ancestors)
        } else if is_docs {
            PAGES.docs.clone()
        } else if is_dashboard {
            PAGES.dashboard.clone()
        } else {
            NOTHING.to_owned()
        };
        let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(NOTHING));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        if !is_viewer {
            set(headers, header::X_FRAME_OPTIONS, "DENY");
        }
    }
    response
}

/// The dashboard embeds the viewer, whoever else may.
fn viewer_policy(ancestors: &str) -> String {
    let ancestors = match ancestors.trim() {
        "*" => "*".to_owned(),
        "'none'" | "" => "'self'".to_owned(),
        others => format!("'self' {others}"),
    };
    PAGES
        .view
        .replace(ANCESTORS, &format!("frame-ancestors {ancestors}"))
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_readable_and_the_operator_says_who_embeds() {
        assert!(PAGES.docs.contains("frame-ancestors 'none'"));
        let policy = viewer_policy("https://app.example.com");
        assert!(
            policy.contains("frame-ancestors 'self' https://app.example.com"),
            "{policy}"
        );
        assert!(
            !policy.contains("'unsafe-inline'") && policy.contains("default-src 'none'"),
            "{policy}"
        );
        for (said, meant) in [("*", "*"), ("'none'", "'self'")] {
            let policy = viewer_policy(said);
            assert!(
                policy.contains(&format!("frame-ancestors {meant}")),
                "{policy}"
            );
        }
        assert!(!PAGES.dashboard.contains("unsafe"), "{}", PAGES.dashboard);
    }
}
