//! The OpenAPI document: a frame, filled by the routes, finished with what all of them share.

mod either;
mod errors;
mod nullable;

use nen_protocol::ErrorBody;
use nen_protocol::workflow::WorkflowErrorBody;
use std::collections::HashMap;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, OpenApi, PathItem};
use utoipa::{Modify, OpenApi as _};

/// Says what the API is; the routes add themselves.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Nen",
        description = "Computers for AI agents, over HTTP: create a desktop, discover its tools, act, see the screen; and \
            workflows in Python that do so by themselves.\n\n\
            Every call needs an API key, as `Authorization: Bearer <key>` or `x-api-key: <key>`. Every error is \
            `{\"error\": \"<what was wrong and what would be right>\"}`; for workflows, runs and settings it is \
            `{\"error\": \"<code>\", \"message\": \"<what was wrong and what would be right>\"}`. What belongs to another workspace answers \
            exactly like what does not exist: 404.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "Desktops", description = "Create, list, pause, delete."),
        (name = "Tools", description = "Act on a desktop and see it."),
        (name = "Agent", description = "Let a vision model act, judge and read."),
        (name = "Files", description = "The desktop's drive."),
        (name = "Live view", description = "People watching and taking control."),
        (name = "Workflows", description = "Upload, publish, roll back."),
        (name = "Runs", description = "Start, follow, cancel; results, logs, webhooks."),
        (name = "MCP", description = "The same for models, as tools."),
        (name = "Settings", description = "The secrets of the workspace."),
        (name = "Keys", description = "Who may call."),
        (name = "Server", description = "About the server itself."),
    ),
    components(schemas(ErrorBody, WorkflowErrorBody)),
    modifiers(&Schemes),
)]
struct Frame;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_with(Components::new);
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("bearer", bearer);
        let header = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("x-api-key")));
        components.add_security_scheme("api_key", header);
        let token = ApiKeyValue::with_description(
            "token",
            "Token of a live-view link: one desktop, one role, short-lived.",
        );
        components
            .add_security_scheme("viewer_token", SecurityScheme::ApiKey(ApiKey::Query(token)));
    }
}

/// The document before any route.
pub(crate) fn frame() -> OpenApi {
    Frame::openapi()
}

/// The OpenAPI 3.1 document of all routes.
#[must_use]
pub fn openapi() -> OpenApi {
    finished(crate::router::documented().into_openapi())
}

/// Adds to every operation what its place implies: the other way to send the key, and the errors all have.
pub(crate) fn finished(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for (_, operation) in operations(item) {
            nullable::remove(operation);
            share_security(operation);
            errors::share(path, operation);
        }
    }
    nullable::allow(&mut document);
    either::loosen(&mut document);
    document
}

/// The methods of every path, as in `GET, POST`.
pub(crate) fn methods(document: &OpenApi) -> HashMap<String, String> {
    let mut document = document.clone();
    let paths = document.paths.paths.iter_mut();
    paths
        .map(|(path, item)| {
            let names: Vec<_> = operations(item).map(|(method, _)| method).collect();
            (path.clone(), names.join(", "))
        })
        .collect()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("GET", item.get.as_mut()),
        ("PUT", item.put.as_mut()),
        ("POST", item.post.as_mut()),
        ("PATCH", item.patch.as_mut()),
        ("DELETE", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.map(|operation| (method, operation)))
}

/// A key can come in either header.
fn share_security(operation: &mut Operation) {
    let Some(requirements) = &mut operation.security else {
        return;
    };
    let scopes = requirements.iter().find_map(|requirement| {
        let value = serde_json::to_value(requirement).ok()?;
        serde_json::from_value::<Vec<String>>(value.get("bearer")?.clone()).ok()
    });
    if let Some(scopes) = scopes {
        requirements.push(SecurityRequirement::new("api_key", scopes));
    }
}
