//! Rows 45, 46, 50, 53 to 57, 61 and 62: the key reaches one host, and no screen, file or process.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::driver::{PROGRAM, Setup};
use crate::run::{
    HINT, KEY, body, end, loaded, message, no_key, opened, said, wait_until_loaded, with_key,
    without_terminal,
};
use crate::server::{Reply, Server, json, response, status};
use crate::table::{Row, each, row};

pub(crate) const ROWS: &[Row] = &[
    row(45, "the key and the texts are in no file, argument, title or child", canaries),
    row(46, "there is no flag for the key, and its value is not echoed", no_flag),
    row(50, "a key that is no header is refused without its value", no_header),
    row(53, "401 and 403: asked once, the key's end and its source are named", refused_keys),
    row(54, "a server that sends the key back does not bring it to the screen", echoes),
    row(55, "no redirect is followed: the other server hears nothing", redirects),
    row(56, "http is refused, but not to this machine", clear_text),
    row(57, "an address with a password or a query is refused and not printed", addresses),
    row(61, "help and config show no key", masked),
    row(62, "no core, and no other process may look into this one", no_core),
];

/// All files below a folder, with what is in them.
fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if path.is_file() {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found
}

/// A program that writes down with what it was started, and then does as it is told.
fn spy(folder: &Path, name: &str, then: &str) {
    let path = folder.join(name);
    let script =
        format!("#!/bin/sh\n(env; echo \"$@\") >> {}/{name}.seen\n{then}\n", folder.display());
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

fn canaries() {
    let (folder, tools) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for tool in ["tmux", "wl-copy", "xclip", "xsel", "pbcopy", "xdg-open"] {
        spy(tools.path(), tool, "cat >/dev/null");
    }
    let text = "canary of a student";
    let server = Server::start(vec![json(body(&[message(0, "user", text)]))]);
    let path = format!("{}:/usr/bin:/bin", tools.path().display());
    let setup = with_key(&["--base-url", &server.url(), "--all", "--log-file", "log"])
        .at(folder.path())
        .env("PATH", &path)
        .env("TMUX", "/tmp/none,1,0")
        .env("TMPDIR", folder.path().to_str().unwrap());
    let mut session = setup.start();
    wait_until_loaded(&session);
    let process = format!("/proc/{}", session.id().as_raw_nonzero());
    let arguments = fs::read(format!("{process}/cmdline")).unwrap();
    no_key(&String::from_utf8_lossy(&arguments));
    session.send("y");
    session.wait_for("opied");
    session.send("r");
    session.wait_for("just now");
    end(session);
    let files = files_below(folder.path());
    assert!(files.iter().any(|(path, _)| path.ends_with("/log")), "no log was written");
    for (path, bytes) in files {
        let words = String::from_utf8_lossy(&bytes);
        no_key(&words);
        assert!(!words.contains(text), "{path} holds a text");
    }
    let children = files_below(tools.path());
    for (path, bytes) in children.iter().filter(|(path, _)| path.contains(".seen")) {
        no_key(&String::from_utf8_lossy(bytes));
        assert!(!String::from_utf8_lossy(bytes).contains(text), "{path} has a text as argument");
    }
    assert!(server.asked().iter().all(|head| head.contains(KEY)));
}

fn no_flag() {
    let folder = tempfile::tempdir().unwrap();
    for flag in ["--api-key", "--api_key", "--key", "--token", "--apikey"] {
        for words in [vec![flag.to_owned(), KEY.to_owned()], vec![format!("{flag}={KEY}")]] {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let output = without_terminal(&words, &[], folder.path());
            assert_eq!(output.status.code(), Some(2));
            no_key(&said(&output));
        }
    }
}

fn no_header() {
    let folder = tempfile::tempdir().unwrap();
    let long = KEY.repeat(500);
    for key in ["canary-key\nx: y", "canary-key\u{1}", "canary-key-\u{e4}", "canary key", &long] {
        let raw = Setup::new(&["--all"]).env("SFCHAT_API_KEY", key).start().ended_well(2);
        let words = String::from_utf8(raw).unwrap();
        assert!(words.contains("is not a valid header value"), "{words}");
        assert!(!words.contains("canary"), "{words}");
    }
    let empty = Setup::new(&["--all"]).env("SFCHAT_API_KEY", "  ").start().ended_well(2);
    assert!(String::from_utf8_lossy(&empty).contains("is empty"));
    let none = without_terminal(&["config", "check"], &[], folder.path());
    assert!(said(&none).contains("no key"), "{}", said(&none));
}

fn refused_keys() {
    each(["401 Unauthorized", "403 Forbidden"], |refusal| {
        let run = opened(vec![status(refusal, "", r#"{"message":"who are\u001b[2J you"}"#)]);
        run.session.wait_for("refused the key");
        run.session.wait_for(&format!("…{HINT}, from SFCHAT_API_KEY"));
        assert_eq!(run.server.asked().len(), 1);
        run.end();
    });
}

fn echoes() {
    each(["400 Bad Request", "401 Unauthorized", "404 Not Found", "422 No"], |refusal| {
        let run = opened(vec![Reply::Echo(refusal)]);
        run.session.wait_for("failed");
        run.end();
    });
    let mut echo = message(0, "user", format!("x-api-key: {KEY} was sent"));
    echo["metadata"] = serde_json::json!({ KEY: KEY });
    let mut run = loaded(body(&[echo]));
    run.session.wait_for("x-api-key: [redacted] was sent");
    run.session.send("i");
    run.session.wait_for("Metadata");
    run.session.send("m");
    run.end();
    let run = opened(vec![status(
        "200 OK",
        "content-type: text/html\r\n",
        format!("<title>sent {KEY} here</title>"),
    )]);
    run.session.wait_for("sent [redacted] here");
    run.end();
    let run = opened(vec![Reply::Close(response(
        "302 Found",
        &format!("location: http://{KEY}.example/\r\n"),
        "",
    ))]);
    run.session.wait_for("302");
    run.end();
}

fn redirects() {
    let other = Server::start(vec![json("[]")]);
    let port = other.port();
    let same = Server::start(vec![json("[]")]);
    let targets = [
        format!("http://127.0.0.1:{port}/x"),
        format!("http://localhost:{port}/x"),
        format!("http://user:pass@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
        "ftp://127.0.0.1/".to_owned(),
        "/elsewhere".to_owned(),
        "javascript:alert(1)".to_owned(),
    ];
    let codes = [301, 302, 303, 307, 308].into_iter().cycle();
    each(targets.into_iter().zip(codes), |(target, code)| {
        let reply = status(&format!("{code} Over there"), &format!("location: {target}\r\n"), "");
        let run = opened(vec![reply]);
        run.session.wait_for(&code.to_string());
        run.session.wait_for("not followed");
        assert_eq!(run.server.asked().len(), 1);
        run.end();
    });
    let run = opened(vec![status("302 Found", "", "")]);
    run.session.wait_for("leads nowhere");
    run.end();
    assert_eq!((other.asked().len(), same.asked().len()), (0, 0), "a redirect was followed");
}

fn clear_text() {
    for url in ["http://example.com", "http://10.0.0.1", "http://localhost.evil.com", "ftp://x"] {
        let raw = with_key(&["--base-url", url, "--all"]).start().ended_well(2);
        assert!(String::from_utf8_lossy(&raw).contains("https"), "{url}");
    }
    let run = loaded("[]");
    run.session.wait_for("No messages in this scope");
    run.end();
}

fn addresses() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "PASS-canary";
    for url in [
        format!("https://user:{secret}@example.com"),
        format!("https://{secret}@example.com"),
        format!("https://example.com/?key={secret}"),
        format!("https://example.com/#{secret}"),
    ] {
        let raw = with_key(&["--base-url", &url, "--all"]).start().ended_well(2);
        assert!(!String::from_utf8_lossy(&raw).contains(secret));
        let environment = [("SFCHAT_BASE_URL", url.as_str()), ("SFCHAT_API_KEY", KEY)];
        for action in ["check", "show"] {
            let output = without_terminal(&["config", action], &environment, folder.path());
            assert_eq!(output.status.code(), Some(2), "{}", said(&output));
            assert!(!said(&output).contains(secret), "{}", said(&output));
            no_key(&said(&output));
        }
    }
}

fn masked() {
    let folder = tempfile::tempdir().unwrap();
    let environment = [("SFCHAT_API_KEY", KEY), ("STUDYFETCH_SDK_API_KEY", KEY)];
    for words in [
        &["--help"][..],
        &["-h"],
        &["config", "show"],
        &["config", "check"],
        &["config", "--help"],
        &["--version"],
        &["demo-server", "--help"],
    ] {
        let output = without_terminal(words, &environment, folder.path());
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        no_key(&said(&output));
    }
}

fn no_core() {
    let session = Setup::demo().start();
    session.wait_for_messages();
    let process = format!("/proc/{}", session.id().as_raw_nonzero());
    let limits = fs::read_to_string(format!("{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let numbers: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(numbers, ["0", "0"], "{core}");
    // What cannot be dumped belongs to root.
    assert_eq!(fs::metadata(&process).unwrap().uid(), 0);
    end(session);
    if !rustix::process::getuid().is_root() {
        return;
    }
    // For root that says nothing; somebody else has to run it.
    let words = ["--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, "--demo"];
    let session = Setup::of("setpriv", &words).env("HOME", "/").start();
    session.wait_for_messages();
    let process = format!("/proc/{}", session.id().as_raw_nonzero());
    let owner = fs::metadata(format!("{process}/status")).unwrap().uid();
    assert_eq!(owner, 0, "another process of the user may look into it");
    end(session);
}
