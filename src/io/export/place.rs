//! Where the file of an export is wanted, and which names it may have there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::ExportError;
use super::name::Name;
use crate::io::private_file::{Draft, Taking};

/// How many names are tried before it is given up.
const NAMES: u32 = 10_000;

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

    /// A new file that nobody sees yet, to be placed here.
    pub(super) fn draft(&self) -> io::Result<Draft> {
        let is_any = matches!(self.kind, Kind::Replaced);
        Draft::new(&self.folder, if is_any { Taking::Any } else { Taking::Free })
    }

    /// Gives the finished file the first name that it may have.
    pub(super) fn place(&self, mut draft: Draft) -> io::Result<PathBuf> {
        for path in self.names() {
            match draft.take_name(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(path),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "all names are taken"))
    }
}
