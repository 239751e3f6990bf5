use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses;

/// Why the host of a URL is not dialled.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolveError {
    #[error("cannot resolve host {host}: {source}")]
    Unknown { host: String, source: io::Error },
    #[error("cannot resolve host {0}: it has no address")]
    Nothing(String),
    #[error(
        "{host} resolves to the {kind} address {address}: webhooks go to public addresses only, unless the server is \
         started with --allow-private-webhooks"
    )]
    Closed {
        host: String,
        kind: &'static str,
        address: IpAddr,
    },
}

/// Looks a name up once for each connection, and gives out nothing that was not checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckedResolver {
    pub allow_private: bool,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = look_up(name.as_str()).await?;
            let checked = check(name.as_str(), found, allow_private)?;
            Ok(Box::new(checked.into_iter()) as Addrs)
        })
    }
}

async fn look_up(host: &str) -> Result<Vec<SocketAddr>, ResolveError> {
    // The port is filled in from the URL by the one who dials.
    let found = tokio::net::lookup_host((host, 0)).await;
    found
        .map(Iterator::collect)
        .map_err(|source| ResolveError::Unknown {
            host: host.to_owned(),
            source,
        })
}

/// One closed address is enough to refuse all: a name that has both kinds is made for getting through.
fn check(
    host: &str,
    found: Vec<SocketAddr>,
    allow_private: bool,
) -> Result<Vec<SocketAddr>, ResolveError> {
    if found.is_empty() {
        return Err(ResolveError::Nothing(host.to_owned()));
    }
    if !allow_private {
        for address in found.iter().map(SocketAddr::ip) {
            if let Some(kind) = addresses::closed(address) {
                return Err(ResolveError::Closed {
                    host: host.to_owned(),
                    kind,
                    address,
                });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter()
            .map(|text| SocketAddr::new(text.parse().unwrap(), 0))
            .collect()
    }

    #[test]
    fn one_closed_address_among_public_ones_is_enough() {
        let mixed = addresses(&["93.184.215.14", "2606:4700::1111", "192.168.0.7"]);
        let refused = check("rebind.example", mixed.clone(), false).unwrap_err();
        let text = refused.to_string();
        assert!(
            text.starts_with("rebind.example resolves to the private address 192.168.0.7: "),
            "{text}"
        );
        assert_eq!(check("x", mixed.clone(), true).unwrap(), mixed);
        let public = addresses(&["93.184.215.14", "2606:4700::1111"]);
        assert_eq!(check("x", public.clone(), false).unwrap(), public);
        assert!(check("x", Vec::new(), true).is_err());
    }

    #[tokio::test]
    async fn the_machine_s_own_name_is_refused_after_looking_it_up() {
        let resolve = |allow_private| {
            let resolver = CheckedResolver { allow_private };
            resolver.resolve("localhost".parse().unwrap())
        };
        let refused = resolve(false).await.err().unwrap().to_string();
        assert!(
            refused.starts_with("localhost resolves to the loopback address "),
            "{refused}"
        );
        assert!(resolve(true).await.unwrap().next().is_some());
    }
}
