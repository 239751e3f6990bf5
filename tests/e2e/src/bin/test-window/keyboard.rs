use x11rb::connection::Connection;
use x11rb::protocol::xproto::*;
use x11rb::rust_connection::RustConnection;
use xkeysym::Keysym;

/// The keyboard's map as Xlib programs keep it: read when first needed, and anew after the server said it changed.
#[derive(Debug, Default)]
pub struct Keyboard {
    map: Option<GetKeyboardMappingReply>,
}

impl Keyboard {
    /// The map changed.
    pub fn forget(&mut self) {
        self.map = None;
    }

    /// What a key means with the modifiers held.
    pub fn read(&mut self, x11: &RustConnection, event: &KeyPressEvent) -> nen_e2e::Key {
        let setup = x11.setup();
        let map = self.map.get_or_insert_with(|| {
            let count = setup.max_keycode - setup.min_keycode + 1;
            x11.get_keyboard_mapping(setup.min_keycode, count)
                .unwrap()
                .reply()
                .unwrap()
        });
        let columns = usize::from(map.keysyms_per_keycode);
        let row = usize::from(event.detail - setup.min_keycode) * columns;
        let row = &map.keysyms[row..row + columns];
        let keysym = pick(row, event.state.into());
        nen_e2e::Key {
            keycode: event.detail,
            keysym: keysym.name().map_or_else(
                || format!("U+{:04X}", keysym.raw()),
                |name| name.replacen("XK_", "", 1),
            ),
            text: text(keysym),
            state: event.state.into(),
            time: event.time,
        }
    }
}

/// Chooses among the keysyms of a key by the rules of the core protocol, with AltGr as XKB shows it in the fifth and
/// sixth column.
fn pick(row: &[u32], state: u16) -> Keysym {
    const SHIFT: u16 = 1;
    const LOCK: u16 = 2;
    const LEVEL3: u16 = 0x80;
    let column = |at: usize| Keysym::new(row.get(at).copied().unwrap_or(0));
    let first = if state & LEVEL3 != 0 && column(4).raw() != 0 {
        4
    } else {
        0
    };
    let (plain, shifted) = (column(first), column(first + 1));
    let upper = |keysym: Keysym| {
        let mut upper = keysym.key_char().into_iter().flat_map(char::to_uppercase);
        match (upper.next(), upper.next()) {
            (Some(one), None) => Keysym::from_char(one),
            _ => keysym,
        }
    };
    let shifted = if shifted.raw() == 0 {
        upper(plain)
    } else {
        shifted
    };
    // Caps lock touches letters only, that is keys whose shifted character is the capital.
    let is_letter = upper(plain) != plain && upper(plain) == shifted;
    let caps = state & LOCK != 0 && is_letter;
    if (state & SHIFT != 0) != caps {
        shifted
    } else {
        plain
    }
}

/// The character that a text field would take.
fn text(keysym: Keysym) -> String {
    match keysym.name() {
        Some("XK_Return") => "\n".into(),
        Some("XK_Tab") => "\t".into(),
        _ => keysym
            .key_char()
            .filter(|c| !c.is_control())
            .map(String::from)
            .unwrap_or_default(),
    }
}
