//! What may be left out may not be null: utoipa makes `Option` nullable in requests too.

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::{Object, RefOr};

/// Makes parameters and the body of an operation optional where they were "optional or null".
pub(super) fn remove(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(schema) = &mut parameter.schema
        {
            strip(schema);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content
                && let Some(schema) = &mut content.schema
            {
                strip(schema);
            }
        }
    }
}

fn strip(schema: &mut RefOr<Schema>) {
    let RefOr::T(inner) = schema else { return };
    match inner {
        Schema::OneOf(one) if one.items.len() == 2 && one.items.iter().any(is_null) => {
            if let Some(other) = one.items.iter().find(|item| !is_null(item)).cloned() {
                *schema = other;
            }
        }
        Schema::Object(Object {
            schema_type: SchemaType::Array(types),
            ..
        }) => {
            types.retain(|kind| *kind != Type::Null);
        }
        _ => {}
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(
        schema,
        RefOr::T(Schema::Object(Object {
            schema_type: SchemaType::Type(Type::Null),
            ..
        }))
    )
}
