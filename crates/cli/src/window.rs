//! The window: how much may be under way between a source and a sink.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What is under way between a source and a sink, by its bytes: no more of them than its limit,
/// unless there is but one job.
pub(crate) struct Window {
    limit: usize,
    bytes: Mutex<usize>,
    freed: Condvar,
}

impl Window {
    pub(crate) fn new(limit: usize) -> Window {
        Window {
            limit,
            bytes: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// Waits until there is room for a job of so many bytes.
    pub(crate) fn wait_for(&self, size: usize) {
        drop(self.room_for(size));
    }

    /// The same, and gives what is under way.
    fn room_for(&self, size: usize) -> MutexGuard<'_, usize> {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |bytes: &mut usize| *bytes > 0 && *bytes + size > self.limit;
        let room = self.freed.wait_while(bytes, is_full);
        room.unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a job in as soon as there is room.
    pub(crate) fn enter(&self, size: usize) {
        *self.room_for(size) += size;
    }

    /// Makes room, a job having come out.
    pub(crate) fn leave(&self, size: usize) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) -= size;
        self.freed.notify_one();
    }
}
