//! A person at a terminal: starts the program, reads its screen, presses keys, closes the window.

use std::cell::RefCell;
use std::fs::Permissions;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{
    Child, CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system,
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::stream;

/// How long anything may take. Generous, so that a busy machine fails no test.
pub(super) const DEADLINE: Duration = Duration::from_secs(30);
/// How often something is looked at again that tells nobody when it changes.
const GLANCE: Duration = Duration::from_millis(5);

/// The program that is tested.
pub(super) const PROGRAM: &str = env!("CARGO_BIN_EXE_sfchat-tui");

/// What is started, and how.
pub(super) struct Setup {
    command: CommandBuilder,
    size: (u16, u16),
    home: TempDir,
}

impl Setup {
    /// The program with arguments in an otherwise empty environment, in a folder of its own.
    pub(super) fn new(arguments: &[&str]) -> Self {
        Self::of(PROGRAM, arguments)
    }

    /// The demo.
    pub(super) fn demo() -> Self {
        Self::new(&["--demo"])
    }

    /// Some program.
    pub(super) fn of(program: &str, arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home.path());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.cwd(home.path());
        Self { command, size: (120, 40), home }
    }

    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Its home and its working folder are this one, which stays.
    pub(super) fn at(mut self, folder: &Path) -> Self {
        self.command.env("HOME", folder);
        self.command.cwd(folder);
        self
    }

    pub(super) fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// The terminal is not the controlling one: closing it sends no signal.
    pub(super) fn without_hangup_signal(mut self) -> Self {
        self.command.set_controlling_tty(false);
        self
    }

    /// The folder in which it starts, which is its home.
    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A program of this name, found before any other: the lines of a shell script.
    pub(super) fn script(mut self, name: &str, lines: &str) -> Self {
        let folder = self.home().join("bin");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        let rest = std::env::var("PATH").unwrap_or_default();
        self.command.env("PATH", format!("{}:{rest}", folder.display()));
        self
    }

    pub(super) fn start(self) -> Session {
        Session::start(self)
    }
}

/// What the reader of the terminal knows.
struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    /// Whether the reader is to leave everything unread, or to end at the next byte.
    reading: Reading,
    ended: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    On,
    Paused,
    Over,
}

type Shared = Arc<(Mutex<Seen>, Condvar)>;

/// A program in a terminal.
pub(super) struct Session {
    seen: Shared,
    child: RefCell<Box<dyn Child + Send + Sync>>,
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    slave: Option<Box<dyn SlavePty + Send>>,
    reader: Option<JoinHandle<()>>,
    modes_before: String,
    size: (u16, u16),
    /// Where it was started; removed at the end.
    home: TempDir,
}

impl Session {
    fn start(setup: Setup) -> Self {
        let (columns, rows) = setup.size;
        let pair = native_pty_system().openpty(pty_size(setup.size)).unwrap();
        let seen = Seen {
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            raw: Vec::new(),
            reading: Reading::On,
            ended: false,
        };
        let seen: Shared = Arc::new((Mutex::new(seen), Condvar::new()));
        let bytes = pair.master.try_clone_reader().unwrap();
        let modes_before = modes(pair.master.as_ref());
        let child = pair.slave.spawn_command(setup.command).unwrap();
        let shared = Arc::clone(&seen);
        let reader = std::thread::spawn(move || read(bytes, &shared));
        Self {
            seen,
            child: RefCell::new(child),
            writer: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            slave: Some(pair.slave),
            reader: Some(reader),
            modes_before,
            size: setup.size,
            home: setup.home,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap()
    }

    fn master(&self) -> &dyn MasterPty {
        self.master.as_deref().expect("the terminal is open")
    }

    /// The process that was started.
    pub(super) fn id(&self) -> Pid {
        Pid::from_raw(self.child.borrow().process_id().unwrap().try_into().unwrap()).unwrap()
    }

    /// The text of a file in its home, once it has an end of line at its end.
    pub(super) fn file(&self, name: &str) -> String {
        let begun = Instant::now();
        loop {
            let text = std::fs::read_to_string(self.home.path().join(name)).unwrap_or_default();
            if text.ends_with('\n') {
                return text;
            }
            assert!(begun.elapsed() < DEADLINE, "{name}: {text:?}; the screen:\n{}", self.text());
            std::thread::sleep(GLANCE);
        }
    }

    /// Whether a file or folder of its home is there.
    pub(super) fn has_file(&self, name: &str) -> bool {
        self.home.path().join(name).exists()
    }

    /// How many files and folders are in a folder of its home.
    pub(super) fn entries(&self, folder: &str) -> usize {
        std::fs::read_dir(self.home.path().join(folder)).unwrap().count()
    }

    /// The text on the screen.
    pub(super) fn text(&self) -> String {
        self.lock().parser.screen().contents()
    }

    /// Every byte that was sent so far.
    pub(super) fn raw(&self) -> Vec<u8> {
        self.lock().raw.clone()
    }

    /// Waits until the screen is as wanted.
    pub(super) fn wait_until(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let begun = Instant::now();
        let mut seen = self.lock();
        loop {
            let screen = seen.parser.screen();
            if wanted(screen) {
                return;
            }
            let left = DEADLINE.saturating_sub(begun.elapsed());
            let in_time = !left.is_zero() && !seen.ended;
            let status = self.status();
            assert!(in_time, "{what}: not in time; {status:?}; the screen:\n{}", screen.contents());
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until a text stands on the screen.
    pub(super) fn wait_for(&self, text: &str) {
        self.wait_until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until the bytes after the first `from` hold these.
    pub(super) fn wait_for_bytes(&self, from: usize, wanted: &[u8]) {
        let what = String::from_utf8_lossy(wanted).into_owned();
        let begun = Instant::now();
        let mut seen = self.lock();
        while !seen.raw[from.min(seen.raw.len())..].windows(wanted.len()).any(|at| at == wanted) {
            let left = DEADLINE.saturating_sub(begun.elapsed());
            let in_time = !left.is_zero() && !seen.ended;
            assert!(in_time, "{what:?}: not sent in time; {:?}", self.status());
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until the demo, or whatever else was asked for, is loaded whole.
    pub(super) fn wait_for_messages(&self) {
        self.wait_until("messages, loaded", |screen| {
            let text = screen.contents();
            text.contains("Sessions 1/") && !text.contains("loading") && text.contains("just now")
        });
    }

    /// Presses keys. A program that has ended hears nothing, which is no failure.
    pub(super) fn send(&mut self, keys: impl AsRef<[u8]>) {
        let writer = self.writer.as_mut().expect("the terminal is open");
        let _ = writer.write_all(keys.as_ref()).and_then(|()| writer.flush());
    }

    /// Sends a signal to the process that was started.
    pub(super) fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).unwrap();
    }

    /// Sends a signal to the process that has the terminal, which a shell may have started.
    pub(super) fn signal_foreground(&self, signal: Signal) {
        let id = self.master().process_group_leader().and_then(Pid::from_raw);
        kill_process(id.expect("somebody has the terminal"), signal).unwrap();
    }

    /// Gives the window another size.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        self.lock().parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master().resize(pty_size(self.size)).unwrap();
    }

    /// Gives the window a size that no screen has; nobody looks at it.
    pub(super) fn resize_unseen(&self, columns: u16, rows: u16) {
        self.master().resize(pty_size((columns, rows))).unwrap();
    }

    /// Leaves everything that is sent unread.
    pub(super) fn pause(&self) {
        self.lock().reading = Reading::Paused;
    }

    /// Reads on.
    pub(super) fn go_on(&self) {
        self.lock().reading = Reading::On;
        self.seen.1.notify_all();
    }

    /// Closes the window under the program. `provoke` must make it draw.
    pub(super) fn hang_up(&mut self, provoke: &str) {
        self.lock().reading = Reading::Over;
        self.send(provoke);
        self.reader.take().unwrap().join().unwrap();
        self.slave = None;
        self.writer = None;
        self.master = None;
    }

    /// The status of the process, where it has ended.
    fn status(&self) -> Option<ExitStatus> {
        self.child.borrow_mut().try_wait().unwrap()
    }

    /// Whether the process has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.status().is_some()
    }

    /// Waits until the process has ended.
    pub(super) fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.status() {
                return status;
            }
            assert!(begun.elapsed() < DEADLINE, "it did not end; the screen:\n{}", self.text());
            std::thread::sleep(GLANCE);
        }
    }

