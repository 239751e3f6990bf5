//! What the parts of Nen agree on about traces.

/// Target of all spans that are made for OpenTelemetry. They do not stand in the log, and are not made where nobody exports
/// them.
pub const TARGET: &str = "nen_trace";
