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
pub fn set_up() {
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
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "the standard library has no form of malloc_trim")]
        // SAFETY: the call takes no pointer, and only pages that hold no block are given back.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}

/// Arenas of fewer bytes are left to the heap, which has memory already.
#[cfg(target_os = "linux")]
const LARGE_ARENA: usize = 1 << 20;

/// Has the system put memory behind the next `bytes` of an arena's free capacity, all of it at once:
/// a fault for each 4 KiB costs a third more, and they are what a load does most. Where the system
/// has no such call (Linux before 5.14) or too little memory, the faults come as ever. Whether it was
/// done.
pub fn prepare(arena: &mut String, bytes: usize) -> bool {
    #[cfg(target_os = "linux")]
    {
        const PAGE: usize = 4096;
        if arena.capacity() < LARGE_ARENA {
            return false;
        }
        #[expect(unsafe_code, reason = "the standard library has no form of madvise")]
        // SAFETY: nothing is written into the vector, so it stays a text. The addresses are of its free
        // capacity, in whole pages of 4 KiB or what holds them; this advice makes pages present and
        // changes nothing that is in them.
        unsafe {
            let free = arena.as_mut_vec().spare_capacity_mut();
            let begin = free.as_mut_ptr();
            let skipped = begin.addr().wrapping_neg() % PAGE;
            let length = bytes.min(free.len()).saturating_sub(skipped) / PAGE * PAGE;
            let first = begin.wrapping_add(skipped).cast();
            length > 0 && libc::madvise(first, length, libc::MADV_POPULATE_WRITE) == 0
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (arena, bytes);
        false
    }
}

#[cfg(all(test, unix))]
mod tests {
    #[cfg(target_os = "linux")]
    use super::prepare;

    /// How many times the system put memory behind an address that this thread used.
    #[cfg(target_os = "linux")]
    #[expect(unsafe_code, reason = "the standard library has no form of getrusage")]
    fn faults() -> i64 {
        // SAFETY: the call fills in a structure of numbers that may hold anything before.
        unsafe {
            let mut usage = std::mem::zeroed();
            assert_eq!(libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage), 0);
            usage.ru_minflt
        }
    }

    /// Whether this system has it: Linux before 5.14 has not.
    #[cfg(target_os = "linux")]
    #[expect(unsafe_code, reason = "the standard library has no form of madvise")]
    fn has_the_call() -> bool {
        // SAFETY: of no bytes at all nothing is changed; what advice there is gets an answer.
        unsafe { libc::madvise(std::ptr::null_mut(), 0, libc::MADV_POPULATE_WRITE) == 0 }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_prepared_costs_no_faults_and_keeps_its_text() {
        const SIZE: usize = 2 << 20;
        let filled = |bytes: usize| {
            let mut arena = String::with_capacity(4 * SIZE);
            arena.push_str("an é ");
            let is_done = prepare(&mut arena, bytes);
            let before = faults();
            (0..SIZE / 16).for_each(|_| arena.push_str("0123456789abcdef"));
            let count = faults() - before;
            assert!(arena.starts_with("an é 0123") && arena.len() == SIZE + 6);
            (count, is_done)
        };
        // More than there is room for is only what there is room for.
        let ((all, is_done), (none, is_nothing)) = (filled(usize::MAX), filled(0));
        assert!(!is_nothing, "nothing was asked for");
        assert_eq!(is_done, has_the_call());
        // A system that gives two megabytes at a time has nothing to save.
        assert!(all <= none / 8 || none < 16 || !is_done, "{all} of {none}");
        let mut small = String::from("small");
        assert!(!prepare(&mut small, SIZE));
        assert_eq!(small, "small");
    }
}
