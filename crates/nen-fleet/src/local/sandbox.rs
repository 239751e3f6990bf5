//! What a desktop can see: bubblewrap's arguments.

use std::path::{Path, PathBuf};

use nen_host::disk::Disk;
use nen_host::stage::{Argument, Spec};

use crate::machine::image;
use crate::machine::program::{DRIVE, ENV, HOME, IN_MEMORY, NEN};
use crate::machine::run_folder::{CONFIG, RUN};

/// Most files that one process of a desktop may have open.
const OPEN_FILES: u64 = 65_536;

/// A desktop's namespaces, and what can be seen in them.
#[derive(Debug, Clone)]
pub(super) struct Sandbox {
    /// Folder of the files shared by all desktops, see [`crate::machine::image`].
    pub image: PathBuf,
    /// The desktop's own folder.
    pub folder: PathBuf,
    /// The folder with its home and drive.
    pub files: PathBuf,
    /// The disk that they are on, to be mounted first. None: they are not on one.
    pub disk: Option<Disk>,
    /// Largest file that it may write, in bytes, its log outside among them. None: no limit.
    pub file_size: Option<u64>,
    /// Its limit of memory, of which files in memory may take a part, in MiB.
    pub memory_mb: u64,
    /// Rules for its network namespace, in nft's language. None: no network but its loopback.
    pub rules: Option<String>,
    /// The rules have a guard, which answers for names.
    pub guarded: bool,
    /// Limit on processes of its user, where there is no cgroup to do it better.
    pub process_limit: Option<u64>,
    /// What runs in it.
    pub command: Vec<String>,
}

/// Files of the host's `/etc` that programs need and that say nothing about the host.
const ETC: [&str; 28] = [
    "alternatives",
    "bash.bashrc",
    "ca-certificates.conf",
    "debian_version",
    "default/locale",
    "ethertypes",
    "fonts",
    "gai.conf",
    "gtk-3.0",
    "host.conf",
    "inputrc",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "locale.alias",
    "locale.conf",
    "localtime",
    "magic",
    "mime.types",
    "networks",
    "os-release",
    "profile",
    "protocols",
    "rpc",
    "services",
    "ssl/certs",
    "terminfo",
    "timezone",
];

/// Folders made before anything is mounted in them, so that they are readable.
const PLAIN_FOLDERS: [&str; 7] = [
    "/etc",
    "/etc/ssl",
    "/etc/default",
    "/etc/chromium",
    "/etc/chromium/policies",
    "/etc/chromium/policies/managed",
    "/run",
];

/// The least that has to work for a desktop to work, for `nen doctor`.
const PROBE: [&str; 16] = [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--cap-drop",
    "ALL",
    "--ro-bind",
    "/",
    "/",
    "--dev",
    "/dev",
    "--proc",
    "/proc",
    "--new-session",
    "--",
    "true",
];

/// Place of the descriptor where bubblewrap writes the sandbox's first process.
const INFO: usize = 0;
/// Place of the one that is open as long as the sandbox lives.
const SYNC: usize = 1;
/// Place of the one where the controller says that it answers.
const READY: usize = 2;
/// Place of the one with the filter of system calls.
const SECCOMP: usize = 3;

/// What a stage becomes for `nen doctor`, with these rules.
pub(super) fn probe(rules: String) -> Spec {
    Spec {
        rules: Some(rules),
        program: "bwrap".to_owned(),
        arguments: PROBE.map(Argument::from).into(),
        ..Spec::default()
    }
}

/// What a stage becomes for a desktop. It is handed four descriptors: that of the first process, that of the sandbox's
/// life, the controller's, and the filter of system calls.
pub(super) fn spec(sandbox: &Sandbox) -> Spec {
    Spec {
        disk: sandbox.disk.clone(),
        rules: sandbox.rules.clone(),
        guarded: sandbox.guarded,
        open_files: Some(OPEN_FILES),
        file_size: sandbox.file_size,
        processes: sandbox.process_limit,
        program: "bwrap".to_owned(),
        arguments: arguments(sandbox),
        ..Spec::default()
    }
}

