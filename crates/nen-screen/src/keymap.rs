//! Which key types which character, and which keys are free to be given new characters.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use xkeysym::{Keysym, key};

/// Keys that may be given new characters when nothing is on them but a multimedia function. Browsers look
/// at some keys' place before their character: Back, Home, Search, volume and the like act on the browser
/// whatever character they carry, and some swallow it. These do not, as pressing each in Chromium showed:
/// evdev's keys without a place name, F13 to F24, and a laptop's radios and lights.
const BINDABLE: [RangeInclusive<u8>; 11] = [
    93..=93,
    120..=120,
    154..=157,
    168..=168,
    178..=178,
    183..=186,
    191..=207,
    211..=213,
    217..=217,
    219..=224,
    244..=255,
];

/// How a keysym is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stroke {
    /// The key.
    pub keycode: u8,
    /// Whether Shift is held.
    pub shift: bool,
}

/// A keyboard as X describes it: keysyms per key, the first two columns plain and with Shift.
#[derive(Debug)]
pub struct Keymap {
    strokes: HashMap<Keysym, Stroke>,
    /// Keys that can be bound: first the unbound, least recently used first.
    spare: Vec<Spare>,
    /// Counts bindings, for finding the spare that was not used for longest.
    clock: u64,
}

#[derive(Debug, Clone, Copy)]
struct Spare {
    keycode: u8,
    bound: Option<Keysym>,
    used: u64,
}

/// What must be done to a keyboard before a text can be typed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bindings {
    /// Keys and the keysyms they get, in order of keycode.
    pub bind: Vec<(u8, Keysym)>,
    /// Whether a key among them typed another character before, so that whoever still has to read that
    /// one must have read it first.
    pub rebinds: bool,
}

impl Keymap {
    /// Reads the answer to a GetKeyboardMapping request that began at `first`.
    pub fn new(first: u8, columns: usize, keysyms: &[u32]) -> Self {
        let mut strokes = HashMap::new();
        let mut spare = Vec::new();
        for (row, keycode) in keysyms.chunks_exact(columns.max(1)).zip(first..=u8::MAX) {
            let used: Vec<u32> = row.iter().copied().filter(|raw| *raw != 0).collect();
            let bindable = BINDABLE.iter().any(|keys| keys.contains(&keycode));
            let multimedia = |raw: &u32| (0x1008_fe00..=0x1008_ffff).contains(raw);
            // One character in every column is how we bind keys: a keyboard read again still knows its
            // spares. Modifiers that some keyboards have on such keys are none.
            let bound = used
                .first()
                .filter(|first| used.iter().all(|raw| raw == *first))
                .map(|raw| Keysym::new(*raw))
                .filter(|keysym| keysym.key_char().is_some());
            if bindable && (bound.is_some() || used.iter().all(multimedia)) {
                spare.push(Spare {
                    keycode,
                    bound,
                    used: 0,
                });
                if let Some(keysym) = bound {
                    let shift = false;
                    strokes.entry(keysym).or_insert(Stroke { keycode, shift });
                }
                continue;
            }
            for (raw, shift) in row.iter().take(2).zip([false, true]) {
                if *raw != 0 {
                    let stroke = Stroke { keycode, shift };
                    strokes.entry(Keysym::new(*raw)).or_insert(stroke);
                }
            }
        }
        Self {
            strokes,
            spare,
            clock: 0,
        }
    }

    /// How a keysym is typed, if a key has it.
    pub fn stroke(&self, keysym: Keysym) -> Option<Stroke> {
        self.strokes.get(&keysym).copied()
    }

    /// How many different new keysyms can be bound at once.
    pub fn room(&self) -> usize {
        self.spare.len()
    }

    /// Gives keys to all keysyms that have none. At most [`Keymap::room`] different ones at a time, and
    /// those that have a key already keep it.
    pub fn bind(&mut self, wanted: &[Keysym]) -> Bindings {
        self.clock += 1;
        for spare in &mut self.spare {
            if spare.bound.is_some_and(|keysym| wanted.contains(&keysym)) {
                spare.used = self.clock;
            }
        }
        let mut bindings = Bindings::default();
        for &keysym in wanted {
            if self.strokes.contains_key(&keysym) {
                continue;
            }
            let Some(spare) = self
                .spare
                .iter_mut()
                .filter(|spare| spare.used < self.clock)
                .min_by_key(|spare| (spare.bound.is_some(), spare.used, spare.keycode))
            else {
                break;
            };
            if let Some(old) = spare.bound.replace(keysym) {
                self.strokes.remove(&old);
                bindings.rebinds = true;
            }
            spare.used = self.clock;
            let stroke = Stroke {
                keycode: spare.keycode,
                shift: false,
            };
            self.strokes.insert(keysym, stroke);
            bindings.bind.push((spare.keycode, keysym));
        }
        bindings.bind.sort_unstable_by_key(|(keycode, _)| *keycode);
        bindings
    }

