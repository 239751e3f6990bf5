//! Key names, as `xdotool` has them, with the aliases that models and other platforms use.

use std::collections::HashMap;
use std::sync::LazyLock;

use xkeysym::{Keysym, key};

use crate::Invalid;

/// Keys that are held together: pressed in order, released in reverse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord(pub Vec<Keysym>);

/// Names beside the X11 ones. Compared in lower case.
const ALIASES: &[(&str, u32)] = &[
    ("alt", key::Alt_L),
    ("arrowdown", key::Down),
    ("arrowleft", key::Left),
    ("arrowright", key::Right),
    ("arrowup", key::Up),
    ("altgr", key::ISO_Level3_Shift),
    ("bksp", key::BackSpace),
    ("capslock", key::Caps_Lock),
    ("cmd", key::Super_L),
    ("command", key::Super_L),
    ("control", key::Control_L),
    ("ctrl", key::Control_L),
    ("del", key::Delete),
    ("enter", key::Return),
    ("esc", key::Escape),
    ("ins", key::Insert),
    ("meta", key::Super_L),
    ("numlock", key::Num_Lock),
    ("option", key::Alt_L),
    ("pagedown", key::Page_Down),
    ("pageup", key::Page_Up),
    ("pgdn", key::Page_Down),
    ("pgup", key::Page_Up),
    ("printscreen", key::Print),
    ("scrolllock", key::Scroll_Lock),
    ("shift", key::Shift_L),
    ("spacebar", key::space),
    ("super", key::Super_L),
    ("win", key::Super_L),
    ("windows", key::Super_L),
];

/// Every X11 key name, exact and in lower case, from the ranges that hold the named keysyms.
static NAMES: LazyLock<HashMap<String, Keysym>> = LazyLock::new(|| {
    let ranges = [
        0x20..=0xffff,
        0x0100_0100..=0x0100_28ff,
        0x1008_fe00..=0x1008_ffff,
    ];
    let mut names = HashMap::new();
    for raw in ranges.into_iter().flatten() {
        let keysym = Keysym::new(raw);
        let Some(name) = keysym.name().filter(|_| !acts_on_the_server(raw)) else {
            continue;
        };
        // "XK_Return" is known as Return, "XF86XK_AudioMute" as XF86AudioMute.
        let name = name.replacen("XK_", "", 1);
        names.insert(name.clone(), keysym);
        names.entry(name.to_lowercase()).or_insert(keysym);
    }
    // One name of each pair is all that a keysym's own name gives.
    for (name, raw) in [
        ("Page_Up", key::Page_Up),
        ("Page_Down", key::Page_Down),
        ("Prior", key::Prior),
        ("Next", key::Next),
    ] {
        names.insert(name.to_owned(), Keysym::new(raw));
        names.insert(name.to_lowercase(), Keysym::new(raw));
    }
    for (name, raw) in ALIASES {
        names.insert((*name).to_owned(), Keysym::new(*raw));
    }
    names
});

/// Keysyms that X servers act on themselves: they would end the server, switch its keyboard for all that
/// follows, or move the pointer.
fn acts_on_the_server(raw: u32) -> bool {
    match raw {
        key::ISO_Level3_Shift => false,
        0xfe01..=0xfe13
        | 0xfe70..=0xfe7a
        | 0xfed0..=0xfed5
        | 0xfee0..=0xfeff
        | 0x1008_fe00..=0x1008_feff => true,
        _ => false,
    }
}

/// The key of a name: one character, an X11 name, or an alias; the case matters only for characters.
pub fn named(name: &str) -> Result<Keysym, Invalid> {
    let mut characters = name.chars();
    if let (Some(character), None) = (characters.next(), characters.next()) {
        return Ok(typed(character));
    }
    NAMES
        .get(name)
        .or_else(|| NAMES.get(&name.to_lowercase()))
        .copied()
        .ok_or_else(|| {
            Invalid(format!(
                "unknown key {name:?}: use one character or a name such as Return, Tab, Escape, Page_Down, F5, ctrl, alt, shift, super; join with + as in ctrl+shift+t"
            ))
        })
}

/// The key that types a character; newline is Return and tab is Tab.
pub fn typed(character: char) -> Keysym {
    match character {
        '\n' | '\r' => Keysym::Return,
        other => Keysym::from_char(other),
    }
}

/// A chord such as `ctrl+shift+t`, `Return` or `ctrl++`. A letter beside a modifier is the unshifted
/// one (`ctrl+A` is what people write for ctrl+a; shift is asked for by name).
pub fn chord(text: &str) -> Result<Chord, Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(
            "text is empty: name a key such as Return or ctrl+a",
        ));
    }
    let mut keys = Vec::new();
    for part in split(text) {
        keys.push(named(part).map_err(|error| error.at(&format!("{text:?}")))?);
    }
    if keys.len() > 1 {
        for keysym in &mut keys {
            if let Some(letter) = keysym.key_char().filter(|c| c.is_ascii_uppercase()) {
                *keysym = Keysym::from_char(letter.to_ascii_lowercase());
            }
        }
    }
    Ok(Chord(keys))
}

/// Chords one after the other, separated by white space, as in `Down Down Return`.
pub fn chords(text: &str) -> Result<Vec<Chord>, Invalid> {
    if text.trim().is_empty() {
        return chord(text).map(|chord| vec![chord]);
    }
    text.split_whitespace().map(chord).collect()
}

