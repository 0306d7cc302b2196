//! The device: its modes, and every byte that goes to it.
//!
//! The state is global because a panic hook and signal handlers need it, and because there is only
//! one terminal. Must not know what is drawn.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Signal, getpid, kill_process};
use rustix::stdio::{stdin, stdout};
use rustix::termios::{
    OptionalActions, QueueSelector, Termios, isatty, tcflush, tcgetattr, tcgetpgrp, tcsetattr,
};

/// Alternate screen, bracketed paste, hidden cursor. Erased: where the terminal has no other screen, or
/// was told to use none, what stood there would show wherever a frame leaves blanks alone.
const TAKE: &str = "\x1b[?1049h\x1b[2J\x1b[?2004h\x1b[?25l";
/// Everything that any part of this program may have switched on is switched off.
const GIVE_BACK: &str = "\x1b[0m\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\
    \x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Clicks, and movement with a button down; not every movement, which would be a flood.
pub(super) const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
pub(super) const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// Asks for the colour of the background. With BEL at its end, since there are terminals that end
/// their answer like the question and get the other end wrong.
const ASK_BACKGROUND: &str = "\x1b]11;?\x07";
/// How long after the question its answer is waited for at the end, so that it is not typed into
/// the shell.
const ANSWER: Duration = Duration::from_millis(200);
/// How long giving back waits for a write that is under way.
const PATIENCE: Duration = Duration::from_millis(200);

/// How long the terminal is given to fetch what it was sent last, before its modes are those of the
/// start again. From then on its line hears `Ctrl-C` by itself, and throws away what was written to
/// it and not fetched.
const FETCH: Duration = Duration::from_millis(20);

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether all that gives it back was written since it was taken.
static SAID: AtomicBool = AtomicBool::new(false);
/// Whether nothing is to be drawn any more.
static OVER: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is to be taken with it.
static MOUSE: AtomicBool = AtomicBool::new(false);
/// Whether nobody knows what is on the screen.
static UNKNOWN: AtomicBool = AtomicBool::new(false);
/// The modes that were found at the first taking.
static FOUND: OnceLock<Termios> = OnceLock::new();
/// Where keys come from when standard input is no terminal.
static OPENED: OnceLock<File> = OnceLock::new();
/// When the background was asked for, until it is told.
static ASKED: Mutex<Option<Instant>> = Mutex::new(None);
/// Held during each write, so that nothing is written after the terminal was given back.
static WRITING: Mutex<()> = Mutex::new(());

/// Makes sure that there is something to read keys from.
pub(super) fn open_keyboard() -> io::Result<()> {
    if !isatty(stdin()) && OPENED.get().is_none() {
        let file = File::options().read(true).write(true).open("/dev/tty")?;
        let _ = OPENED.set(file);
    }
    Ok(())
}

/// Where keys come from; the terminal's modes are set there.
pub(super) fn keyboard() -> BorrowedFd<'static> {
    match OPENED.get() {
        Some(file) => file.as_fd(),
        None => stdin(),
    }
}

/// What is drawn goes out here. What is drawn while the terminal is not ours goes nowhere.
#[derive(Debug)]
pub(super) struct Out;

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _alone = WRITING.lock();
        let wanted = || TAKEN.load(Ordering::SeqCst) && !OVER.load(Ordering::SeqCst);
        // All of it, also where the terminal takes it in pieces: whoever takes or gives back the
        // terminal meanwhile would write into the middle of a sequence.
        let mut left = bytes;
        while !left.is_empty() && wanted() {
            let written = write_some(left)?;
            left = left.get(written..).unwrap_or_default();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_some(bytes: &[u8]) -> io::Result<usize> {
    loop {
        match rustix::io::write(stdout(), bytes) {
            Err(Errno::INTR) => {}
            // Another program that has this terminal open may have made it non-blocking.
            Err(Errno::AGAIN) => {
                poll(&mut [PollFd::new(&stdout(), PollFlags::OUT)], None)?;
            }
            done => return Ok(done?),
        }
    }
}

fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = write_some(bytes)?;
        bytes = bytes.get(written..).unwrap_or_default();
    }
    Ok(())
}

