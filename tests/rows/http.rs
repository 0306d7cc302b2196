//! Rows 63 to 74: servers and networks that do not do what they should.

use std::time::Duration;

use crate::run::{ESC, Run, against, body, configured, end, message, opened, terminate, with_key};
use crate::server::{Reply, Server, json, response, status};
use crate::table::{Row, each, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(63, "refused, or no such host: three tries, each in sight", unreachable),
    row(63, "Esc ends the wait for another try", cancelled_wait),
    row(64, "408 409 429 500 502 503 504 and then 200", trouble_that_passes),
    row(65, "400 401 403 404 410 422 are asked once", || {
        each(["400", "401", "403", "404", "410", "422"], |code| {
            asked_once(&format!("{code} No"), "")
        });
    }),
    row(65, "what is no JSON is asked for once", || {
        let run = opened(vec![json("{]")]);
        run.session.wait_for("failed");
        assert_eq!(run.server.asked().len(), 1);
        run.end();
    }),
    row(66, "the server's wait is kept, up to a minute", waits),
    row(67, "x-should-retry is obeyed", should_retry),
    row(68, "headers that never come are waited for as long as the config says", no_headers),
    slow(68, "headers that never come, with the default of 60 s", no_headers_by_default),
    row(69, "a body that stalls is an error; one that drips goes on, and Esc ends it", stalls),
    slow(69, "a body that stalls, with the default of 30 s", default_stall),
    row(70, "a body that is cut, in five ways", cuts),
    row(71, "JSON that is cut where the connection ends", || cut(close_delimited())),
    slow(72, "gzip that grows without end", bomb),
    row(72, "gzip in gzip, br, what is no gzip", packings),
    row(72, "the limit counts what was unpacked", limit),
    row(73, "2 MB of headers, 10,000 of them, one with ESC", headers),
    row(74, "a login page is told from JSON, with its title", login_page),
];

/// A gzip of some bytes.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn one_message() -> String {
    body(&[message(0, "user", "all is well")])
}

fn unreachable() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let cases = [
        (format!("http://127.0.0.1:{port}"), "no server listens there"),
        ("https://no-such-host.invalid".to_owned(), "(DNS)"),
    ];
    each(cases, |(url, sentence)| {
        let session = with_key(&["--base-url", &url, "--all"]).start();
        session.wait_for("Attempt 2 follows");
        session.wait_for("Attempt 3 follows");
        session.wait_for("failed");
        session.wait_for(sentence);
        end(session);
    });
}

fn cancelled_wait() {
    let mut run = opened(vec![status("503 Busy", "retry-after: 50\r\n", "")]);
    run.session.wait_for("Attempt 2 follows");
    run.session.send(ESC);
    run.session.wait_for("Cancelled before anything arrived");
    assert_eq!(run.server.asked().len(), 1);
    run.end();
}

fn trouble_that_passes() {
    each(["408", "409", "429", "500", "502", "503", "504"], |code| {
        let trouble = status(&format!("{code} Trouble"), "retry-after-ms: 10\r\n", "");
        let run = opened(vec![trouble.clone(), trouble, json(one_message())]);
        run.session.wait_for("all is well");
        assert_eq!(run.server.asked().len(), 3);
        run.end();
    });
    let run = opened(vec![status("503 Trouble", "", "")]);
    run.session.wait_for("failed");
    assert_eq!(run.server.asked().len(), 3);
    let pauses: Vec<_> = run.server.pauses();
    // Waits of our own, each a little shorter than half a second and a second at most.
    assert!(pauses[0] >= Duration::from_millis(375), "{pauses:?}");
    assert!(pauses[1] >= Duration::from_millis(750), "{pauses:?}");
    run.end();
}