/// Whether keys of this text put characters into a program, as typing does; shortcuts and named keys such
/// as Return do not.
pub fn types_characters(text: &str) -> bool {
    let types = |chord: &Chord| {
        let shortcut = chord.0.iter().any(makes_shortcuts);
        let character = |key: &Keysym| key.key_char().is_some_and(|c| !c.is_control());
        !shortcut && chord.0.iter().any(character)
    };
    // What cannot be understood may be anything.
    chords(text).map_or(true, |chords| chords.iter().any(types))
}

/// Modifiers to hold during a click or scroll, as in `ctrl+shift`.
pub fn modifiers(text: &str) -> Result<Chord, Invalid> {
    if text.is_empty() {
        return Ok(Chord(Vec::new()));
    }
    let chord = chord(text)?;
    if chord.0.iter().all(|keysym| keysym.is_modifier_key()) {
        return Ok(chord);
    }
    Err(Invalid(format!(
        "{text:?} is not a modifier: text beside a click or scroll takes ctrl, alt, shift, super, joined with +"
    )))
}

/// Whether a chord is one that programs act on rather than a character: with another modifier than Shift, or a function
/// key.
pub fn is_shortcut(chord: &Chord) -> bool {
    let function = |key: &Keysym| (key::F1..=key::F35).contains(&key.raw());
    chord.0.iter().any(function) || (chord.0.len() > 1 && chord.0.iter().any(makes_shortcuts))
}

/// Whether a key held beside another makes a shortcut of it; Shift and AltGr only choose the character.
fn makes_shortcuts(key: &Keysym) -> bool {
    const MODIFIERS: [u32; 8] = [
        key::Control_L,
        key::Control_R,
        key::Alt_L,
        key::Alt_R,
        key::Super_L,
        key::Super_R,
        key::Meta_L,
        key::Meta_R,
    ];
    MODIFIERS.contains(&key.raw())
}

/// Splits at `+`, where a `+` that stands where a name must be is the plus key itself.
pub(crate) fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let first = rest.chars().next().map_or(0, char::len_utf8);
        match rest.get(first..).and_then(|tail| tail.find('+')) {
            Some(at) => {
                parts.push(&rest[..first + at]);
                rest = &rest[first + at + 1..];
            }
            None => {
                parts.push(rest);
                return parts;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Vec<u32> {
        chord(text).unwrap().0.iter().map(|k| k.raw()).collect()
    }

    #[test]
    fn names_aliases_and_characters() {
        assert_eq!(raw("Return"), [key::Return]);
        assert_eq!(raw("enter"), [key::Return]);
        assert_eq!(raw("PageDown"), [key::Page_Down]);
        assert_eq!(raw("Page_Up"), [key::Page_Up]);
        assert_eq!(raw("page_up"), [key::Page_Up]);
        assert_eq!(raw("Prior"), [key::Prior]);
        assert_eq!(raw("F12"), [key::F12]);
        assert_eq!(raw("BackSpace"), [key::BackSpace]);
        assert_eq!(raw("backspace"), [key::BackSpace]);
        assert_eq!(raw("cmd"), [key::Super_L]);
        assert_eq!(raw("space"), [key::space]);
        assert_eq!(raw("XF86AudioMute"), [0x1008_ff12]);
        assert_eq!(raw("é"), [0xe9]);
        assert_eq!(raw("eacute"), [0xe9]);
        assert_eq!(raw("Eacute"), [0xc9]);
        assert_eq!(raw("A"), [u32::from(b'A')]);
        assert_eq!(raw("KP_Enter"), [key::KP_Enter]);
    }

    #[test]
    fn chords_are_in_order_and_letters_unshifted() {
        assert_eq!(
            raw("ctrl+shift+T"),
            [key::Control_L, key::Shift_L, u32::from(b't')]
        );
        assert_eq!(raw("alt+F4"), [key::Alt_L, key::F4]);
        assert_eq!(raw("ctrl++"), [key::Control_L, u32::from(b'+')]);
        assert_eq!(raw("+"), [u32::from(b'+')]);
    }

    #[test]
    fn sequences_are_split_at_spaces() {
        assert_eq!(chords("Down Down Return").unwrap().len(), 3);
        assert_eq!(chords(" ").unwrap()[0].0, [Keysym::space]);
    }

    #[test]
    fn shortcuts_are_told_from_characters() {
        for (text, shortcut) in [
            ("ctrl+l", true),
            ("alt+Left", true),
            ("super+1", true),
            ("F5", true),
            ("shift+a", false),
            ("A", false),
            ("Return", false),
            ("ctrl", false),
        ] {
            assert_eq!(is_shortcut(&chord(text).unwrap()), shortcut, "{text}");
        }
    }

    #[test]
    fn unknown_keys_are_named() {
        let error = chord("ctrl+Retrun").unwrap_err().to_string();
        assert!(error.contains("\"Retrun\""), "{error}");
        assert!(chord("").is_err());
        assert!(chord("ctrl+").is_err());
        for name in [
            "Terminate_Server",
            "terminate_server",
            "Pointer_Left",
            "ISO_Next_Group",
        ] {
            assert!(chord(name).is_err(), "{name}");
        }
        assert!(modifiers("a").is_err());
        assert!(modifiers("").unwrap().0.is_empty());
    }
}
