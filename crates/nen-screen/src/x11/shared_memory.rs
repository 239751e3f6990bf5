use std::ffi::c_void;
use std::ptr::NonNull;

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use x11rb::connection::Connection as _;
use x11rb::protocol::shm::{ConnectionExt as _, Seg};

use super::connection::Connection;
use crate::display::DisplayError;

/// Memory that the X server writes pixels into and we read: a memory file, so nothing of it is left
/// when both are gone.
pub(super) struct SharedMemory {
    segment: Seg,
    start: NonNull<c_void>,
    length: usize,
}

impl SharedMemory {
    /// Makes memory of this many bytes and lets the server attach it.
    pub(super) fn attach(connection: &Connection, length: usize) -> Result<Self, DisplayError> {
        let unusable = |error: rustix::io::Errno| DisplayError::Unusable(error.to_string());
        let file = memfd_create("nen-screen", MemfdFlags::CLOEXEC).map_err(unusable)?;
        ftruncate(&file, length as u64).map_err(unusable)?;
        // SAFETY: a new mapping of a new file that is at least this long and never shrinks; the kernel
        // chooses the place, so nothing else is there.
        let start = unsafe {
            mmap(
                std::ptr::null_mut(),
                length,
                ProtFlags::READ,
                MapFlags::SHARED,
                &file,
                0,
            )
        }
        .map_err(unusable)?;
        let start = NonNull::new(start)
            .ok_or_else(|| DisplayError::Unusable("memory was mapped at address 0".into()))?;
        let segment = connection.x.generate_id()?;
        let memory = Self {
            segment,
            start,
            length,
        };
        connection.x.shm_attach_fd(segment, file, false)?.check()?;
        Ok(memory)
    }

    pub(super) fn segment(&self) -> Seg {
        self.segment
    }

    /// The bytes. The server writes them only while it answers a request of ours, and we wait for
    /// each answer; this borrow ends before the next request.
    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: `start` is a live read-only mapping of `length` bytes until drop.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr().cast(), self.length) }
    }
}

// SAFETY: the mapping belongs to this value alone and is valid from any thread.
unsafe impl Send for SharedMemory {}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        // SAFETY: unmaps exactly what `attach` mapped; no borrow of it outlives `self`.
        // The only possible error is a wrong range, which this is not.
        let _ = unsafe { munmap(self.start.as_ptr(), self.length) };
    }
}