fn arguments(sandbox: &Sandbox) -> Vec<Argument> {
    let mut list = Arguments(Vec::with_capacity(256));
    list.add(["--unshare-user", "--uid", "1000", "--gid", "1000"]);
    list.add([
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]);
    if sandbox.rules.is_none() {
        list.add(["--unshare-net"]);
    }
    list.add([
        "--cap-drop",
        "ALL",
        "--new-session",
        "--hostname",
        "desktop",
        "--clearenv",
    ]);
    system(&mut list);
    in_memory(&mut list, sandbox.memory_mb);
    for folder in PLAIN_FOLDERS {
        list.add(["--perms", "0755", "--dir", folder]);
    }
    for name in ETC {
        let path = format!("/etc/{name}");
        list.add(["--ro-bind-try", &path, &path]);
    }
    image(&mut list, &sandbox.image, sandbox.guarded);
    own_folders(&mut list, sandbox);
    for (name, value) in ENV {
        list.add(["--setenv", name, value]);
    }
    list.add(["--setenv", "NEN_READY_FD"]);
    list.0.push(Argument::Descriptor(READY));
    // What is left of the root and of /dev is memory without a bound.
    list.add(["--remount-ro", "/dev", "--remount-ro", "/"]);
    list.add(["--chdir", HOME]);
    for (option, place) in [
        ("--info-fd", INFO),
        ("--sync-fd", SYNC),
        ("--seccomp", SECCOMP),
    ] {
        list.add([option]);
        list.0.push(Argument::Descriptor(place));
    }
    list.add(["--"]);
    list.0
        .extend(sandbox.command.iter().cloned().map(Argument::from));
    list.0
}

fn system(list: &mut Arguments) {
    list.add(["--ro-bind", "/usr", "/usr"]);
    list.add([
        "--ro-bind-try",
        "/var/cache/fontconfig",
        "/var/cache/fontconfig",
    ]);
    for name in ["bin", "sbin", "lib", "lib64"] {
        list.add(["--symlink", &format!("usr/{name}"), &format!("/{name}")]);
    }
    list.add(["--dev", "/dev", "--proc", "/proc"]);
}

/// Folders in memory, each with a size: full, all of them leave the desktop's programs something.
fn in_memory(list: &mut Arguments, memory_mb: u64) {
    for (folder, permissions, part) in IN_MEMORY {
        let size = (memory_mb << 20) / part;
        list.add([
            "--perms",
            permissions,
            "--size",
            &size.to_string(),
            "--tmpfs",
            folder,
        ]);
    }
    list.add(["--perms", "1777", "--dir", "/tmp/.X11-unix"]);
}

/// Files that are the same for every desktop, prepared by [`crate::machine::image`].
fn image(list: &mut Arguments, image: &Path, guarded: bool) {
    for name in image::etc_files() {
        let source = image.join(image::folder_of(&name, guarded)).join(&name);
        list.add([
            "--ro-bind",
            &source.to_string_lossy(),
            &format!("/etc/{name}"),
        ]);
    }
    list.add(["--symlink", "/proc/self/mounts", "/etc/mtab"]);
    for name in ["share", "bin"] {
        list.add([
            "--ro-bind",
            &image.join(name).to_string_lossy(),
            &format!("{NEN}/{name}"),
        ]);
    }
}

fn own_folders(list: &mut Arguments, sandbox: &Sandbox) {
    let at = |folder: &Path, name: &str| folder.join(name).to_string_lossy().into_owned();
    let (folder, files) = (&sandbox.folder, &sandbox.files);
    list.add(["--ro-bind", &at(folder, "machine-id"), "/etc/machine-id"]);
    list.add(["--bind", &at(files, "home"), HOME]);
    list.add(["--bind", &at(files, "drive"), DRIVE]);
    let config = format!("{RUN}/{CONFIG}");
    list.add(["--ro-bind", &at(folder, CONFIG), &config]);
}

