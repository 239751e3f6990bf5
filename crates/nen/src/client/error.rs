//! What can go wrong between this command and the server, in words for people.

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is not one.
    #[error("{url:?} is not a server address, expected something like http://127.0.0.1:8700")]
    BadUrl {
        /// What was given.
        url: String,
    },
    /// Nobody answers there.
    #[error("no server answers at {url}: {reason}; start one with `nen serve` or set --api-url")]
    Unreachable {
        /// The server's address.
        url: String,
        /// Why not.
        reason: String,
    },
    /// There is no key to send.
    #[error(
        "no API key for {url}: run `nen login`, set NEN_API_KEY, or use --api-key \
         (the server wrote its first one to the file api-key in its data directory)"
    )]
    NoKey {
        /// The server's address.
        url: String,
    },
    /// 401 or 403.
    #[error("{message} ({status})")]
    Unauthorised {
        /// 401 for the key, 403 for its scopes.
        status: u16,
        /// The server's words.
        message: String,
    },
    /// 404.
    #[error("{message}")]
    NotFound {
        /// The server's words.
        message: String,
    },
    /// Any other status from 400 up.
    #[error("{message} ({status})")]
    Api {
        /// The HTTP status.
        status: u16,
        /// The server's words.
        message: String,
    },
    /// The connection broke, or took too long, after it had been made.
    #[error("the connection to {url} failed: {reason}")]
    Broken {
        /// The server's address.
        url: String,
        /// Why.
        reason: String,
    },
    /// It answered, but not like a Nen server.
    #[error("{url} does not answer like a nen server: {reason}")]
    NotNen {
        /// The server's address.
        url: String,
        /// What was unexpected.
        reason: String,
    },
}

impl ClientError {
    /// The error for a status from 400 up with its body.
    pub fn from_status(status: u16, body: &str) -> Self {
        let message = message_in(body).unwrap_or_else(|| fallback_message(status));
        match status {
            401 | 403 => Self::Unauthorised { status, message },
            404 => Self::NotFound { message },
            _ => Self::Api { status, message },
        }
    }

    /// The error for a call that got no complete answer.
    pub fn from_transport(url: &str, error: &ureq::Error) -> Self {
        let url = url.to_owned();
        match error {
            ureq::Error::HostNotFound => Self::Unreachable {
                url,
                reason: "the host name is unknown".into(),
            },
            ureq::Error::ConnectionFailed => Self::Unreachable {
                url,
                reason: "the connection failed".into(),
            },
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                Self::Unreachable {
                    url,
                    reason: "it took too long to connect".into(),
                }
            }
            ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
                Self::Unreachable {
                    url,
                    reason: "connection refused".into(),
                }
            }
            ureq::Error::BadUri(_) => Self::BadUrl { url },
            ureq::Error::Timeout(_) => Self::Broken {
                url,
                reason: "no answer in time".into(),
            },
            other => Self::Broken {
                url,
                reason: other.to_string(),
            },
        }
    }
}

/// The text in `{"error": "…"}` or `{"error": "code", "message": "…"}`, the two shapes of our surfaces.
fn message_in(body: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    let text = value
        .get("message")
        .or_else(|| value.get("error"))?
        .as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// For answers that did not come from us (a proxy in between) or have no text.
fn fallback_message(status: u16) -> String {
    match status {
        401 => "the API key was not accepted".into(),
        403 => "the API key has no right to do this".into(),
        404 => "not found".into(),
        413 => "too large".into(),
        429 => "too many requests".into(),
        _ => "the server refused".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_becomes_its_error() {
        let e = ClientError::from_status(404, r#"{"error":"desktop dsk_x not found"}"#);
        assert_eq!(e.to_string(), "desktop dsk_x not found");
        assert!(matches!(e, ClientError::NotFound { .. }));
        let e = ClientError::from_status(403, r#"{"error":"scope","message":"needs admin"}"#);
        assert_eq!(e.to_string(), "needs admin (403)");
        let e = ClientError::from_status(502, "<html>bad gateway</html>");
        assert_eq!(e.to_string(), "the server refused (502)");
        assert!(matches!(e, ClientError::Api { status: 502, .. }));
    }
}
