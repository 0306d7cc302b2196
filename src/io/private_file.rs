//! A file that is written unseen, for nobody else to read, and takes its name when it is whole.
//!
//! ```text
//!  Draft::new ─► written ─► settled on the disk ─► a free name, or the name of another file
//! ```
//!
//! Where the system can (Linux), a file that is to have a free name has none while it is written, so
//! that nothing is left of one that was not finished, whatever ended the program. Elsewhere it has
//! another name beside its place, is locked, and is removed by the next one if its writer is gone.
//! Must not know what is written, or which names are tried.

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

/// Which name a file takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taking {
    /// One that no other file has.
    Free,
    /// One that another file may have, which is gone then.
    Any,
}

/// A file that nobody sees yet. Dropped before it has its name, it is gone.
#[derive(Debug)]
pub struct Draft {
    file: File,
    /// Its other name, where it has one.
    part: Option<PathBuf>,
    taking: Taking,
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            let _ = fs::remove_file(part);
        }
    }
}

impl Draft {
    /// A new file of this folder that nobody else can read. Removes what a program left behind there
    /// that was killed while it wrote.
    ///
    /// # Errors
    /// The folder is not there, or takes no file.
    pub fn new(folder: &Path, taking: Taking) -> io::Result<Self> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        remove_stale(folder);
        // A file without a name can take a free one, and replace none.
        if taking == Taking::Free
            && let Some(file) = unnamed(folder)
        {
            return Ok(Self { file, part: None, taking });
        }
        for number in 0..NAMES {
            let (begin, end) = PART;
            let name = format!("{begin}{}-{number}{end}", std::process::id());
            let part = folder.join(name);
            match private().create_new(true).open(&part) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    // Where there are no locks the file is only younger than others.
                    let _ = file.try_lock();
                    return Ok(Self { file, part: Some(part), taking });
                }
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "all names beside it are taken"))
    }

    /// A draft of this very file.
    ///
    /// # Errors
    /// See [`Draft::new`].
    pub fn beside(path: &Path, taking: Taking) -> io::Result<Self> {
        Self::new(path.parent().unwrap_or(Path::new("")), taking)
    }

    /// The file itself.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// The name that it has while it is written, where it has one: who ends the program without
    /// dropping the draft removes it.
    pub fn part(&self) -> Option<&Path> {
        self.part.as_deref()
    }

    /// Waits until the system has all of it.
    ///
    /// # Errors
    /// Not all of it could be kept.
    pub fn settle(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Gives the finished file its name, in the folder of the draft. One that has a free name may be
    /// given none other.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] where the name is not free and had to be; another one can be
    /// tried then. Whatever the system says.
    pub fn take_name(&mut self, path: &Path) -> io::Result<()> {
        match (&self.part, self.taking) {
            (None, _) => link_unnamed(&self.file, path),
            (Some(part), Taking::Any) => {
                fs::rename(part, path)?;
                self.part = None;
                Ok(())
            }
            // A link fails where the name is taken, which a renaming would not.
            (Some(part), Taking::Free) => fs::hard_link(part, path).or_else(|error| {
                if error.kind() == io::ErrorKind::AlreadyExists {
                    return Err(error);
                }
                // Some file systems have no links: the name is taken first.
                private().create_new(true).open(path)?;
                fs::rename(part, path).inspect_err(|_| {
                    // It is empty, and ours.
                    let _ = fs::remove_file(path);
                })
            }),
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Why a file could not be written, in words for people.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::Other | io::ErrorKind::InvalidInput => error.to_string(),
        kind => kind.to_string(),
    }
}

/// A folder, with those above it, that nobody else can enter; one that is there stays as it is.
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

/// Files that only we can read, from their first byte.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A file without a name; [`None`] where the system or the file system has none, or where it could
/// not get a name later.
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

/// Gives a file without a name this one, if it is free.
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

/// Removes what a program left behind that was killed while it wrote.
fn remove_stale(folder: &Path) {
    let (begin, end) = PART;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours =
            name.to_str().is_some_and(|name| name.starts_with(begin) && name.ends_with(end));
        // Of the entry itself: a link is no file.
        let is_file = is_ours && entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_abandoned(&entry) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether nobody writes this file any more.
fn is_abandoned(entry: &fs::DirEntry) -> bool {
    let age = entry.metadata().and_then(|metadata| metadata.modified());
    let is_old = age.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > FRESH));
    is_old && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
mod tests;
