//! Images as models take them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nen_protocol::Size;
use nen_protocol::desktop::Desktop;
use nen_protocol::segment::escaped;

use crate::call::Call;
use crate::failure::Failure;

/// Longest side of an image, in pixels. Larger ones are shrunk by models' providers, or refused, without a word about
/// what that does to coordinates.
pub(crate) const LONGEST: u32 = 1568;

/// Length of a PNG's head in base64: signature, and the chunk that begins with the size.
const HEAD: usize = 32;

/// The size of a PNG in base64.
pub(crate) fn size(base64: &str) -> Option<Size> {
    let head = STANDARD.decode(base64.get(..HEAD)?).ok()?;
    let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    head.starts_with(b"\x89PNG").then_some(())?;
    Some(Size {
        width: number(16)?,
        height: number(20)?,
    })
}

/// What a model has to know about the coordinates of a picture of the whole screen that was asked for with at most
/// `max_width`; nothing when it has the screen's own size.
pub(crate) async fn scale(
    call: &Call,
    desktop: &str,
    base64: &str,
    max_width: u32,
) -> Result<Option<String>, Failure> {
    let Some(size) = size(base64).filter(|size| size.width >= max_width || size.height >= LONGEST)
    else {
        return Ok(None);
    };
    let path = format!("/desktops/{}", escaped(desktop));
    let screen = call.get::<Desktop>(&path).await?.display;
    if screen == size {
        return Ok(None);
    }
    Ok(Some(format!(
        "The image is scaled to {}x{}; coordinates are pixels of the whole screen, which is {}x{}: multiply by {:.3}.",
        size.width,
        size.height,
        screen.width,
        screen.height,
        f64::from(screen.width) / f64::from(size.width)
    )))
}

/// The media type of an image by its first bytes. Its name proves nothing, and a client that hands something else on
/// as an image has its whole conversation refused.
pub(crate) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}
