//! Files: whole or not at all, private, under their own name; JSON that is read back as it was.

use std::fs;
use std::sync::Arc;

use super::*;
use crate::export::{Chosen, Format, preview};
use crate::io::stream::Decoder;
use crate::message::{Flags, MsgRef};
use crate::store::{Limits, Page};

/// A response, decoded as one that is loaded.
fn decoded(body: &str) -> Vec<Arc<Page>> {
    let mut pages = Vec::new();
    let limits = Limits { first_rows: 3, rows: 3, ..Limits::default() };
    let mut decoder = Decoder::new(limits);
    decoder.push(body.as_bytes(), &mut |page| pages.push(Arc::new(page))).unwrap();
    decoder.finish(&mut |page| pages.push(Arc::new(page))).unwrap();
    pages
}

const ODD: &str = r#"{"messages":[
{"sessionId":"s-1","userId":"alice","componentId":"chat","role":"user","content":"a\nb\u001b[31m\u0000 \ud83d\ude00","createdAt":"2026-10-01T10:00:00.250Z","metadata":{ "n": 1.50e3, "s": "\ud800",
 "deep": [[], {}] }},
{"sessionId":"s-2","userId":"bob","componentId":null,"role":"assistant","content":"half \ud83d of it","createdAt":"2026-10-01T09:00:00Z"},
{"sessionId":"s-1","userId":"alice","role":"tool","content":{"parts":["x", 1]},"createdAt":"2026-10-01T09:59:00Z","unknown":[1, 2]},
{"sessionId":null,"content":null,"createdAt":"yesterday","\u0063omponentId":"c"},
"not a message", 12.50, [1, {"a": "b"}], null,
{"sessionId":"s-1","userId":17,"role":"user","content":"late","createdAt":1790848800000,"metadata":"text"},
{}
]}"#;

/// What a store knows of its messages, by session and in order, without numbers of its own.
fn known(pages: &[Arc<Page>]) -> Vec<String> {
    let mut store = crate::store::Store::new();
    for page in pages {
        store.append(Arc::clone(page));
    }
    let mut known = Vec::new();
    for session in store.sessions() {
        for &at in &session.messages {
            let row = store.row(at).unwrap();
            let extra: serde_json::Value = match store.extra(at) {
                "" => serde_json::Value::Null,
                // Halves of surrogates are no value; they are compared as they stand.
                extra => serde_json::from_str(extra).unwrap_or_else(|_| {
                    extra.chars().filter(|c| !c.is_whitespace()).collect::<String>().into()
                }),
            };
            let time = (!row.flags.has(Flags::NO_TIME)).then_some(row.time);
            let names = [store.name(row.user), store.name(row.component), store.role(row.role)];
            let (text, flags) = (store.text(at), row.flags);
            known.push(format!("{:?} {names:?} {time:?} {text:?} {extra} {flags:?}", session.name));
        }
    }
    known.sort();
    known
}

fn json_of(pages: &[Arc<Page>], form: Format) -> String {
    text(&ExportJob::new(pages.to_vec(), Chosen::Everything, form))
}

#[test]
fn an_export_as_json_is_read_back_as_the_same_messages() {
    let pages = decoded(ODD);
    assert_eq!(known(&pages).len(), 10);
    for form in [Format::Json, Format::Ndjson] {
        let mut exported = json_of(&pages, form);
        if form == Format::Ndjson {
            assert_eq!(exported.lines().count(), 10);
            let lines: Vec<_> = exported.lines().collect();
            exported = format!("[{}]", lines.join(","));
        }
        let again = decoded(&exported);
        assert_eq!(known(&again), known(&pages), "{form:?}: {exported}");
        // From then on every byte stays.
        assert_eq!(json_of(&again, Format::Ndjson), json_of(&pages, Format::Ndjson));
    }
    let exported = json_of(&pages, Format::Json);
    for exact in [r#""half \ud83d of it""#, r#"{ "n": 1.50e3, "s": "\ud800","#, "12.50", r"[1,2]"] {
        let is_there = exported.contains(exact) || exported.contains(&exact.replace(',', ", "));
        assert!(is_there, "{exact} in {exported}");
    }
    assert!(exported.ends_with("\n],\"total\":10,\"sessionCount\":3}\n"), "{exported}");
}

