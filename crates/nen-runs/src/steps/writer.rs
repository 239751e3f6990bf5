use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use nen_objects::ObjectsError;
use nen_protocol::workflow::Step;
use nen_store::{RunUse, StepRow, StoreError};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Picture, Record};
use crate::Runs;
use crate::worker::screenshot;

/// Records that are written together.
const TOGETHER: usize = 100;

/// Pictures that are on their way at once.
const AT_ONCE: usize = 8;

/// How long no picture is tried after one was not taken: steps and their costs come behind pictures, and must not wait for a
/// place that is away.
const AWAY: Duration = Duration::from_secs(30);

/// Writes down what a run did.
pub(super) struct Writer {
    runs: Runs,
    run_id: String,
    /// Until then no picture is tried.
    away_until: Instant,
}

impl Writer {
    pub(super) fn new(runs: Runs, run_id: String) -> Self {
        Self {
            runs,
            run_id,
            away_until: Instant::now(),
        }
    }

    /// Until nobody records any more.
    pub(super) async fn write(mut self, mut received: mpsc::UnboundedReceiver<Record>) {
        let mut batch = Vec::new();
        while received.recv_many(&mut batch, TOGETHER).await > 0 {
            // Of a step told of several times, only the last word is written.
            let mut steps = BTreeMap::new();
            let mut used = RunUse::default();
            let mut pictures = Vec::new();
            for record in batch.drain(..) {
                match record {
                    Record::Step(step) => {
                        steps.insert(step.number, step);
                    }
                    Record::Use(more) => {
                        used.input_tokens += more.input_tokens;
                        used.output_tokens += more.output_tokens;
                        used.cost_usd += more.cost_usd;
                    }
                    Record::Picture(picture) => pictures.push(picture),
                }
            }
            // Before the steps that tell of them.
            self.keep(pictures).await;
            let run_id = &self.run_id;
            if let Err(error) = self.store(steps, used).await {
                tracing::warn!(run_id, %error, "Steps of a run are lost");
            }
            self.runs.tell_change();
        }
    }

    async fn keep(&mut self, pictures: Vec<Picture>) {
        if pictures.is_empty() || Instant::now() < self.away_until {
            return;
        }
        let kept = stream::iter(pictures).map(|picture| self.keep_one(picture));
        let kept = kept.buffer_unordered(AT_ONCE);
        if let Err(error) = kept.try_collect::<()>().await {
            let run_id = &self.run_id;
            tracing::warn!(run_id, %error, "Pictures of a run are lost for {} s", AWAY.as_secs());
            self.away_until = Instant::now() + AWAY;
        }
    }

    async fn keep_one(&self, picture: Picture) -> Result<(), ObjectsError> {
        let Some(name) = screenshot(&self.run_id, &picture.name) else {
            return Ok(());
        };
        self.runs.0.config.objects.put(&name, picture.png).await
    }

    async fn store(&self, steps: BTreeMap<i64, Box<Step>>, used: RunUse) -> Result<(), StoreError> {
        let store = &self.runs.0.store;
        for (number, step) in steps {
            let row = StepRow {
                number,
                step: serde_json::to_value(*step).unwrap_or(Value::Null),
            };
            store.run_records().put_step(&self.run_id, &row).await?;
        }
        if used != RunUse::default() {
            store.runs().add_use(&self.run_id, used).await?;
        }
        Ok(())
    }
}
