//! Connections to a controller's socket.

use std::io;
use std::os::fd::AsRawFd as _;
use std::sync::Arc;

use rustix::fs::{FileType, OFlags, fstat};
use tokio::net::UnixStream;

use super::run_folder::RunFolder;
use crate::{BoxFuture, BoxStream, Dial};

/// Dials a Unix socket in a folder that a desktop can write to.
#[derive(Debug)]
pub(crate) struct SocketDial {
    pub folder: Arc<RunFolder>,
    /// Who must own the socket.
    pub owner: u32,
}

impl Dial for SocketDial {
    fn dial(&self) -> BoxFuture<'_, io::Result<BoxStream>> {
        Box::pin(async {
            // The desktop could put a link to another socket here, which the server may be allowed to open and the
            // desktop is not. So the file itself is opened, looked at, and then connected to through its descriptor.
            let flags = OFlags::PATH | OFlags::CLOEXEC;
            let file = self.folder.open_in_it("controller.sock", flags)?;
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
    async fn a_link_and_a_socket_of_somebody_else_are_refused() {
        let temp = tempfile::tempdir().unwrap();
        let folder = std::fs::File::open(temp.path()).unwrap();
        let folder = Arc::new(RunFolder::from(folder));
        let owner = rustix::process::geteuid().as_raw();
        let dial = |owner| SocketDial {
            folder: Arc::clone(&folder),
            owner,
        };
        let (elsewhere, path) = (temp.path().join("s"), temp.path().join("controller.sock"));
        let _listener = std::os::unix::net::UnixListener::bind(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert!(dial(owner).dial().await.is_err());
        std::fs::remove_file(&path).unwrap();
        std::fs::rename(&elsewhere, &path).unwrap();
        dial(owner).dial().await.unwrap();
        assert!(dial(owner + 1).dial().await.is_err());
    }
}