/// What another program may have left switched on, and what is not part of [`GIVE_BACK`]: colours,
/// margins, an origin within them, lines that do not wrap, cursor keys of another kind.
const AFTER_ANOTHER: &str = "\x1b[0m\x1b[r\x1b[?6l\x1b[?7h\x1b[?1l\x1b[?1000l\x1b[?1002l\
    \x1b[?1003l\x1b[?1006l\x1b[?1004l";

/// Takes the terminal after another program had it, which may have died in the middle of anything.
pub(super) fn take_after_another() -> io::Result<()> {
    take_with(AFTER_ANOTHER)
}

/// Takes the terminal; gives it back where that fails half-way. Once it was given back for good it
/// is not taken any more: a stop may end while the program does.
pub(super) fn take() -> io::Result<()> {
    take_with("")
}

fn take_with(before: &str) -> io::Result<()> {
    let modes = tcgetattr(keyboard())?;
    let mut raw = FOUND.get_or_init(|| modes).clone();
    raw.make_raw();
    let alone = WRITING.lock();
    if OVER.load(Ordering::SeqCst) {
        return Ok(());
    }
    TAKEN.store(true, Ordering::SeqCst);
    SAID.store(false, Ordering::SeqCst);
    let taken = set_modes(&raw).and_then(|()| {
        let mouse = if MOUSE.load(Ordering::SeqCst) { MOUSE_ON } else { "" };
        write_all(before.as_bytes())?;
        write_all(TAKE.as_bytes())?;
        write_all(mouse.as_bytes())
    });
    drop(alone);
    if taken.is_err() {
        give_back();
    }
    taken
}

/// Asks the terminal for its background. Nobody waits for the answer: it comes among the keys, at
/// once, late or never.
pub(super) fn ask_background() -> io::Result<()> {
    if let Ok(mut asked) = ASKED.lock() {
        *asked = Some(Instant::now());
    }
    Out.write_all(ASK_BACKGROUND.as_bytes())
}

/// The answer came.
pub(super) fn background_is_told() {
    if let Ok(mut asked) = ASKED.lock() {
        *asked = None;
    }
}

/// Lets an answer come that may still be under way, and drops it where nobody reads any more. Of
/// use when the program ends as soon as it has begun.
pub(super) fn await_answer() {
    let asked = || ASKED.lock().ok().and_then(|asked| *asked);
    let Some(at) = asked() else { return };
    while at.elapsed() < ANSWER && asked().is_some() {
        let keys = keyboard();
        let mut keys = [PollFd::new(&keys, PollFlags::IN)];
        let came = poll(&mut keys, Some(&Timespec::default())).unwrap_or(1) > 0;
        std::thread::sleep(Duration::from_millis(5));
        // The reader of keys had its time; what is still there is read by nobody.
        if came {
            let _ = tcflush(keyboard(), QueueSelector::IFlush);
            return;
        }
    }
}

fn set_modes(modes: &Termios) -> io::Result<()> {
    loop {
        match tcsetattr(keyboard(), OptionalActions::Now, modes) {
            Err(Errno::INTR) => {}
            done => return Ok(done?),
        }
    }
}

/// Whether the terminal is ours now.
pub(super) fn is_taken() -> bool {
    TAKEN.load(Ordering::SeqCst)
}

/// Remembers who has the mouse, for the next taking.
pub(super) fn remember_mouse(ours: bool) {
    MOUSE.store(ours, Ordering::SeqCst);
}

/// What is on the screen is not what was drawn: a terminal cuts or moves it when its size changes,
/// also when it has the old size again before anybody looks.
pub(super) fn forget_screen() {
    UNKNOWN.store(true, Ordering::SeqCst);
}

/// Whether the screen was to be forgotten since the last call.
pub(super) fn screen_is_forgotten() -> bool {
    UNKNOWN.swap(false, Ordering::SeqCst)
}

/// From now on the terminal is not taken any more, and nothing is drawn.
pub(super) fn take_no_more() {
    OVER.store(true, Ordering::SeqCst);
}

/// What another program has left of the terminal is to be put in order like what we have drawn.
pub(super) fn answer_for_another() {
    TAKEN.store(true, Ordering::SeqCst);
}

/// Gives the terminal back for good, if it was taken.
pub(super) fn give_back_for_good() {
    take_no_more();
    give_back();
}

