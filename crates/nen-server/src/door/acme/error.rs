//! Why there is no new certificate.

use super::certificate::CertificateError;
use instant_acme::Problem;
use std::error::Error;
use std::io;

/// What went wrong while a certificate was asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum AcmeError {
    /// The authority cannot be reached, or says no.
    #[error("the authority was asked in vain")]
    Authority(#[from] instant_acme::Error),
    /// The authority looked and did not find this server.
    #[error(
        "the authority could not confirm that {0} is this server: {1}. The name's DNS must lead here, and its port 443 \
         to the one that is listened on, without anything in between that speaks TLS"
    )]
    Unproven(String, Problem),
    /// The authority offers other ways to prove a name only.
    #[error("the authority does not look for {0} by tls-alpn-01, the one way that is spoken here")]
    NoWay(String),
    /// It is not known what became of the order.
    #[error("the authority left the order as {0:?}")]
    Left(instant_acme::OrderStatus),
    /// It took too long altogether.
    #[error("the authority was not done within {0} s")]
    Slow(u64),
    /// A key or a request for a certificate could not be made.
    #[error("a key could not be made")]
    Key(#[from] rcgen::Error),
    /// The proof cannot be shown.
    #[error("the proof cannot be shown")]
    Proof(#[from] rustls::Error),
    /// What the authority gave is no certificate, or one of another key.
    #[error("what the authority gave cannot be used")]
    Given(#[from] CertificateError),
    /// What was given is for other names.
    #[error("the authority gave a certificate for other names")]
    OtherNames,
    /// The account cannot be kept.
    #[error("the account at the authority cannot be kept in {0}: {1}")]
    Account(String, io::Error),
}

impl AcmeError {
    /// Whether the authority has no such account: it was closed, or the authority began anew.
    pub(super) fn is_of_the_account(&self) -> bool {
        let Self::Authority(instant_acme::Error::Api(problem)) = self else {
            return false;
        };
        problem.r#type.as_deref() == Some("urn:ietf:params:acme:error:accountDoesNotExist")
    }
}

/// An error with what lies behind it: those of HTTP say by themselves only that they are.
pub(super) fn in_full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}
