//! The answers that every operation can have, which no route has to say by itself.

use crate::surface;
use nen_protocol::ErrorBody;
use nen_protocol::workflow::WorkflowErrorBody;
use utoipa::ToSchema as _;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Header, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type};

/// Adds them to an operation; what its route says about a status stays.
pub(super) fn share(path: &str, operation: &mut Operation) {
    let mut add = |status: &str, response: Response| {
        let responses = &mut operation.responses.responses;
        responses
            .entry(status.to_owned())
            .or_insert(RefOr::T(response));
    };
    if !is_public(path) {
        add(
            "400",
            error(
                path,
                "Something in the request cannot be taken; the message names it.",
            ),
        );
        add(
            "401",
            error(
                path,
                "The key (or the link's token) is missing, wrong, expired or revoked.",
            ),
        );
        add(
            "403",
            error(path, "The key (or the link) does not allow this."),
        );
        if path.contains('{') {
            add(
                "404",
                error(path, "There is no such thing in this workspace."),
            );
        }
        add("500", error(path, "The server's own fault."));
    }
    add("408", error(path, "The request did not come in time."));
    add("413", error(path, "The body is larger than is taken."));
    add(
        "429",
        error(
            path,
            "Too many requests; `Retry-After` says when to come again.",
        ),
    );
    // Before the request could be read at all, so that nobody was there to write a body.
    let unread = ResponseBuilder::new()
        .description("The headers are larger than is taken.")
        .build();
    add("431", unread);
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && matches!(status.as_str(), "429" | "503")
            && response.content.contains_key("application/json")
        {
            let headers = &mut response.headers;
            headers.insert("Retry-After".to_owned(), RefOr::T(retry_after()));
        }
    }
}

/// Open to everybody: there is no key that could be wrong.
fn is_public(path: &str) -> bool {
    matches!(path, "/health" | "/openapi.json" | "/runs/{id}/assets.zip")
}

fn retry_after() -> Header {
    let seconds = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1));
    let mut header = Header::new(seconds);
    header.description = Some("Seconds after which to come again.".to_owned());
    header
}

fn error(path: &str, text: &str) -> Response {
    let schema = Ref::from_schema_name(match surface::is_workflows(path) {
        true => WorkflowErrorBody::name(),
        false => ErrorBody::name(),
    });
    ResponseBuilder::new()
        .description(text)
        .content(
            "application/json",
            ContentBuilder::new().schema(Some(schema)).build(),
        )
        .build()
}
