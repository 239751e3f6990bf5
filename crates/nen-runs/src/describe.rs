//! What a workflow takes and gives, found out by importing it in the sandbox.

use std::path::PathBuf;
use std::time::Duration;

use nen_protocol::network::NetworkPolicy;
use nen_protocol::workflow::Network;
use nen_protocol::workflow::{ENTRY, SourceFile};
use nen_store::NewVersion;
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use crate::rpc::{Incoming, Wire};
use crate::sandbox::{Sandbox, SandboxError};
use crate::{Runs, RunsError, bundle};

/// What the name of a folder begins with that is no run's, and goes with its import.
pub(crate) const IMPORT: &str = "describe-";

/// Time for importing.
const DEADLINE: Duration = Duration::from_secs(60);

/// Bytes of what it prints meanwhile that are worth telling.
const PRINTED: u64 = 4000;

impl Runs {
    /// Imports the files and takes their schemas.
    pub(crate) async fn describe(
        &self,
        files: Vec<SourceFile>,
        actor: &str,
    ) -> Result<NewVersion, RunsError> {
        let id = format!("{IMPORT}{}", uuid::Uuid::new_v4());
        let folder = Scratch(self.0.config.folder.join("runs").join(&id));
        bundle::private(&folder.0, self.0.sandboxes.user_of(&id))
            .and_then(|()| bundle::write(&folder.0.join("bundle"), &files))
            .map_err(RunsError::file("write the workflow's files"))?;
        let _turn = self.0.uploads.acquire().await;
        let sandbox = self
            .0
            .sandboxes
            .start(&id, &folder.0, &NetworkPolicy::None)
            .await
            .map_err(|error| match error {
                SandboxError::Lacks(text) => RunsError::Unavailable(text),
                other => {
                    RunsError::Unavailable(format!("the workflow cannot be imported here: {other}"))
                }
            })?;
        let said = ask(sandbox).await?;
        if let Some(refused) = said.refused {
            return Err(RunsError::Workflow(refused.reason));
        }
        let Some(described) = said.described else {
            return Err(RunsError::Workflow(
                "importing the workflow ended without an answer".to_owned(),
            ));
        };
        let network = network(described.network.as_deref())?;
        Ok(NewVersion {
            files: json!(files),
            params_schema: described.params_schema,
            result_schema: described.result_schema,
            secure_schema: described.secure_schema,
            network,
            created_by: actor.to_owned(),
        })
    }
}

/// The package has refused what it does not know; what says so here may have replaced the package.
fn network(declared: Option<&str>) -> Result<Network, RunsError> {
    let Some(name) = declared else {
        return Ok(Network::None);
    };
    Network::of(name).ok_or_else(|| {
        RunsError::Workflow(format!(
            "__nen_network__ is {name:?}: \"internet\" gives the workflow a network, \"none\" gives it none"
        ))
    })
}

async fn ask(sandbox: Sandbox) -> Result<Incoming, RunsError> {
    let Sandbox {
        socket,
        stdout,
        stderr,
        mut process,
        ..
    } = sandbox;
    let (mut wire, sender) = Wire::over(socket);
    let talk = async {
        sender.send(&json!({"describe": {"entry": ENTRY}})).await?;
        wire.next().await
    };
    let drain = async {
        // Read to the end, so that a workflow that prints while it is imported does not wait for ever.
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let (mut stdout, mut stderr) = (stdout.take(1 << 20), stderr.take(1 << 20));
        let _ = tokio::join!(stdout.read_to_end(&mut out), stderr.read_to_end(&mut err));
        String::from_utf8_lossy(&err)
            .chars()
            .take(usize::try_from(PRINTED).unwrap_or(0))
            .collect::<String>()
    };
    let drained = tokio::spawn(drain);
    let said = tokio::time::timeout(DEADLINE, talk).await;
    let reason = process.reason();
    process
        .end()
        .await
        .map_err(RunsError::file("end the sandbox of an upload"))?;
    match said {
        Ok(Ok(Some(said))) => Ok(said),
        Ok(Ok(None)) => {
            let printed = drained.await.unwrap_or_default();
            Err(RunsError::Workflow(
                format!("importing the workflow broke off: {reason}\n{printed}")
                    .trim()
                    .to_owned(),
            ))
        }
        Ok(Err(error)) => Err(RunsError::Workflow(error.to_string())),
        Err(_) => Err(RunsError::Workflow(format!(
            "importing the workflow took longer than {} s: do at import time only what is quick",
            DEADLINE.as_secs()
        ))),
    }
}

/// A folder that is gone when nobody needs it.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
