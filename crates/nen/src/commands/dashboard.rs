//! `nen dashboard`.

use serde::Deserialize;

use crate::{
    cli::GlobalArgs,
    login_file,
    output::{Output, local_rfc3339},
};

/// Answer of `POST /auth/links`.
#[derive(Debug, Deserialize)]
struct Link {
    href: String,
    expires_at: f64,
}

/// Prints a link that signs a browser in once, with the powers of this key.
pub fn run(global: &GlobalArgs, output: &Output) -> anyhow::Result<()> {
    let client = login_file::client(global)?;
    let reply = client.post("/auth/links", None)?;
    if output.is_json() {
        return output.json(&reply);
    }
    let link: Link = client.typed(&reply)?;
    output.line(&link.href)?;
    output.note(format!(
        "Signs one browser in with the powers of your key; good until {}.",
        local_rfc3339(link.expires_at)
    ));
    Ok(())
}
