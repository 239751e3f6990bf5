//! What a machine must have for the networks of sandboxes.

use std::path::Path;

use super::tun;

/// What this machine lacks, and how it gets it. None: nothing that can be known beforehand.
pub fn lacks() -> Option<String> {
    missing(
        |program| crate::find(program).is_some(),
        device_is_usable(rustix::process::geteuid().is_root()),
        tun::there(),
    )
}

/// Whether a carrier can use `/dev/net/tun`. As root the stage of each makes a node of its own where there is none for
/// everybody.
pub fn device_is_usable(is_root: bool) -> bool {
    is_root || (tun::there() && tun::open_to_all())
}

fn missing(is_there: impl Fn(&str) -> bool, usable: bool, device: bool) -> Option<String> {
    for (program, package) in [("slirp4netns", "slirp4netns"), ("nft", "nftables")] {
        if !is_there(program) {
            return Some(format!(
                "{program}, which is not installed: `nen doctor --fix` installs the package {package}"
            ));
        }
    }
    let device_at = Path::new(tun::DEVICE).display();
    match (usable, device) {
        (true, _) => None,
        (false, true) => Some(format!(
            "{device_at} open to every user: `chmod 666 {device_at}` as root opens it"
        )),
        (false, false) => Some(format!(
            "{device_at}, which is not there: `modprobe tun` as root makes it"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_what_helps() {
        let with = |there: &'static [&str], usable, device| {
            missing(|program| there.contains(&program), usable, device)
        };
        let all: &[&str] = &["slirp4netns", "nft"];
        assert_eq!(with(all, true, false), None);
        for (lacks, word) in [
            (with(&["nft"], true, true), "slirp4netns"),
            (with(&["slirp4netns"], true, true), "nftables"),
            (with(all, false, true), "chmod 666"),
            (with(all, false, false), "modprobe tun"),
        ] {
            let lacks = lacks.unwrap();
            assert!(lacks.contains(word), "{lacks}");
        }
    }
}
