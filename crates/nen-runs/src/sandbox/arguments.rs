//! What a workflow can see: bubblewrap's arguments.

use std::path::Path;

use nen_protocol::network::NetworkPolicy;

use super::Image;
use super::image::{GUARDED, INSIDE, NAMES, RESOLVERS};
use crate::SandboxLimits;

/// Files of the host's `/etc` that an interpreter needs and that say nothing about the host.
const ETC: [&str; 5] = [
    "alternatives",
    "ld.so.cache",
    "localtime",
    "mime.types",
    "ssl/certs",
];

/// The runner within [`INSIDE`].
const RUNNER: &str = "nen/_sandbox.py";

/// With a network, bubblewrap keeps the network namespace that it is started in.
pub(super) fn list(
    image: &Image,
    limits: SandboxLimits,
    bundle: &Path,
    network: &NetworkPolicy,
) -> Vec<String> {
    let mut list: Vec<String> = Vec::with_capacity(128);
    let mut add = |words: &[&str]| list.extend(words.iter().map(|word| (*word).to_owned()));
    add(&["--unshare-all", "--uid", "1000", "--gid", "1000"]);
    if *network != NetworkPolicy::None {
        add(&["--share-net"]);
    }
    // Making namespaces is where the kernel has been broken most often, and a workflow has no use for it.
    add(&["--unshare-user", "--disable-userns"]);
    add(&["--cap-drop", "ALL", "--new-session", "--die-with-parent"]);
    add(&["--hostname", "workflow", "--clearenv"]);
    add(&["--ro-bind", "/usr", "/usr"]);
    for link in ["bin", "lib", "lib64", "sbin"] {
        add(&["--symlink", &format!("usr/{link}"), &format!("/{link}")]);
    }
    for name in ETC {
        let path = format!("/etc/{name}");
        add(&["--ro-bind-try", &path, &path]);
    }
    let ours = image.folder.display().to_string();
    add(&["--ro-bind", &format!("{ours}/etc/passwd"), "/etc/passwd"]);
    if *network != NetworkPolicy::None {
        let guarded = matches!(network, NetworkPolicy::Allow(_));
        for name in NAMES {
            let folder = match guarded && name == RESOLVERS {
                true => GUARDED,
                false => "etc",
            };
            let (ours, theirs) = (format!("{ours}/{folder}/{name}"), format!("/etc/{name}"));
            add(&["--ro-bind", &ours, &theirs]);
        }
    }
    add(&["--ro-bind", &format!("{ours}/python"), INSIDE]);
    let packages = image.packages.display().to_string();
    add(&["--ro-bind", &packages, &packages]);
    add(&["--ro-bind", &bundle.display().to_string(), "/workflow"]);
    add(&["--proc", "/proc", "--dev", "/dev"]);
    let folders = [
        ("/dev/shm", limits.temp_mb),
        ("/tmp", limits.temp_mb),
        ("/artifacts", limits.artifacts_mb),
    ];
    for (folder, mib) in folders {
        add(&[
            "--perms",
            "0700",
            "--size",
            &(mib << 20).to_string(),
            "--tmpfs",
            folder,
        ]);
    }
    add(&[
        "--symlink",
        "/artifacts",
        "/assets",
        "--chdir",
        "/artifacts",
    ]);
    // What is left of the root and of /dev is memory without a bound.
    add(&["--remount-ro", "/dev", "--remount-ro", "/"]);
    for (name, value) in [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", "/tmp"),
        ("USER", "workflow"),
        ("LANG", "C.UTF-8"),
        ("NEN_PACKAGES", &packages),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ] {
        add(&["--setenv", name, value]);
    }
    let runner = format!("{INSIDE}/{RUNNER}");
    add(&[
        "--",
        &image.python.display().to_string(),
        "-I",
        "-u",
        &runner,
    ]);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(network: &NetworkPolicy) -> Vec<String> {
        let image = Image {
            folder: "/data/sandbox".into(),
            python: "/usr/bin/python3".into(),
            packages: "/usr/local/lib/nen/python".into(),
            nen: None,
        };
        let bundle = Path::new("/data/runs/r/bundle");
        list(&image, SandboxLimits::default(), bundle, network)
    }

    #[test]
    fn a_workflow_sees_no_host_file_but_programs_and_its_bundle() {
        for network in [NetworkPolicy::None, NetworkPolicy::Internet] {
            let list = arguments(&network);
            let sources: Vec<&str> = list
                .windows(3)
                .filter(|words| words[0].contains("bind"))
                .map(|words| words[1].as_str())
                .collect();
            for source in sources {
                let fine = ["/usr", "/data/sandbox/", "/data/runs/r/bundle"]
                    .iter()
                    .any(|start| source.starts_with(start))
                    || ETC.contains(&source.trim_start_matches("/etc/"));
                assert!(fine, "{source} is visible");
            }
            for wanted in ["--unshare-all", "--disable-userns", "--die-with-parent"] {
                assert!(list.iter().any(|word| word == wanted), "{wanted}");
            }
            assert!(!list.iter().any(|word| word == "--bind"));
        }
    }

    #[test]
    fn the_network_of_its_stage_is_kept_only_when_it_has_one() {
        let has = |network: &NetworkPolicy, wanted: &str| {
            arguments(network).iter().any(|word| word == wanted)
        };
        let listed = serde_json::from_str(r#"{"allow": ["example.com"]}"#).unwrap();
        for word in ["--share-net", "/etc/resolv.conf"] {
            assert!(!has(&NetworkPolicy::None, word), "{word}");
            assert!(has(&NetworkPolicy::Internet, word), "{word}");
            assert!(has(&listed, word), "{word}");
        }
        for (network, folder) in [(NetworkPolicy::Internet, "etc"), (listed, "guarded")] {
            assert!(has(
                &network,
                &format!("/data/sandbox/{folder}/resolv.conf")
            ));
        }
    }
}
