//! A disk of one's own for a sandbox: a file of the host with a file system in it, of a size that cannot be passed.
//!
//! The file is as large as what was ever in use of it at once, and freed blocks are given back. It is mounted by a stage, in
//! a mount namespace that only the sandbox is in: the host never sees the mount, nothing has to be unmounted, and nothing
//! is left however the sandbox ends. The kernel lets go of file and loop device with the last process.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _};
use std::mem::size_of;
use std::os::fd::{AsRawFd as _, RawFd};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, lchown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{
    CWD, FileType, FlockOperation, Mode, RenameFlags, makedev, mknodat, renameat_with,
};
use rustix::mount::{MountFlags, MountPropagationFlags};
use rustix::thread::UnshareFlags;
use serde::{Deserialize, Serialize};

/// The program that makes file systems, and its Debian package.
pub const MAKER: (&str, &str) = ("mkfs.ext4", "e2fsprogs");

/// Size of a file system's journal in MiB, which is the least that a disk takes of the host.
const JOURNAL_MB: u64 = 8;

/// Free loop devices are found by number, and somebody else may take the number first.
const TRIES: usize = 64;

const LOOP_CONFIGURE: libc::Ioctl = 0x4C0A;
const LOOP_CTL_GET_FREE: libc::Ioctl = 0x4C82;
const LOOP_AUTOCLEAR: u32 = 4;
const LOOP_DIRECT_IO: u32 = 16;
const LOOP_MAJOR: u32 = 7;

/// A disk that a stage mounts before it becomes its program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// The file, made by [`make`].
    pub image: PathBuf,
    /// The folder where it is mounted.
    pub at: PathBuf,
    /// Folders in it that belong to `user`, made where they are missing; one within another comes after it.
    pub folders: Vec<String>,
    /// Whom the stage becomes once it is mounted.
    pub user: u32,
}

/// Makes the file of a disk of `size_mb` MiB, with one file allowed for each 16 KiB. It is whole or not there. Blocks for
/// some 10 ms, and as long as the host's disk takes.
///
/// # Errors
/// When the program that makes file systems is not there, or says no.
pub fn make(image: &Path, size_mb: u64) -> io::Result<()> {
    let partial = image.with_extension("new");
    let file = create(&partial)?;
    file.set_len(size_mb << 20)?;
    let program = crate::find(MAKER.0).ok_or_else(|| {
        let (name, package) = MAKER;
        io::Error::other(format!("{name} is not there: apt install {package}"))
    })?;
    let made = Command::new(program)
        .args(["-q", "-F", "-b", "4096", "-i", "16384", "-m", "0"])
        .args(["-e", "remount-ro", "-O", "^resize_inode"])
        .args(["-E", "lazy_itable_init=0"])
        .args(["-J", &format!("size={JOURNAL_MB}")])
        .arg(&partial)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()?;
    if !made.status.success() {
        let said = String::from_utf8_lossy(&made.stderr);
        return Err(io::Error::other(said.trim().to_owned()));
    }
    put(&partial, image)
}

/// Copies the file of a disk that nobody has used, for another; what is empty in it stays empty. It is whole or not there.
/// Much quicker than [`make`], which waits for the host's disk: what is stored in a disk for good brings the rest of it
/// along.
///
/// # Errors
/// When the one cannot be read or the other not be written.
pub fn copy(from: &Path, image: &Path) -> io::Result<()> {
    let partial = image.with_extension("new");
    let (mut from, mut to) = (File::open(from)?, create(&partial)?);
    let length = from.metadata()?.len();
    to.set_len(length)?;
    let mut at = 0;
    while at < length {
        let start = match rustix::fs::seek(&from, rustix::fs::SeekFrom::Data(at)) {
            // Nothing but emptiness is left.
            Err(rustix::io::Errno::NXIO) => break,
            found => found?,
        };
        at = rustix::fs::seek(&from, rustix::fs::SeekFrom::Hole(start))?;
        from.seek(io::SeekFrom::Start(start))?;
        to.seek(io::SeekFrom::Start(start))?;
        io::copy(&mut (&from).take(at - start), &mut to)?;
    }
    put(&partial, image)
}

/// Gives a disk its name, which no other disk may have: whatever is on that would be gone.
fn put(partial: &Path, image: &Path) -> io::Result<()> {
    match renameat_with(CWD, partial, CWD, image, RenameFlags::NOREPLACE) {
        // A file system that knows no flags; a second name is never one that there is.
        Err(rustix::io::Errno::INVAL) => {
            fs::hard_link(partial, image)?;
            fs::remove_file(partial)
        }
        other => Ok(other?),
    }
}

