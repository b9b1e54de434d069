//! Room for records: what long ones take is given back to the system.

/// Bytes from which on a record or a text is a long one.
pub(crate) const LONG: usize = 1 << 20;

/// The largest piece of memory that a process keeps once it is freed, for others to come that
/// may not fit in: glibc's `DEFAULT_MMAP_THRESHOLD_MAX`. What is not written to costs nothing.
const KEPT: usize = 32 << 20;

/// How much room to ask for where so many bytes are needed: more than is kept if they are many.
pub(crate) fn room(bytes: usize) -> usize {
    match bytes {
        0..LONG => bytes,
        _ => bytes.max(KEPT + LONG),
    }
}
