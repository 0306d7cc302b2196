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

/// Writes the messages into a new file of `folder`; a sentence for the person. Once `stopped` says
/// so it ends, and leaves no file behind.
pub fn write(export: &Export, folder: &Path, stopped: &dyn Fn() -> bool) -> (Weight, String) {
    match write_file(export, folder, stopped) {
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

fn write_file(
    export: &Export,
    folder: &Path,
    stopped: &dyn Fn() -> bool,
) -> io::Result<(PathBuf, u64)> {
    let ending = match export.form {
        ExportForm::Ndjson => "ndjson",
        ExportForm::Markdown => "md",
    };
    let (part, file) = create(folder, |number| format!(".sfchat-export-{number}.part"))?;
    let written = stream(export, file, stopped);
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
            Ok(()) => {
                std::fs::remove_file(part)?;
                return Ok(path);
            }
            // Some file systems have no links: the name is taken first, then written over.
            Err(_) => {
                let (path, _) =
                    create(folder, |number| format!("sfchat-export-{number}.{ending}"))?;
                std::fs::rename(part, &path)?;
                return Ok(path);
            }
        }
    }
    Err(io::Error::other("all names are taken"))
}

fn stream(export: &Export, file: File, stopped: &dyn Fn() -> bool) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(256 << 10, file);
    let count = write_to(export, &mut out, stopped)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(count)
}

/// The messages as one text, for a clipboard.
pub fn text(export: &Export) -> String {
    let mut out = Vec::new();
    // Memory takes everything.
    let _ = write_to(export, &mut out, &|| false);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes the messages in the form of the export; how many there are.
pub fn write_to(
    export: &Export,
    out: &mut impl Write,
    stopped: &dyn Fn() -> bool,
) -> io::Result<u64> {
    let names = Names::of(&export.pages);
    let mut count = 0;
    let mut one_of_them = |at: MsgRef| -> io::Result<()> {
        if stopped() {
            return Err(io::Error::other("it was stopped"));
        }
        count += 1;
        one(export, &names, at, out)
    };
    let mut message = |at: MsgRef| {
        one_of_them(at)?;
        export.copies.of(at).iter().try_for_each(|&copy| one_of_them(copy))
    };
    match &export.messages {
        ExportOf::Messages(messages) => messages.iter().try_for_each(|&at| message(at))?,
        ExportOf::Found(hits, sessions) => {
            let found = sessions.iter().flat_map(|&session| hits.in_session(session));
            found.copied().try_for_each(&mut message)?;
        }
        ExportOf::Everything => {
            for (page, number) in export.pages.iter().zip(0..) {
                for (_, row) in page.rows.iter().zip(0..) {
                    message(MsgRef { page: number, row })?;
                }
            }
        }
    }
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
            let speaker = clean_line_within(names.speaker(row), 200);
            writeln!(out, "### {role} · {speaker} · {time}\n")?;
            writeln!(out, "{}\n", clipboard_text(page.text_of(row)))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::{Draft, Limits, Packer};
    use crate::time::Zone;

    fn export(form: ExportForm) -> Export {
        let mut packer = Packer::new(Limits::default());
        for (number, role) in (0..).zip(["user", "assistant"]) {
            packer.text().push_str("a\nb\u{1b}[31m");
            packer.extra().push_str("{\n \"n\": 1\n}");
            let draft = Draft {
                session: "s",
                user: "alice",
                component: "tutor",
                role,
                time: Some(number * 1000),
                ..Draft::default()
            };
            assert!(packer.commit(&draft).is_none());
        }
        let pages = packer.finish().map(Arc::new).into_iter().collect();
        Export {
            pages,
            messages: ExportOf::Everything,
            copies: Arc::default(),
            form,
            zone: Zone::UTC,
        }
    }

    #[test]
    fn ndjson_holds_one_message_a_line_exactly() {
        let folder = tempfile::tempdir().unwrap();
        let (weight, said) = write(&export(ExportForm::Ndjson), folder.path(), &|| false);
        assert_eq!(weight, Weight::Info, "{said}");
        let text = std::fs::read_to_string(folder.path().join("sfchat-export-1.ndjson")).unwrap();
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["content"], "a\nb\u{1b}[31m");
        assert_eq!(lines[1]["createdAt"], "1970-01-01T00:00:01.000Z");
        assert_eq!(lines[1]["metadata"]["n"], 1);
    }

    #[test]
    fn markdown_names_who_spoke_and_drives_no_terminal() {
        let folder = tempfile::tempdir().unwrap();
        write(&export(ExportForm::Markdown), folder.path(), &|| false);
        let text = std::fs::read_to_string(folder.path().join("sfchat-export-1.md")).unwrap();
        assert!(text.contains("### user · alice · 1970-01-01 00:00:00\n\na\nb[31m\n"), "{text}");
        assert!(text.contains("### assistant · tutor · "), "{text}");
    }

    #[test]
    fn nothing_is_written_over_and_nobody_else_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sfchat-export-1.md"), "mine").unwrap();
        write(&export(ExportForm::Markdown), folder.path(), &|| false);
        let mine = std::fs::read_to_string(folder.path().join("sfchat-export-1.md")).unwrap();
        assert_eq!(mine, "mine");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let written = std::fs::metadata(folder.path().join("sfchat-export-2.md")).unwrap();
            assert_eq!(written.permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_a_filter_found_is_written_session_by_session() {
        let mut asked = export(ExportForm::Ndjson);
        let query = crate::query::parse("role:assistant").unwrap().unwrap();
        let matcher = Arc::new(crate::search::compile(&query, Zone::UTC, 0).unwrap());
        let known = crate::search::Known::Nothing;
        let job = crate::search::Job {
            pages: asked.pages.clone(),
            repeats: crate::store::Repeats::default(),
            matcher,
            known,
            threads: 1,
        };
        let hits = crate::search::run(&job, &|| false, &mut |_| {}).unwrap();
        asked.messages = ExportOf::Found(Arc::new(hits), vec![crate::message::SessionId(0)]);
        let folder = tempfile::tempdir().unwrap();
        let (_, said) = write(&asked, folder.path(), &|| false);
        assert!(said.starts_with("1 message written"), "{said}");
        let text = std::fs::read_to_string(folder.path().join("sfchat-export-1.ndjson")).unwrap();
        let line: serde_json::Value = serde_json::from_str(text.trim_end()).unwrap();
        assert_eq!(line["role"], "assistant");
    }

    #[test]
    fn a_stopped_export_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let (weight, said) = write(&export(ExportForm::Ndjson), folder.path(), &|| true);
        assert_eq!(weight, Weight::Warning, "{said}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
