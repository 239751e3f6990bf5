//! The desktop of a run, and the way to act on it.
//!
//! An action is answered when it was done. Whether the screen has settled after it is waited for behind the answer, with
//! the step's picture, and before the next action: the workflow's own work goes on meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use nen_agent::{Screen, ScreenError, ScreenErrorKind};
use nen_protocol::Size;
use nen_protocol::action::ActionCall;
use nen_protocol::execute::{ExecuteBody, ExecuteReply, Screenshot, SettleOption};
use nen_protocol::image::ImageOptions;
use nen_store::Store;
use secrecy::SecretString;
use tokio::sync::{Mutex, OnceCell};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::desktops::{DesktopError, DesktopErrorKind, DesktopInfo, Desktops};
use crate::rpc::CallError;
use crate::steps::{Begun, Steps};

/// A run at its desktop.
pub(crate) struct Seat {
    pub desktops: Arc<dyn Desktops>,
    pub workspace: String,
    pub desktop: DesktopInfo,
    pub actor: String,
    pub store: Store,
    pub run_id: String,
    pub worker: String,
    pub secrets: BTreeMap<String, SecretString>,
    pub steps: Arc<Steps>,
    /// Set once it is written down that the desktop was acted on.
    pub touched: OnceCell<()>,
    /// The picture after the last action, on its way. Whoever holds this has the desktop for itself.
    pub tail: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seat")
            .field("run_id", &self.run_id)
            .field("desktop", &self.desktop)
            .finish_non_exhaustive()
    }
}

impl Seat {
    /// A secret by its name.
    pub fn secret(&self, name: &str) -> Result<&SecretString, CallError> {
        self.secrets
            .get(name)
            .ok_or_else(|| CallError::workflow(format!("this run has no secret {name:?}")))
    }

    /// Writes down that the desktop is acted on, before it is: from then on the run cannot be begun again.
    pub async fn touch(&self) -> Result<(), CallError> {
        let touch = async || {
            let runs = self.store.runs();
            match runs
                .touch(&self.run_id, &self.worker, &self.desktop.id)
                .await
            {
                Ok(true) => Ok(()),
                Ok(false) => Err(CallError::new("Cancelled", "this run goes on elsewhere")),
                Err(error) => {
                    tracing::error!(run_id = self.run_id, %error, "A run's first action is not stored");
                    Err(CallError::new("RPCError", "the database failed"))
                }
            }
        };
        self.touched.get_or_try_init(touch).await.copied()
    }

    /// Does one action, which may type a secret. The step's picture follows by itself.
    pub async fn act(&self, step: &Begun, call: ActionCall, secret: bool) -> Result<(), CallError> {
        let mut tail = self.settled().await;
        self.touch().await?;
        let body = ExecuteBody {
            action: Some(call),
            actions: None,
            screenshot: Screenshot::Never,
            settle: Some(SettleOption::Switch(false)),
            image: ImageOptions::default(),
            secret,
        };
        self.execute(body).await?;
        let (seat, number) = (self.looker(), step.number());
        let look = async move {
            match seat.look().await {
                Ok(png) => seat.steps.picture(number, png),
                Err(error) => {
                    tracing::debug!(%error, "No picture after an action");
                }
            }
        };
        *tail = Some(tokio::spawn(look.in_current_span()));
        Ok(())
    }

    /// The screen, once it has settled after the last action: base64 of a PNG.
    pub async fn picture(&self, step: &Begun) -> Result<String, CallError> {
        let _tail = self.settled().await;
        self.touch().await?;
        let png = self.looker().look().await?;
        let text = STANDARD.encode(&png);
        self.steps.picture(step.number(), png);
        Ok(text)
    }

    /// The desktop for the agent, for as long as the answer is kept.
    pub async fn screen(&self) -> Result<SeatScreen<'_>, CallError> {
        let tail = self.settled().await;
        self.touch().await?;
        Ok(SeatScreen {
            seat: self,
            _tail: tail,
        })
    }

    /// Waits for the picture after the last action.
    pub async fn leave(&self) {
        drop(self.settled().await);
    }

    async fn settled(&self) -> tokio::sync::MutexGuard<'_, Option<JoinHandle<()>>> {
        let mut tail = self.tail.lock().await;
        if let Some(picture) = tail.take() {
            // A picture that failed has said so.
            let _ = picture.await;
        }
        tail
    }

    async fn execute(&self, body: ExecuteBody) -> Result<ExecuteReply, DesktopError> {
        self.desktops
            .execute(&self.workspace, &self.desktop.id, &self.actor, body)
            .await
    }

    fn looker(&self) -> Looker {
        Looker {
            desktops: self.desktops.clone(),
            workspace: self.workspace.clone(),
            desktop: self.desktop.id.clone(),
            actor: self.actor.clone(),
            steps: self.steps.clone(),
        }
    }
}

/// What taking a picture needs, for a task of its own.
struct Looker {
    desktops: Arc<dyn Desktops>,
    workspace: String,
    desktop: String,
    actor: String,
    steps: Arc<Steps>,
}

impl Looker {
    async fn look(&self) -> Result<Bytes, DesktopError> {
        let body = ExecuteBody {
            action: Some(ActionCall {
                tool: "computer".to_owned(),
                // Without a duration, until the screen has settled; `screenshot` looks at once.
                action: "wait".to_owned(),
                params: serde_json::Map::new(),
            }),
            actions: None,
            screenshot: Screenshot::Always,
            settle: None,
            image: ImageOptions::default(),
            secret: false,
        };
        let reply = self
            .desktops
            .execute(&self.workspace, &self.desktop, &self.actor, body)
            .await?;
        let png = reply
            .view
            .base64_image
            .and_then(|text| STANDARD.decode(text).ok());
        png.map(Bytes::from).ok_or_else(|| {
            DesktopError::new(DesktopErrorKind::Failed, "the desktop sent no screenshot")
        })
    }
}

/// The desktop as the agent sees it.
pub(crate) struct SeatScreen<'a> {
    seat: &'a Seat,
    _tail: tokio::sync::MutexGuard<'a, Option<JoinHandle<()>>>,
}

impl Screen for SeatScreen<'_> {
    fn size(&self) -> Size {
        self.seat.desktop.size
    }

    fn act(&self, body: ExecuteBody) -> BoxFuture<'_, Result<ExecuteReply, ScreenError>> {
        Box::pin(async move { self.seat.execute(body).await.map_err(screen_error) })
    }
}

/// A desktop's failure as the agent understands it.
pub fn screen_error(error: DesktopError) -> ScreenError {
    ScreenError {
        kind: match error.kind {
            DesktopErrorKind::Bad => ScreenErrorKind::BadAction,
            DesktopErrorKind::Missing => ScreenErrorKind::Gone,
            DesktopErrorKind::Busy => ScreenErrorKind::Held,
            DesktopErrorKind::Failed => ScreenErrorKind::Failed,
        },
        message: error.message,
    }
}