#[test]
fn pseudonyms_are_read_back_too_and_two_exports_are_not_alike() {
    let many: Vec<_> = (0..64)
        .map(|n| format!(r#"{{"sessionId":"s-{n}","userId":"user-{n:03}x","role":"user","content":"I am user-{n:03}x","createdAt":"2026-10-01T10:00:00Z"}}"#))
        .collect();
    let pages = decoded(&format!(r#"{{"messages":[{}]}}"#, many.join(",")));
    let job =
        ExportJob { pseudonymize: true, ..ExportJob::new(pages, Chosen::Everything, Format::Json) };
    let (one, two) = (text(&job), text(&job));
    assert!(!one.contains("user-0") && one.contains("\"note\""), "{one}");
    assert_eq!(known(&decoded(&one)).len(), 64);
    // The order of numbers is another one in each export: 1 in 64! is the same.
    assert_ne!(one, two);
}

fn job(form: Format) -> ExportJob {
    ExportJob::new(decoded(ODD), Chosen::Everything, form)
}

fn to_folder(folder: &Path, name: &str) -> Result<Written, ExportError> {
    write_file(&job(Format::Ndjson), (folder, name), &mut |_| {}, &|| false)
}

#[cfg(unix)]
#[test]
fn a_file_is_for_its_owner_alone_and_says_how_long_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let written = to_folder(folder.path(), "a").unwrap();
    let metadata = fs::metadata(written.path).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert_eq!(metadata.len(), written.bytes);
    assert_eq!(written.counts, ExportCounts { messages: 10, sessions: 3 });
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
}

#[test]
fn nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..3).map(|_| to_folder(folder.path(), "same").unwrap().path).collect();
    assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2], "{names:?}");
}

#[test]
fn an_export_that_stops_or_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let stopped = write_file(&job(Format::Html), (folder.path(), "new"), &mut |_| {}, &|| true);
    assert!(matches!(stopped, Err(ExportError::Stopped)), "{stopped:?}");
    let missing = folder.path().join("no").join("such");
    let error = to_folder(&missing, "x").unwrap_err().to_string();
    let wanted = format!("cannot write to {}: no such folder", missing.display());
    assert_eq!(error, wanted);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A pipe that nobody reads.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_stream_gets_the_same_bytes_and_its_errors_are_returned() {
    let mut out = Vec::new();
    let job = job(Format::Json);
    let counts = write_to(&job, &mut out, &mut |_| {}).unwrap();
    assert_eq!(counts, ExportCounts { messages: 10, sessions: 3 });
    assert_eq!(String::from_utf8(out).unwrap(), text(&job));
    let error = write_to(&job, &mut Closed, &mut |_| {}).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn many_equal_slugs_are_as_many_files() {
    let folder = tempfile::tempdir().unwrap();
    let pages = decoded(r#"{"messages":[{"content":"x"}]}"#);
    let job = ExportJob::new(pages, Chosen::Everything, Format::Text);
    let mut paths = std::collections::HashSet::new();
    for number in 0..300 {
        // Half of them have the very same id.
        let name = format!("../{}{}", "x".repeat(60), number / 2);
        let place = (folder.path(), name.as_str());
        let path = write_file(&job, place, &mut |_| {}, &|| false).unwrap().path;
        assert_eq!(path.parent(), Some(folder.path()));
        assert!(paths.insert(path));
    }
}

#[test]
fn the_name_of_a_file_with_pseudonyms_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let job = ExportJob { pseudonymize: true, ..job(Format::Text) };
    let path = || write_file(&job, (folder.path(), "alice"), &mut |_| {}, &|| false).unwrap().path;
    let (one, two) = (path(), path());
    assert!(one.to_str().unwrap().contains("sfchat-pseudonyms-"), "{one:?}");
    assert_ne!(one, two);
}

#[test]
fn a_preview_is_the_beginning_and_has_no_head() {
    let first = || Chosen::Messages(vec![MsgRef { page: 0, row: 0 }]);
    for &form in Format::ALL {
        let lines = preview(&ExportJob { chosen: first(), ..job(form) }, &AsSent);
        assert!((1..=12).contains(&lines.len()), "{form:?} {lines:?}");
        assert!(!lines.concat().contains("<style>"), "{form:?} {lines:?}");
    }
    let long = format!(r#"{{"messages":[{{"content":"{}"}}]}}"#, "long ".repeat(100_000));
    let lines = preview(&ExportJob::new(decoded(&long), first(), Format::Csv), &AsSent);
    assert!(lines.concat().len() <= 64 << 10);
}

#[test]
fn what_is_told_has_no_controls_and_says_what_to_take_care_of() {
    let path = PathBuf::from("a\u{1b}[2J\nb");
    let counts = ExportCounts { messages: 1, sessions: 1 };
    let written = Ok(Written { path, counts, bytes: 1 });
    let (_, sentence) = notice(&written, &job(Format::Text), None);
    assert_eq!(sentence, "1 message written to a␛[2J b; personal data");
    let (_, sentence) = notice(&written, &job(Format::Text), Some("without the 2"));
    assert!(sentence.starts_with("1 message (without the 2) written to a␛[2J b;"), "{sentence}");
    assert_eq!(notice(&Err(ExportError::Stopped), &job(Format::Text), None).0, Severity::Info);
}
