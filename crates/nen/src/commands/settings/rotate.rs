//! `nen settings rotate-webhook-secret` and `nen settings rotate-signing-secret`.

use clap::Args;
use nen_protocol::workflow::NewSecret;

use crate::{
    client::Client,
    commands::consent::agreed,
    output::{Output, local_rfc3339},
};

/// Which secret.
#[derive(Clone, Copy, Debug)]
pub enum Secret {
    /// Signs webhooks that go out.
    Webhook,
    /// Signs requests that come in with secrets.
    Signing,
}

/// Whether to ask.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Do not ask
    #[arg(short, long)]
    force: bool,
}

/// Makes a new one after asking. The secret alone goes to standard output, for scripts.
pub fn run(
    args: &RotateArgs,
    secret: Secret,
    client: &Client,
    output: &Output,
) -> anyhow::Result<()> {
    let (path, question) = match secret {
        Secret::Webhook => (
            "/settings/webhook-secret/rotate",
            "Make a new webhook secret? Receivers that know only the present one refuse webhooks after 24 hours.",
        ),
        Secret::Signing => (
            "/settings/signing-secret/rotate",
            "Make a new signing secret? Requests that are signed with the present one are refused after 24 hours.",
        ),
    };
    if !args.force && !agreed(question)? {
        anyhow::bail!("nothing was changed");
    }
    let reply = client.post(path, None)?;
    if output.is_json() {
        return output.json(&reply);
    }
    let new: NewSecret = client.typed(&reply)?;
    output.line(&new.secret)?;
    #[expect(clippy::cast_precision_loss, reason = "seconds of a date fit an f64")]
    let until = local_rfc3339(new.previous_valid_until as f64);
    output.note(format!(
        "It is shown only this once. The one before is valid until {until}."
    ));
    if matches!(secret, Secret::Signing) {
        output.note("`nen run start --secret` reads it from NEN_SIGNING_SECRET.");
    }
    Ok(())
}
