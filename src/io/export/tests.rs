//! Files: whole or not at all, private, under their own name; JSON that is read back as it was.

use std::fs;
use std::sync::Arc;

use super::*;
use crate::export::preview;
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

fn json_of(pages: &[Arc<Page>], form: Form) -> String {
    text(&Job::new(pages.to_vec(), Chosen::Everything, form))
}

#[test]
fn an_export_as_json_is_read_back_as_the_same_messages() {
    let pages = decoded(ODD);
    assert_eq!(known(&pages).len(), 10);
    for form in [Form::Json, Form::Ndjson] {
        let mut exported = json_of(&pages, form);
        if form == Form::Ndjson {
            assert_eq!(exported.lines().count(), 10);
            let lines: Vec<_> = exported.lines().collect();
            exported = format!("[{}]", lines.join(","));
        }
        let again = decoded(&exported);
        assert_eq!(known(&again), known(&pages), "{form:?}: {exported}");
        // From then on every byte stays.
        assert_eq!(json_of(&again, Form::Ndjson), json_of(&pages, Form::Ndjson));
    }
    let exported = json_of(&pages, Form::Json);
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
    let job = Job { pseudonymize: true, ..Job::new(pages, Chosen::Everything, Form::Json) };
    let (one, two) = (text(&job), text(&job));
    assert!(!one.contains("user-0") && one.contains("\"note\""), "{one}");
    assert_eq!(known(&decoded(&one)).len(), 64);
    // The order of numbers is another one in each export: 1 in 64! is the same.
    assert_ne!(one, two);
}

fn job(form: Form) -> Job {
    Job::new(decoded(ODD), Chosen::Everything, form)
}

fn to_folder(folder: &Path, name: &str) -> Result<Written, ExportError> {
    write(&job(Form::Ndjson), Target::Folder { folder, name }, &mut |_| {}, &|| false)
}

fn to_file(path: &Path, force: bool) -> Result<Written, ExportError> {
    write(&job(Form::Csv), Target::File { path, force }, &mut |_| {}, &|| false)
}

#[cfg(unix)]
#[test]
fn a_file_is_for_its_owner_alone_and_says_how_long_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    for written in [
        to_folder(folder.path(), "a").unwrap(),
        to_file(&folder.path().join("b"), false).unwrap(),
        to_file(&folder.path().join("c"), true).unwrap(),
    ] {
        let metadata = fs::metadata(written.path.unwrap()).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert_eq!(metadata.len(), written.bytes);
        assert_eq!((written.messages, written.sessions), (10, 3));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing else is left");
}

#[test]
fn nothing_is_written_over_unless_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    fs::write(&path, "mine").unwrap();
    assert!(matches!(to_file(&path, false), Err(ExportError::Exists(_))));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    to_file(&path, true).unwrap();
    assert!(fs::read_to_string(&path).unwrap().starts_with("session,user,"));
    let names: Vec<_> =
        (0..3).map(|_| to_folder(folder.path(), "same").unwrap().path.unwrap()).collect();
    assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2], "{names:?}");
    assert!(matches!(to_file(folder.path(), true), Err(ExportError::NoFile(..))));
    assert!(matches!(to_file(Path::new(".."), true), Err(ExportError::NoFile(..))));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (aim, link) = (folder.path().join("aim"), folder.path().join("link"));
    fs::write(&aim, "mine").unwrap();
    std::os::unix::fs::symlink(&aim, &link).unwrap();
    assert!(matches!(to_file(&link, false), Err(ExportError::Exists(_))));
    to_file(&link, true).unwrap();
    assert_eq!(fs::read_to_string(&aim).unwrap(), "mine");
    assert!(fs::symlink_metadata(&link).unwrap().is_file());
    // One that leads nowhere is there all the same.
    let dangling = folder.path().join("dangling");
    std::os::unix::fs::symlink("nowhere", &dangling).unwrap();
    assert!(matches!(to_file(&dangling, false), Err(ExportError::Exists(_))));
    let device = to_file(Path::new("/dev/null"), true);
    assert!(matches!(device, Err(ExportError::NoFile(..))), "{device:?}");
}