/// Gives the terminal back, if it was taken; whether it was. Each step is tried whatever became of
/// the others.
pub(super) fn give_back() -> bool {
    let _alone = alone();
    let taken = TAKEN.swap(false, Ordering::SeqCst);
    if taken {
        let _ = write_all(GIVE_BACK.as_bytes());
        SAID.store(true, Ordering::SeqCst);
        std::thread::sleep(FETCH);
        find_modes_again();
    }
    taken
}

/// Says once more what gives the terminal back, where that was said for good: the key that ended
/// the program once more may have thrown it away on its way.
pub(super) fn give_back_again() {
    let _alone = alone();
    if OVER.load(Ordering::SeqCst) && !TAKEN.load(Ordering::SeqCst) && FOUND.get().is_some() {
        let _ = write_all(GIVE_BACK.as_bytes());
    }
}

/// The same within a signal handler: no lock is taken. Whether the terminal was ours.
pub(super) fn give_back_at_once() -> bool {
    let taken = TAKEN.swap(false, Ordering::SeqCst);
    if taken {
        let _ = write_all(GIVE_BACK.as_bytes());
        SAID.store(true, Ordering::SeqCst);
        find_modes_again();
    }
    taken
}

/// The same from a terminal that perhaps does not read: what it has not read yet is dropped. The
/// one who draws may still come first.
pub(super) fn give_back_by_force() {
    OVER.store(true, Ordering::SeqCst);
    if TAKEN.load(Ordering::SeqCst) {
        find_modes_again();
    }
    if FOUND.get().is_none() {
        return;
    }
    for _ in 0..20 {
        if SAID.load(Ordering::SeqCst) {
            // The terminal has it, and perhaps did not fetch it yet.
            return;
        }
        let _ = tcflush(stdout(), QueueSelector::OFlush);
        // A write that waits for the terminal ends at a signal, and no other follows it. This one
        // does no harm.
        let _ = kill_process(getpid(), Signal::WINCH);
        std::thread::sleep(Duration::from_millis(10));
        let alone = WRITING.try_lock();
        // Also where somebody else has said it: what was dropped may be just that.
        if (alone.is_ok() || SAID.load(Ordering::SeqCst)) && is_ready_to_take() {
            TAKEN.store(false, Ordering::SeqCst);
            let _ = write_all(GIVE_BACK.as_bytes());
            return;
        }
    }
}

fn find_modes_again() {
    // Out of the foreground the modes are those of another program, and the try would stop this one.
    if is_in_foreground()
        && let Some(found) = FOUND.get()
    {
        let _ = set_modes(found);
    }
}

/// The right to write, waited for in vain no longer than [`PATIENCE`]: the writer may be this very
/// thread, which panicked, or may wait for a terminal that does not read.
fn alone() -> Option<MutexGuard<'static, ()>> {
    let begun = Instant::now();
    loop {
        match WRITING.try_lock() {
            Ok(alone) => return Some(alone),
            Err(_) if begun.elapsed() > PATIENCE => return None,
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// Whether the terminal belongs to this process and not to the shell that started it, which has it
/// while this process is in the background.
pub(super) fn is_in_foreground() -> bool {
    // Without job control there is no such question.
    tcgetpgrp(keyboard()).map_or(true, |group| group == rustix::process::getpgrp())
}

/// Whether a write would not have to wait.
fn is_ready_to_take() -> bool {
    let out = stdout();
    let mut out = [PollFd::new(&out, PollFlags::OUT)];
    poll(&mut out, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
}

/// Waits until the terminal is gone, for ever if need be; `false` where this system cannot tell.
pub(super) fn wait_until_gone() -> bool {
    const GONE: PollFlags = PollFlags::HUP.union(PollFlags::ERR).union(PollFlags::NVAL);
    let (out, keys) = (stdout(), keyboard());
    let mut both = [PollFd::new(&out, PollFlags::empty()), PollFd::new(&keys, PollFlags::empty())];
    // Some systems cannot wait for a terminal and say so at once.
    let at_once = Timespec::default();
    if poll(&mut both, Some(&at_once)).is_err()
        || both.iter().any(|fd| fd.revents().contains(PollFlags::NVAL))
    {
        return false;
    }
    loop {
        match poll(&mut both, None) {
            Ok(_) if both.iter().any(|fd| fd.revents().intersects(GONE)) => return true,
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

/// Whether this error says that the terminal is gone.
pub(super) fn says_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
        || Errno::from_io_error(error).is_some_and(|error| error == Errno::IO)
}
