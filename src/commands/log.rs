//! The log file of `--log-file`: what was fetched and what failed, never a text and never the key.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;

/// The most that one run writes, in bytes.
const MOST: usize = 8 << 20;

/// Begins to log, behind what the file holds already. Nobody else can read a new file.
pub fn start(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let log = Capped { file: options.open(path)?, left: MOST };
    tracing_subscriber::fmt()
        .with_writer(Mutex::new(log))
        .with_ansi(false)
        .with_max_level(LevelFilter::INFO)
        .try_init()
        .map_err(io::Error::other)
}

/// A file that takes so many bytes and no more.
struct Capped {
    file: File,
    left: usize,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What is beyond is taken and dropped: a full log must not disturb the program.
        if bytes.len() <= self.left {
            self.file.write_all(bytes)?;
            self.left -= bytes.len();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_ends_at_its_most() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Capped { file: File::create(&path).unwrap(), left: 10 };
        for line in ["12345\n", "67\n", "890\n"] {
            log.write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "12345\n67\n");
    }
}
