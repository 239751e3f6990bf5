/// The dashboard's address that signs a browser in with the secret of a [`nen_store::SignInKind::Link`]. The secret stands
/// in the fragment, which browsers send to nobody.
#[must_use]
pub fn sign_in_link(base_url: &str, secret: &str) -> String {
    format!("{}/#/sign-in/{secret}", base_url.trim_end_matches('/'))
}
