//! A folder of our own for one file, which nobody else can enter, and which goes away with its
//! owner.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// How many names are tried.
const NAMES: u32 = 100;

/// A folder that is removed, with all that is in it, when this is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A new one: in the person's own folder in memory (`XDG_RUNTIME_DIR`) where there is one, else
    /// among the temporary files.
    pub(super) fn new() -> io::Result<Self> {
        let in_memory = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let in_memory = in_memory.filter(|path| path.is_absolute());
        let made = in_memory.and_then(|parent| Self::within(&parent).ok());
        made.map_or_else(|| Self::within(&std::env::temp_dir()), Ok)
    }

    fn within(parent: &Path) -> io::Result<Self> {
        for _ in 0..NAMES {
            let path = parent.join(format!("sfchat-{:016x}", fastrand::u64(..)));
            // Where anything has that name already, also a link, this fails.
            match DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made.map(|()| Self { path }),
            }
        }
        Err(io::Error::other("all names are taken"))
    }

    /// Writes a new file that only its owner can read; its path.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(text.as_bytes())?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // An editor may have left a file of its own beside ours.
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, "the folder of the editor could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn nobody_else_can_read_it_and_nothing_is_left_of_it() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::within(parent.path()).unwrap();
        let path = folder.write("message.md", "é").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "é");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder.path)), (0o600, 0o700));
        assert!(folder.write("message.md", "again").is_err());
        std::fs::write(path.with_extension("swp"), "left by an editor").unwrap();
        drop(folder);
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn where_no_folder_can_be_made_it_says_so() {
        assert!(Folder::within(Path::new("/nowhere/at/all")).is_err());
    }
}