fn asked_once(line: &str, headers: &str) {
    let run = opened(vec![status(line, headers, r#"{"message":"said so"}"#)]);
    run.session.wait_for("failed");
    run.session.wait_for("said so");
    assert_eq!(run.server.asked().len(), 1, "{line}");
    run.end();
}

fn waits() {
    let busy = |header: &str| status("429 Busy", header, "");
    let run = opened(vec![busy("retry-after: 1\r\n"), json(one_message())]);
    run.session.wait_for("all is well");
    assert!(run.server.pauses()[0] >= Duration::from_secs(1));
    run.end();
    let run = opened(vec![busy("retry-after: 99999\r\n")]);
    run.session.wait_for("28 h");
    assert_eq!(run.server.asked().len(), 1);
    run.end();
    each(["-5", "inf", "NaN", "soon", "1e400", "\u{e9}"], |garbage| {
        let run = opened(vec![busy(&format!("retry-after: {garbage}\r\n")), json(one_message())]);
        run.session.wait_for("all is well");
        assert_eq!(run.server.asked().len(), 2);
        run.end();
    });
}

fn should_retry() {
    asked_once("500 No", "x-should-retry: false\r\n");
    let bad = status("400 Bad", "x-should-retry: true\r\nretry-after-ms: 10\r\n", "");
    let run = opened(vec![bad, json(one_message())]);
    run.session.wait_for("all is well");
    assert_eq!(run.server.asked().len(), 2);
    run.end();
}

/// A server that says nothing, and a program with these settings.
fn silent(replies: Vec<Reply>, api: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(replies);
    let session = configured(&server, folder.path(), api).start();
    // The config is read by then.
    session.wait_for("oading");
    Run { session, server }
}

fn no_headers() {
    let run = silent(vec![Reply::Stall(Vec::new())], "headers_timeout = \"300ms\"");
    run.session.wait_for("no answer within 0.3 s");
    run.session.wait_for("failed");
    assert_eq!(run.server.asked().len(), 3);
    run.end();
}

fn no_headers_by_default() {
    let run = opened(vec![Reply::Stall(Vec::new()), json(one_message())]);
    std::thread::sleep(Duration::from_secs(45));
    run.session.wait_for("all is well");
    assert!(run.server.pauses()[0] >= Duration::from_mins(1));
    run.end();
}

/// The beginning of a response, and nothing of its end.
fn beginning() -> Vec<u8> {
    let body = format!("{{\"messages\":[{},", message(0, "user", "a first part"));
    [b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", body.as_bytes()].concat()
}

fn stalls() {
    let run = silent(vec![Reply::Stall(beginning())], "idle_timeout = \"300ms\"");
    run.session.wait_for("silence of 0.3 s");
    run.session.wait_for("incomplete");
    run.session.wait_for("a first part");
    assert_eq!(run.server.asked().len(), 2);
    run.end();
    let drip = Reply::Drip(beginning(), vec![b' '; 90_000], Duration::from_millis(20));
    let mut run = silent(vec![drip], "idle_timeout = \"2s\"");
    run.session.wait_for("a first part");
    std::thread::sleep(Duration::from_secs(4));
    run.session.wait_for("loading");
    run.session.send(ESC);
    run.session.wait_for("incomplete: cancelled");
    run.server.wait_until_closed();
    run.end();
}

fn default_stall() {
    let run = opened(vec![Reply::Stall(beginning())]);
    run.session.wait_for("a first part");
    std::thread::sleep(Duration::from_secs(25));
    run.session.wait_for("attempt 2");
    run.server.wait_for_requests(2);
    assert!(run.server.pauses()[0] >= Duration::from_secs(30));
    terminate(run.session);
}

fn close_delimited() -> Reply {
    let body = one_message();
    let part = &body.as_bytes()[..body.len() - 2];
    let next = format!(",{}", message(1, "user", "never whole"));
    let part = [&part[..part.len() - 10], next.as_bytes()].concat();
    Reply::Close([b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", part.as_slice()].concat())
}

/// What is cut is called so, what arrived is not called whole, and it was tried once more.
fn cut(reply: Reply) {
    let run = opened(vec![reply]);
    run.session.wait_for("was cut short");
    run.session.wait_for("incomplete");
    assert_eq!(run.server.asked().len(), 2);
    run.end();
}

fn cuts() {
    let body = one_message();
    let announced = |length: usize| {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
    };
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    let chunked = |tail: &str| {
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{tail}").into_bytes()
    };
    let packed = gzip(body.as_bytes());
    let half = response("200 OK", "content-encoding: gzip\r\n", &packed[..packed.len() - 9]);
    each(
        [
            Reply::Close(announced(body.len() + 100)),
            Reply::Reset(announced(body.len() + 100)),
            Reply::Close(chunked("")),
            Reply::Close(chunked("ff\r\n ")),
            Reply::Close(announced(body.len() - 5)),
            Reply::Close(half),
        ],
        cut,
    );
}

fn packings() {
    let packed = gzip(one_message().as_bytes());
    let twice = gzip(&packed);
    let named = |name: &str, body: &[u8]| {
        Reply::Close(response("200 OK", &format!("content-encoding: {name}\r\n"), body))
    };
    let run = opened(vec![named("gzip", &packed)]);
    run.session.wait_for("all is well");
    run.end();
    let cases = [
        (named("gzip", &twice), "failed"),
        (named("gzip, gzip", &twice), "not asked for"),
        (named("br", b"x"), "not asked for: br"),
        (named("gzip", one_message().as_bytes()), "broken gzip"),
    ];
    each(cases, |(reply, sentence)| {
        let run = opened(vec![reply]);
        run.session.wait_for(sentence);
        run.session.wait_for("failed");
        assert_eq!(run.server.asked().len(), 1, "{sentence}");
        run.end();
    });
}

fn bomb() {
    let bomb = gzip(&vec![b' '; 90 << 20]);
    let run = opened(vec![Reply::Close(response("200 OK", "content-encoding: gzip\r\n", bomb))]);
    run.session.wait_for("grows more than 200-fold");
    assert_eq!(run.server.asked().len(), 1);
    run.end();
}

fn limit() {
    let packed = gzip(&[b"[".as_slice(), &vec![b' '; 2 << 20]].concat());
    assert!(packed.len() < 100_000);
    let reply = Reply::Close(response("200 OK", "content-encoding: gzip\r\n", packed));
    let run = silent(vec![reply], "max_response_bytes = 1000000");
    run.session.wait_for("more than 1.0 MB, the limit");
    assert_eq!(run.server.asked().len(), 1);
    run.end();
}

fn headers() {
    let large = format!("x-large: {}\r\n", "h".repeat(2 << 20));
    let many: String = (0..10_000).map(|number| format!("x-{number}: y\r\n")).collect();
    each([large, many, "x-evil: a\x1b[2Jb\r\n".to_owned()], |headers| {
        let server = Server::start(vec![status("200 OK", &headers, one_message())]);
        let session = against(&server).start();
        // Some of it is a header like any other.
        session.wait_until("an end", |screen| {
            let text = screen.contents();
            text.contains("failed") || text.contains("all is well")
        });
        end(session);
    });
}

fn login_page() {
    let page = "<!DOCTYPE html>\n<html><head><title>Please &amp; sign in\n</title>";
    each(["content-type: text/html\r\n", ""], |headers| {
        let run = opened(vec![status("200 OK", headers, page)]);
        run.session.wait_for("answered with a web page, “Please");
        run.session.wait_for("proxy or a login page");
        assert_eq!(run.server.asked().len(), 1);
        run.end();
    });
}
