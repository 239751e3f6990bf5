//! One order of a certificate, from the names to the certificate.

use super::error::AcmeError;
use super::shown::{Proofs, Shown};
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, KeyAuthorization, NewOrder, Order,
    OrderStatus, Problem, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use std::time::Duration;

/// How the authority is asked how far it is.
const ASKING: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(120));

/// A certificate for these names, with a key that was not used before: both in PEM, the key first.
pub(super) async fn order(
    account: &Account,
    names: &[String],
    shown: &Shown,
) -> Result<String, AcmeError> {
    let identifiers: Vec<_> = names.iter().cloned().map(Identifier::Dns).collect();
    let mut order = account.new_order(&NewOrder::new(&identifiers)).await?;
    let proofs = Proofs::of(shown);
    prove(&mut order, &proofs).await?;
    let ended = order.poll_ready(&ASKING).await;
    drop(proofs);
    if !matches!(ended, Ok(OrderStatus::Ready)) {
        if let Some((name, problem)) = found_wrong(&mut order).await {
            return Err(AcmeError::Unproven(name, problem));
        }
        return Err(AcmeError::Left(ended?));
    }
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    let key = KeyPair::generate()?;
    order
        .finalize_csr(params.serialize_request(&key)?.der())
        .await?;
    let chain = order.poll_certificate(&ASKING).await?;
    Ok(key.serialize_pem() + &chain)
}

/// Shows what proves the names that are not proven yet, and lets the authority look.
async fn prove(order: &mut Order, proofs: &Proofs<'_>) -> Result<(), AcmeError> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let name = authorization.identifier().to_string();
        let mut challenge = authorization
            .challenge(ChallengeType::TlsAlpn01)
            .ok_or_else(|| AcmeError::NoWay(name.clone()))?;
        let proof = proof(&name, &challenge.key_authorization())?;
        proofs.show(name, proof);
        challenge.set_ready().await?;
    }
    Ok(())
}

/// The certificate that RFC 8737 asks for: of one's own making, with the name and what only the account's owner knows.
fn proof(name: &str, authorization: &KeyAuthorization) -> Result<CertifiedKey, AcmeError> {
    let mut params = CertificateParams::new([name.to_owned()])?;
    let knows = CustomExtension::new_acme_identifier(authorization.digest().as_ref());
    params.custom_extensions = vec![knows];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?.der().clone();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = default_provider().key_provider.load_private_key(key)?;
    // Not by `from_der`, which refuses what this extension says: that nobody is to trust the certificate.
    Ok(CertifiedKey::new(vec![certificate], key))
}

/// What the authority found wrong, and with which name: the order itself often does not tell.
async fn found_wrong(order: &mut Order) -> Option<(String, Problem)> {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let now = authorization.refresh().await.ok()?;
        let problem = now.challenges.iter().find_map(|c| c.error.clone());
        if let Some(problem) = problem {
            return Some((now.identifier().to_string(), problem));
        }
    }
    None
}
