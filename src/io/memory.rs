//! Tunes the allocator, so that a refresh returns the memory of the old messages to the system.
//!
//! Glibc raises its mmap threshold to the size of the largest block ever freed. After the first refresh
//! the next pages would lie between small blocks of other threads and keep their memory when they are
//! dropped: a third refresh of a million messages held twice the memory of the first load. A fixed
//! threshold keeps each page in its own mapping. Other allocators need none of this. Must not know what
//! the memory is for.

/// The mmap threshold: below the rows of a page, above the short-lived chunks of a response.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const OWN_MAPPING: libc::c_int = 512 << 10;
/// The number of heaps that threads share. With one for each thread their free blocks add up to
/// megabytes; with a single one threads wait for each other while they write an export.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: libc::c_int = 2;
/// Free bytes that stay at the end of a heap.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT: libc::c_int = 1 << 20;

/// Sets the allocator up. Call once, before the first load.
pub fn tune_allocator() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "the standard library has no form of mallopt")]
        // SAFETY: the call sets parameters of the allocator under its own lock. If it refuses one,
        // the program only keeps more memory.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_MAPPING);
            libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
            libc::mallopt(libc::M_ARENA_MAX, HEAPS);
        }
    }
}

/// Returns free memory to the system. Takes milliseconds: call it on a worker after dropping much.
pub fn release_free() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "the standard library has no form of malloc_trim")]
        // SAFETY: the call takes no pointer, and returns only pages that hold no block.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}
