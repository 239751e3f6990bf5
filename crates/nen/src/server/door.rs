//! Who may come in and how: from flags to the settings of the HTTP surface.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use ipnet::IpNet;
use nen_server::{AcmeConfig, DoorConfig, GateConfig, TlsConfig, TlsFiles};

use crate::exit::UsageError;

/// A renewed certificate is used so much later at most, once somebody connects.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// What can be set about connections and callers.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connections")]
pub struct DoorArgs {
    /// Certificate, with those that lead to a root, in PEM: the server speaks TLS. Read again when it changes
    #[arg(long, env = "NEN_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, in PEM
    #[arg(long, env = "NEN_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Name that a certificate is got for from Let's Encrypt, to whose terms you agree by this (repeatable): the server
    /// speaks TLS, and port 443 of the name must lead to it
    #[arg(
        long = "acme-domain",
        env = "NEN_ACME_DOMAINS",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = domain
    )]
    acme_domains: Vec<String>,
    /// Mail address that the authority may write to [default: none]
    #[arg(long, env = "NEN_ACME_CONTACT", value_name = "MAIL", value_parser = mail)]
    acme_contact: Option<String>,
    /// Directory of another authority that speaks ACME, to whose terms you agree by this
    #[arg(long, env = "NEN_ACME_DIRECTORY", default_value = AcmeConfig::LETS_ENCRYPT, value_name = "URL", value_parser = directory)]
    acme_directory: String,
    /// Roots in PEM by which a private authority's HTTPS is trusted [default: those of this machine]
    #[arg(long, env = "NEN_ACME_CA", value_name = "FILE")]
    acme_ca: Option<PathBuf>,
    /// Network of proxies whose X-Forwarded-For is believed (repeatable) [default: none]
    #[arg(
        long = "trusted-proxy",
        env = "NEN_TRUSTED_PROXIES",
        value_name = "CIDR",
        value_delimiter = ',',
        value_parser = network
    )]
    trusted_proxies: Vec<IpNet>,
    /// Requests per second with one key; twice as many at once; 0 for no limit
    #[arg(long, env = "NEN_RATE_LIMIT", default_value_t = GateConfig::default().per_key, value_name = "N")]
    rate_limit: u32,
    /// Requests per second from one address without a good key; four times as many at once; 0 for no limit
    #[arg(long, env = "NEN_RATE_LIMIT_ADDRESS", default_value_t = GateConfig::default().per_address, value_name = "N")]
    rate_limit_address: u32,
    /// Wrong keys from one address within a minute that lock it out, longer each time; 0 for never
    #[arg(long, env = "NEN_LOCK_OUT", default_value_t = GateConfig::default().guesses, value_name = "N")]
    lock_out: u32,
    /// Connections at once
    #[arg(long, env = "NEN_MAX_CONNECTIONS", default_value_t = DoorConfig::default().max_connections, value_name = "N")]
    max_connections: usize,
    /// Connections at once from one address that is no trusted proxy's
    #[arg(long, env = "NEN_MAX_CONNECTIONS_PER_ADDRESS",
          default_value_t = DoorConfig::default().max_connections_per_address, value_name = "N")]
    max_connections_per_address: usize,
}

impl DoorArgs {
    /// Whether settings that go together are together, wherever each of them comes from.
    ///
    /// # Errors
    /// When one of them is missing, or two exclude each other.
    pub fn check(&self) -> Result<(), UsageError> {
        let by_acme = !self.acme_domains.is_empty();
        let wrong = match (&self.tls_cert, &self.tls_key) {
            (Some(_), None) => "tls-cert needs tls-key: the certificate's private key",
            (None, Some(_)) => "tls-key needs tls-cert: the key's certificate",
            (Some(_), Some(_)) if by_acme => {
                "tls-cert and acme-domain: the certificate is either a file or got from an authority"
            }
            (None, None) if !by_acme && self.acme_contact.is_some() => {
                "acme-contact needs acme-domain: a name to get a certificate for"
            }
            (None, None) if !by_acme && self.acme_ca.is_some() => {
                "acme-ca needs acme-domain: a name to get a certificate for"
            }
            _ => return Ok(()),
        };
        Err(UsageError(wrong.into()))
    }

    /// Whether the server speaks TLS.
    pub fn tls(&self) -> bool {
        self.tls_cert.is_some() || !self.acme_domains.is_empty()
    }

    /// Where the server is reached by a certificate of an authority: at the port where that found it.
    pub fn acme_url(&self) -> Option<String> {
        let name = self.acme_domains.first()?;
        Some(format!("https://{name}"))
    }

