//! Where the data goes: standard output, or a new file that is whole or not there at all.
//!
//! How a file stays unseen until it is whole is `io::private_file`'s. Must not know what is written.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use super::command_error::CommandError;
use super::progress::ProgressLine;
use super::{paint, progress};
use crate::cli::{OutputFile, Read, ReportFormat, RowFormat};
use crate::io::key::Environment;
use crate::io::private_file::{DraftFile, Overwrite, reason};
use crate::terminal;
use crate::text::clean_line_within;
use crate::view::Theme;

/// Bytes that are written at once.
const BUFFER: usize = 256 << 10;

/// The name of the file that is being written, if it has one: it goes when a signal ends the
/// program.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// From now on a signal that ends the program takes what is half written along.
pub(super) fn clean_up_at_signals() -> Result<(), CommandError> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|error| CommandError::failed(format!("signals cannot be heard: {error}")))?;
    let spawned = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            forget_unfinished();
            progress::erase();
            low_level::exit(i32::from(terminal::status_of(signal)));
        }
    });
    spawned.map(|_| ()).map_err(|error| CommandError::failed(format!("no thread: {error}")))
}

fn forget_unfinished() {
    let part = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(part) = part {
        // One that is not there any more is what is wanted.
        let _ = fs::remove_file(part);
    }
}

/// The place of the data.
pub(super) struct Output {
    to: To,
}

enum To {
    Standard(BufWriter<Stdout>),
    /// A file, and where it is to be.
    File(BufWriter<DraftFile>, PathBuf),
}

/// What suits the place of the data.
pub(super) struct OutputStyle {
    /// Whether it is a terminal.
    pub(super) is_terminal: bool,
    /// The columns of the terminal; none where there is no terminal.
    pub(super) columns: Option<usize>,
    /// Colours, where they are wanted and can be shown.
    pub(super) theme: Option<Theme>,
}

impl OutputStyle {
    /// What suits the output of this command.
    pub(super) fn of(read: &Read, environment: Environment<'_>) -> Self {
        let is_terminal = read.output.is_none() && io::stdout().is_terminal();
        // A terminal that does not know its size says 0.
        let size = || crossterm::terminal::size().ok().filter(|(columns, _)| *columns > 0);
        let columns = is_terminal.then(|| size().map_or(80, |(columns, _)| usize::from(columns)));
        let theme =
            read.output.is_none().then(|| paint::theme(&read.setup, is_terminal, environment));
        Self {
            is_terminal,
            columns: columns.map(|columns| columns.max(20)),
            theme: theme.flatten(),
        }
    }
}

impl OutputStyle {
    /// The form of rows where none was asked for.
    pub(super) fn row_format(&self) -> RowFormat {
        if self.is_terminal { RowFormat::Table } else { RowFormat::Ndjson }
    }

    /// The form of a report where none was asked for.
    pub(super) fn report_format(&self) -> ReportFormat {
        if self.is_terminal { ReportFormat::Table } else { ReportFormat::Json }
    }
}

impl Output {
    /// Opens the place of the data, before anything is loaded.
    ///
    /// # Errors
    /// A file that is there already or cannot be made.
    pub(super) fn open(file: Option<&OutputFile>) -> Result<Self, CommandError> {
        let Some(file) = file else {
            return Ok(Self { to: To::Standard(BufWriter::with_capacity(BUFFER, io::stdout())) });
        };
        check_target(file)?;
        let OutputFile { path, force } = file;
        let overwrite = if *force { Overwrite::Allowed } else { Overwrite::Never };
        let draft = DraftFile::beside(path, overwrite).map_err(|error| failed(path, &error))?;
        let part = draft.part().map(Path::to_owned);
        *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = part;
        Ok(Self { to: To::File(BufWriter::with_capacity(BUFFER, draft), path.clone()) })
    }

    /// Whether all that was written can be taken back.
    pub(super) fn start_over(&mut self) -> io::Result<bool> {
        match &mut self.to {
            To::Standard(_) => Ok(false),
            To::File(file, _) => {
                use std::io::Seek;
                file.flush()?;
                let file = file.get_mut().file();
                file.set_len(0)?;
                file.rewind()?;
                Ok(true)
            }
        }
    }

    /// Everything is written: a file takes its name.
    pub(super) fn finish(self) -> Result<(), CommandError> {
        match self.to {
            To::Standard(mut out) => Ok(out.flush()?),
            To::File(file, path) => {
                let draft = file.into_inner().map_err(io::IntoInnerError::into_error);
                let placed = draft.and_then(|mut draft| {
                    draft.settle()?;
                    draft.take_name(&path)
                });
                placed.map_err(|error| match error.kind() {
                    io::ErrorKind::AlreadyExists => taken(&path),
                    _ => failed(&path, &error),
                })
            }
        }
    }

    /// All that could be had is written, which by this exit status is everything or not.
    pub(super) fn finish_as(self, status: u8) -> Result<(), CommandError> {
        if status == 0 { self.finish() } else { self.finish_incomplete() }
    }