/// A new file that is root's alone, in place of one that a server which was killed has left.
fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Mounts a disk where only this process and those it becomes or starts can see it, and becomes its user. Called as root,
/// in a stage. Waits while the file is still in use by processes that are ending.
pub(crate) fn mount(disk: &Disk) -> io::Result<()> {
    // SAFETY: a stage has one thread, and a new mount namespace does not touch its descriptors.
    unsafe { rustix::thread::unshare_unsafe(UnshareFlags::NEWNS)? };
    rustix::mount::mount_change(
        "/",
        MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC,
    )?;
    let image = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&disk.image)?;
    // The lock belongs to the open file, which the loop device keeps for as long as it is in use: no two devices ever
    // write to one file.
    rustix::fs::flock(&image, FlockOperation::LockExclusive)?;
    let (device, path) = attach(&image)?;
    rustix::mount::mount(
        &path,
        &disk.at,
        "ext4",
        MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOATIME,
        Some(c"discard,errors=remount-ro"),
    )?;
    drop(device);
    for name in &disk.folders {
        let folder = disk.at.join(name);
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => lchown(&folder, Some(disk.user), Some(disk.user))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // A full disk whose owner has removed one: what is mounted stands at the top, and is there since the disk is.
            Err(error) if name.contains('/') && error.kind() == io::ErrorKind::StorageFull => {}
            Err(error) => return Err(error),
        }
    }
    crate::stage::become_user(disk.user)
}

/// Puts a free loop device over a file. It is free again when nobody has it open any more.
fn attach(image: &File) -> io::Result<(File, PathBuf)> {
    let control = OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/loop-control")?;
    let mut last = io::Error::other("no loop device is free");
    // Not every file system can be read and written past the page cache; that costs memory and nothing else.
    let mut flags = LOOP_AUTOCLEAR | LOOP_DIRECT_IO;
    for _ in 0..TRIES {
        // SAFETY: the request takes no argument and answers a number.
        let number = unsafe { libc::ioctl(control.as_raw_fd(), LOOP_CTL_GET_FREE) };
        let number = u32::try_from(number).map_err(|_| io::Error::last_os_error())?;
        let path = PathBuf::from(format!("/dev/loop{number}"));
        let device = open(&path, number)?;
        match configure(&device, image, flags) {
            Ok(()) => return Ok((device, path)),
            Err(error) if error.raw_os_error() == Some(libc::EBUSY) => last = error,
            Err(error)
                if error.raw_os_error() == Some(libc::EINVAL) && flags & LOOP_DIRECT_IO != 0 =>
            {
                flags &= !LOOP_DIRECT_IO;
            }
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// The device's node; nobody makes it where there is no udev.
fn open(path: &Path, number: u32) -> io::Result<File> {
    let open = || OpenOptions::new().read(true).write(true).open(path);
    match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let device = makedev(LOOP_MAJOR, number);
            match mknodat(
                CWD,
                path,
                FileType::BlockDevice,
                Mode::RUSR | Mode::WUSR,
                device,
            ) {
                Ok(()) | Err(rustix::io::Errno::EXIST) => open(),
                Err(error) => Err(error.into()),
            }
        }
        other => other,
    }
}

/// `struct loop_config` of the kernel.
#[repr(C)]
struct LoopConfig {
    file: u32,
    block_size: u32,
    device: [u64; 3],
    offset: u64,
    size_limit: u64,
    number: u32,
    encryption: [u32; 2],
    flags: u32,
    file_name: [u8; 64],
    encryption_names: [u8; 96],
    initial: [u64; 2],
    reserved: [u64; 8],
}

const _: () = assert!(size_of::<LoopConfig>() == 304, "the kernel's layout");

fn configure(device: &File, image: &File, flags: u32) -> io::Result<()> {
    let file = |fd: RawFd| u32::try_from(fd).map_err(io::Error::other);
    let config = LoopConfig {
        file: file(image.as_raw_fd())?,
        block_size: 4096,
        device: [0; 3],
        offset: 0,
        size_limit: 0,
        number: 0,
        encryption: [0; 2],
        flags,
        file_name: [0; 64],
        encryption_names: [0; 96],
        initial: [0; 2],
        reserved: [0; 8],
    };
    // SAFETY: the request reads one `struct loop_config`, which this is, and keeps no pointer to it.
    match unsafe { libc::ioctl(device.as_raw_fd(), LOOP_CONFIGURE, &raw const config) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn a_disk_takes_little_of_the_host_until_it_is_used() {
        let temp = tempfile::tempdir().unwrap();
        let image = temp.path().join("disk.img");
        make(&image, 8192).unwrap();
        let made = image.metadata().unwrap();
        assert_eq!(made.len(), 8192 << 20);
        assert!(made.blocks() * 512 < 16 << 20, "{}", made.blocks() * 512);
        assert_eq!(made.mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_copy_is_the_same_and_as_empty() {
        let temp = tempfile::tempdir().unwrap();
        let (first, second) = (
            temp.path().join("first.img"),
            temp.path().join("second.img"),
        );
        make(&first, 64).unwrap();
        copy(&first, &second).unwrap();
        assert!(fs::read(&first).unwrap() == fs::read(&second).unwrap());
        let copied = second.metadata().unwrap();
        assert!(copied.blocks() * 512 < 2 << 20, "{}", copied.blocks() * 512);
        assert_eq!(copied.mode() & 0o777, 0o600);
    }

    #[test]
    fn what_cannot_be_made_says_why_and_is_not_there() {
        let temp = tempfile::tempdir().unwrap();
        let image = temp.path().join("disk.img");
        let error = make(&image, 0).unwrap_err().to_string();
        assert!(!error.is_empty() && !image.exists(), "{error}");
    }
}
