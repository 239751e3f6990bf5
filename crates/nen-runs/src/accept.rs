//! Taking a run: everything about it that can be wrong is found before the 202.

use nen_protocol::workflow::{RunAccepted, StartRun};
use nen_store::{Answer, NewRun, WorkflowRow};
use serde_json::Value;

use crate::options::RunOptions;
use crate::webhooks::check_url;
use crate::workflows::secure_fields;
use crate::{Runs, RunsError, schema};

impl Runs {
    /// Accepts a run: from the return on, it has exactly one end, whatever happens. `signed`: the request's signature was
    /// checked.
    ///
    /// # Errors
    /// `NotFound` (workflow), `Params`, `Invalid`, `Unsigned`, `Store`.
    pub async fn accept(
        &self,
        workspace: &str,
        actor: &str,
        start: StartRun,
        signed: bool,
    ) -> Result<RunAccepted, RunsError> {
        let nobody = Answer::none();
        self.accept_answering(workspace, actor, start, signed, nobody)
            .await
    }

    /// [`Runs::accept`] with an answer that is kept with the run.
    ///
    /// # Errors
    /// As [`Runs::accept`].
    pub async fn accept_answering(
        &self,
        workspace: &str,
        actor: &str,
        start: StartRun,
        signed: bool,
        answer: Answer<RunAccepted>,
    ) -> Result<RunAccepted, RunsError> {
        if start.secure_workflow_params.is_some() && !signed {
            return Err(RunsError::Unsigned);
        }
        let found = self
            .find_workflow(workspace, &start.workflow_id, None)
            .await?;
        let params = Value::Object(start.workflow_params.clone());
        schema::check(
            &found.version.params_schema,
            &params,
            "workflow_params",
            false,
        )
        .map_err(RunsError::Params)?;
        let callback = start
            .webhook_callback
            .as_deref()
            .map(|url| check_url(url, self.0.config.allow_private_webhooks))
            .transpose()
            .map_err(|reason| RunsError::Invalid(format!("webhook_callback: {reason}")))?;
        if let Some(id) = &start.desktop_id {
            self.0
                .desktops
                .get(workspace, id)
                .await
                .map_err(|error| RunsError::Invalid(format!("desktop_id: {error}")))?;
        }
        let id = uuid::Uuid::new_v4().to_string();
        let new = NewRun {
            secrets: self.sealed(&id, &found, &start)?,
            id: id.clone(),
            workspace_id: workspace.to_owned(),
            workflow_id: found.id.clone(),
            workflow_version: found.version.number,
            params,
            options: RunOptions::of(&start).to_value(),
            webhook_callback: callback.map(String::from),
            concurrency_key: start.concurrency_key,
            actor: actor.to_owned(),
            queued_until_ms: self.0.store.now_ms()
                + i64::try_from(start.queue_timeout_seconds * 1000).unwrap_or(i64::MAX),
        };
        let answer = answer.seen_by(accepted);
        self.store().runs().insert_answering(&new, answer).await?;
        self.0.queue.notify_one();
        self.tell_change();
        Ok(accepted(&new))
    }

    /// The secrets of a run to be, checked and sealed.
    fn sealed(
        &self,
        run_id: &str,
        workflow: &WorkflowRow,
        start: &StartRun,
    ) -> Result<Option<String>, RunsError> {
        const FIELD: &str = "secure_workflow_params";
        match (
            &workflow.version.secure_schema,
            &start.secure_workflow_params,
        ) {
            (None, None) => Ok(None),
            (None, Some(given)) if given.is_empty() => Ok(None),
            (None, Some(_)) => Err(RunsError::Params(format!(
                "{FIELD}: this workflow takes no secrets, its run has no secure_params"
            ))),
            (Some(wanted), None) => Err(RunsError::Params(format!(
                "{FIELD}: this workflow needs {}",
                secure_fields(wanted).join(", ")
            ))),
            (Some(wanted), Some(given)) => {
                let value = serde_json::to_value(given).unwrap_or(Value::Null);
                schema::check(wanted, &value, FIELD, true).map_err(RunsError::Params)?;
                let fields = secure_fields(wanted);
                if let Some(extra) = given.keys().find(|name| !fields.contains(name)) {
                    return Err(RunsError::Params(format!(
                        "{FIELD}.{extra}: this workflow has no such secret, only {}",
                        fields.join(", ")
                    )));
                }
                self.0
                    .key
                    .seal(run_id, value.to_string().as_bytes())
                    .map(Some)
            }
        }
    }
}

fn accepted(run: &NewRun) -> RunAccepted {
    RunAccepted {
        message: "Job accepted for processing.".to_owned(),
        message_id: run.id.clone(),
        workflow_id: run.workflow_id.clone(),
    }
}
