//! No text is a viewer's token but the one that was made for this desktop, and what it is taken for is what it was made
//! for.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nen_server::rfb_filter::Role;
use nen_server::token::{Claims, sign, verify};

const SECRET: &[u8] = b"a secret of 32 bytes, as it is..";

/// Of a server that makes no token here: the fuzzer reads those of the other one out of what is compared.
const ANOTHER: &[u8] = b"a secret of 32 bytes, as another";

#[derive(Debug, Arbitrary)]
struct Attempt<'a> {
    interactive: bool,
    expires: u64,
    now: u64,
    /// Where the good token is changed, and to what.
    at: u8,
    to: u8,
    text: &'a str,
}

fuzz_target!(|attempt: Attempt<'_>| {
    assert_eq!(
        verify(ANOTHER, "dsk_a", attempt.text, 0),
        None,
        "nobody made it"
    );
    let claims = Claims {
        role: if attempt.interactive {
            Role::Interactive
        } else {
            Role::View
        },
        expires: attempt.expires,
        session: "s1".to_owned(),
    };
    let token = sign(SECRET, "dsk_a", &claims);
    let good = (attempt.now < attempt.expires).then_some(claims);
    assert_eq!(verify(SECRET, "dsk_a", &token, attempt.now), good);
    assert_eq!(
        verify(SECRET, "dsk_b", &token, 0),
        None,
        "of another desktop"
    );
    let mut changed = token.clone().into_bytes();
    let at = usize::from(attempt.at) % changed.len();
    changed[at] = attempt.to;
    if let Ok(changed) = String::from_utf8(changed)
        && changed != token
    {
        assert_eq!(
            verify(SECRET, "dsk_a", &changed, 0),
            None,
            "{changed} for {token}"
        );
    }
    assert_eq!(
        verify(ANOTHER, "dsk_a", &token, 0),
        None,
        "of another server"
    );
    let longer = format!("{token}{}", attempt.text);
    assert!(
        longer == token || verify(SECRET, "dsk_a", &longer, 0).is_none(),
        "{longer}"
    );
});
