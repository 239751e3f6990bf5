use std::fs::{File, Metadata};
use std::os::fd::AsRawFd as _;
use std::path::Path;

use rustix::fs::{Mode, OFlags, open};

use super::{FileError, is_stored};

/// Opens a regular file for reading. Pipes and devices are not even opened: that alone can hang, or do something.
pub(crate) fn read(path: &Path) -> Result<(File, Metadata), FileError> {
    let failed = FileError::of(path);
    let place = open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
    let place = File::from(place.map_err(|error| failed(error.into()))?);
    let metadata = place.metadata().map_err(&failed)?;
    if metadata.is_dir() {
        return Err(FileError::Refused(format!(
            "{} is a folder: give the path of a file in it",
            path.display()
        )));
    }
    if !is_stored(&place, &metadata).map_err(&failed)? {
        return Err(FileError::Refused(format!(
            "{} is not a regular file",
            path.display()
        )));
    }
    // The same file that was looked at, whatever stands at its path by now.
    let same = format!("/proc/self/fd/{}", place.as_raw_fd());
    let file = open(same, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    let file = File::from(file.map_err(|error| failed(error.into()))?);
    let metadata = file.metadata().map_err(&failed)?;
    Ok((file, metadata))
}
