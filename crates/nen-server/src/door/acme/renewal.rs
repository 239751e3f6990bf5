//! When a certificate is asked for.

use super::Acme;
use super::certificate::Certificate;
use super::error::{AcmeError, in_full};
use super::kept::CERTIFICATE;
use super::order::order;
use std::time::{Duration, SystemTime};
use tokio::time::{sleep, timeout};

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(600);
/// After a first failure; after each further one it is [`GROWTH`] times as long, up to [`LONGEST`]. Let's Encrypt lets five
/// looks at a name fail in an hour, and one more every 12 minutes.
const FIRST_DELAY: Duration = Duration::from_secs(5);
const GROWTH: u32 = 4;
const LONGEST: Duration = Duration::from_secs(3600);
/// The clock may be set, and the machine may sleep: it is looked again so often at least.
const LOOK_AGAIN: Duration = Duration::from_secs(3600);

impl Acme {
    /// Asks for a certificate whenever one is due, for ever. The one before stays until there is another.
    pub(in crate::door) async fn keep(&self) {
        let mut failures = 0;
        self.say_what_there_is();
        loop {
            while let Some(left) = self.not_yet_due() {
                failures = 0;
                sleep(left.min(LOOK_AGAIN)).await;
            }
            let (names, authority) = (self.config.domains.join(", "), &self.config.directory);
            tracing::info!(names, authority, "Asking for a certificate");
            let asked = timeout(ATTEMPT, self.ask()).await;
            let result = asked.unwrap_or(Err(AcmeError::Slow(ATTEMPT.as_secs())));
            if self.not_yet_due().is_some() {
                continue;
            }
            let again = delay(failures);
            failures += 1;
            let seconds = again.as_secs();
            match result {
                Ok(()) => tracing::error!(
                    names,
                    again_in_seconds = seconds,
                    "The new certificate is due for renewal already: is this machine's clock right?"
                ),
                Err(error) => tracing::error!(
                    names,
                    authority,
                    error = in_full(&error),
                    again_in_seconds = seconds,
                    "No certificate could be got{}",
                    self.meanwhile()
                ),
            }
            sleep(again).await;
        }
    }

    /// How long until a certificate is to be asked for. None: now.
    fn not_yet_due(&self) -> Option<Duration> {
        let certificate = self.shown.certificate()?;
        if !certificate.is_for(&self.config.domains) {
            return None;
        }
        let left = certificate.renewal().duration_since(SystemTime::now());
        left.ok().filter(|left| !left.is_zero())
    }

    /// Asks for one certificate, shows it and keeps it.
    async fn ask(&self) -> Result<(), AcmeError> {
        let pem = match self.order().await {
            Err(error) if error.is_of_the_account() => {
                self.forget_account();
                self.order().await?
            }
            ordered => ordered?,
        };
        let certificate = Certificate::read(&pem)?;
        if !certificate.is_for(&self.config.domains) {
            return Err(AcmeError::OtherNames);
        }
        if let Err(error) = self.kept.write(CERTIFICATE, &pem) {
            tracing::error!(
                path = %self.kept.path(CERTIFICATE).display(),
                %error,
                "The new certificate is used, but cannot be kept: the next start has to ask for another"
            );
        }
        self.shown.renew(certificate);
        self.say_what_there_is();
        Ok(())
    }

    async fn order(&self) -> Result<String, AcmeError> {
        let account = self.account().await?;
        order(&account, &self.config.domains, &self.shown).await
    }

    fn say_what_there_is(&self) {
        let Some(certificate) = self.shown.certificate() else {
            tracing::info!("There is no certificate yet; until there is one, nobody can call");
            return;
        };
        tracing::info!(
            until = shown(certificate.until),
            renewal = shown(certificate.renewal()),
            "There is a certificate"
        );
    }

    fn meanwhile(&self) -> String {
        match self.shown.certificate() {
            None => "; until there is one, nobody can call".to_owned(),
            Some(certificate) => {
                format!("; the one there is ends at {}", shown(certificate.until))
            }
        }
    }
}

fn delay(failures: u32) -> Duration {
    let grown = GROWTH.checked_pow(failures).map(|n| FIRST_DELAY * n);
    grown.map_or(LONGEST, |delay| delay.min(LONGEST))
}

fn shown(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map_or_else(|_| "never".to_owned(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_further_and_further_apart() {
        let seconds = |failures| delay(failures).as_secs();
        assert_eq!([0, 1, 2, 3, 4].map(seconds), [5, 20, 80, 320, 1280]);
        assert_eq!([5, 6, 15, 16, u32::MAX].map(seconds), [3600; 5]);
    }
}
