use std::net::IpAddr;

use reqwest::Url;

use super::addresses;

/// Longest URL of a webhook, in bytes.
const MAX_LENGTH: usize = 2048;

/// Why no webhook goes to a URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is no URL.
    #[error(
        "the webhook's URL cannot be read: it must be an absolute one, such as https://example.com/hook"
    )]
    Unreadable,
    /// It is too long.
    #[error("the webhook's URL has {0} bytes: at most {MAX_LENGTH} are taken")]
    TooLong(usize),
    /// It is for another protocol.
    #[error("the webhook's URL begins with {0}: — it must begin with https:// or http://")]
    Scheme(String),
    /// It has a name or a password in it, which would end up in logs; the signature shows who sends.
    #[error(
        "the webhook's URL contains a user name or password: leave them out and check the signature instead"
    )]
    Credentials,
    /// Nothing can listen there.
    #[error("the webhook's URL names port 0: leave the port out or name the one that listens")]
    Port,
    /// It leads into a network that is not public.
    #[error(
        "{host} is the {kind} address {address}: webhooks go to public addresses only, unless the server is \
         started with --allow-private-webhooks"
    )]
    Closed {
        /// As the URL names it.
        host: String,
        /// What kind of address.
        kind: &'static str,
        /// Where it leads.
        address: IpAddr,
    },
    /// It names this very machine.
    #[error(
        "{0} is the server's own machine: webhooks go to public addresses only, unless the server is started with \
         --allow-private-webhooks"
    )]
    Localhost(String),
}

/// Reads where webhooks are to go. The URL that is answered is the one to store: written in one way, so that webhooks
/// to the same receiver are recognised.
///
/// `allow_private`: also to addresses that are not public. A name is looked up only when a webhook is sent.
pub fn check_url(text: &str, allow_private: bool) -> Result<Url, TargetError> {
    if text.len() > MAX_LENGTH {
        return Err(TargetError::TooLong(text.len()));
    }
    let url = Url::parse(text).map_err(|_| TargetError::Unreadable)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(TargetError::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::Credentials);
    }
    if url.port() == Some(0) {
        return Err(TargetError::Port);
    }
    // Characters that need more room in the one way of writing count as well.
    if url.as_str().len() > MAX_LENGTH {
        return Err(TargetError::TooLong(url.as_str().len()));
    }
    let host = url.host_str().ok_or(TargetError::Unreadable)?;
    // No name server knows such a name, and what some resolver makes of `71..` is not worth finding out.
    if host.contains("..") || host.starts_with('.') {
        return Err(TargetError::Unreadable);
    }
    if !allow_private {
        check_host(host)?;
    }
    Ok(url)
}

fn check_host(host: &str) -> Result<(), TargetError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return match addresses::closed(address) {
            None => Ok(()),
            Some(kind) => Err(TargetError::Closed {
                host: host.to_owned(),
                kind,
                address,
            }),
        };
    }
    let name = host.trim_end_matches('.');
    if name == "localhost" || name.ends_with(".localhost") {
        return Err(TargetError::Localhost(host.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn public_urls_are_answered_as_they_are_to_be_stored() {
        for (text, stored) in [
            ("https://example.com", "https://example.com/"),
            (
                "HTTPS://Example.COM:443/Hook?a=ü#x",
                "https://example.com/Hook?a=%C3%BC#x",
            ),
            ("http://93.184.215.14:8080/x", "http://93.184.215.14:8080/x"),
            ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ] {
            assert_eq!(check_url(text, false).unwrap().as_str(), stored);
        }
    }

    #[test]
    fn what_is_refused_is_named() {
        let long = format!("https://example.com/{}", "x".repeat(2029));
        let wide = format!("https://example.com/{}", "ü".repeat(800));
        for (text, says) in [
            ("", "cannot be read"),
            ("example.com/hook", "cannot be read"),
            ("https://", "cannot be read"),
            ("https:///", "cannot be read"),
            ("http://exa mple.com/", "cannot be read"),
            ("http://71../", "cannot be read"),
            ("http://.example.com/", "cannot be read"),
            ("ftp://example.com/", "begins with ftp:"),
            ("file:///etc/passwd", "begins with file:"),
            ("https://user@example.com/", "user name or password"),
            ("https://:secret@example.com/", "user name or password"),
            ("http://example.com:0/", "port 0"),
            (&long, "has 2049 bytes"),
            (&wide, "has 4820 bytes"),
        ] {
            for allow_private in [false, true] {
                let refused = check_url(text, allow_private).unwrap_err().to_string();
                assert!(refused.contains(says), "{text}: {refused}");
                assert!(!refused.contains("secret"), "{refused}");
            }
        }
    }

    #[test]
    fn closed_addresses_are_refused_however_they_are_written() {
        for text in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://１２７.0.0.1/",
            "http://127.0.0.1./",
            "http://0/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://[::ffff:169.254.169.254]/latest/meta-data",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[2002:7f00:1::]/",
            "http://[fe80::1]/",
            "http://169.254.169.254/",
            "http://localhost:8700/",
            "http://LOCALHOST./",
            "http://a.localhost/",
        ] {
            let refused = check_url(text, false).unwrap_err().to_string();
            assert!(
                refused.contains("--allow-private-webhooks"),
                "{text}: {refused}"
            );
            assert!(check_url(text, true).is_ok(), "{text}");
        }
        let refused = check_url("http://10.0.0.7/x", false).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "10.0.0.7 is the private address 10.0.0.7: webhooks go to public addresses only, unless the server is \
             started with --allow-private-webhooks"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(text in ".{0,80}") {
            if let Ok(url) = check_url(&text, false) {
                prop_assert_eq!(check_url(url.as_str(), false).unwrap(), url, "the stored one is taken as well");
            }
        }

        #[test]
        fn a_number_is_judged_as_the_address_it_means(bits: u32) {
            let taken = check_url(&format!("http://{bits}/"), false).is_ok();
            let public = addresses::closed(std::net::Ipv4Addr::from_bits(bits).into()).is_none();
            prop_assert_eq!(taken, public);
        }
    }
}
