use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use nen_protocol::action::ActionCall;
use nen_protocol::execute::{ExecuteBody, ExecuteReply, Screenshot, View};
use nen_protocol::scale::Scale;
use nen_protocol::tools::ToolSchema;
use nen_protocol::tracing::TARGET;
use serde_json::Map;
use tracing::{Instrument as _, field};

use crate::budget::Spent;
use crate::conversation::{Conversation, Image};
use crate::error::AgentError;
use crate::ledger::BilledCall;
use crate::models::{Model, provider_of};
use crate::observer::Turn;
use crate::provider::{MAX_OUTPUT, Reply, Request, Stop};
use crate::retry::RetryPolicy;
use crate::screen::{ScreenError, ScreenErrorKind};
use crate::task::Task;

/// A picture of the screen, for the model and for the observer.
#[derive(Clone)]
pub(crate) struct Shot {
    pub(crate) image: Image,
    pub(crate) bytes: Bytes,
}

/// One task while it is worked on: asks, acts and counts.
pub(crate) struct Session<'a> {
    pub(crate) task: &'a Task<'a>,
    pub(crate) model: Model,
    pub(crate) scale: Scale,
    pub(crate) spent: Spent,
    retries: RetryPolicy,
    turns: u32,
    /// The newest picture of the whole screen that the model was given.
    pub(crate) seen: Option<Bytes>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(task: &'a Task<'a>, model: Model, retries: RetryPolicy) -> Self {
        let sight = model.provider.sight(&model.wire_name);
        Self {
            task,
            scale: Scale::new(task.screen.size(), &sight),
            model,
            spent: Spent::default(),
            retries,
            turns: 0,
            seen: None,
        }
    }

    /// Asks the model. The turn that comes with the answer is for [`Self::observed`], once its actions
    /// are in it.
    pub(crate) async fn ask(
        &mut self,
        conversation: &Conversation,
        tools: &[ToolSchema],
        force: Option<&str>,
    ) -> Result<(Reply, Turn), AgentError> {
        self.task.budget.allows(&self.spent)?;
        let ledger = self.task.ledger;
        ledger
            .allows(&self.model.name, self.model.price.is_some())
            .await?;
        let request = Request {
            model: &self.model.wire_name,
            conversation,
            tools,
            force,
            max_output: MAX_OUTPUT,
        };
        let start = Instant::now();
        let span = tracing::info_span!(
            target: TARGET,
            "model",
            otel.kind = "client",
            otel.status_code = field::Empty,
            gen_ai.provider.name = provider_of(&self.model.name),
            gen_ai.request.model = self.model.name,
            gen_ai.usage.input_tokens = field::Empty,
            gen_ai.usage.output_tokens = field::Empty,
            nen.attempts = field::Empty,
        );
        let asked = self
            .retries
            .ask(self.task, || self.model.provider.call(request))
            .instrument(span.clone())
            .await;
        let (reply, attempts) = asked.inspect_err(|_| {
            span.record("otel.status_code", "ERROR");
        })?;
        span.record("gen_ai.usage.input_tokens", reply.usage.input);
        span.record("gen_ai.usage.output_tokens", reply.usage.output);
        span.record("nen.attempts", attempts);
        drop(span);
        let cost_usd = self.spent.add(reply.usage, self.model.price);
        let latency_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let call = BilledCall {
            model: self.model.name.clone(),
            usage: reply.usage,
            cost_usd,
            latency_ms,
            attempts,
        };
        ledger.record(call).await?;
        self.turns += 1;
        let turn = Turn {
            number: self.turns,
            model: self.model.name.clone(),
            usage: reply.usage,
            cost_usd,
            latency_ms,
            attempts,
            text: reply.text.clone(),
            actions: Vec::new(),
            screenshot_before: self.seen.clone(),
            screenshot_after: None,
        };
        tracing::debug!(
            model = self.model.name,
            turn = turn.number,
            attempts,
            latency_ms = turn.latency_ms,
            tokens = turn.usage.total(),
            "The model answered"
        );
        let model = self.model.name.clone();
        let error = match &reply.stop {
            Stop::Done | Stop::Unreadable(_) => return Ok((reply, turn)),
            Stop::CutOff => AgentError::CutOff {
                model,
                max_output: MAX_OUTPUT,
            },
            Stop::Refused(reason) => AgentError::Refused {
                model,
                reason: match reason.trim() {
                    "" => "it gave no reason".to_owned(),
                    reason => reason.to_owned(),
                },
            },
        };
        self.observed(&turn);
        Err(error)
    }

    /// Tells the observer.
    pub(crate) fn observed(&self, turn: &Turn) {
        self.task.observer.turn(turn);
    }

    /// Does an action whose call is in pixels of the screen.
    pub(crate) async fn act(
        &self,
        call: ActionCall,
        screenshot: Screenshot,
    ) -> Result<Result<ExecuteReply, ScreenError>, AgentError> {
        let body = ExecuteBody {
            action: Some(call),
            actions: None,
            screenshot,
            settle: None,
            image: self.scale.image_options(),
            secret: false,
        };
        self.task.while_wanted(self.task.screen.act(body)).await
    }

    /// Looks at the screen.
    pub(crate) async fn look(&mut self) -> Result<Shot, AgentError> {
        self.look_by(computer("screenshot", Map::new())).await
    }

    /// Does something of which only the picture counts.
    pub(crate) async fn look_by(&mut self, call: ActionCall) -> Result<Shot, AgentError> {
        let reply = self.act(call, Screenshot::Always).await??;
        let shot = picture(&reply.view)?.ok_or_else(|| ScreenError {
            kind: ScreenErrorKind::Failed,
            message: match reply.result.error {
                Some(error) => format!("the screen could not be seen: {error}"),
                None => "the screen answered without a picture".to_owned(),
            },
        })?;
        self.seen = Some(shot.bytes.clone());
        Ok(shot)
    }
}

/// A call of the `computer` tool.
pub(crate) fn computer(action: &str, params: Map<String, serde_json::Value>) -> ActionCall {
    ActionCall {
        tool: "computer".to_owned(),
        action: action.to_owned(),
        params,
    }
}

/// The picture that a reply carries.
pub(crate) fn picture(view: &View) -> Result<Option<Shot>, ScreenError> {
    let Some(data) = &view.base64_image else {
        return Ok(None);
    };
    let bytes = STANDARD.decode(data).map_err(|error| ScreenError {
        kind: ScreenErrorKind::Failed,
        message: format!("the screen's picture is not base64: {error}"),
    })?;
    Ok(Some(Shot {
        image: Image {
            media_type: view.media_type.clone().unwrap_or("image/png".to_owned()),
            data: data.as_str().into(),
        },
        bytes: bytes.into(),
    }))
}
