//! Sees to it that pictures are taken, of each desktop one at a time, and go when their desktop is forgotten.

use super::album;
use super::photographer::Photographer;
use nen_fleet::{Fleet, kind};
use nen_objects::Objects;
use nen_store::Store;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::task::TaskTracker;

/// Pictures that are taken at once, over all desktops: agents come first.
const AT_ONCE: usize = 2;

/// How often it is looked for pictures of desktops that are forgotten.
const SWEEP: Duration = Duration::from_secs(600);

/// Hands entries of the tool log to whoever takes their pictures. Cheap to clone.
#[derive(Debug, Clone)]
pub struct History(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    objects: Objects,
    entries: mpsc::UnboundedSender<(String, i64)>,
}

/// Path of the picture after an entry, on this server.
pub(crate) fn path(desktop_id: &str, entry: i64) -> String {
    format!("/desktops/{desktop_id}/tool-logs/{entry}/screenshot")
}

impl History {
    /// Keeps pictures among the objects, up to `mb` MiB of each desktop; with 0 none. A deleted desktop's are removed when it is
    /// forgotten, like its tool log. Needs a Tokio runtime.
    #[must_use]
    pub fn start(store: Store, fleet: Fleet, objects: Objects, mb: u64) -> Self {
        if mb == 0 {
            return Self(None);
        }
        let (entries, received) = mpsc::unbounded_channel();
        let keeper = Keeper {
            store,
            fleet,
            objects: objects.clone(),
            most: mb << 20,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            desktops: HashMap::new(),
            tasks: TaskTracker::new(),
            sweeping: Arc::new(Semaphore::new(1)),
        };
        tokio::spawn(keeper.run(received));
        Self(Some(Arc::new(Inner { objects, entries })))
    }

    /// Something was done on a desktop; `entry` is the last of it in the tool log.
    pub(crate) fn done(&self, desktop_id: &str, entry: i64) {
        if let Some(inner) = &self.0 {
            // The keeper ends only with the process.
            let _ = inner.entries.send((desktop_id.to_owned(), entry));
        }
    }

    /// Where a picture is; none where none are kept.
    pub(crate) fn picture(&self, desktop_id: &str, name: &str) -> Option<(&Objects, String)> {
        let inner = self.0.as_ref()?;
        Some((&inner.objects, album::picture(desktop_id, name)))
    }
}

struct Keeper {
    store: Store,
    fleet: Fleet,
    objects: Objects,
    most: u64,
    turns: Arc<Semaphore>,
    /// The newest entry of each desktop that acts: one that comes before the last was looked at takes its place.
    desktops: HashMap<String, watch::Sender<i64>>,
    tasks: TaskTracker,
    /// One sweep at a time.
    sweeping: Arc<Semaphore>,
}

impl Keeper {
    async fn run(mut self, mut entries: mpsc::UnboundedReceiver<(String, i64)>) {
        let mut events = self.fleet.all_events();
        let mut sweeps = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                _ = sweeps.tick() => self.sweep(),
                entry = entries.recv() => match entry {
                    Some((desktop_id, entry)) => self.done(desktop_id, entry),
                    None => return,
                },
                event = events.recv() => match event {
                    // Nothing is done on it any more.
                    Ok(event) if event.event.kind == kind::DELETED => {
                        self.desktops.remove(&event.desktop_id);
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => self.sweep(),
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    fn done(&mut self, desktop_id: String, entry: i64) {
        if let Some(newest) = self.desktops.get(&desktop_id) {
            newest.send_replace(entry);
            return;
        }
        let (newest, mut looks) = watch::channel(entry);
        let mut photographer = Photographer::new(
            self.store.clone(),
            self.fleet.clone(),
            self.objects.clone(),
            self.most,
            desktop_id.clone(),
        );
        self.desktops.insert(desktop_id, newest);
        let turns = self.turns.clone();
        self.tasks.spawn(async move {
            looks.mark_changed();
            // Ends when the desktop is gone.
            while looks.changed().await.is_ok() {
                let Ok(turn) = turns.acquire().await else {
                    return;
                };
                let entry = *looks.borrow_and_update();
                photographer.take(entry, turn).await;
            }
        });
    }

    /// Has the albums of desktops removed that are forgotten, beside what is done meanwhile.
    fn sweep(&mut self) {
        let fleet = &self.fleet;
        self.desktops
            .retain(|id, _| fleet.workspace_of(id).is_some());
        let Ok(turn) = self.sweeping.clone().try_acquire_owned() else {
            return;
        };
        let (objects, store) = (self.objects.clone(), self.store.clone());
        self.tasks.spawn(async move {
            if let Err(error) = sweep(&objects, &store).await {
                tracing::warn!(%error, "Pictures of deleted desktops stay for now");
            }
            drop(turn);
        });
    }
}

async fn sweep(
    objects: &Objects,
    store: &Store,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    for id in objects.folders(album::HISTORY).await? {
        if store.desktops().find(&id).await?.is_none() {
            objects.remove_below(&album::folder(&id)).await?;
        }
    }
    Ok(())
}
