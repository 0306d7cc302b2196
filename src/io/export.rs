//! Writing messages to a file: streamed, private from the first byte, never over another file.
//!
//! The file is written under another name and takes its own when it is whole. Must not know
//! which messages were chosen, or why.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::app::effect::{Export, ExportForm, ExportOf};
use crate::app::notice::Weight;
use crate::message::{Flags, MsgRef};
use crate::text::{clean_line_within, clipboard_text};
use crate::time::date_and_clock;

use super::wire::Names;

/// How many names are tried before it is given up.
const NAMES: u32 = 10_000;

/// Writes the messages into a new file of `folder`; a sentence for the person.
pub fn write(export: &Export, folder: &Path) -> (Weight, String) {
    match write_file(export, folder) {
        Ok((path, count)) => {
            let path = path.display().to_string();
            let path = clean_line_within(&path, 300);
            let messages = if count == 1 { "message" } else { "messages" };
            (
                Weight::Info,
                format!("{count} {messages} written to {path}: personal data, keep it safe"),
            )
        }
        Err(error) => {
            let folder = folder.display().to_string();
            (
                Weight::Warning,
                format!("export to {} failed: {error}", clean_line_within(&folder, 200)),
            )
        }
    }
}

fn write_file(export: &Export, folder: &Path) -> io::Result<(PathBuf, u64)> {
    let ending = match export.form {
        ExportForm::Ndjson => "ndjson",
        ExportForm::Markdown => "md",
    };
    let (part, file) = create(folder, |number| format!(".sfchat-export-{number}.part"))?;
    let written = stream(export, file);
    let placed = written.and_then(|count| place(&part, folder, ending).map(|path| (path, count)));
    if placed.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    placed
}

/// A new file that nobody else can read.
fn create(folder: &Path, name: impl Fn(u32) -> String) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for number in 1..NAMES {
        let path = folder.join(name(number));
        match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
    Err(io::Error::other("all names are taken"))
}

/// Gives the finished file the first free name. A link fails where the name is taken, which a
/// renaming would not.
fn place(part: &Path, folder: &Path, ending: &str) -> io::Result<PathBuf> {
    for number in 1..NAMES {
        let path = folder.join(format!("sfchat-export-{number}.{ending}"));
        match std::fs::hard_link(part, &path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(()) => {
                std::fs::remove_file(part)?;
                return Ok(path);
            }
        }
    }
    Err(io::Error::other("all names are taken"))
}

fn stream(export: &Export, file: File) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(256 << 10, file);
    let names = Names::of(&export.pages);
    let mut count = 0;
    let mut message = |at: MsgRef| -> io::Result<()> {
        count += 1;
        one(export, &names, at, &mut out)
    };
    match &export.messages {
        ExportOf::Messages(messages) => messages.iter().try_for_each(|&at| message(at))?,
        ExportOf::Everything => {
            for (page, number) in export.pages.iter().zip(0..) {
                for (_, row) in page.rows.iter().zip(0..) {
                    message(MsgRef { page: number, row })?;
                }
            }
        }
    }
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(count)
}

fn one(export: &Export, names: &Names, at: MsgRef, out: &mut impl Write) -> io::Result<()> {
    let Some(page) = export.pages.get(at.page as usize) else { return Ok(()) };
    let Some(row) = page.rows.get(at.row as usize) else { return Ok(()) };
    match export.form {
        ExportForm::Ndjson => {
            names.write_json(page, row, out)?;
            out.write_all(b"\n")
        }
        ExportForm::Markdown => {
            let time = if row.flags.has(Flags::NO_TIME) {
                "time?".to_owned()
            } else {
                date_and_clock(row.time, export.zone)
            };
            let role = clean_line_within(names.role(row), 100);
            let user = clean_line_within(names.user(row), 200);
            writeln!(out, "### {role} · {user} · {time}\n")?;
            writeln!(out, "{}\n", clipboard_text(page.text_of(row)))
        }
    }
}
