//! Workflows: uploaded, published, rolled back.

use nen_protocol::workflow::{Publish, Upload, Workflow, WorkflowVersion};
use nen_store::{Answer, WorkflowRow};
use serde_json::Value;

use crate::{Runs, RunsError};

impl Runs {
    /// Uploads a workflow: its first version.
    ///
    /// # Errors
    /// `Workflow` with the reason when the files are not one; `Unavailable`, `Store`.
    pub async fn upload(
        &self,
        workspace: &str,
        actor: &str,
        upload: Upload,
    ) -> Result<Workflow, RunsError> {
        let nobody = Answer::none();
        self.upload_answering(workspace, actor, upload, nobody)
            .await
    }

    /// [`Runs::upload`] with an answer that is kept with the workflow.
    ///
    /// # Errors
    /// As [`Runs::upload`].
    pub async fn upload_answering(
        &self,
        workspace: &str,
        actor: &str,
        upload: Upload,
        answer: Answer<Workflow>,
    ) -> Result<Workflow, RunsError> {
        let answer = answer.seen_by(|made| workflow(made, false));
        let version = self.describe(upload.files, actor).await?;
        let id = uuid::Uuid::new_v4().to_string();
        let made = self
            .store()
            .workflows()
            .insert_answering(workspace, &id, &upload.name, &version, answer)
            .await?;
        Ok(workflow(&made, false))
    }

    /// Publishes a new version.
    ///
    /// # Errors
    /// `NotFound`; `Workflow` with the reason when the files are not one; `Unavailable`, `Store`.
    pub async fn publish(
        &self,
        workspace: &str,
        id: &str,
        actor: &str,
        publish: Publish,
    ) -> Result<Workflow, RunsError> {
        self.find_workflow(workspace, id, None).await?;
        let version = self.describe(publish.files, actor).await?;
        let made = self
            .store()
            .workflows()
            .publish(workspace, id, publish.name.as_deref(), &version)
            .await?;
        made.map(|made| workflow(&made, false))
            .ok_or_else(|| RunsError::not_found("workflow", id))
    }

    /// Makes an earlier version's files the current ones.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn rollback(
        &self,
        workspace: &str,
        id: &str,
        to: i64,
        actor: &str,
    ) -> Result<Workflow, RunsError> {
        let made = self
            .store()
            .workflows()
            .rollback(workspace, id, to, actor)
            .await?;
        if let Some(made) = made {
            return Ok(workflow(&made, false));
        }
        self.find_workflow(workspace, id, None).await?;
        Err(RunsError::not_found("version", &to.to_string()))
    }

    /// A workflow with its files, as its current or another version has it.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn workflow(
        &self,
        workspace: &str,
        id: &str,
        version: Option<i64>,
    ) -> Result<Workflow, RunsError> {
        let found = self.find_workflow(workspace, id, version).await?;
        Ok(workflow(&found, true))
    }

    /// The workspace's workflows, by name.
    ///
    /// # Errors
    /// `Store`.
    pub async fn workflows(&self, workspace: &str) -> Result<Vec<Workflow>, RunsError> {
        let found = self.0.store.workflows().list(workspace).await?;
        Ok(found.iter().map(|row| workflow(row, false)).collect())
    }

    /// The history of a workflow, newest first.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn versions(
        &self,
        workspace: &str,
        id: &str,
    ) -> Result<Vec<WorkflowVersion>, RunsError> {
        let found = self.0.store.workflows().versions(workspace, id).await?;
        if found.is_empty() {
            return Err(RunsError::not_found("workflow", id));
        }
        let version = |row: WorkflowRow| WorkflowVersion {
            version: row.version.number,
            current: row.version.number == row.current,
            rolled_back_to: row.version.rolled_back_to,
            created_by: row.version.created_by,
            created_at: row.version.created_at,
        };
        Ok(found.into_iter().map(version).collect())
    }

    /// Hides a workflow; its runs stay.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn delete_workflow(&self, workspace: &str, id: &str) -> Result<(), RunsError> {
        match self.store().workflows().delete(workspace, id).await? {
            true => Ok(()),
            false => Err(RunsError::not_found("workflow", id)),
        }
    }

    pub(crate) async fn find_workflow(
        &self,
        workspace: &str,
        id: &str,
        version: Option<i64>,
    ) -> Result<WorkflowRow, RunsError> {
        let found = self.0.store.workflows().get(workspace, id, version).await?;
        found.ok_or_else(|| RunsError::not_found("workflow", id))
    }
}

/// A stored workflow as its callers see it.
fn workflow(row: &WorkflowRow, with_files: bool) -> Workflow {
    Workflow {
        workflow_id: row.id.clone(),
        name: row.name.clone(),
        version: row.version.number,
        params_schema: row.version.params_schema.clone(),
        result_schema: row.version.result_schema.clone(),
        secure_fields: row
            .version
            .secure_schema
            .as_ref()
            .map(secure_fields)
            .unwrap_or_default(),
        network: row.version.network,
        files: with_files
            .then(|| serde_json::from_value(row.version.files.clone()).unwrap_or_default()),
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// Names of the secrets that a schema describes, in its order.
pub(crate) fn secure_fields(schema: &Value) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .map(|fields| fields.keys().cloned().collect())
        .unwrap_or_default()
}
