use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Longest side of an image that any provider takes, in pixels.
const MAX_SIDE: u32 = 8000;

/// Width and height in pixels.
pub(crate) type Size = (u32, u32);

/// Checks that an image is what it says it is; its size is read from PNGs only.
pub(crate) fn check(media_type: &str, data: &str) -> Result<Option<Size>, String> {
    let bytes = STANDARD
        .decode(data)
        .map_err(|error| format!("an image is not valid base64: {error}"))?;
    let (known, begins) = match media_type {
        "image/png" => (true, bytes.starts_with(b"\x89PNG\r\n\x1a\n")),
        "image/jpeg" => (true, bytes.starts_with(b"\xff\xd8\xff")),
        _ => (false, false),
    };
    if !known {
        return Err(format!("images must be PNG or JPEG, not {media_type:?}"));
    }
    if !begins {
        return Err(format!(
            "an image does not match its media type {media_type}"
        ));
    }
    match png_size(&bytes) {
        Some((width, height)) if width.max(height) > MAX_SIDE => {
            Err(format!("an image of {width}x{height} is too large"))
        }
        size => Ok(size),
    }
}

/// Checks an image that stands in a `data:` URL.
pub(crate) fn check_url(url: &str) -> Result<Option<Size>, String> {
    let parts = url
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"));
    let (media_type, data) = parts.ok_or("an image URL must be a data: URL with base64")?;
    check(media_type, data)
}

fn png_size(bytes: &[u8]) -> Option<Size> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    (bytes.get(12..16)? == b"IHDR").then_some((number(16)?, number(20)?))
}