    /// How connections come in; certificates of an authority are kept in the data directory.
    pub fn door(&self, data_dir: &Path) -> DoorConfig {
        DoorConfig {
            max_connections: self.max_connections,
            max_connections_per_address: self.max_connections_per_address,
            trusted_proxies: self.trusted_proxies.clone(),
            tls: self.files().or_else(|| self.acme(data_dir)),
        }
    }

    fn files(&self) -> Option<TlsConfig> {
        Some(TlsConfig::Files(TlsFiles {
            certificate: self.tls_cert.clone()?,
            key: self.tls_key.clone()?,
            look_again: LOOK_AGAIN,
        }))
    }

    fn acme(&self, data_dir: &Path) -> Option<TlsConfig> {
        if self.acme_domains.is_empty() {
            return None;
        }
        let mut domains: Vec<String> = Vec::new();
        for name in &self.acme_domains {
            if !domains.contains(name) {
                domains.push(name.clone());
            }
        }
        Some(TlsConfig::Acme(AcmeConfig {
            domains,
            contact: self.acme_contact.clone(),
            directory: self.acme_directory.clone(),
            authority_roots: self.acme_ca.clone(),
            folder: data_dir.join("acme"),
        }))
    }

    /// How often callers may come.
    pub fn gate(&self) -> GateConfig {
        GateConfig {
            per_key: self.rate_limit,
            per_address: self.rate_limit_address,
            guesses: self.lock_out,
        }
    }
}

/// `10.0.0.0/8`, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.parse()
        .ok()
        .or_else(one)
        .ok_or_else(|| format!("{text:?} is no network such as 10.0.0.0/8 and no address"))
}

/// A name that an authority can find this server by.
fn domain(text: &str) -> Result<String, String> {
    let label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=63).contains(&label.len())
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.starts_with("*.") {
        return Err(format!(
            "{text:?} is for many names, which authorities give by DNS only: name each, or use --tls-cert"
        ));
    }
    let is_address = text.parse::<std::net::IpAddr>().is_ok();
    let is_name = text.contains('.') && text.len() <= 253 && text.split('.').all(label);
    if is_address || !is_name {
        return Err(format!("{text:?} is no name such as nen.example.com"));
    }
    Ok(text.to_ascii_lowercase())
}

/// `you@example.com`.
fn mail(text: &str) -> Result<String, String> {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let parts = text.split_once('@');
    match parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty()) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "{text:?} is no mail address such as you@example.com"
        )),
    }
}

/// Keys and certificates are spoken of by HTTPS only.
fn directory(text: &str) -> Result<String, String> {
    match text.strip_prefix("https://") {
        Some(rest) if !rest.is_empty() => Ok(text.to_owned()),
        _ => Err(format!(
            "{text:?} does not begin with https://, as {} does",
            AcmeConfig::LETS_ENCRYPT
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches as _;

    #[test]
    fn a_network_may_be_one_address() {
        assert_eq!(network("10.0.0.0/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(network("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        assert!(network("proxy.lan").unwrap_err().contains("10.0.0.0/8"));
    }

    /// The settings with these flags.
    fn with(flags: &[&str]) -> DoorArgs {
        let command = DoorArgs::augment_args(clap::Command::new("nen").no_binary_name(true));
        DoorArgs::from_arg_matches(&command.get_matches_from(flags)).unwrap()
    }

    #[test]
    fn what_goes_together_must_be_together() {
        for right in [
            &[][..],
            &["--tls-cert=a", "--tls-key=b"],
            &["--acme-domain=a.b", "--acme-contact=c@d", "--acme-ca=e"],
        ] {
            with(right).check().unwrap();
        }
        for wrong in [
            &["--tls-cert=a"][..],
            &["--tls-key=b"],
            &["--tls-cert=a", "--tls-key=b", "--acme-domain=a.b"],
            &["--acme-contact=c@d"],
            &["--acme-ca=e"],
        ] {
            let first = wrong[0].trim_start_matches('-').split('=').next().unwrap();
            let said = with(wrong).check().unwrap_err().0;
            assert!(said.starts_with(first), "{wrong:?}: {said}");
        }
    }

    #[test]
    fn a_certificate_is_got_for_names_only() {
        assert_eq!(domain("Nen.Example.com").unwrap(), "nen.example.com");
        assert!(domain("*.example.com").unwrap_err().contains("--tls-cert"));
        for wrong in [
            "",
            "localhost",
            "192.0.2.1",
            "https://nen.example.com",
            "a..b",
            "-a.b",
            "a.b:443",
        ] {
            assert!(
                domain(wrong).unwrap_err().contains("nen.example.com"),
                "{wrong}"
            );
        }
        assert_eq!(mail("mailto:you@example.com").unwrap(), "you@example.com");
        assert!(mail("you").is_err());
        assert!(directory("http://ca.lan/directory").is_err());
        assert!(directory(AcmeConfig::LETS_ENCRYPT).is_ok());
    }
}
