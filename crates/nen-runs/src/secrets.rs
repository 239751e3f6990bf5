//! The two secrets of a workspace: one signs webhooks that go out, the other requests that come in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use hmac::{Hmac, Mac as _};
use nen_protocol::workflow::{NewSecret, SecretHint};
use nen_store::Store;
use rand::{TryRngCore as _, rngs::OsRng};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;

use crate::RunsError;
use crate::seal::{SecretKey, unhex};
use crate::webhooks::{Secrets, SecretsError};

/// The secret before the newest one stays valid so long, in seconds.
pub const OVERLAP_SECONDS: i64 = 24 * 3600;

/// What a secret of a workspace is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signs webhooks.
    Webhook,
    /// Signs requests that carry secrets.
    Signing,
}

impl Purpose {
    const fn setting(self) -> &'static str {
        match self {
            Self::Webhook => "webhook_secret",
            Self::Signing => "signing_secret",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Webhook => "whsec_",
            Self::Signing => "nensig_",
        }
    }
}

/// As it is stored; the secrets are sealed.
#[derive(Serialize, Deserialize)]
struct Stored {
    sealed: String,
    created_at: i64,
    previous: Option<Previous>,
}

#[derive(Serialize, Deserialize)]
struct Previous {
    sealed: String,
    valid_until: i64,
}

/// The secrets of every workspace.
#[derive(Clone, Debug)]
pub struct WorkspaceSecrets {
    store: Store,
    key: SecretKey,
}

impl WorkspaceSecrets {
    pub(crate) fn new(store: Store, key: SecretKey) -> Self {
        Self { store, key }
    }

    /// The secrets that are valid now, newest first. The first is made at first use.
    ///
    /// # Errors
    /// When the database fails, or the server's key has changed.
    pub async fn valid(&self, workspace: &str, purpose: Purpose) -> Result<Vec<String>, RunsError> {
        let stored = self.stored(workspace, purpose).await?;
        let mut valid = vec![self.open(workspace, purpose, &stored.sealed)?];
        if let Some(previous) = &stored.previous
            && previous.valid_until > self.store.now()
        {
            valid.push(self.open(workspace, purpose, &previous.sealed)?);
        }
        Ok(valid)
    }

    /// Makes a new secret; the one before stays valid for 24 h.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rotate(&self, workspace: &str, purpose: Purpose) -> Result<NewSecret, RunsError> {
        let stored = self.stored(workspace, purpose).await?;
        let secret = fresh(purpose)?;
        let valid_until = self.store.now() + OVERLAP_SECONDS;
        let next = Stored {
            sealed: self.seal(workspace, purpose, &secret)?,
            created_at: self.store.now(),
            previous: Some(Previous {
                sealed: stored.sealed,
                valid_until,
            }),
        };
        self.store
            .settings()
            .change(
                workspace,
                purpose.setting(),
                Some(&text(&next)),
                "secret.rotate",
                json!({"secret": purpose.setting()}),
            )
            .await?;
        Ok(NewSecret {
            secret,
            previous_valid_until: valid_until,
        })
    }

    /// Whether `X-Hmac-Signature` is over this body, by any valid signing secret. Compared in constant time.
    ///
    /// # Errors
    /// When the database fails, or the server's key has changed.
    pub async fn signed(
        &self,
        workspace: &str,
        header: &str,
        body: &[u8],
    ) -> Result<bool, RunsError> {
        let Some(signature) = header.trim().strip_prefix("sha256=").and_then(unhex) else {
            return Ok(false);
        };
        let secrets = self.valid(workspace, Purpose::Signing).await?;
        Ok(secrets.iter().any(|secret| {
            let mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(secret.as_bytes());
            mac.is_ok_and(|mac| mac.chain_update(body).verify_slice(&signature).is_ok())
        }))
    }

    /// What may be shown of a secret.
    ///
    /// # Errors
    /// When the database fails, or the server's key has changed.
    pub async fn hint(&self, workspace: &str, purpose: Purpose) -> Result<SecretHint, RunsError> {
        let stored = self.stored(workspace, purpose).await?;
        let secret = self.open(workspace, purpose, &stored.sealed)?;
        let now = self.store.now();
        let previous = stored.previous.map(|previous| previous.valid_until);
        Ok(SecretHint {
            hint: format!("…{}", &secret[secret.len().saturating_sub(4)..]),
            created_at: stored.created_at,
            previous_valid_until: previous.filter(|until| *until > now),
        })
    }

    async fn stored(&self, workspace: &str, purpose: Purpose) -> Result<Stored, RunsError> {
        let settings = self.store.settings();
        let found = match settings.get(Some(workspace), purpose.setting()).await? {
            Some(found) => found,
            None => {
                let first = Stored {
                    sealed: self.seal(workspace, purpose, &fresh(purpose)?)?,
                    created_at: self.store.now(),
                    previous: None,
                };
                settings
                    .get_or_insert(Some(workspace), purpose.setting(), &text(&first))
                    .await?
            }
        };
        serde_json::from_str(&found).map_err(|_| RunsError::Sealed)
    }

    fn seal(&self, workspace: &str, purpose: Purpose, secret: &str) -> Result<String, RunsError> {
        self.key
            .seal(&context(workspace, purpose), secret.as_bytes())
    }

    fn open(&self, workspace: &str, purpose: Purpose, sealed: &str) -> Result<String, RunsError> {
        let plain = self.key.open(&context(workspace, purpose), sealed)?;
        String::from_utf8(plain).map_err(|_| RunsError::Sealed)
    }
}

impl Secrets for WorkspaceSecrets {
    fn valid<'a>(
        &'a self,
        workspace_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<SecretString>, SecretsError>> {
        Box::pin(async move {
            let valid = Self::valid(self, workspace_id, Purpose::Webhook).await?;
            Ok(valid.into_iter().map(SecretString::from).collect())
        })
    }
}

fn context(workspace: &str, purpose: Purpose) -> String {
    format!("{} {workspace}", purpose.setting())
}

fn text(stored: &Stored) -> String {
    serde_json::to_string(stored).unwrap_or_default()
}

fn fresh(purpose: Purpose) -> Result<String, RunsError> {
    let mut bytes = [0; 32];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| RunsError::Sealed)?;
    Ok(format!("{}{}", purpose.prefix(), STANDARD.encode(bytes)))
}
