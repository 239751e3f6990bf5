//! The parameters of a workflow: what its schema takes, how it is shown, how the command line becomes JSON.

mod accepts;
mod collect;
mod describe;
mod schema;
mod typed;

pub use collect::{collect, read_file};
pub use describe::{Use, table};
pub use schema::Schema;
