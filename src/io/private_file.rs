//! A file that only its owner can read, unseen until it is complete.
//!
//! ```text
//!  DraftFile::new ─► written ─► synced to disk ─► a free name, or the name of another file
//! ```
//!
//! On Linux a file that may only take a free name has none while it is written, so that nothing is
//! left of an unfinished file, whatever ends the program. Elsewhere it has a temporary name in the
//! same folder, is locked, and is removed by the next draft if its writer is gone. Must not know
//! what is written, or which names are tried.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many other names are tried before it is given up.
const NAMES: u32 = 10_000;
/// How the other name of an unfinished file begins and ends.
const PART: (&str, &str) = (".sfchat-", ".part");
/// How long an unfinished file is left alone in any case: its writer may not have locked it yet.
const FRESH: Duration = Duration::from_mins(1);

/// Whether a file may replace another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overwrite {
    /// It takes only a free name.
    Never,
    /// It replaces a file that has the name.
    Allowed,
}

/// A file that has no name yet. Dropping it removes it.
#[derive(Debug)]
pub struct DraftFile {
    file: File,
    /// Its temporary name, if it has one.
    part: Option<PathBuf>,
    overwrite: Overwrite,
}

impl Drop for DraftFile {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            let _ = fs::remove_file(part);
        }
    }
}

impl DraftFile {
    /// Creates a file in this folder that only its owner can read. Removes what killed writers left
    /// behind there.
    ///
    /// # Errors
    /// The folder does not exist, or takes no file.
    pub fn new(folder: &Path, overwrite: Overwrite) -> io::Result<Self> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        survive_full_files();
        remove_stale(folder);
        // A file without a name can take a free one, and replace none.
        if overwrite == Overwrite::Never
            && let Some(file) = unnamed(folder)
        {
            return Ok(Self { file, part: None, overwrite });
        }
        for number in 0..NAMES {
            let (begin, end) = PART;
            let name = format!("{begin}{}-{number}{end}", std::process::id());
            let part = folder.join(name);
            match private().create_new(true).open(&part) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    // Without locks only its age protects the file.
                    let _ = file.try_lock();
                    return Ok(Self { file, part: Some(part), overwrite });
                }
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "all temporary names are taken"))
    }

    /// Creates a draft of the file at `path`.
    ///
    /// # Errors
    /// See [`DraftFile::new`].
    pub fn beside(path: &Path, overwrite: Overwrite) -> io::Result<Self> {
        Self::new(path.parent().unwrap_or(Path::new("")), overwrite)
    }

    /// The file itself.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// The temporary name, if there is one: code that ends the program without dropping the draft
    /// must remove it.
    pub fn part(&self) -> Option<&Path> {
        self.part.as_deref()
    }

    /// Waits until everything is on disk.
    ///
    /// # Errors
    /// Whatever the system says.
    pub fn settle(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Gives the finished file its name, in the folder of the draft.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if the name is taken and must not be replaced; the caller can
    /// try another name. Whatever else the system says.
    pub fn take_name(&mut self, path: &Path) -> io::Result<()> {
        match (&self.part, self.overwrite) {
            (None, _) => link_unnamed(&self.file, path),
            (Some(part), Overwrite::Allowed) => {
                fs::rename(part, path)?;
                self.part = None;
                Ok(())
            }
            // `link` fails if the name is taken; `rename` would replace the file.
            (Some(part), Overwrite::Never) => fs::hard_link(part, path).or_else(|error| {
                if error.kind() == io::ErrorKind::AlreadyExists {
                    return Err(error);
                }
                // Some file systems have no links: reserve the name first.
                private().create_new(true).open(path)?;
                fs::rename(part, path).inspect_err(|_| {
                    // The reserved file is empty and ours.
                    let _ = fs::remove_file(path);
                })
            }),
        }
    }
}

impl Write for DraftFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Why a file could not be written, for people.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such folder".to_owned(),
        io::ErrorKind::Other | io::ErrorKind::InvalidInput => error.to_string(),
        kind => kind.to_string(),
    }
}

/// Creates a folder and its parents, for their owner alone. Folders that exist stay unchanged.
///
/// # Errors
/// Whatever the system says.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a write beyond the size limit of files an error; by default SIGXFSZ ends the program.
fn survive_full_files() {
    #[cfg(unix)]
    {
        use std::sync::{Arc, Once, atomic::AtomicBool};
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            drop(signal_hook::flag::register(libc::SIGXFSZ, Arc::<AtomicBool>::default()));
        });
    }
}

/// Options for files that only their owner can read, from the first byte.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A file without a name; [`None`] if the system or the file system has no such files, or could not
/// name it later.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    if !Path::new("/proc/self/fd").is_dir() {
        return None;
    }
    private().custom_flags(libc::O_TMPFILE).open(folder).ok()
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<File> {
    None
}

/// Gives a nameless file this name, if it is free.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the standard library follows no link when it makes one")]
fn link_unnamed(file: &File, path: &Path) -> io::Result<()> {
    use std::ffi::CString;
    use std::os::fd::AsRawFd;
    use std::os::unix::ffi::OsStrExt;
    let from = CString::new(format!("/proc/self/fd/{}", file.as_raw_fd()))?;
    let to = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: both are strings with a NUL at their end that live until the call returns.
    let status = unsafe {
        libc::linkat(
            libc::AT_FDCWD,
            from.as_ptr(),
            libc::AT_FDCWD,
            to.as_ptr(),
            libc::AT_SYMLINK_FOLLOW,
        )
    };
    if status == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(not(target_os = "linux"))]
fn link_unnamed(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Removes the files of killed writers.
fn remove_stale(folder: &Path) {
    let (begin, end) = PART;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours =
            name.to_str().is_some_and(|name| name.starts_with(begin) && name.ends_with(end));
        // The type of the entry itself, not of a link's target.
        let is_file = is_ours && entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_abandoned(&entry) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether the writer of this file is gone.
fn is_abandoned(entry: &fs::DirEntry) -> bool {
    let age = entry.metadata().and_then(|metadata| metadata.modified());
    let is_old = age.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > FRESH));
    is_old && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
mod tests;