    /// Waits for the end; checks the exit status, that the terminal is as it was found, and that
    /// nothing was sent to it that could do harm. Every byte that was sent.
    pub(super) fn ended_well(mut self, status: u32) -> Vec<u8> {
        let ended = self.ended();
        let raw = self.given_back();
        assert_eq!(stream::audit(&raw), [""; 0]);
        assert_eq!((ended.exit_code(), ended.signal()), (status, None), "{}", tail(&raw));
        raw
    }

    /// The same where another program had the terminal too: its bytes are not judged.
    pub(super) fn given_back_after(mut self, status: u32) {
        let ended = self.ended();
        let raw = self.given_back();
        assert_eq!((ended.exit_code(), ended.signal()), (status, None), "{}", tail(&raw));
    }

    /// After the end: checks that the terminal is as it was found. Every byte that was sent.
    pub(super) fn given_back(mut self) -> Vec<u8> {
        let modes_after = modes(self.master());
        // With the last end of the terminal closed the reader comes to the end of what was sent.
        self.slave = None;
        self.reader.take().unwrap().join().unwrap();
        let raw = self.raw();
        assert_eq!(stream::left_on(&raw), [""; 0], "{:?} {}", self.status(), tail(&raw));
        assert_eq!(modes_after, self.modes_before);
        raw
    }

    /// The modes of the terminal's line are those that were found at the start.
    pub(super) fn has_modes_of_before(&self) -> bool {
        modes(self.master()) == self.modes_before
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.status().is_none() {
            let _ = kill_process(self.id(), Signal::KILL);
            let _ = self.child.borrow_mut().wait();
        }
    }
}

fn read(mut bytes: Box<dyn Read + Send>, shared: &Shared) {
    let mut buffer = [0; 8192];
    loop {
        {
            let paused = |seen: &mut Seen| seen.reading == Reading::Paused;
            drop(shared.1.wait_while(shared.0.lock().unwrap(), paused).unwrap());
        }
        let count = bytes.read(&mut buffer).unwrap_or(0);
        let mut seen = shared.0.lock().unwrap();
        seen.raw.extend_from_slice(&buffer[..count]);
        seen.parser.process(&buffer[..count]);
        seen.ended |= count == 0;
        shared.1.notify_all();
        if seen.ended || seen.reading == Reading::Over {
            return;
        }
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a window has cells")
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn modes(master: &dyn MasterPty) -> String {
    let modes = master.get_termios().expect("the modes of the terminal");
    format!(
        "{:?} {:?} {:?} {:?}",
        modes.input_flags, modes.output_flags, modes.control_flags, modes.local_flags
    )
}

fn tail(raw: &[u8]) -> String {
    let from = raw.len().saturating_sub(400);
    format!("the last bytes: {:?}", String::from_utf8_lossy(&raw[from..]))
}
