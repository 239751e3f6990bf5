//! Whatever names keys is refused or is keys, as many as it names, in their order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nen_protocol::keys::{chord, chords, is_shortcut, modifiers, named, types_characters};

fuzz_target!(|text: &str| {
    if let Ok(keys) = chord(text) {
        assert!(!keys.0.is_empty(), "{text:?}");
        is_shortcut(&keys);
        // Held together with another, they are the same keys behind it.
        let held = chord(&format!("ctrl+{text}")).unwrap();
        let same = |(one, other): (&xkeysym::Keysym, &xkeysym::Keysym)| {
            let small = |key: &xkeysym::Keysym| key.key_char().map(|c| c.to_ascii_lowercase());
            one == other || small(one) == small(other)
        };
        assert_eq!(held.0.len(), keys.0.len() + 1, "{text:?}");
        assert!(held.0[1..].iter().zip(&keys.0).all(same), "{text:?}");
        if modifiers(text).is_ok() {
            assert!(keys.0.iter().all(|key| key.is_modifier_key()), "{text:?}");
        }
    }
    if let Ok(named_key) = named(text)
        && text.chars().count() > 1
    {
        assert_eq!(
            named(&text.to_ascii_uppercase()).ok(),
            Some(named_key),
            "{text:?}"
        );
    }
    if let Ok(all) = chords(text) {
        assert_eq!(
            all.len(),
            text.split_whitespace().count().max(1),
            "{text:?}"
        );
        types_characters(text);
    } else {
        assert!(
            types_characters(text),
            "what is not understood may be a text: {text:?}"
        );
    }
});
