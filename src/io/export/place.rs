//! A file that is written unseen and takes its name when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::ExportError;
use super::name::Name;

/// How many names are tried before it is given up.
const NAMES: u32 = 10_000;
/// How the other name of an unfinished file begins and ends.
const PART: (&str, &str) = (".sfchat-export-", ".part");
/// How long an unfinished file is left alone in any case: its writer may not have locked it yet.
const FRESH: Duration = Duration::from_mins(1);

/// Where a file is wanted.
pub(super) struct Wish {
    /// The folder, or the file where it has a name.
    path: PathBuf,
    folder: PathBuf,
    kind: Kind,
}

enum Kind {
    /// Any free name.
    Any(Name),
    /// This name, which must be free.
    New,
    /// This name, whatever file has it.
    Replaced,
}

impl Wish {
    /// A file with any free name.
    pub(super) fn any(folder: &Path, name: Name) -> Self {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder }.to_owned();
        Self { path: folder.clone(), folder, kind: Kind::Any(name) }
    }

    /// A file with this name.
    ///
    /// # Errors
    /// What is there may not be replaced, or is no file.
    pub(super) fn named(path: &Path, force: bool) -> Result<Self, ExportError> {
        let wrong = |why| ExportError::NoFile(path.to_owned(), why);
        if path.file_name().is_none() {
            return Err(wrong("it names a folder"));
        }
        // The link itself, not where it leads: nothing is written through it.
        if let Ok(there) = fs::symlink_metadata(path) {
            if there.is_dir() {
                return Err(wrong("it is a folder"));
            }
            if !there.is_file() && !there.is_symlink() {
                return Err(wrong("it is a device, a pipe or a socket"));
            }
            if !force {
                return Err(ExportError::Exists(path.to_owned()));
            }
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let kind = if force { Kind::Replaced } else { Kind::New };
        Ok(Self { path: path.to_owned(), folder, kind })
    }

    /// What is named in an error.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The names to be tried, in order.
    fn names(&self) -> Box<dyn Iterator<Item = PathBuf> + '_> {
        match &self.kind {
            Kind::Any(name) => {
                Box::new((0..NAMES).map(|number| self.folder.join(name.attempt(number))))
            }
            Kind::New | Kind::Replaced => Box::new(std::iter::once(self.path.clone())),
        }
    }
}

/// A file that nobody sees yet. Dropped before it has its place, it is gone.
pub(super) struct Draft {
    file: File,
    /// Its other name, where it has one.
    part: Option<PathBuf>,
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            let _ = fs::remove_file(part);
        }
    }
}

impl Draft {
    /// A new file that nobody else can read.
    pub(super) fn new(wish: &Wish) -> io::Result<Self> {
        remove_stale(&wish.folder);
        // A file without a name can take a free one, and replace none.
        if !matches!(wish.kind, Kind::Replaced)
            && let Some(file) = unnamed(&wish.folder)
        {
            return Ok(Self { file, part: None });
        }
        for number in 0..NAMES {
            let (begin, end) = PART;
            let name = format!("{begin}{}-{number}{end}", std::process::id());
            let part = wish.folder.join(name);
            match private().create_new(true).open(&part) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    // Where there are no locks the file is only younger than others.
                    let _ = file.try_lock();
                    return Ok(Self { file, part: Some(part) });
                }
            }
        }
        Err(taken())
    }

    pub(super) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Waits until the system has all of it.
    pub(super) fn settle(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Gives the finished file its name.
    pub(super) fn place(mut self, wish: &Wish) -> io::Result<PathBuf> {
        for path in wish.names() {
            let placed = match (&self.part, &wish.kind) {
                (None, _) => link_unnamed(&self.file, &path),
                (Some(part), Kind::Replaced) => fs::rename(part, &path),
                // A link fails where the name is taken, which a renaming would not.
                (Some(part), _) => fs::hard_link(part, &path).or_else(|error| {
                    if error.kind() == io::ErrorKind::AlreadyExists {
                        return Err(error);
                    }
                    // Some file systems have no links: the name is taken first.
                    private().create_new(true).open(&path)?;
                    fs::rename(part, &path)
                }),
            };
            match placed {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    if matches!(wish.kind, Kind::Replaced) {
                        self.part = None;
                    }
                    return Ok(path);
                }
            }
        }
        Err(taken())
    }
}

fn taken() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "all names are taken")
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
