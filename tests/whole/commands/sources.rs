//! Where the commands read from and write to: servers, files, pipes; how they fail and end.

use std::io::{Read, Write};
use std::process::Stdio;

use super::run::{Desk, Ran, lesson};
use crate::server::{Answer, KEY, Server};

/// Runs the program against a server, away from the threads that serve.
async fn against(desk: &Desk, server: &Server, words: &str) -> Ran {
    let mut command = desk.command(&format!("{words} -g class-101 --base-url {}", server.origin));
    command.env("SFCHAT_API_KEY", KEY);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    Ran::of(&output)
}

#[test]
fn every_command_takes_the_demo() {
    let desk = Desk::new();
    for words in [
        "sessions --demo --limit 2",
        "search --demo factor --limit 2",
        "show --demo chat-7ca60 --limit 2",
        "export --demo --limit 2",
        "stats --demo",
        "check --demo",
        "fetch --demo",
        "--demo sessions --limit 1",
    ] {
        let ran = desk.run(words);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{words}");
        assert!(ran.out.len() > 50, "{words}: {}", ran.out);
    }
}

#[test]
fn the_source_is_given_once_and_some_commands_take_no_query() {
    let desk = Desk::new();
    for (words, phrase) in [
        ("--demo sessions --demo", "before the command and behind it"),
        ("-q a sessions --demo -q b", "--query is given"),
        ("-q a check --demo", "takes no --query"),
        ("fetch --demo -q a", "unexpected argument"),
        ("--demo man", "takes no source"),
        ("sessions --file /no/such/file", "could not be opened"),
        ("sessions --demo --force", "--output"),
        ("search --demo", "QUERY"),
        ("search --demo --formt", "--formt is no option of search"),
        ("export --demo --output a.docx", "unknown format .docx for an export"),
    ] {
        let ran = desk.run(words);
        assert!(ran.status == 2 && ran.out.is_empty(), "{words}");
        assert!(ran.err.contains(phrase), "{words}: {}", ran.err);
    }
}

#[test]
fn an_empty_file_is_no_response() {
    let desk = Desk::new();
    std::fs::write(desk.folder().join("empty.json"), "").unwrap();
    for command in ["check", "sessions"] {
        let ran = desk.run(&format!("{command} --file empty.json"));
        assert_ne!(ran.status, 0, "{command}");
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains("empty.json is empty; nothing was saved in it"), "{said}");
        assert!(!said.contains("\ncomplete"), "{said}");
    }
}

