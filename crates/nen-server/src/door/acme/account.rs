//! The account at the authority.

use super::Acme;
use super::error::{AcmeError, in_full};
use super::kept::ACCOUNT;
use instant_acme::{Account, AccountCredentials, NewAccount};

impl Acme {
    /// The account of an earlier start, or a new one. Who runs this server has agreed to the authority's terms by naming
    /// a domain.
    pub(super) async fn account(&self) -> Result<Account, AcmeError> {
        let builder = || Account::builder_with_http(Box::new(self.authority.clone()));
        let path = || self.kept.path(ACCOUNT).display().to_string();
        let unkept = |error| AcmeError::Account(path(), error);
        if let Some(text) = self.kept.read(ACCOUNT).map_err(unkept)? {
            match serde_json::from_str::<AccountCredentials>(&text) {
                Ok(credentials) => return Ok(builder().from_credentials(credentials).await?),
                // The text holds a key, and the error of its reader may quote it.
                Err(_) => tracing::warn!(
                    path = path(),
                    "The kept account cannot be read, a new one is made"
                ),
            }
        }
        let contact = self
            .config
            .contact
            .as_ref()
            .map(|mail| format!("mailto:{mail}"));
        let new = NewAccount {
            contact: &contact.iter().map(String::as_str).collect::<Vec<_>>(),
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let directory = self.config.directory.clone();
        let (account, credentials) = builder().create(&new, directory, None).await?;
        let text = serde_json::to_string(&credentials).map_err(|error| unkept(error.into()))?;
        self.kept.write(ACCOUNT, &text).map_err(unkept)?;
        tracing::info!(
            account = account.id(),
            "An account was made at the authority"
        );
        Ok(account)
    }

    /// The next order makes a new account.
    pub(super) fn forget_account(&self) {
        match self.kept.forget(ACCOUNT) {
            Ok(()) => tracing::warn!("The authority does not know the account, a new one is made"),
            Err(error) => tracing::error!(error = in_full(&error), "The account cannot be removed"),
        }
    }
}
