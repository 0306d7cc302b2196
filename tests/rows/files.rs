//! Rows 107, 113 and 124 to 128: files, privacy, connections.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::driver::{PROGRAM, Setup};
use crate::run::{
    KEY, against, body, end, frame_is_whole, judge, loaded, message, no_key, said,
    wait_until_loaded, with_key,
};
use crate::server::{Server, json as json_reply, status};
use crate::table::{Row, each, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(107, "whatever the umask, files are for their owner alone", modes),
    row(113, "not one byte on the disk", nothing_on_disk),
    row(124, "the log: private, without texts, keys and controls", log),
    row(126, "no HOME, strange XDG folders, paths of any bytes", homes),
    row(127, "P hides what was said, on every pane", privacy),
    row(127, "nothing is left on the screen after the end", left_behind),
    slow(128, "one host, and only when asked", one_host),
];

/// The mode of a file or folder.
fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Every file and folder below.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            found.extend(below(&entry.path()));
        }
        found.push(entry.path());
    }
    found
}

fn modes() {
    let server = Server::start(vec![json_reply(body(&[message(0, "user", "to be exported")]))]);
    each(["000", "077", "022"], |umask| {
        let folder = tempfile::tempdir().unwrap();
        let (url, program) = (server.url(), PROGRAM);
        let script = format!(
            "umask {umask}; '{program}' -c made/deep/config.toml config init >&2; \
             exec '{program}' --base-url {url} --all --log-file log"
        );
        let mut session = Setup::of("/bin/sh", &["-c", &script])
            .at(folder.path())
            .env("SFCHAT_API_KEY", KEY)
            .start();
        session.wait_for("just now");
        session.send("e");
        session.wait_for("Export to a file here");
        session.send("\r");
        session.wait_for("1 message written");
        end(session);
        let all = below(folder.path());
        assert!(all.len() >= 5, "{all:?}");
        for path in all {
            let wanted = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode(&path), wanted, "{} with umask {umask}", path.display());
        }
    });
}

fn nothing_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(vec![json_reply(body(&[message(0, "user", "a student's words")]))]);
    let mut session = against(&server)
        .at(folder.path())
        .env("TMPDIR", folder.path().to_str().unwrap())
        .env("XDG_CACHE_HOME", folder.path().join("cache").to_str().unwrap())
        .start();
    wait_until_loaded(&session);
    session.send("/student\r");
    session.wait_for("search student 1/1");
    session.send("i");
    session.wait_for("Metadata");
    session.send("r");
    end(session);
    assert_eq!(below(folder.path()), [""; 0].map(PathBuf::from));
}

fn log() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "\x1b]0;evil\x07\u{9b}2J\u{202e} a student's words";
    let error = json!({ "message": format!("{hostile} {KEY}") }).to_string();
    let server = Server::start(vec![
        json_reply(body(&[message(0, "user", hostile)])),
        status("400 \u{9b}2JNo", "x-evil: \u{9b}2J\r\n", error),
        status("302 Found", &format!("location: http://{KEY}/\u{9b}2J\r\n"), ""),
    ]);
    let words = ["--base-url", &server.url(), "--all", "--log-file", "log"];
    let mut session = with_key(&words).at(folder.path()).start();
    wait_until_loaded(&session);
    session.send("r");
    session.wait_for("400");
    session.send("r");
    session.wait_for("302");
    end(session);
    let path = folder.path().join("log");
    assert_eq!(mode(&path), 0o600);
    let log = fs::read_to_string(&path).unwrap();
    no_key(&log);
    assert!(!log.contains("a student's words"), "{log}");
    assert!(log.chars().all(|c| c == '\n' || !c.is_control()), "{log:?}");
    assert!(!log.contains('\u{202e}'), "{log:?}");
    let unwritable = ["--demo", "--log-file", "/nowhere/\x1b[2J"];
    judge(&Setup::new(&unwritable).start().ended_well(2));
}

