//! Whether this machine has what desktops need.

use crate::Check;

use super::LocalConfig;
use super::limits::Mode;

pub(super) async fn checks(_config: &LocalConfig, _mode: &Mode) -> Vec<Check> {
    Vec::new()
}
