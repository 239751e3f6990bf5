//! A replay from the tool log of a desktop or the steps of a run, with its pictures.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use crate::tool_log::from_row;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use nen_objects::{Objects, ObjectsError};
use nen_protocol::Size;
use nen_protocol::desktop::DesktopStatus;
use nen_protocol::replay::{Replay, ReplayKind, ReplayStep};
use nen_protocol::workflow::Step;
use nen_store::TOOL_LOG_KEPT;
use std::collections::HashMap;
use std::io::Cursor;

/// Steps of a run that are read at once.
const PAGE: u32 = 1000;

/// Pictures that are got at once.
const AT_ONCE: usize = 8;

/// Pictures that are looked at for their size.
const LOOKED_AT: usize = 3;

/// What of a picture tells its size: PNG's signature and first chunk.
const PNG_HEAD: u64 = 33;

/// A replay, and where its pictures are.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) replay: Replay,
    /// Names among the objects, by what a step's `screenshot` says.
    pub(crate) pictures: HashMap<String, String>,
    pub(crate) objects: Objects,
}

impl Gathered {
    /// The replay with the pictures in it, as `data:` URLs. A picture that is gone leaves its step without one.
    pub(crate) async fn inlined(mut self) -> Result<Replay, ApiError> {
        let wanted = self.replay.steps.iter();
        let wanted: Vec<Option<String>> = wanted
            .map(|step| self.pictures.get(step.screenshot.as_ref()?).cloned())
            .collect();
        let mut got = pictures(self.objects, wanted);
        for step in &mut self.replay.steps {
            let Some(png) = got.try_next().await? else {
                break;
            };
            step.screenshot =
                png.map(|png| format!("data:image/png;base64,{}", STANDARD.encode(png)));
        }
        Ok(self.replay)
    }
}

/// Pictures by their names, in order, some at once: an object store is a way off. The first that fails is the last.
pub(super) fn pictures(
    objects: Objects,
    names: Vec<Option<String>>,
) -> BoxStream<'static, Result<Option<Bytes>, ApiError>> {
    let get = move |name: Option<String>| {
        let objects = objects.clone();
        async move {
            let Some(name) = name else { return Ok(None) };
            let got = objects.bytes(&name).await;
            got.map_err(|error| ApiError::internal(&error))
        }
    };
    stream::iter(names).map(get).buffered(AT_ONCE).boxed()
}

/// What was done on a desktop, also on one that was deleted within 24 h.
pub(crate) async fn of_desktop(
    state: &AppState,
    caller: &Caller,
    id: &str,
) -> Result<Gathered, ApiError> {
    let desktop = state.fleet().get(caller.workspace(), id).await?;
    state.tool_log().flush().await;
    let most = u32::try_from(TOOL_LOG_KEPT).unwrap_or(u32::MAX);
    let rows = state.store().tool_log().list(id, most, None).await;
    let rows = rows.map_err(|error| ApiError::internal(&error))?;
    let title = desktop.name.as_deref().unwrap_or(id);
    let mut replay = Replay::new(
        ReplayKind::Desktop,
        id,
        title,
        seconds(desktop.created_at.saturating_mul(1000)),
    );
    replay.display = Some(desktop.display);
    if desktop.status == DesktopStatus::Deleted {
        replay.ended_at = Some(seconds(desktop.updated_at.saturating_mul(1000)));
    }
    let mut pictures = HashMap::new();
    for row in rows {
        let name = row.picture.clone();
        let step = ReplayStep::of_entry(from_row(id, row));
        if let (Some(path), Some(name)) = (&step.screenshot, name)
            && let Some((_, picture)) = state.history().picture(id, &name)
        {
            pictures.insert(path.clone(), picture);
        }
        replay.steps.push(step);
    }
    Ok(Gathered {
        replay,
        pictures,
        objects: state.runs().objects().clone(),
    })
}

/// What a run did.
pub(crate) async fn of_run(
    state: &AppState,
    caller: &Caller,
    id: &str,
) -> Result<Gathered, ApiError> {
    let run = state.runs().run(caller.workspace(), id).await?;
    let began = run.started_ms.unwrap_or(run.created_ms);
    let mut replay = Replay::new(ReplayKind::Run, &run.id, &run.workflow_name, seconds(began));
    replay.ended_at = run.finished_ms.map(seconds);
    let actor = format!("run {}", run.id);
    let mut pictures = HashMap::new();
    let (mut after, mut next) = (0, 1);
    loop {
        let rows = state
            .store()
            .run_records()
            .steps(&run.id, after, PAGE)
            .await;
        let rows = rows.map_err(|error| ApiError::internal(&error))?;
        let whole = rows.len() == PAGE as usize;
        for row in rows {
            after = row.number;
            let step: Step =
                serde_json::from_value(row.step).map_err(|error| ApiError::internal(&error))?;
            let steps = ReplayStep::of_step(step, next, &actor);
            next += i64::try_from(steps.len()).unwrap_or(1);
            for path in steps.iter().filter_map(|step| step.screenshot.as_ref()) {
                let name = path.rsplit('/').next().unwrap_or_default();
                if let Ok(picture) = state.runs().screenshot(&run.id, name) {
                    pictures.insert(path.clone(), picture);
                }
            }
            replay.steps.extend(steps);
        }
        if !whole {
            break;
        }
    }
    let objects = state.runs().objects().clone();
    replay.display = first_size(&replay, &pictures, &objects).await;
    Ok(Gathered {
        replay,
        pictures,
        objects,
    })
}

/// The size of the first picture that is there, of those first ones that are looked for: pictures of runs show the whole
/// screen. A replay is one without it, too.
async fn first_size(
    replay: &Replay,
    pictures: &HashMap<String, String>,
    objects: &Objects,
) -> Option<Size> {
    let paths = replay.steps.iter();
    let paths = paths.filter_map(|step| step.screenshot.as_ref());
    for picture in paths.filter_map(|path| pictures.get(path)).take(LOOKED_AT) {
        match size(objects, picture).await {
            Ok(Some(size)) => return Some(size),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "The size of a replay is not known");
                return None;
            }
        }
    }
    None
}

async fn size(objects: &Objects, picture: &str) -> Result<Option<Size>, ObjectsError> {
    let Some((_, content)) = objects.read(picture, Some(0..PNG_HEAD)).await? else {
        return Ok(None);
    };
    let head: Vec<Bytes> = content.try_collect().await?;
    let mut decoder = png::Decoder::new(Cursor::new(head.concat()));
    let info = decoder.read_header_info().ok();
    Ok(info.map(|info| Size {
        width: info.width,
        height: info.height,
    }))
}

/// Unix milliseconds as seconds with a fraction.
fn seconds(ms: i64) -> f64 {
    jiff::Timestamp::from_millisecond(ms).map_or(0.0, |at| at.as_duration().as_secs_f64())
}