    /// Not everything is there: standard output keeps what was written, a file is not left behind, which
    /// is said.
    pub(super) fn finish_incomplete(self) -> Result<(), CommandError> {
        match self.to {
            To::Standard(mut out) => Ok(out.flush()?),
            To::File(_, path) => {
                ProgressLine::new()
                    .note(&format!("{} was not written: data is missing", shown(&path)));
                Ok(())
            }
        }
    }
}

/// Whether the file may be written, as far as can be known before.
fn check_target(OutputFile { path, force }: &OutputFile) -> Result<(), CommandError> {
    let wrong =
        |why: &str| Err(CommandError::usage(format!("cannot write {}: {why}", shown(path))));
    if path.file_name().is_none() {
        return wrong("it is a folder");
    }
    // The link itself, not its target: nothing is written through a link.
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => wrong("it is a folder"),
        Ok(there) if !there.is_file() && !there.is_symlink() => wrong("it is not a regular file"),
        Ok(_) if !force => Err(taken(path)),
        _ => Ok(()),
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Standard(out) => out.write(bytes),
            To::File(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Standard(out) => out.flush(),
            To::File(file, _) => file.flush(),
        }
    }
}

fn shown(path: &Path) -> String {
    clean_line_within(&path.to_string_lossy(), 300).to_string()
}

fn taken(path: &Path) -> CommandError {
    CommandError::usage(format!(
        "{} already exists; nothing was written (--force replaces it)",
        shown(path)
    ))
}

fn failed(path: &Path, error: &io::Error) -> CommandError {
    CommandError::failed(format!("cannot write {}: {}", shown(path), reason(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &Path, force: bool) -> OutputFile {
        OutputFile { path: path.to_owned(), force }
    }

    // One test, since the unfinished file is one for the whole process.
    #[test]
    fn a_file_is_whole_or_not_there_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        let names = || fs::read_dir(folder.path()).unwrap().count();
        let mut out = Output::open(Some(&file(&path, false))).unwrap();
        out.write_all(b"one").unwrap();
        assert!(!path.exists());
        out.finish().unwrap();
        assert_eq!((fs::read(&path).unwrap(), names()), (b"one".to_vec(), 1));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }

        let Err(taken) = Output::open(Some(&file(&path, false))) else { panic!("it is taken") };
        assert!(taken.status == 2 && taken.text.contains("--force"), "{taken:?}");
        let mut out = Output::open(Some(&file(&path, true))).unwrap();
        out.write_all(b"half").unwrap();
        drop(out);
        assert_eq!((fs::read(&path).unwrap(), names()), (b"one".to_vec(), 1));
        let mut out = Output::open(Some(&file(&path, true))).unwrap();
        out.write_all(b"wrong").unwrap();
        assert!(out.start_over().unwrap());
        out.write_all(b"two").unwrap();
        out.finish().unwrap();
        assert_eq!((fs::read(&path).unwrap(), names()), (b"two".to_vec(), 1));

        let other = folder.path().join("other");
        let out = Output::open(Some(&file(&other, false))).unwrap();
        fs::write(&other, "somebody was faster").unwrap();
        assert!(out.finish().is_err());
        assert_eq!(fs::read(&other).unwrap(), b"somebody was faster");
        assert_eq!(names(), 2);
        assert!(Output::open(Some(&file(folder.path(), true))).is_err());
    }

    fn write(path: &Path, force: bool) -> Result<(), String> {
        let file = OutputFile { path: path.to_owned(), force };
        let mut out = Output::open(Some(&file)).map_err(|error| error.text)?;
        out.write_all(b"ours").unwrap();
        out.finish().map_err(|error| error.text)
    }

    #[test]
    fn a_file_is_replaced_only_by_force() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine");
        fs::write(&path, "mine").unwrap();
        assert!(write(&path, false).unwrap_err().contains("already exists"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        write(&path, true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "ours");
        for wrong in [folder.path(), Path::new("..")] {
            assert!(write(wrong, true).unwrap_err().contains("it is a folder"));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (aim, link) = (folder.path().join("aim"), folder.path().join("link"));
        fs::write(&aim, "mine").unwrap();
        std::os::unix::fs::symlink(&aim, &link).unwrap();
        assert!(write(&link, false).unwrap_err().contains("already exists"));
        write(&link, true).unwrap();
        assert_eq!(fs::read_to_string(&aim).unwrap(), "mine");
        assert!(fs::symlink_metadata(&link).unwrap().is_file());
        // A dangling link counts as an existing file.
        let dangling = folder.path().join("dangling");
        std::os::unix::fs::symlink("nowhere", &dangling).unwrap();
        assert!(write(&dangling, false).unwrap_err().contains("already exists"));
        assert!(write(Path::new("/dev/null"), true).unwrap_err().contains("not a regular file"));
    }
}
