//! Memory as the system gives it and takes it back: a load asks for much at once, and a refresh leaves
//! nothing behind.
//!
//! Glibc raises the size from which a block is a mapping of its own to that of the largest block
//! that was ever given back. After the first refresh the pages of the next one would lie between
//! small blocks of other threads, and stay when they are dropped: a third refresh of a million
//! messages held twice the memory of the first load. A fixed size keeps each page a mapping of its
//! own. Other allocators need none of this. Must not know what the memory is for.

/// Blocks from this size on are mappings of their own: the rows of a page are, the chunks of a
/// response, which come and go, are not.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const OWN_MAPPING: libc::c_int = 512 << 10;
/// Heaps of small blocks, which threads share. With one for each thread, what every one of them keeps
/// free comes to megabytes; with a single one they wait for each other while they write an export.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: libc::c_int = 2;
/// Free bytes at the end of a heap that are kept for what comes next.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT: libc::c_int = 1 << 20;

/// Sets the allocator up; once, before the first load.
pub fn tune_allocator() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "the standard library has no form of mallopt")]
        // SAFETY: the call sets numbers of the allocator under its own lock. Where it refuses
        // one, the program only keeps more memory.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_MAPPING);
            libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
            libc::mallopt(libc::M_ARENA_MAX, HEAPS);
        }
    }
}

/// Gives back what is free. Takes milliseconds: for a worker, after something large was dropped.
pub fn release_free() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "the standard library has no form of malloc_trim")]
        // SAFETY: the call takes no pointer, and only pages that hold no block are given back.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}
