//! Which files of a data folder a backup takes: all but those that are made anew, or must not be twice.

use std::collections::BTreeSet;

/// Made anew by each server that starts, or true of one server only. Two servers with one `worker-id` would take each
/// other's runs for their own; an authority gives each server a certificate.
const NEVER: [&str; 9] = [
    "server.lock",
    "workers.lock",
    "desktops.lock",
    "worker-id",
    "acme",
    "image",
    "sandbox",
    "unclaimed",
    "lost+found",
];

/// What is left of other backups and restores.
const PREFIXES: [&str; 3] = [".nen-backup-", ".restoring", "before-restore-"];

/// Of a desktop's folder, made anew at each of its starts.
const OF_A_DESKTOP: [&str; 9] = [
    "run",
    "instance.json",
    "desktop.json",
    "sandbox.json",
    "network.json",
    "stage.json",
    "namespaces.json",
    "desktop.log",
    "network.log",
];

/// The same, which the first backups had all the same.
const ONCE_TAKEN: [&str; 3] = ["egress.json", "orders.json", "egress.log"];

/// Of a run's folder, gone when it has started.
const OF_A_RUN: [&str; 2] = ["sandbox.json", "network.json"];

/// What is to be taken.
#[derive(Debug)]
pub(crate) struct Contents {
    /// Desktops that the database knows and that are somebody's.
    pub desktops: BTreeSet<String>,
    /// Names below the data folder that are the database itself.
    pub database: Vec<Vec<u8>>,
}

impl Contents {
    /// Whether an entry of this name below the data folder is taken, with what is below it.
    pub fn takes(&self, name: &[u8]) -> bool {
        if self.database.iter().any(|own| own == name) {
            return false;
        }
        let parts: Vec<&[u8]> = name.split(|byte| *byte == b'/').collect();
        let is_kept = match parts.as_slice() {
            [b"desktops", id] => std::str::from_utf8(id).is_ok_and(|id| self.desktops.contains(id)),
            // One that is not a desktop's is what new ones begin as.
            [b"disks", image] => disk_of(image).is_some_and(|id| self.desktops.contains(id)),
            [b"desktops", _, part] => !one_of(&ONCE_TAKEN, part),
            _ => true,
        };
        is_kept && may_hold(name)
    }
}

/// Whether any backup may hold an entry of this name below the data folder.
pub(crate) fn may_hold(name: &[u8]) -> bool {
    let parts: Vec<&[u8]> = name.split(|byte| *byte == b'/').collect();
    let begins = |part: &[u8]| {
        let mut prefixes = PREFIXES.iter();
        prefixes.any(|prefix| part.starts_with(prefix.as_bytes()))
    };
    match parts.as_slice() {
        [top] => !one_of(&NEVER, top) && !begins(top),
        [b"desktops", _, part] => !one_of(&OF_A_DESKTOP, part),
        [b"runs", run] => !run.starts_with(b"describe-"),
        [b"runs", _, part] => !one_of(&OF_A_RUN, part),
        _ => true,
    }
}

fn one_of(list: &[&str], part: &[u8]) -> bool {
    list.iter().any(|other| other.as_bytes() == part)
}

/// The desktop whose disk a file in the folder of disks is.
pub(crate) fn disk_of(image: &[u8]) -> Option<&str> {
    std::str::from_utf8(image.strip_suffix(b".img")?).ok()
}

/// The desktop whose own user can write to a file of this name.
pub(crate) fn desktop_of(name: &[u8]) -> Option<&str> {
    let rest = name.strip_prefix(b"desktops/")?;
    let (id, inside) = match rest.iter().position(|byte| *byte == b'/') {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (rest, &b""[..]),
    };
    let top = inside
        .split(|byte| *byte == b'/')
        .next()
        .unwrap_or_default();
    let own = [&b""[..], b"home", b"drive", b"machine-id"].contains(&top);
    own.then(|| std::str::from_utf8(id).ok()).flatten()
}

/// Whether links may be below this name: only desktops make any, and only they follow them.
pub(crate) fn may_link(name: &[u8]) -> bool {
    let parts: Vec<&[u8]> = name.splitn(4, |byte| *byte == b'/').collect();
    matches!(parts.as_slice(), [b"desktops", _, b"home" | b"drive", _])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_anew_is_not_taken() {
        let contents = Contents {
            desktops: BTreeSet::from(["dsk_a".to_owned()]),
            database: vec![
                b"nen.db".to_vec(),
                b"nen.db-wal".to_vec(),
                b"db/own.db".to_vec(),
            ],
        };
        for name in [
            "api-key",
            "secret.key",
            "something-of-a-later-version",
            "runs",
            "runs/5f",
            "runs/5f/bundle/sandbox.json",
            "history/dsk_b/1.png",
            "desktops",
            "desktops/dsk_a",
            "desktops/dsk_a/home",
            "desktops/dsk_a/home/run",
            "disks/dsk_a.img",
        ] {
            assert!(contents.takes(name.as_bytes()), "{name}");
        }
        for name in [
            "server.lock",
            "worker-id",
            "acme",
            "nen.db",
            "nen.db-wal",
            "db/own.db",
            "image",
            "unclaimed",
            "desktops/dsk_b",
            "desktops/dsk_a/run",
            "desktops/dsk_a/instance.json",
            "desktops/dsk_a/orders.json",
            "disks/dsk_b.img",
            "disks/new.img",
            "disks/dsk_a.tried",
            "runs/describe-5f",
            "runs/5f/sandbox.json",
            "before-restore-1",
            ".restoring",
        ] {
            assert!(!contents.takes(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_desktop_owns_what_it_sees() {
        assert_eq!(desktop_of(b"desktops/dsk_a"), Some("dsk_a"));
        assert_eq!(desktop_of(b"desktops/dsk_a/home/x/y"), Some("dsk_a"));
        assert_eq!(desktop_of(b"desktops/dsk_a/machine-id"), Some("dsk_a"));
        assert_eq!(desktop_of(b"desktops/dsk_a/rules"), None);
        assert_eq!(desktop_of(b"desktops"), None);
        assert_eq!(desktop_of(b"runs/5f"), None);
        assert!(may_link(b"desktops/dsk_a/home/link"));
        assert!(may_link(b"desktops/dsk_a/drive/a/link"));
        assert!(!may_link(b"desktops/dsk_a/home"));
        assert!(!may_link(b"desktops/dsk_a/link"));
        assert!(!may_link(b"runs/5f/a/link"));
    }
}