    /// Splits a text into parts whose characters can all have keys at the same time.
    pub fn parts<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let room = self.room().max(1);
        let (mut parts, mut start) = (Vec::new(), 0);
        let mut new: Vec<Keysym> = Vec::new();
        for (at, character) in text.char_indices() {
            let keysym = nen_protocol::keys::typed(character);
            let own = self
                .stroke(keysym)
                .is_some_and(|stroke| !self.is_spare(stroke.keycode));
            if own || new.contains(&keysym) {
                continue;
            }
            if new.len() == room {
                parts.push(&text[start..at]);
                start = at;
                new.clear();
            }
            new.push(keysym);
        }
        parts.push(&text[start..]);
        parts
    }

    fn is_spare(&self, keycode: u8) -> bool {
        self.spare.iter().any(|spare| spare.keycode == keycode)
    }

    /// The key for holding Shift.
    pub fn shift(&self) -> Option<u8> {
        self.stroke(Keysym::new(key::Shift_L))
            .map(|stroke| stroke.keycode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys 190 to 195: a A, unbound, multimedia, unbound, Shift, unbound.
    fn keymap() -> Keymap {
        let rows = [
            [0x61, 0x41],
            [0, 0],
            [0x1008_ff12, 0],
            [0, 0],
            [key::Shift_L, 0],
            [0, 0],
        ];
        Keymap::new(190, 2, &rows.concat())
    }

    fn keysyms(text: &str) -> Vec<Keysym> {
        text.chars().map(nen_protocol::keys::typed).collect()
    }

    #[test]
    fn finds_plain_and_shifted_keys() {
        let keymap = keymap();
        let stroke = |c| keymap.stroke(Keysym::from_char(c));
        assert_eq!(
            stroke('a'),
            Some(Stroke {
                keycode: 190,
                shift: false
            })
        );
        assert_eq!(
            stroke('A'),
            Some(Stroke {
                keycode: 190,
                shift: true
            })
        );
        assert_eq!(stroke('é'), None);
        assert_eq!(keymap.shift(), Some(194));
        assert_eq!(keymap.room(), 4);
    }

    #[test]
    fn binds_once_and_reuses() {
        let mut keymap = keymap();
        let first = keymap.bind(&keysyms("aéя"));
        assert_eq!(
            first.bind.iter().map(|(k, _)| *k).collect::<Vec<_>>(),
            [191, 192]
        );
        assert!(!first.rebinds);
        assert_eq!(keymap.bind(&keysyms("яé")), Bindings::default());
    }

    #[test]
    fn a_keyboard_read_again_still_knows_its_spares() {
        let (e, row) = (0xe9, [0xe9; 2]);
        let rows = [
            [0x61, 0x41],
            row,
            [0x1008_ff12, 0],
            [0, 0],
            [key::Shift_L, 0],
            [0, 0],
        ];
        let mut keymap = Keymap::new(190, 2, &rows.concat());
        assert_eq!(keymap.room(), 4);
        assert_eq!(keymap.bind(&[Keysym::new(e)]), Bindings::default());
        assert!(keymap.bind(&keysyms("цуке")).rebinds);
    }

    #[test]
    fn gives_up_the_least_recently_used_and_says_so() {
        let mut keymap = keymap();
        keymap.bind(&keysyms("éя"));
        keymap.bind(&keysyms("你好"));
        keymap.bind(&keysyms("é"));
        let fifth = keymap.bind(&keysyms("😀"));
        assert!(fifth.rebinds);
        assert_eq!(keymap.stroke(Keysym::from_char('я')), None);
        assert!(keymap.stroke(Keysym::from_char('é')).is_some());
    }

    #[test]
    fn long_alphabets_are_typed_in_parts() {
        let keymap = keymap();
        assert_eq!(keymap.parts("aйцукйццa енг"), ["aйцукйццa", " енг"]);
        assert_eq!(keymap.parts(""), [""]);
    }

    proptest::proptest! {
        #[test]
        fn every_part_can_be_typed_once_bound(text in "\\PC{0,60}") {
            let mut keymap = keymap();
            let parts: Vec<String> = keymap.parts(&text).into_iter().map(str::to_owned).collect();
            proptest::prop_assert_eq!(parts.concat(), text);
            for part in parts {
                let keysyms = keysyms(&part);
                keymap.bind(&keysyms);
                let mut keycodes = HashMap::new();
                for keysym in keysyms {
                    let stroke = keymap.stroke(keysym);
                    proptest::prop_assert!(stroke.is_some());
                    let other = keycodes.insert(stroke, keysym);
                    proptest::prop_assert!(other.is_none_or(|other| other == keysym));
                }
            }
        }
    }
}
