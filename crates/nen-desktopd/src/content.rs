//! An open file as an answer: whole, a part of it, or the news that it is the same as before.

use std::fs::{File, Metadata};
use std::io::{Seek as _, SeekFrom};
use std::ops::RangeInclusive;
use std::os::unix::fs::MetadataExt as _;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, StatusCode};
use http_range_header::StartPosition;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_util::io::ReaderStream;

use crate::failure::Failure;

/// Answers with a file of this name, as the request's headers want it.
pub(crate) fn answer(
    file: File,
    metadata: &Metadata,
    name: &str,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let tag = tag(metadata);
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if value(IF_NONE_MATCH).is_some_and(|known| known == "*" || known.contains(&tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let length = metadata.len();
    // A part is asked for to go with what the caller has; of another file it would be of no use.
    let same = value(IF_RANGE).is_none_or(|known| known == tag);
    let range = match value(RANGE).filter(|_| same) {
        Some(text) => parse_range(text, length)?,
        None => None,
    };
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let described = [
        (CONTENT_TYPE, kind.to_string()),
        (CONTENT_DISPOSITION, disposition(name)),
        (ETAG, tag),
        (ACCEPT_RANGES, "bytes".into()),
    ];
    Ok(match range {
        None => (
            described,
            [(CONTENT_LENGTH, length.to_string())],
            stream(file, length),
        )
            .into_response(),
        Some(range) => {
            let (start, end) = (*range.start(), *range.end());
            let part = seek(file, start)?;
            let placed = [
                (CONTENT_LENGTH, (end - start + 1).to_string()),
                (CONTENT_RANGE, format!("bytes {start}-{end}/{length}")),
            ];
            let body = stream(part, end - start + 1);
            (StatusCode::PARTIAL_CONTENT, described, placed, body).into_response()
        }
    })
}

fn tag(metadata: &Metadata) -> String {
    let changed = (metadata.mtime(), metadata.mtime_nsec());
    format!(
        "\"{:x}-{:x}-{:x}-{:x}\"",
        metadata.ino(),
        metadata.len(),
        changed.0,
        changed.1
    )
}

/// Always a download: a page from a desktop must not run as if it were the server's own.
fn disposition(name: &str) -> String {
    format!(
        "attachment; filename*=UTF-8''{}",
        utf8_percent_encode(name, NON_ALPHANUMERIC)
    )
}

/// One range; several at once are answered with the whole file, as RFC 9110 allows.
fn parse_range(text: &str, length: u64) -> Result<Option<RangeInclusive<u64>>, Failure> {
    let Ok(mut parsed) = http_range_header::parse_range_header(text) else {
        return Ok(None);
    };
    // The last bytes of a file that has fewer are all of it (RFC 9110, 14.1.2), which `validate` takes for outside.
    for range in &mut parsed.ranges {
        if let StartPosition::FromLast(count) = &mut range.start {
            *count = (*count).min(length);
        }
    }
    match parsed.validate(length).as_deref() {
        Ok([range]) => Ok(Some(range.clone())),
        Ok(_) => Ok(None),
        Err(_) => Err(Failure::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            format!("range {text:?} is outside the file, which has {length} bytes"),
        )),
    }
}

fn seek(mut file: File, start: u64) -> Result<File, Failure> {
    file.seek(SeekFrom::Start(start))
        .map_err(Failure::internal)?;
    Ok(file)
}

/// At most `length` bytes, so that a file growing meanwhile does not break the announced length.
fn stream(file: File, length: u64) -> Body {
    use tokio::io::AsyncReadExt as _;
    let reader = tokio::fs::File::from_std(file).take(length);
    Body::from_stream(ReaderStream::with_capacity(reader, 64 * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_range_is_a_part_of_the_file_or_all_of_it_or_refused(text in ".{0,30}", length in 0u64..200) {
            for text in [text.clone(), format!("bytes={text}")] {
                if let Ok(Some(range)) = parse_range(&text, length) {
                    prop_assert!(range.start() <= range.end() && *range.end() < length, "{:?}", range);
                }
            }
        }

        #[test]
        fn a_range_is_what_rfc_9110_says(first in 0u64..100, more in 0u64..100, length in 1u64..100) {
            let last = first + more;
            let whole = parse_range(&format!("bytes={first}-{last}"), length);
            let open = parse_range(&format!("bytes={first}-"), length);
            if first < length {
                prop_assert_eq!(whole.unwrap(), Some(first..=last.min(length - 1)));
                prop_assert_eq!(open.unwrap(), Some(first..=length - 1));
            } else {
                prop_assert!(whole.is_err() && open.is_err());
            }
            let end = parse_range(&format!("bytes=-{last}"), length);
            match last {
                0 => prop_assert!(end.is_err()),
                _ => prop_assert_eq!(end.unwrap(), Some(length.saturating_sub(last)..=length - 1)),
            }
        }
    }
}