#[test]
fn an_export_that_stops_or_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for force in [false, true] {
        let path = folder.path().join("new");
        let target = Target::File { path: &path, force };
        let stopped = write(&job(Form::Html), target, &mut |_| {}, &|| true);
        assert!(matches!(stopped, Err(ExportError::Stopped)), "{stopped:?}");
    }
    let missing = folder.path().join("no").join("such");
    let error = to_folder(&missing, "x").unwrap_err().to_string();
    let wanted = format!("{} could not be written: there is no such folder", missing.display());
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
fn a_stream_gets_the_same_bytes_and_its_errors_are_told() {
    let mut out = Vec::new();
    let job = job(Form::Json);
    let written = write(&job, Target::Stream(&mut out), &mut |_| {}, &|| false).unwrap();
    assert_eq!((written.path, written.bytes), (None, out.len() as u64));
    assert_eq!(String::from_utf8(out).unwrap(), text(&job));
    match write(&job, Target::Stream(&mut Closed), &mut |_| {}, &|| false) {
        Err(ExportError::Stream { bytes: 0, error }) => {
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn many_equal_slugs_are_as_many_files() {
    let folder = tempfile::tempdir().unwrap();
    let pages = decoded(r#"{"messages":[{"content":"x"}]}"#);
    let job = Job::new(pages, Chosen::Everything, Form::Text);
    let mut paths = std::collections::HashSet::new();
    for number in 0..300 {
        // Half of them have the very same id.
        let name = format!("../{}{}", "x".repeat(60), number / 2);
        let target = Target::Folder { folder: folder.path(), name: &name };
        let path = write(&job, target, &mut |_| {}, &|| false).unwrap().path.unwrap();
        assert_eq!(path.parent(), Some(folder.path()));
        assert!(paths.insert(path));
    }
}

#[test]
fn the_name_of_a_file_with_pseudonyms_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let job = Job { pseudonymize: true, ..job(Form::Text) };
    let target = || Target::Folder { folder: folder.path(), name: "alice" };
    let one = write(&job, target(), &mut |_| {}, &|| false).unwrap().path.unwrap();
    let two = write(&job, target(), &mut |_| {}, &|| false).unwrap().path.unwrap();
    assert!(one.to_str().unwrap().contains("sfchat-pseudonyms-"), "{one:?}");
    assert_ne!(one, two);
}

#[test]
fn a_preview_is_the_beginning_and_has_no_head() {
    let first = || Chosen::Messages(vec![MsgRef { page: 0, row: 0 }]);
    for form in Form::ALL {
        let lines = preview(&Job { chosen: first(), ..job(form) }, &AsSent);
        assert!((1..=12).contains(&lines.len()), "{form:?} {lines:?}");
        assert!(!lines.concat().contains("<style>"), "{form:?} {lines:?}");
    }
    let long = format!(r#"{{"messages":[{{"content":"{}"}}]}}"#, "long ".repeat(100_000));
    let lines = preview(&Job::new(decoded(&long), first(), Form::Csv), &AsSent);
    assert!(lines.concat().len() <= 64 << 10);
}

#[test]
fn what_is_told_has_no_controls_and_says_what_to_take_care_of() {
    let path = Some(PathBuf::from("a\u{1b}[2J\nb"));
    let written = Written { path, messages: 1, sessions: 1, bytes: 1 };
    let written = Ok(written);
    let (_, sentence) = told(&written, &job(Form::Text), None);
    assert_eq!(sentence, "1 message written to a␛[2J b; personal data");
    let (_, sentence) = told(&written, &job(Form::Text), Some("without the 2"));
    assert!(sentence.starts_with("1 message (without the 2) written to a␛[2J b;"), "{sentence}");
    assert_eq!(told(&Err(ExportError::Stopped), &job(Form::Text), None).0, Severity::Info);
}
