//! Messages one by one, then random streams cut at random places.

use super::{Filter, FilterError, Role, Seen};
use proptest::prelude::*;

fn handshake() -> Vec<u8> {
    let mut bytes = b"RFB 003.008\n".to_vec();
    bytes.extend([1, 1]);
    bytes
}

fn run(role: Role, messages: &[u8]) -> (Result<Seen, FilterError>, Vec<u8>) {
    let mut filter = Filter::new(role);
    let mut shaken = Vec::new();
    filter.push(&handshake(), &mut shaken).unwrap();
    assert_eq!(shaken, handshake());
    let mut out = Vec::new();
    let seen = filter.push(messages, &mut out);
    (seen, out)
}

fn cut_text(length: i32, body: &[u8]) -> Vec<u8> {
    let mut m = vec![6, 0, 0, 0];
    m.extend(length.to_be_bytes());
    m.extend(body);
    m
}

fn encodings(list: &[i32]) -> Vec<u8> {
    let mut m = vec![2, 0];
    m.extend(u16::try_from(list.len()).unwrap().to_be_bytes());
    list.iter().for_each(|e| m.extend(e.to_be_bytes()));
    m
}

/// Every message that only concerns what is shown.
fn display_messages() -> Vec<Vec<u8>> {
    let mut pixel_format = vec![0; 20];
    pixel_format[4] = 32;
    let mut fence = vec![248, 0, 0, 0, 0x80, 0, 0, 3, 4];
    fence.extend(b"ping");
    vec![
        pixel_format,
        encodings(&[7, 16, -239, -1063131698]),
        encodings(&[]),
        vec![3, 1, 0, 0, 0, 0, 5, 0, 3, 32],
        vec![150, 1, 0, 0, 0, 0, 5, 0, 3, 32],
        fence,
        vec![248, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
}

/// Every message that is input. First bytes of bodies look like other messages on purpose.
fn input_messages() -> Vec<Vec<u8>> {
    vec![
        vec![4, 1, 0, 0, 0, 0, 0, 0x61],
        vec![5, 1, 0, 10, 0, 20],
        cut_text(5, b"\x04hel\x05"),
        cut_text(0, b""),
        cut_text(-8, &[0x10, 0, 0, 1, 4, 5, 6, 7]),
        cut_text(-2, &[4, 5]),
        vec![255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 30],
    ]
}

/// Every message nobody may send.
fn forbidden_messages() -> Vec<Vec<u8>> {
    let mut desktop_size = vec![251, 0, 4, 0, 3, 0, 1, 0];
    desktop_size.extend([4; 16]);
    vec![
        vec![250, 0, 1, 2],
        desktop_size,
        vec![255, 1, 0, 0],
        vec![255, 1, 0, 2, 1, 2, 0, 0, 0, 1],
    ]
}

#[test]
fn view_only_passes_display_messages_unchanged() {
    for message in display_messages() {
        let (seen, out) = run(Role::View, &message);
        assert_eq!((seen, out), (Ok(Seen::default()), message));
    }
}

#[test]
fn view_only_swallows_every_input_message() {
    for message in input_messages() {
        let (seen, out) = run(Role::View, &message);
        assert_eq!(
            (seen, out),
            (
                Ok(Seen {
                    input: 0,
                    dropped: 1
                }),
                vec![]
            ),
            "{message:?}"
        );
    }
}

#[test]
fn interactive_passes_input_messages_unchanged_and_counts_them() {
    for message in input_messages() {
        let (seen, out) = run(Role::Interactive, &message);
        assert_eq!(
            (seen, out),
            (
                Ok(Seen {
                    input: 1,
                    dropped: 0
                }),
                message
            )
        );
    }
}

#[test]
fn nobody_changes_power_audio_or_the_screen_size() {
    for role in [Role::View, Role::Interactive] {
        for message in forbidden_messages() {
            let (seen, out) = run(role, &message);
            assert_eq!(
                (seen, out),
                (
                    Ok(Seen {
                        input: 0,
                        dropped: 1
                    }),
                    vec![]
                ),
                "{message:?}"
            );
        }
    }
}

#[test]
fn extended_buttons_are_read_only_when_offered() {
    let mut stream = encodings(&[-316]);
    stream.extend([5, 0x81, 0, 1, 0, 2, 1]);
    stream.extend([4, 1, 0, 0, 0, 0, 0, 0x61]);
    assert_eq!(
        run(Role::Interactive, &stream),
        (
            Ok(Seen {
                input: 2,
                dropped: 0
            }),
            stream
        )
    );
    let plain = [5, 0x81, 0, 1, 0, 2, 3, 1, 0, 0, 0, 0, 5, 0, 3, 32];
    assert_eq!(
        run(Role::View, &plain),
        (
            Ok(Seen {
                input: 0,
                dropped: 1
            }),
            plain[6..].to_vec()
        )
    );
}

#[test]
fn what_cannot_be_parsed_closes() {
    let close = |role, bytes: &[u8]| run(role, bytes).0.unwrap_err();
    for unknown in [1u8, 7, 99, 149, 249, 252, 254] {
        assert_eq!(
            close(Role::View, &[unknown]),
            FilterError::UnknownMessage(unknown)
        );
        assert_eq!(
            close(Role::Interactive, &[unknown]),
            FilterError::UnknownMessage(unknown)
        );
    }
    assert_eq!(
        close(Role::View, &[255, 9]),
        FilterError::UnknownMessage(255)
    );
    assert_eq!(
        close(Role::View, &cut_text(i32::MAX, b"")),
        FilterError::TooLarge(6)
    );
    assert_eq!(
        close(Role::View, &cut_text(i32::MIN, b"")),
        FilterError::TooLarge(6)
    );
    assert_eq!(
        close(Role::View, &[2, 0, 0xff, 0xff]),
        FilterError::TooLarge(2)
    );
    assert_eq!(
        close(Role::View, &[248, 0, 0, 0, 0, 0, 0, 0, 65]),
        FilterError::TooLarge(248)
    );
}

#[test]
fn handshake_is_checked_and_always_shared() {
    let first = |bytes: &[u8]| Filter::new(Role::View).push(bytes, &mut Vec::new());
    assert_eq!(first(b"RFB 003.003\n"), Err(FilterError::Version));
    assert_eq!(first(b"GET / HTTP/1.1"), Err(FilterError::Version));
    assert_eq!(first(b"RFB 003.008\n\x02"), Err(FilterError::Security(2)));
    let mut out = Vec::new();
    Filter::new(Role::Interactive)
        .push(b"RFB 003.008\n\x01\x00", &mut out)
        .unwrap();
    assert_eq!(out, b"RFB 003.008\n\x01\x01");
}

fn any_message() -> impl Strategy<Value = Vec<u8>> {
    let all: Vec<_> = [display_messages(), input_messages(), forbidden_messages()].concat();
    prop_oneof![
        prop::sample::select(all),
        prop::collection::vec(any::<u8>(), 0..300)
            .prop_map(|body| cut_text(i32::try_from(body.len()).unwrap(), &body)),
        (any::<[u8; 5]>()).prop_map(|b| vec![5, b[0] & 0x7f, b[1], b[2], b[3], b[4]]),
        (any::<[u8; 7]>()).prop_map(|b| [&[4u8][..], &b].concat()),
    ]
}

/// Feeds `bytes` in pieces cut at `cuts` and gives everything that came out, with the error that ended it.
fn feed(role: Role, bytes: &[u8], cuts: &[usize]) -> (Vec<u8>, Seen, Option<FilterError>) {
    let mut cuts: Vec<_> = cuts.iter().map(|c| c % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    let (mut filter, mut out, mut total) = (Filter::new(role), Vec::new(), Seen::default());
    for pair in cuts.windows(2) {
        match filter.push(&bytes[pair[0]..pair[1]], &mut out) {
            Ok(seen) => {
                total.input += seen.input;
                total.dropped += seen.dropped;
            }
            Err(error) => return (out, Seen::default(), Some(error)),
        }
    }
    (out, total, None)
}

proptest! {
    #[test]
    fn any_split_gives_the_same_output(
        messages in prop::collection::vec(any_message(), 0..20),
        tail in prop::collection::vec(any::<u8>(), 0..40),
        cuts in prop::collection::vec(any::<usize>(), 0..60),
        interactive: bool,
    ) {
        let role = if interactive { Role::Interactive } else { Role::View };
        let bytes = [handshake(), messages.concat(), tail].concat();
        prop_assert_eq!(feed(role, &bytes, &cuts), feed(role, &bytes, &[]));
    }

    #[test]
    fn view_only_lets_exactly_the_display_messages_through(
        messages in prop::collection::vec(any_message(), 0..20),
        cuts in prop::collection::vec(any::<usize>(), 0..60),
    ) {
        let bytes = [handshake(), messages.concat()].concat();
        let shown: Vec<_> = messages.iter().filter(|m| matches!(m[0], 0 | 2 | 3 | 150 | 248)).cloned().collect();
        let (out, seen, error) = feed(Role::View, &bytes, &cuts);
        prop_assert_eq!(out, [handshake(), shown.concat()].concat());
        prop_assert_eq!((seen.input, error), (0, None));
    }

    #[test]
    fn view_only_output_of_any_bytes_never_holds_an_input_message(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let (out, _, _) = feed(Role::View, &[handshake(), bytes].concat(), &[]);
        // The desktop's parser sees only display messages: a second filter finds nothing to drop or to refuse.
        let (again, seen, error) = feed(Role::View, &out, &[]);
        prop_assert_eq!((again, seen, error), (out, Seen::default(), None));
    }
}

#[test]
fn what_a_clipboard_can_do_is_no_act_of_a_person() {
    // Caps, request, peek, notify, by the flags of the extended clipboard; and noVNC's caps, which can do all of it.
    for flags in [0x01, 0x02, 0x04, 0x08, 0x1f] {
        let message = cut_text(-8, &[flags, 0, 0, 1, 4, 5, 6, 7]);
        let (seen, out) = run(Role::Interactive, &message);
        assert_eq!((seen, out), (Ok(Seen::default()), message.clone()));
        let (seen, out) = run(Role::View, &message);
        assert_eq!((seen.unwrap().dropped, out.len()), (1, 0));
    }
}