#[test]
fn a_closed_pipe_is_a_quiet_success() {
    let desk = Desk::new();
    for words in ["export --demo", "sessions --demo", "fetch --demo", "stats --demo"] {
        let mut command = desk.command(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        let _ = out.read(&mut [0; 1]).unwrap();
        drop(out);
        let ended = Ran::of(&child.wait_with_output().unwrap());
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{words}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_is_private_and_never_over_another() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let ran = desk.run("sessions --file saved.json --output out.ndjson");
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let written = std::fs::read_to_string(desk.path("out.ndjson")).unwrap();
    assert_eq!(written, desk.run("sessions --file saved.json").out);
    let mode = std::fs::metadata(desk.path("out.ndjson")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let ran = desk.run("stats --file saved.json --output out.ndjson");
    assert!(ran.status == 2 && ran.err.contains("--force"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(desk.path("out.ndjson")).unwrap(), written);
    assert_eq!(desk.run("stats --file saved.json --output out.ndjson --force").status, 0);
    assert!(
        std::fs::read_to_string(desk.path("out.ndjson")).unwrap().contains("\"complete\": true")
    );
    assert_eq!(std::fs::read_dir(desk.folder()).unwrap().count(), 3, "nothing else is left");
}

#[test]
fn a_command_that_fails_leaves_no_file() {
    let desk = Desk::with("<html>");
    let ran = desk.run("sessions --file saved.json --output out");
    assert_eq!(ran.status, 5);
    let whole = lesson().to_string();
    std::fs::write(desk.path("cut.json"), &whole[..whole.len() - 9]).unwrap();
    assert_eq!(desk.run("sessions --file cut.json --output out").status, 4);
    assert_eq!(std::fs::read_dir(desk.folder()).unwrap().count(), 3);
}

#[test]
fn fetch_hands_on_the_bytes_of_a_file_unpacked() {
    let desk = Desk::new();
    let body = std::fs::read(desk.path("saved.json")).unwrap();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&body).unwrap();
    let packed = packer.finish().unwrap();
    assert_eq!(desk.run("fetch --file saved.json").out.as_bytes(), body);
    assert_eq!(desk.run_with("fetch --file -", &packed).out.as_bytes(), body);
    let cut = desk.run_with("fetch --file -", &packed[..packed.len() - 12]);
    assert_eq!(cut.status, 4, "{}", cut.err);
    let none = desk.run_with("fetch --file -", b"");
    assert_eq!((none.status, none.out.as_str()), (0, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn fetch_saves_the_very_bytes_whatever_they_are() {
    let body = b"{\"messages\" : [ ] ,\n \"odd\":\"\\ud800\" }".to_vec();
    let desk = Desk::new();
    let server = Server::start(vec![Answer::Json(200, body.clone())]).await;
    assert_eq!(against(&desk, &server, "fetch").await.out.as_bytes(), body);
    let server = Server::start(vec![Answer::Gzip(body.clone())]).await;
    assert_eq!(against(&desk, &server, "fetch").await.out.as_bytes(), body);
    let echo = format!("{{\"key\":\"{KEY}\"}}").into_bytes();
    let server = Server::start(vec![Answer::Json(200, echo)]).await;
    assert_eq!(against(&desk, &server, "fetch").await.out, "{\"key\":\"[redacted]\"}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_cut_is_asked_for_again_where_it_can_be_taken_back() {
    let body = lesson().to_string().into_bytes();
    let cut = Answer::Cut(body.clone(), 500);
    let desk = Desk::new();
    let server = Server::start(vec![cut.clone(), Answer::Json(200, body.clone())]).await;
    let ran = against(&desk, &server, "fetch --output saved").await;
    assert_eq!((ran.status, server.requests().len()), (0, 2), "{}", ran.err);
    assert!(ran.err.contains("cut short") && ran.err.contains("attempt 2"), "{}", ran.err);
    assert_eq!(std::fs::read(desk.path("saved")).unwrap(), body);

    let server = Server::start(vec![cut.clone()]).await;
    let ran = against(&desk, &server, "fetch").await;
    assert_eq!((ran.status, server.requests().len()), (4, 1), "{}", ran.err);
    assert_eq!(ran.out.as_bytes(), &body[..500]);

    let server = Server::start(vec![cut]).await;
    let ran = against(&desk, &server, "fetch --output other").await;
    assert_eq!((ran.status, server.requests().len()), (4, 2), "{}", ran.err);
    assert!(ran.err.contains("other was not written: data is missing"), "{}", ran.err);
    assert!(!desk.path("other").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_says_how_it_failed() {
    let desk = Desk::new();
    for (answer, status) in [
        (Answer::Json(401, b"{}".to_vec()), 3),
        (Answer::Json(403, b"{}".to_vec()), 3),
        (Answer::Json(404, b"{}".to_vec()), 4),
        (Answer::Json(200, b"<html>".to_vec()), 5),
        (Answer::Json(200, b"[1".to_vec()), 4),
        (Answer::Json(200, b"\"x\"".to_vec()), 5),
    ] {
        let server = Server::start(vec![answer]).await;
        let ran = against(&desk, &server, "sessions").await;
        assert_eq!(ran.status, status, "{}", ran.err);
        assert!(ran.err.starts_with("sfchat-tui: ") && !ran.err.contains(KEY), "{}", ran.err);
        assert!(!ran.err.contains("efresh"), "{}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_notes_in_its_log_what_was_fetched_and_what_failed() {
    let desk = Desk::new();
    let body = lesson().to_string().into_bytes();
    let cut = Answer::Cut(body.clone(), 500);
    let denied = Answer::Json(401, b"{\"message\":\"a student's words\"}".to_vec());
    for (answers, command, noted) in [
        (vec![Answer::Json(200, body.clone())], "sessions", vec!["INFO", "fetched messages="]),
        (vec![denied.clone()], "sessions", vec!["ERROR", "refused the key"]),
        (vec![denied], "fetch", vec!["ERROR", "refused the key"]),
        (
            vec![cut, Answer::Json(200, body)],
            "fetch --output saved",
            vec!["WARN", "INFO", "bytes="],
        ),
    ] {
        let server = Server::start(answers).await;
        let _ = against(&desk, &server, &format!("{command} --log-file log")).await;
        let log = std::fs::read_to_string(desk.path("log")).unwrap();
        for words in noted {
            assert!(log.contains(words), "{words} in {command}: {log}");
        }
        assert!(!log.contains(KEY) && !log.contains("student's"), "{log}");
        std::fs::remove_file(desk.path("log")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_messages_of_a_retried_attempt_are_not_counted_twice() {
    let body = lesson().to_string().into_bytes();
    let answers = vec![Answer::Cut(body.clone(), 900), Answer::Json(200, body)];
    let server = Server::start(answers).await;
    let ran = against(&Desk::new(), &server, "sessions").await;
    assert_eq!((ran.status, ran.lines().len()), (0, 3), "{}", ran.err);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_it_and_takes_the_half_file_along() {
    let body = lesson().to_string().into_bytes();
    let (first, rest) = body.split_at(300);
    let server = Server::start(vec![Answer::Halves(first.to_vec(), rest.to_vec())]).await;
    let desk = Desk::new();
    let words = format!("fetch --output out --force -g class-101 --base-url {}", server.origin);
    let mut command = desk.command(&words);
    command.env("SFCHAT_API_KEY", KEY).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let begun = std::time::Instant::now();
    while server.requests().is_empty() {
        assert!(begun.elapsed().as_secs() < 30, "it never asked");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(
        std::fs::read_dir(desk.folder()).unwrap().count(),
        3,
        "the file has begun beside its place"
    );
    let id = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert_eq!(ended.code(), Some(143));
    assert_eq!(std::fs::read_dir(desk.folder()).unwrap().count(), 2);
}
