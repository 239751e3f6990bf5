//! One process's runs over a fresh database.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nen_agent::{Agent, Models, ModelsConfig};
use nen_objects::{Objects, Place};
use nen_protocol::workflow::{Run, RunStatus, SourceFile, StartRun, Upload, Workflow};
use nen_runs::{Runs, RunsConfig, RunsError, SandboxLimits, SecretKey};
use nen_store::{DEFAULT_WORKSPACE, Store};
use serde_json::{Value, json};

use crate::notebook::Notebook;

/// Longer than anything here should take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What every workflow here begins with.
pub const HEAD: &str = "\
import os, sys, time
from pydantic import BaseModel
from nen import Agent, Computer, Secure, WorkflowError

class Params(BaseModel):
    n: int = 1

class Result(BaseModel):
    value: object = None

";

pub struct House {
    pub runs: Runs,
    pub desktops: Arc<Notebook>,
    pub store: Store,
    pub folder: PathBuf,
    config: RunsConfig,
    _temp: Arc<tempfile::TempDir>,
}

impl House {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut RunsConfig)) -> Self {
        let temp = tempfile::Builder::new()
            .prefix("nen-runs-test")
            .tempdir_in("/tmp")
            .unwrap();
        // Sandboxes run as other users when this is root, and have to pass.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o711);
        std::fs::set_permissions(temp.path(), mode).unwrap();
        let store = Store::open(&format!("sqlite:{}/nen.db", temp.path().display()))
            .await
            .unwrap();
        store.ensure_default_workspace().await.unwrap();
        let mut config = RunsConfig {
            folder: temp.path().to_owned(),
            objects: Objects::open(&Place::Folder(temp.path().to_owned()), &[]).unwrap(),
            base_url: "http://nen.test".to_owned(),
            worker: format!("test-{}", uuid::Uuid::new_v4()),
            sole_worker: true,
            slots: 4,
            per_workspace: 10,
            lease: Duration::from_secs(30),
            limits: SandboxLimits {
                memory_mb: 256,
                processes: 32,
                artifacts_mb: 16,
                temp_mb: 8,
                log_bytes: 64 << 10,
            },
            python: "/usr/bin/python3".into(),
            packages: "/usr/local/lib/nen/python".into(),
            nen_bin: None,
            expose_host_ports: Vec::new(),
            allow_private_webhooks: true,
            webhook_delay_factor: 0.001,
            keep_days: 30,
        };
        change(&mut config);
        let desktops = Arc::new(Notebook::default());
        let runs = start(&config, &store, &desktops).await;
        Self {
            runs,
            desktops,
            store,
            folder: temp.path().to_owned(),
            config,
            _temp: Arc::new(temp),
        }
    }

    /// Another process on the same database, as if the first had been killed.
    pub async fn again(&self, change: impl FnOnce(&mut RunsConfig)) -> Runs {
        let mut config = self.config.clone();
        change(&mut config);
        start(&config, &self.store, &self.desktops).await
    }

    pub async fn upload(&self, text: &str) -> Result<Workflow, RunsError> {
        let upload = Upload {
            name: "test".to_owned(),
            files: vec![SourceFile {
                filename: "workflow.py".to_owned(),
                content: text.to_owned(),
            }],
        };
        self.runs.upload(DEFAULT_WORKSPACE, "tester", upload).await
    }

    /// Uploads what stands behind [`HEAD`] and starts it; answers the run's id.
    pub async fn start(&self, body: &str, more: Value) -> String {
        let workflow = self.upload(&format!("{HEAD}{body}")).await.unwrap();
        self.start_again(&workflow.workflow_id, more).await.unwrap()
    }

    pub async fn start_again(&self, workflow: &str, more: Value) -> Result<String, RunsError> {
        let mut body = json!({"workflow_id": workflow});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let signed = body.get("secure_workflow_params").is_some();
        let start = StartRun::parse(body.to_string().as_bytes()).unwrap();
        let accepted = self
            .runs
            .accept(DEFAULT_WORKSPACE, "tester", start, signed)
            .await?;
        Ok(accepted.message_id)
    }

    /// Waits until a run is as it should be.
    pub async fn until(&self, id: &str, what: &str, test: impl Fn(&Run) -> bool) -> Run {
        let mut changes = self.runs.changes();
        let look = async {
            loop {
                let run = self.runs.run(DEFAULT_WORKSPACE, id).await.unwrap();
                let run = self.runs.view(&run);
                if test(&run) {
                    return run;
                }
                // Another process may have changed it, too.
                let _ = tokio::time::timeout(Duration::from_millis(200), changes.changed()).await;
            }
        };
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(run) => run,
            Err(_) => panic!(
                "run never was {what}: {:?}",
                self.runs
                    .view(&self.runs.run(DEFAULT_WORKSPACE, id).await.unwrap())
            ),
        }
    }

    pub async fn ended(&self, id: &str) -> Run {
        self.until(id, "over", |run| run.run_status.is_final())
            .await
    }

    /// Runs what stands behind [`HEAD`] to its end.
    pub async fn run(&self, body: &str) -> Run {
        let id = self.start(body, json!({})).await;
        self.ended(&id).await
    }

    /// Runs something that fails, and answers class and message.
    pub async fn failure(&self, body: &str) -> (String, String) {
        let run = self.run(body).await;
        assert_eq!(run.run_status, RunStatus::Failed, "{run:?}");
        (run.error_type.unwrap(), run.error.unwrap())
    }

    pub async fn log(&self, id: &str) -> String {
        let lines = self.store.run_records().log(id, 0, 10_000).await.unwrap();
        let lines: Vec<String> = lines
            .into_iter()
            .map(|line| format!("{} {}", line.stream.as_str(), line.text))
            .collect();
        lines.join("\n")
    }
}

async fn start(config: &RunsConfig, store: &Store, desktops: &Arc<Notebook>) -> Runs {
    let models = Models::new(ModelsConfig::default()).unwrap();
    Runs::start(
        config.clone(),
        store.clone(),
        SecretKey::of_folder(&config.folder).unwrap(),
        desktops.clone(),
        Agent::new(Arc::new(models)),
    )
    .await
    .unwrap()
}
