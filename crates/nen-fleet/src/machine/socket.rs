//! A socket in a desktop's folder.

use std::fs::{self, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tokio::net::UnixListener;

use super::folder::give;
use super::remove;

/// Listens at a socket that only `owner` can connect to. What an earlier start has left there is gone.
pub(crate) fn listen(folder: &Path, name: &str, owner: Option<u32>) -> io::Result<UnixListener> {
    let path = folder.join(name);
    remove::file(&path)?;
    // The path of a socket has room for 107 bytes, less than that of a data folder may have.
    let handle = fs::File::open(folder)?;
    let short = format!("/proc/self/fd/{}/{name}", handle.as_raw_fd());
    let listener = UnixListener::bind(short)?;
    fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    give(&path, owner)?;
    Ok(listener)
}
