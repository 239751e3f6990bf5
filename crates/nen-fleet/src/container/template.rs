//! What a desktop's container is made of.

use std::collections::HashMap;
use std::path::Path;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType, RestartPolicy,
    RestartPolicyNameEnum,
};

use crate::machine::image;
use crate::machine::program::{DRIVE, ENV, HOME, IN_MEMORY, NEN};
use crate::machine::run_folder::{CONFIG, RUN};

/// The socket to the server in [`RUN`], and in the desktop's folder.
pub(super) const SOCKET: &str = "stage.sock";

/// What the first process is told, likewise.
pub(super) const STAGE: &str = "stage.json";

/// Says of a container which desktop it is.
pub(super) const DESKTOP: &str = "nen.desktop";

/// Says of which data folder.
pub(super) const FOLDER: &str = "nen.data";

/// One desktop's container.
#[derive(Debug)]
pub(super) struct Template<'a> {
    /// The image that it is made from.
    pub from: &'a str,
    pub id: &'a str,
    /// Of the data folder that it is of.
    pub tag: &'a str,
    /// Files shared by all desktops, see [`crate::machine::image`].
    pub image: &'a Path,
    /// The desktop's own folder.
    pub folder: &'a Path,
    /// Its network has a guard, which answers for names.
    pub guarded: bool,
    /// In MiB; also what folders in memory are measured by.
    pub memory_mb: u64,
    pub processes: u64,
    /// The engine can limit memory and processes.
    pub limits: bool,
}

impl Template<'_> {
    pub fn body(&self) -> ContainerCreateBody {
        let bytes = i64::try_from(self.memory_mb << 20).unwrap_or(i64::MAX);
        ContainerCreateBody {
            image: Some(self.from.to_owned()),
            hostname: Some("desktop".to_owned()),
            user: Some("1000:1000".to_owned()),
            working_dir: Some(HOME.to_owned()),
            // Whatever the image says.
            entrypoint: Some(vec![
                format!("{NEN}/bin/nen"),
                "contained".to_owned(),
                format!("{RUN}/{SOCKET}"),
                format!("{RUN}/{STAGE}"),
            ]),
            cmd: Some(Vec::new()),
            env: Some(
                ENV.iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect(),
            ),
            labels: Some(
                [(DESKTOP, self.id), (FOLDER, self.tag)]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
            ),
            host_config: Some(HostConfig {
                // Its network is ours: what carries packets is attached from outside, behind the rules.
                network_mode: Some("none".to_owned()),
                // The desktop's user is the engine's, so that its files are whose they are with every driver.
                userns_mode: Some("keep-id:uid=1000,gid=1000".to_owned()),
                readonly_rootfs: Some(true),
                cap_drop: Some(vec!["ALL".to_owned()]),
                // For the engine's usual filter of system calls, which has chroot only together with it: browsers' sandboxes
                // need the call. The first process gives both capabilities up, which takes the other one.
                cap_add: Some(["SYS_CHROOT", "SETPCAP"].map(str::to_owned).to_vec()),
                // The machine's own devices and control groups are not a desktop's business.
                security_opt: Some(
                    ["no-new-privileges", "mask=/sys"]
                        .map(str::to_owned)
                        .to_vec(),
                ),
                privileged: Some(false),
                init: Some(false),
                ipc_mode: Some("private".to_owned()),
                restart_policy: Some(RestartPolicy {
                    name: Some(RestartPolicyNameEnum::NO),
                    maximum_retry_count: None,
                }),
                log_config: Some(HostConfigLogConfig {
                    typ: Some("none".to_owned()),
                    config: None,
                }),
                memory: self.limits.then_some(bytes),
                // No more with swap than without.
                memory_swap: self.limits.then_some(bytes),
                pids_limit: self
                    .limits
                    .then(|| i64::try_from(self.processes).unwrap_or(i64::MAX)),
                shm_size: size_of("/dev/shm", self.memory_mb)
                    .and_then(|size| i64::try_from(size).ok()),
                tmpfs: Some(self.in_memory()),
                mounts: Some(self.mounts()),
                ..HostConfig::default()
            }),
            ..ContainerCreateBody::default()
        }
    }

    fn in_memory(&self) -> HashMap<String, String> {
        let own = IN_MEMORY.iter().filter(|(at, ..)| *at != "/dev/shm");
        let mut folders: HashMap<String, String> = own
            .map(|(at, _, part)| {
                let size = (self.memory_mb << 20) / part;
                // Owned by root there, so it is open: who could come has to be in the container.
                let options = format!("rw,nosuid,nodev,mode=1777,size={size}");
                ((*at).to_owned(), options)
            })
            .collect();
        // The X server makes it as root only.
        folders.insert(
            "/tmp/.X11-unix".to_owned(),
            "rw,nosuid,nodev,mode=1777,size=65536".to_owned(),
        );
        folders
    }

    fn mounts(&self) -> Vec<Mount> {
        let mut mounts = vec![
            shown(&self.folder.join("home"), HOME, false),
            shown(&self.folder.join("drive"), DRIVE, false),
            shown(&self.folder.join("machine-id"), "/etc/machine-id", true),
            shown(&self.image.join("bin"), &format!("{NEN}/bin"), true),
            shown(&self.image.join("share"), &format!("{NEN}/share"), true),
        ];
        for name in [CONFIG, STAGE, SOCKET] {
            mounts.push(shown(
                &self.folder.join(name),
                &format!("{RUN}/{name}"),
                true,
            ));
        }
        for name in image::etc_files() {
            let source = self
                .image
                .join(image::folder_of(&name, self.guarded))
                .join(&name);
            mounts.push(shown(&source, &format!("/etc/{name}"), true));
        }
        mounts
    }
}

