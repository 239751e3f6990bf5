//! nen
fn main() {}
