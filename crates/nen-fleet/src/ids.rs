//! Names of desktops.

use rand::Rng as _;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// `dsk_` and 12 random lowercase letters or digits.
pub(crate) fn desktop_id() -> String {
    let mut rng = rand::rng();
    let random = (0..12).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
    "dsk_".chars().chain(random).collect()
}

/// Whether a text has the shape of [`desktop_id`], and so can be a folder's name.
pub(crate) fn is_desktop_id(text: &str) -> bool {
    text.strip_prefix("dsk_").is_some_and(|rest| rest.len() == 12 && rest.bytes().all(|byte| ALPHABET.contains(&byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_prefix_and_twelve_characters() {
        let id = desktop_id();
        assert!(is_desktop_id(&id), "{id}");
        assert_ne!(id, desktop_id());
    }

    #[test]
    fn nothing_else_is_an_id() {
        for text in ["", "dsk_", "dsk_ABCDEFGHIJKL", "dsk_../../../etc", "dsk_abcdefghijklm", "abcdefghijkl"] {
            assert!(!is_desktop_id(text), "{text}");
        }
    }
}
