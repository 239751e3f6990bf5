//! A name that is taken means one file below the folder it is given for, in every spelling; escaped, it is one segment.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nen_protocol::files::{check_folder, check_name};
use nen_protocol::folder::{check_absolute, check_pattern};
use nen_protocol::segment::escaped;
use std::path::{Component, Path};

fuzz_target!(|text: &str| {
    if let Ok(name) = check_name(text) {
        let parts: Vec<_> = Path::new(name).components().collect();
        assert_eq!(parts, [Component::Normal(name.as_ref())], "{text:?}");
        assert!(name.len() <= 255 && !name.contains(['/', '\\', '\0']));
    }
    if let Ok(folder) = check_folder(text) {
        let below = Path::new(&folder).components();
        assert!(
            below
                .into_iter()
                .all(|part| matches!(part, Component::Normal(_))),
            "{text:?}"
        );
        assert!(!folder.starts_with('/') && !folder.contains("//") && !folder.contains('\0'));
        assert_eq!(check_folder(&folder).as_ref(), Ok(&folder), "{text:?}");
    }
    if let Ok(path) = check_absolute(text) {
        assert!(
            path.starts_with(['/', '~']) && !path.contains('\0'),
            "{text:?}"
        );
    }
    if let Ok(pattern) = check_pattern(text) {
        assert!(!Path::new(pattern).is_absolute());
        assert!(
            Path::new(pattern)
                .components()
                .all(|part| part != Component::ParentDir),
            "{text:?}"
        );
    }
    let segment = escaped(text);
    assert!(
        segment
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)),
        "{segment}"
    );
    let back = percent_encoding::percent_decode_str(&segment)
        .decode_utf8()
        .unwrap();
    assert_eq!(back, text);
});
