//! What `nen serve` puts together: store, driver, fleet and HTTP surface, and how they end.

mod door;
mod driver;
mod logging;
pub mod notify;
mod objects;
mod preflight;
mod runs;
mod signals;
mod start;
mod traces;

pub use door::DoorArgs;
pub use driver::DriverArgs;
pub use logging::{LogFormat, start as start_logging};
pub use objects::{ObjectArgs, open as open_objects};
pub use preflight::problems;
pub use runs::{Identity, PACKAGES, PYTHON, RunArgs, Site, start as start_runs};
pub use signals::Signals;
pub use start::{ServerSettings, run};
