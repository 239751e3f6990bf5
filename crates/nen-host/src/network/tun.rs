//! The device that slirp4netns carries packets through.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
use rustix::mount::{MountFlags, MountPropagationFlags};
use rustix::thread::UnshareFlags;

pub(crate) const DEVICE: &str = "/dev/net/tun";

/// Makes the tunnel device usable for a user and becomes that user. Called as root, in a stage.
///
/// Systems with udev have the device open to everybody; it gives no rights by itself. Where only root may open it, the
/// stage gets a node of its own in a mount namespace of its own, and the host stays as it is.
pub(crate) fn open_to(user: u32) -> io::Result<()> {
    if !open_to_all() {
        // SAFETY: a stage has one thread, and a new mount namespace does not touch its descriptors.
        unsafe { rustix::thread::unshare_unsafe(UnshareFlags::NEWNS)? };
        rustix::mount::mount_change(
            "/",
            MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC,
        )?;
        std::fs::create_dir_all("/dev/net")?;
        rustix::mount::mount(
            "tmpfs",
            "/dev/net",
            "tmpfs",
            MountFlags::NOSUID | MountFlags::NOEXEC,
            None,
        )?;
        mknodat(
            CWD,
            DEVICE,
            FileType::CharacterDevice,
            Mode::from_raw_mode(0o666),
            makedev(10, 200),
        )?;
        std::fs::set_permissions(DEVICE, std::fs::Permissions::from_mode(0o666))?;
    }
    crate::stage::become_user(user)
}

/// Whether the device is there.
pub(crate) fn there() -> bool {
    Path::new(DEVICE).exists()
}

/// Whether anybody may open the device.
pub(crate) fn open_to_all() -> bool {
    Path::new(DEVICE)
        .metadata()
        .is_ok_and(|found| found.permissions().mode() & 0o006 == 0o006)
}