fn homes() {
    let folder = tempfile::tempdir().unwrap();
    let strange = folder.path().join("caf\u{e9} \x1b[2J\n\u{202e}home");
    fs::create_dir(&strange).unwrap();
    let bytes = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe"));
    fs::create_dir(&bytes).unwrap();
    let readonly = folder.path().join("readonly");
    fs::create_dir(&readonly).unwrap();
    fs::set_permissions(&readonly, fs::Permissions::from_mode(0o500)).unwrap();
    let demo = || Setup::demo().env("SHELL", "/bin/sh");
    let setups = [
        demo().without("HOME"),
        demo().env("HOME", ""),
        demo().env("HOME", "relative/home"),
        demo().env("HOME", "/nowhere"),
        demo().env("XDG_CONFIG_HOME", "relative").env("XDG_CACHE_HOME", "../x"),
        demo().at(&strange),
        demo().at(&bytes),
        demo().at(&readonly),
    ];
    each(setups, |setup| {
        let session = setup.start();
        session.wait_for_messages();
        end(session);
    });
    for home in [strange.as_path(), bytes.as_path(), Path::new(""), Path::new("relative")] {
        for action in ["path", "check", "show", "init"] {
            let output = Command::new(PROGRAM)
                .args(["config", action])
                .env_clear()
                .env("XDG_CONFIG_HOME", home)
                .env("HOME", folder.path())
                .current_dir(folder.path())
                .output()
                .unwrap();
            // Reads its output as a terminal does.
            let words = said(&output);
            assert!(matches!(output.status.code(), Some(0 | 2)), "{action}: {words}");
        }
    }
}

fn privacy() {
    let mut private = message(0, "user", "a private question");
    private["metadata"] = json!({ "private": "detail" });
    let mut run = loaded(body(&[private, message(1, "assistant", "a private answer")]));
    run.session.wait_for("a private answer");
    run.session.send("i");
    run.session.wait_for("Metadata");
    run.session.send("P");
    run.session.wait_for("Hidden. P shows it again.");
    frame_is_whole(&run.session);
    for keys in ["j", "l", "G", "m", "z", "z"] {
        run.session.send(keys);
        std::thread::sleep(std::time::Duration::from_millis(60));
        let text = run.session.text();
        assert!(!text.contains("private") && !text.contains("alice"), "{text}");
    }
    run.session.send("P");
    run.session.wait_for("a private answer");
    run.end();
}

fn left_behind() {
    let run = loaded(body(&[message(0, "user", "a private question")]));
    let raw = run.end();
    // Everything was written on the alternate screen.
    let text = String::from_utf8_lossy(&raw);
    let (before, rest) = text.split_once("\x1b[?1049h").unwrap();
    let (_, after) = rest.rsplit_once("\x1b[?1049l").unwrap();
    assert_eq!((before, after.trim()), ("", ""));
}

fn one_host() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let server = Server::start(vec![json_reply(body(&[message(0, "user", "one host")]))]);
    let words = [
        "-f",
        "-qq",
        "-e",
        "trace=connect",
        "-o",
        trace.to_str().unwrap(),
        PROGRAM,
        "--base-url",
        &server.url(),
        "--all",
    ];
    let mut session = Setup::of("strace", &words).env("SFCHAT_API_KEY", KEY).start();
    wait_until_loaded(&session);
    session.send("r");
    server.wait_for_requests(2);
    end(session);
    let calls = fs::read_to_string(&trace).expect("strace is needed for this row");
    let here = format!("sin_port=htons({}), sin_addr=inet_addr(\"127.0.0.1\")", server.port());
    for call in calls.lines().filter(|line| line.contains("connect(") && !line.contains("AF_UNIX"))
    {
        assert!(call.contains(&here), "{call}");
    }
    assert_eq!(server.asked().len(), 2, "it asked when nobody wanted that");
}
