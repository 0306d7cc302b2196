//! Files that hold the key: read once, with the rights that they have at that moment.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A small text file, and who else could read or change it.
#[derive(Debug)]
pub struct PrivateFile {
    /// The text.
    pub text: String,
    /// Why the file may hold no key, if that is so.
    pub exposure: Option<Exposure>,
}

/// Why a file cannot be taken, or may hold no key. The paths are the user's own.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Exposure {
    /// Others may read or change it.
    #[error("{} holds the key and others may read or change it: chmod 600 {}", show(.0), show(.0))]
    Mode(PathBuf),
    /// It belongs to somebody else.
    #[error(
        "{} holds the key and belongs to another user: make a file of your own with mode 600",
        show(.0)
    )]
    Owner(PathBuf),
    /// Everybody may put another file in its place.
    #[error(
        "{} holds the key in a folder in which everybody may write: chmod go-w {}",
        show(.0), show(.1)
    )]
    Folder(PathBuf, PathBuf),
    /// It cannot be read.
    #[error("{} could not be read: {}", show(.0), .1)]
    Unreadable(PathBuf, String),
    /// It is a folder, a pipe, a device.
    #[error("{} is no regular file", show(.0))]
    NotAFile(PathBuf),
    /// It is too large to be what it should be.
    #[error("{} is larger than {} bytes", show(.0), .1)]
    TooLarge(PathBuf, u64),
    /// It is no text.
    #[error("{} is not UTF-8 text", show(.0))]
    NotText(PathBuf),
}

/// A path for a terminal: what could drive it is replaced.
fn show(path: &Path) -> String {
    let drives = |c: char| {
        c.is_control() || crate::text::is_hidden(c) || matches!(c, '\u{2028}' | '\u{2029}')
    };
    path.to_string_lossy().chars().map(|c| if drives(c) { '\u{fffd}' } else { c }).collect()
}

/// Reads a regular file of at most `most` bytes. Never waits: a pipe or device is refused.
///
/// # Errors
/// When it cannot be read. That others may read it is no error yet: it is told in
/// [`PrivateFile::exposure`], since a config without a key may be open to everybody.
pub fn read_private(path: &Path, most: u64) -> Result<PrivateFile, Exposure> {
    let unreadable =
        |error: &std::io::Error| Exposure::Unreadable(path.to_owned(), crate::io::reason(error));
    let file = open(path).map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(Exposure::NotAFile(path.to_owned()));
    }
    let exposure = exposure(path, &metadata);
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > most {
        return Err(Exposure::TooLarge(path.to_owned(), most));
    }
    let text = String::from_utf8(bytes).map_err(|_| Exposure::NotText(path.to_owned()))?;
    Ok(PrivateFile { text, exposure })
}

#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // Without O_NONBLOCK opening a pipe would wait for a writer.
    std::fs::OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn exposure(path: &Path, metadata: &std::fs::Metadata) -> Option<Exposure> {
    use std::os::unix::fs::MetadataExt;
    #[expect(unsafe_code, reason = "the call takes nothing, touches no memory and cannot fail")]
    let us = unsafe { libc::geteuid() };
    if metadata.uid() != us {
        return Some(Exposure::Owner(path.to_owned()));
    }
    if metadata.mode() & 0o077 != 0 {
        return Some(Exposure::Mode(path.to_owned()));
    }
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let open_to_all = std::fs::metadata(folder)
        .is_ok_and(|folder| folder.mode() & 0o002 != 0 && folder.mode() & 0o1000 == 0);
    open_to_all.then(|| Exposure::Folder(path.to_owned(), folder.to_owned()))
}

/// Elsewhere the rights of a home folder are the system's business.
#[cfg(not(unix))]
fn exposure(_path: &Path, _metadata: &std::fs::Metadata) -> Option<Exposure> {
    None
}