fn size_of(folder: &str, memory_mb: u64) -> Option<u64> {
    let (_, _, part) = IN_MEMORY.iter().find(|(at, ..)| *at == folder)?;
    Some((memory_mb << 20) / part)
}

fn shown(source: &Path, target: &str, read_only: bool) -> Mount {
    Mount {
        typ: Some(MountType::BIND),
        source: Some(source.to_string_lossy().into_owned()),
        target: Some(target.to_owned()),
        read_only: Some(read_only),
        ..Mount::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(limits: bool, guarded: bool) -> ContainerCreateBody {
        Template {
            from: "localhost/nen-desktop",
            id: "dsk_1",
            tag: "fe00-1",
            image: Path::new("/data/image"),
            folder: Path::new("/data/desktops/dsk_1"),
            guarded,
            memory_mb: 1024,
            processes: 512,
            limits,
        }
        .body()
    }

    #[test]
    fn it_has_no_rights_no_network_and_nothing_of_the_host() {
        let host = body(true, false).host_config.unwrap();
        assert_eq!(host.cap_drop.unwrap(), ["ALL"]);
        assert_eq!(host.cap_add.unwrap(), ["SYS_CHROOT", "SETPCAP"]);
        assert_eq!(host.privileged, Some(false));
        assert_eq!(host.readonly_rootfs, Some(true));
        assert_eq!(
            host.security_opt.unwrap(),
            ["no-new-privileges", "mask=/sys"]
        );
        assert_eq!(host.network_mode.unwrap(), "none");
        assert_eq!(host.binds, None);
        assert_eq!(host.devices, None);
        let mut writable = Vec::new();
        for mount in host.mounts.unwrap() {
            let source = mount.source.unwrap();
            assert!(source.starts_with("/data/"), "{source} is visible");
            assert!(!source.contains("podman") && !source.contains("docker"));
            if mount.read_only != Some(true) {
                writable.push(mount.target.unwrap());
            }
        }
        assert_eq!(writable, ["/home/user", "/drive"]);
    }

    #[test]
    fn limits_are_asked_for_where_the_engine_has_them() {
        let host = body(true, false).host_config.unwrap();
        assert_eq!(host.memory, Some(1024 << 20));
        assert_eq!(host.memory_swap, host.memory);
        assert_eq!(host.pids_limit, Some(512));
        let host = body(false, false).host_config.unwrap();
        assert_eq!((host.memory, host.pids_limit), (None, None));
    }

    #[test]
    fn names_are_answered_by_the_guard_where_there_is_one() {
        let resolvers = |guarded| {
            let mounts = body(true, guarded).host_config.unwrap().mounts.unwrap();
            let found = mounts
                .into_iter()
                .find(|mount| mount.target.as_deref() == Some("/etc/resolv.conf"));
            found.unwrap().source.unwrap()
        };
        assert_eq!(resolvers(true), "/data/image/guarded/resolv.conf");
        assert_eq!(resolvers(false), "/data/image/etc/resolv.conf");
    }

    #[test]
    fn files_in_memory_take_less_than_all_memory() {
        let host = body(true, false).host_config.unwrap();
        let size =
            |options: &String| -> u64 { options.rsplit_once("size=").unwrap().1.parse().unwrap() };
        let folders: u64 = host.tmpfs.unwrap().values().map(size).sum();
        assert!(folders + host.shm_size.unwrap().unsigned_abs() < 1024 << 20);
    }
}
