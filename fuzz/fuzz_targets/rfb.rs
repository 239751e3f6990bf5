//! Whatever a viewer sends, cut wherever, the desktop of one who may only look gets messages about the picture and
//! nothing else; and how the stream was cut changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nen_server::rfb_filter::{Filter, Role};

fuzz_target!(|input: &[u8]| {
    // The first byte says how the others are cut.
    let Some((cut, bytes)) = input.split_first() else {
        return;
    };
    for role in [Role::View, Role::Interactive] {
        let (whole, error) = sent(role, bytes, bytes.len().max(1));
        let (cut, cut_error) = sent(role, bytes, usize::from(*cut).max(1));
        assert_eq!((&whole, error), (&cut, cut_error), "{role:?}");
        let mut rest = whole.strip_prefix(b"RFB 003.008\n").unwrap_or_default();
        // The security type, and that the screen is shared.
        rest = rest.get(2..).unwrap_or_default();
        while !rest.is_empty() {
            let length = length(role, rest);
            rest = rest.get(length..).unwrap_or_default();
        }
    }
});

fn sent(role: Role, bytes: &[u8], piece: usize) -> (Vec<u8>, bool) {
    let (mut filter, mut out) = (Filter::new(role), Vec::new());
    let broke = bytes
        .chunks(piece)
        .any(|piece| filter.push(piece, &mut out).is_err());
    (out, broke)
}

/// Length of the message that the X server would read here. A reading of RFB of its own, apart from the filter's.
fn length(role: Role, message: &[u8]) -> usize {
    let byte = |at: usize| usize::from(message.get(at).copied().unwrap_or(0));
    let two = |at: usize| byte(at) << 8 | byte(at + 1);
    match message[0] {
        0 => 20,
        2 => 4 + 4 * two(2),
        3 | 150 => 10,
        248 => 9 + byte(8),
        4 | 5 | 6 | 255 if role == Role::Interactive => message.len(),
        kind => panic!("message {kind} reached the desktop of {role:?}"),
    }
}