struct Arguments(Vec<Argument>);

impl Arguments {
    fn add<const N: usize>(&mut self, arguments: [&str; N]) {
        self.0.extend(arguments.map(Argument::from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its arguments, with the places of descriptors in brackets.
    fn desktop(rules: Option<&str>) -> Vec<String> {
        let sandbox = Sandbox {
            image: "/data/image".into(),
            folder: "/data/desktops/dsk_1".into(),
            files: "/data/desktops/dsk_1/disk".into(),
            disk: None,
            file_size: None,
            memory_mb: 1024,
            rules: rules.map(str::to_owned),
            guarded: rules.is_some_and(|rules| rules.contains("named")),
            process_limit: None,
            command: vec!["/opt/nen/bin/nen".to_owned(), "desktopd".to_owned()],
        };
        let shown = |argument| match argument {
            Argument::Text(text) => text,
            Argument::Descriptor(place) => format!("<{place}>"),
        };
        spec(&sandbox).arguments.into_iter().map(shown).collect()
    }

    fn has(arguments: &[String], wanted: &[&str]) -> bool {
        arguments
            .windows(wanted.len())
            .any(|window| window == wanted)
    }

    #[test]
    fn a_desktop_sees_its_own_folders_and_nothing_of_the_hosts_homes() {
        let list = desktop(Some("table inet nen {}"));
        assert!(has(
            &list,
            &["--bind", "/data/desktops/dsk_1/disk/drive", "/drive"]
        ));
        assert!(has(
            &list,
            &["--bind", "/data/desktops/dsk_1/disk/home", "/home/user"]
        ));
        let sources: Vec<&str> = list
            .windows(3)
            .filter(|w| w[0].contains("bind"))
            .map(|w| w[1].as_str())
            .collect();
        for source in sources {
            let fine = ["/usr", "/etc/", "/var/cache/fontconfig", "/data/"]
                .iter()
                .any(|start| source.starts_with(start));
            assert!(fine, "{source} is visible");
            assert!(
                !["/etc/passwd", "/etc/shadow", "/etc/hosts"].contains(&source),
                "{source} is visible"
            );
        }
    }

    #[test]
    fn it_has_no_capabilities_and_outlives_the_server() {
        let list = desktop(None);
        assert!(has(&list, &["--cap-drop", "ALL"]));
        assert!(!list.iter().any(|argument| argument == "--die-with-parent"));
        assert!(has(&list, &["--setenv", "NEN_READY_FD", "<2>"]));
        assert!(has(&list, &["--seccomp", "<3>"]));
        assert_eq!(
            list[list.len() - 3..],
            ["--", "/opt/nen/bin/nen", "desktopd"]
        );
    }

    #[test]
    fn names_are_answered_by_the_guard_where_there_is_one() {
        let bound = |rules, from| {
            has(
                &desktop(Some(rules)),
                &["--ro-bind", from, "/etc/resolv.conf"],
            )
        };
        assert!(bound("set named_a", "/data/image/guarded/resolv.conf"));
        assert!(!bound("set named_a", "/data/image/etc/resolv.conf"));
        assert!(bound("", "/data/image/etc/resolv.conf"));
    }

    #[test]
    fn files_in_memory_take_less_than_all_memory() {
        let list = desktop(None);
        let sizes: Vec<u64> = list
            .windows(3)
            .filter(|words| words[0] == "--size" && words[2] == "--tmpfs")
            .map(|words| words[1].parse().unwrap())
            .collect();
        let folders = list.iter().filter(|word| *word == "--tmpfs").count();
        assert_eq!(sizes.len(), folders);
        assert!(sizes.iter().sum::<u64>() < 1024 << 20);
    }

    #[test]
    fn without_rules_it_has_a_network_namespace_that_leads_nowhere() {
        assert!(desktop(None).contains(&"--unshare-net".to_owned()));
        assert!(!desktop(Some("")).contains(&"--unshare-net".to_owned()));
    }
}
