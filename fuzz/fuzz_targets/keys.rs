//! Whatever names keys is refused or is keys, as many as it names, in their order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nen_protocol::keys::{chord, chords, is_shortcut, modifiers, named, types_characters};
use xkeysym::Keysym;

fuzz_target!(|text: &str| {
    if let Ok(keys) = chord(text) {
        assert!(!keys.0.is_empty(), "{text:?}");
        is_shortcut(&keys);
        // Held together with another, they are the same keys behind it.
        let held = chord(&format!("ctrl+{text}")).unwrap();
        assert_eq!(held.0.len(), keys.0.len() + 1, "{text:?}");
        let mut pairs = held.0[1..].iter().zip(&keys.0);
        assert!(pairs.all(|(one, other)| same(*one, *other)), "{text:?}");
        if modifiers(text).is_ok() {
            assert!(keys.0.iter().all(|key| key.is_modifier_key()), "{text:?}");
        }
    }
    if let Ok(named_key) = named(text)
        && text.chars().count() > 1
    {
        let loud = named(&text.to_ascii_uppercase());
        assert!(loud.is_ok_and(|loud| same(loud, named_key)), "{text:?}");
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

/// The same key, as a small letter or a capital one: by its character, or by its name where it has none.
fn same(one: Keysym, other: Keysym) -> bool {
    let small = |key: Keysym| key.key_char().map(|c| c.to_lowercase().to_string());
    let name = |key: Keysym| key.name().map(str::to_ascii_lowercase);
    let alike = |one: Option<String>, other| one.is_some() && one == other;
    one == other || alike(small(one), small(other)) || alike(name(one), name(other))
}
