//! An alternate signal stack for each thread.
//!
//! Rust handles a stack overflow in a signal handler on a small alternate stack, and aborts. That
//! stack has no room for our own handler of the abort, which restores the terminal. So each of our
//! threads reserves a larger one. Must not know what the handlers do.

#[cfg(unix)]
use std::cell::RefCell;

/// Bytes of the alternate stack.
#[cfg(unix)]
const STACK_BYTES: usize = 128 << 10;

/// Reserves an alternate signal stack for the calling thread until it ends.
#[cfg(unix)]
pub fn reserve_signal_stack() {
    thread_local! {
        static OURS: RefCell<Option<SignalStack>> = const { RefCell::new(None) };
    }
    // Fails only while the thread ends, when nothing can overflow any more.
    let _ = OURS.try_with(|room| room.borrow_mut().get_or_insert_with(SignalStack::make).len());
}

/// Other systems need none.
#[cfg(not(unix))]
pub fn reserve_signal_stack() {}

/// The alternate stack of one thread.
#[cfg(unix)]
struct SignalStack(Box<[u8]>);

#[cfg(unix)]
impl SignalStack {
    fn make() -> Self {
        let mut memory = vec![0_u8; STACK_BYTES].into_boxed_slice();
        set_signal_stack(libc::stack_t {
            ss_sp: memory.as_mut_ptr().cast(),
            ss_flags: 0,
            ss_size: memory.len(),
        });
        Self(memory)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(unix)]
impl Drop for SignalStack {
    fn drop(&mut self) {
        set_signal_stack(libc::stack_t {
            ss_sp: std::ptr::null_mut(),
            ss_flags: libc::SS_DISABLE,
            ss_size: STACK_BYTES,
        });
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "the standard library and rustix have no form of sigaltstack")]
fn set_signal_stack(stack: libc::stack_t) {
    // SAFETY: the memory belongs to a `SignalStack` of this thread, which nobody else uses and which
    // disables it before freeing it. If the call fails, the previous stack stays in use.
    unsafe { libc::sigaltstack(&raw const stack, std::ptr::null_mut()) };
}
