//! Answers of one shape or another that their fields alone tell apart.

use utoipa::openapi::schema::{AnyOf, Schema};
use utoipa::openapi::{OpenApi, RefOr};

/// Says "any of" where utoipa says "one of" for an untagged choice: what fits the richer shape fits the poorer one, too.
pub(super) fn loosen(document: &mut OpenApi) {
    let Some(components) = &mut document.components else {
        return;
    };
    for schema in components.schemas.values_mut() {
        if let RefOr::T(Schema::OneOf(one)) = schema
            && one.discriminator.is_none()
        {
            let mut any = AnyOf::new();
            any.items = std::mem::take(&mut one.items);
            any.description = one.description.take();
            *schema = RefOr::T(Schema::AnyOf(any));
        }
    }
}
