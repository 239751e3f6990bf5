//! What `nen serve` puts together: store, driver, fleet and HTTP surface, and how they end.

mod logging;
mod preflight;
mod runs;
mod signals;
mod start;

pub use logging::LogFormat;
pub use preflight::{checks, problems};
pub use runs::RunArgs;
pub use start::{ServerSettings, run};
