//! Where null may stand. In a body it means absent, so that whatever may be left out may be null; a parameter has no null.
//! utoipa knows neither: it makes `Option` nullable everywhere, and nothing else.

use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ArrayItems, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Components, Object, OpenApi, RefOr};

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
        // No body is the empty file.
        if body.content.contains_key("application/octet-stream") {
            body.required = None;
        }
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content
                && let Some(schema) = &mut content.schema
            {
                strip(schema);
            }
        }
    }
}

/// Lets every field of a request's body be null that may be left out.
pub(super) fn allow(document: &mut OpenApi) {
    let Some(components) = &mut document.components else {
        return;
    };
    let mut found = BTreeSet::new();
    for item in document.paths.paths.values() {
        let operations = [&item.post, &item.put, &item.patch];
        for operation in operations.into_iter().flatten() {
            if let Some(RefOr::T(body)) = &operation.request_body {
                for content in body.content.values() {
                    if let RefOr::T(content) = content
                        && let Some(schema) = &content.schema
                    {
                        collect(schema, components, &mut found);
                    }
                }
            }
        }
    }
    for name in found {
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(&name) {
            let (properties, required) = (&mut object.properties, &object.required);
            for (name, property) in properties {
                if !required.contains(name) {
                    loosen(property);
                }
            }
        }
    }
}

/// Names of the components that a schema leads to.
fn collect(schema: &RefOr<Schema>, components: &Components, found: &mut BTreeSet<String>) {
    match schema {
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next().unwrap_or("");
            if let Some(next) = components.schemas.get(name)
                && found.insert(name.to_owned())
            {
                collect(next, components, found);
            }
        }
        RefOr::T(Schema::Object(object)) => {
            for property in object.properties.values() {
                collect(property, components, found);
            }
        }
        RefOr::T(Schema::OneOf(one)) => {
            for item in &one.items {
                collect(item, components, found);
            }
        }
        RefOr::T(Schema::Array(array)) => {
            if let ArrayItems::RefOrSchema(items) = &array.items {
                collect(items, components, found);
            }
        }
        RefOr::T(_) => {}
    }
}

fn loosen(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::Ref(reference) => {
            let null = Object::with_type(Type::Null);
            let either = OneOfBuilder::new().item(reference.clone()).item(null);
            *schema = RefOr::T(Schema::OneOf(either.build()));
        }
        RefOr::T(Schema::Object(object)) => {
            object.schema_type = or_null(&object.schema_type);
            if let Some(values) = &mut object.enum_values {
                values.push(Value::Null);
            }
        }
        RefOr::T(Schema::Array(array)) => array.schema_type = or_null(&array.schema_type),
        RefOr::T(_) => {}
    }
}

fn or_null(kind: &SchemaType) -> SchemaType {
    match kind {
        SchemaType::Type(kind) => SchemaType::Array(vec![kind.clone(), Type::Null]),
        SchemaType::Array(_) | SchemaType::AnyValue => kind.clone(),
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
