//! The MCP server: Nen's API as tools for models.
//!
//! It knows the server by its public HTTP API only, through the trait [`Api`], so every rule about keys, scopes,
//! workspaces, limits and the words of errors is the API's own. Two doors lead to the same tools: [`HttpDoor`] answers
//! requests of the streamable HTTP transport, [`stdio`] speaks over standard input and output.
//!
//! A tool is a file in `tools/` and a line in its table.

mod api;
mod arguments;
mod call;
mod drive;
mod execute;
mod failure;
mod hints;
mod http_door;
mod in_flight;
mod params;
mod picture;
mod schema;
mod server;
mod stdio;
mod tools;
mod which_desktop;

pub use api::{Api, ApiError};
pub use http_door::{HttpDoor, Refusal};
pub use stdio::{StdioError, stdio};

#[cfg(test)]
mod fake_api;
#[cfg(test)]
mod tests;
