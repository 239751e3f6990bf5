//! Links to `assets.zip` that open it without a key until a time.

use crate::RunsError;
use crate::seal::SecretKey;

const PURPOSE: &str = "assets";

/// Seconds a link in a webhook is good for: longer than its last attempt can be late.
pub(crate) const SECONDS: i64 = 7 * 24 * 3600;

/// An absolute link to a run's `assets.zip`.
pub(crate) fn assets(key: &SecretKey, base_url: &str, run_id: &str, expires_at: i64) -> String {
    let signature = key.sign(PURPOSE, &text(run_id, expires_at));
    format!("{base_url}/runs/{run_id}/assets.zip?expires={expires_at}&signature={signature}")
}

/// Checks what a link carries.
pub(crate) fn check(
    key: &SecretKey,
    run_id: &str,
    expires: &str,
    signature: &str,
    now: i64,
) -> Result<(), RunsError> {
    let wrong = || RunsError::not_found("assets for this link of run", run_id);
    let expires: i64 = expires.parse().map_err(|_| wrong())?;
    if !key.verifies(PURPOSE, &text(run_id, expires), signature) {
        return Err(wrong());
    }
    if expires <= now {
        return Err(RunsError::Expired);
    }
    Ok(())
}

fn text(run_id: &str, expires_at: i64) -> String {
    format!("{run_id} {expires_at}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_one_run_until_its_time() {
        let key = SecretKey::from_text(&"k".repeat(32)).unwrap();
        let link = assets(&key, "http://h", "run-1", 100);
        let signature = link.split("signature=").nth(1).unwrap();
        assert!(check(&key, "run-1", "100", signature, 99).is_ok());
        assert!(matches!(
            check(&key, "run-1", "100", signature, 100),
            Err(RunsError::Expired)
        ));
        for (run, expires) in [("run-2", "100"), ("run-1", "101"), ("run-1", "x")] {
            assert!(matches!(
                check(&key, run, expires, signature, 0),
                Err(RunsError::NotFound { .. })
            ));
        }
    }
}
