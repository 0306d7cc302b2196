//! An allocator that counts what each thread asks for.

#![expect(unsafe_code, reason = "an allocator can be written in no other way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ops::Sub;

/// What was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Asked {
    /// How often.
    pub(crate) times: u64,
    /// How many bytes.
    pub(crate) bytes: u64,
}

impl Sub for Asked {
    type Output = Self;
    fn sub(self, before: Self) -> Self {
        Self { times: self.times - before.times, bytes: self.bytes - before.bytes }
    }
}

/// What is held now and was held at most, since the last look; what other threads gave or took is
/// not in it.
#[derive(Clone, Copy, Default)]
struct Held {
    now: i64,
    most: i64,
}

thread_local! {
    static HELD: Cell<Held> = const { Cell::new(Held { now: 0, most: 0 }) };
    static ASKED: Cell<Asked> = const { Cell::new(Asked { times: 0, bytes: 0 }) };
}

/// What an action asks for on this thread.
pub(crate) fn asked_in(action: impl FnOnce()) -> Asked {
    let before = ASKED.get();
    action();
    ASKED.get() - before
}

/// The most bytes that an action holds at once on this thread, beside those held before.
pub(crate) fn peak_in(action: impl FnOnce()) -> u64 {
    HELD.set(Held::default());
    action();
    u64::try_from(HELD.get().most).unwrap_or(0)
}

fn hold(bytes: i64) {
    let _ = HELD.try_with(|held| {
        let now = held.get().now + bytes;
        held.set(Held { now, most: held.get().most.max(now) });
    });
}

/// The bytes of a layout, which are never more than fit.
fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(bytes: usize) {
    // A thread that is ending has nowhere to count, and no test looks at it.
    let _ = ASKED.try_with(|asked| {
        let Asked { times, bytes: so_far } = asked.get();
        asked.set(Asked { times: times + 1, bytes: so_far + bytes as u64 });
    });
}

// SAFETY: everything is done by the system's allocator; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        hold(signed(layout.size()));
        // SAFETY: the caller keeps the promises of this very function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        hold(signed(layout.size()));
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        hold(signed(size) - signed(layout.size()));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        hold(-signed(layout.size()));
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}
