use crate::apps::Launcher;
use crate::config::Config;
use crate::drive::Drive;
use crate::events::Events;
use crate::hands::Hands;
use crate::offer::Offer;

/// What every route may use.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) config: Config,
    pub(crate) offer: Offer,
    /// Does actions, one caller at a time.
    pub(crate) hands: Hands,
    pub(crate) drive: Drive,
    pub(crate) launcher: Launcher,
    pub(crate) events: Events,
}
