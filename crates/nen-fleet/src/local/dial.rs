//! Connections to a controller's socket.

use std::io;
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;

use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use tokio::net::UnixStream;

use crate::{BoxFuture, BoxStream, Dial};

/// Dials a Unix socket in a folder that a desktop can write to.
#[derive(Debug)]
pub(super) struct SocketDial {
    pub path: PathBuf,
    /// Who must own the socket.
    pub owner: u32,
}

impl Dial for SocketDial {
    fn dial(&self) -> BoxFuture<'_, io::Result<BoxStream>> {
        Box::pin(async {
            // The desktop could put a link to another socket here, which the server may be allowed to open and the
            // desktop is not. So the file itself is opened, looked at, and then connected to through its descriptor,
            // which also has no limit on the length of the path.
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = openat(CWD, &self.path, flags, Mode::empty())?;
            let found = fstat(&file)?;
            if FileType::from_raw_mode(found.st_mode) != FileType::Socket
                || found.st_uid != self.owner
            {
                return Err(io::Error::other(
                    "the controller's socket is not what it should be",
                ));
            }
            let stream = UnixStream::connect(format!("/proc/self/fd/{}", file.as_raw_fd())).await?;
            let stream: BoxStream = Box::new(stream);
            Ok(stream)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_path_is_no_trouble_and_a_link_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("x".repeat(100));
        std::fs::create_dir(&folder).unwrap();
        let short = temp.path().join("s");
        let _listener = std::os::unix::net::UnixListener::bind(&short).unwrap();
        let path = folder.join("controller.sock");
        let owner = rustix::process::geteuid().as_raw();
        std::os::unix::fs::symlink(&short, &path).unwrap();
        let dial = SocketDial {
            path: path.clone(),
            owner,
        };
        assert!(dial.dial().await.is_err());
        std::fs::remove_file(&path).unwrap();
        std::fs::rename(&short, &path).unwrap();
        dial.dial().await.unwrap();
        assert!(
            SocketDial {
                path,
                owner: owner + 1
            }
            .dial()
            .await
            .is_err()
        );
    }
}
