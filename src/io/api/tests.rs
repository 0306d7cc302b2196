//! The endpoint against a real server on the loopback interface, well and badly behaved.

mod server;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::*;
use crate::io::key::KeySource;
use crate::port::{Failure, FailureKind};
use crate::store::IngestStats;
use server::{Reply, Server, chunked, gzip, messages, response};

const KEY: &str = "sk-SECRET-0123456789-7f3a";

fn config(url: &str) -> Config {
    let mut config = Config::default();
    url.clone_into(&mut config.api.base_url);
    config
}

fn endpoint(config: &Config) -> Arc<Endpoint> {
    let key = ApiKey::new(KEY, KeySource::Command).unwrap();
    let endpoint = Endpoint::new(config, key).unwrap();
    Arc::new(endpoint.with_first_wait(Duration::from_millis(1)))
}

/// The events of a fetch, by kind.
#[derive(Debug, Default)]
struct Told {
    lengths: Vec<Option<u64>>,
    retries: Vec<(u32, String)>,
    /// The rows of the last attempt.
    rows: usize,
    pages: usize,
    progress: u64,
    tally: Option<IngestStats>,
    failure: Option<Failure>,
}

impl Told {
    fn failure(&self) -> &Failure {
        self.failure.as_ref().unwrap_or_else(|| panic!("it should have failed: {self:?}"))
    }
}

async fn fetch_with(config: &Config, scope: Scope) -> Told {
    let (sender, mut events) = mpsc::channel(4);
    let _guard = start_fetch(endpoint(config), scope, FetchTicket(7), sender);
    let mut told = Told::default();
    let all = async {
        while let Some((ticket, event)) = events.recv().await {
            assert_eq!(ticket, FetchTicket(7));
            assert!(!format!("{event:?}").contains("SECRET"), "{event:?}");
            match event {
                FetchEvent::Answered { length } => told.lengths.push(length),
                FetchEvent::Retrying { why, attempt, .. } => {
                    told.retries.push((attempt, why));
                    (told.rows, told.pages) = (0, 0);
                }
                FetchEvent::PageArrived(page) => {
                    told.rows += page.rows.len();
                    told.pages += 1;
                }
                FetchEvent::Progressed { bytes } => told.progress = bytes,
                FetchEvent::Finished(tally) => told.tally = Some(*tally),
                FetchEvent::Failed(failure) => told.failure = Some(failure),
            }
        }
    };
    timeout(Duration::from_mins(1), all).await.expect("a fetch ends");
    assert!(told.tally.is_some() != told.failure.is_some(), "one end: {told:?}");
    told
}

async fn fetch(url: &str) -> Told {
    fetch_with(&config(url), Scope::all()).await
}

#[tokio::test]
async fn a_response_arrives_whole_with_the_key_in_its_header() {
    let body = messages(1000);
    let server = Server::start(vec![Reply::Close(response("200 OK", "", &body))]).await;
    let told = fetch(&server.url()).await;
    assert_eq!(told.tally.as_ref().unwrap().messages, 1000);
    assert_eq!(told.rows, 1000);
    assert_eq!(told.lengths, [Some(body.len() as u64)]);
    assert_eq!(told.progress, body.len() as u64);
    let head = server.requests().remove(0).to_ascii_lowercase();
    assert!(head.starts_with("get /api/v1/usage-analyst/chat-messages http/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("x-api-key: {}\r\n", KEY.to_ascii_lowercase())), "{head}");
    assert!(head.contains(concat!("user-agent: sfchat-tui/", env!("CARGO_PKG_VERSION"))));
    assert!(head.contains("accept-encoding: gzip\r\n"));
    assert!(!head.contains("referer"));
}

#[tokio::test]
async fn the_scope_stands_in_the_query_in_both_styles() {
    let server = Server::start(vec![Reply::Close(response("200 OK", "", "[]"))]).await;
    let scope =
        Scope { groups: vec!["class 1".into(), "a,b&c+d".into()], user: Some("älice".into()) };
    let mut config = config(&format!("{}/tutor/v2/", server.url()));
    fetch_with(&config, scope.clone()).await;
    config.group_ids_style = GroupIdsStyle::Comma;
    fetch_with(&config, scope).await;
    fetch_with(&config, Scope::user("u")).await;
    fetch_with(&config, Scope::group("g")).await;
    let lines: Vec<String> =
        server.requests().iter().map(|head| head.lines().next().unwrap().to_owned()).collect();
    let path = "GET /tutor/v2/api/v1/usage-analyst/chat-messages";
    assert_eq!(
        lines,
        [
            format!("{path}?userId=%C3%A4lice&groupIds=class%201&groupIds=a%2Cb%26c%2Bd HTTP/1.1"),
            format!("{path}?userId=%C3%A4lice&groupIds=class%201%2Ca%2Cb%26c%2Bd HTTP/1.1"),
            format!("{path}?userId=u HTTP/1.1"),
            format!("{path}?groupIds=g HTTP/1.1"),
        ]
    );
}

#[tokio::test]
async fn nothing_to_see_is_no_failure() {
    for reply in [
        response("204 No Content", "", ""),
        response("200 OK", "", ""),
        response("200 OK", "", "{}"),
        response("200 OK", "", r#"{"messages":null}"#),
    ] {
        let server = Server::start(vec![Reply::Close(reply.clone())]).await;
        let told = fetch(&server.url()).await;
        let tally = told.tally.unwrap_or_else(|| panic!("{:?}", told.failure));
        assert_eq!(tally.messages, 0, "{}", String::from_utf8_lossy(&reply));
    }
}

#[tokio::test]
async fn a_refused_key_is_not_tried_again() {
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let body = r#"{"statusCode":401,"message":"Invalid\u001b[31m API\nkey"}"#;
        let server = Server::start(vec![Reply::Close(response(status, "", body))]).await;
        let told = fetch(&server.url()).await;
        let failure = told.failure();
        assert_eq!(failure.kind, FailureKind::Key);
        let said = format!(
            "refused the key (…7f3a, from api_key_command): {status}: Invalid [31m API key"
        );
        assert!(failure.what.ends_with(&said), "{failure:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again() {
    let trouble = Reply::Close(response("503 Service Unavailable", "", "down"));
    let good = Reply::Close(response("200 OK", "", messages(3)));
    let server = Server::start(vec![trouble.clone(), trouble.clone(), good]).await;
    let told = fetch(&server.url()).await;
    assert_eq!(told.tally.as_ref().unwrap().messages, 3);
    let attempts: Vec<u32> = told.retries.iter().map(|(attempt, _)| *attempt).collect();
    assert_eq!(attempts, [2, 3]);
    assert!(told.retries[0].1.ends_with("answered 503 Service Unavailable: down"), "{told:?}");

    let server = Server::start(vec![trouble]).await;
    let told = fetch(&server.url()).await;
    assert_eq!(told.failure().kind, FailureKind::Network);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn the_server_may_say_that_another_try_is_no_use() {
    for headers in ["x-should-retry: false\r\n", "retry-after: 99999\r\n"] {
        let reply = Reply::Close(response("503 Service Unavailable", headers, ""));
        let server = Server::start(vec![reply]).await;
        let told = fetch(&server.url()).await;
        assert_eq!(server.requests().len(), 1, "{headers}");
        if headers.starts_with("retry") {
            assert!(told.failure().advice.contains("28 h"), "{told:?}");
        }
    }
    for status in ["400 Bad Request", "404 Not Found", "422 Unprocessable Entity"] {
        let server = Server::start(vec![Reply::Close(response(status, "", ""))]).await;
        fetch(&server.url()).await;
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let other = Server::start(vec![Reply::Close(response("200 OK", "", "[]"))]).await;
    let port = other.address.port();
    for (location, target) in [
        (format!("http://127.0.0.1:{port}/x?k=1"), format!("to http://127.0.0.1:{port};")),
        ("https://evil.example/".to_owned(), "to https://evil.example;".to_owned()),
        ("/elsewhere".to_owned(), "to http://127.0.0.1".to_owned()),
        ("ftp://f.example/".to_owned(), "to ftp://f.example;".to_owned()),
        (String::new(), "leads".to_owned()),
    ] {
        for status in [
            "301 Moved Permanently",
            "302 Found",
            "303 See Other",
            "307 Temporary \
                        Redirect",
            "308 Permanent Redirect",
        ] {
            let header = format!("location: {location}\r\n");
            let server = Server::start(vec![Reply::Close(response(status, &header, ""))]).await;
            let told = fetch(&server.url()).await;
            let failure = told.failure();
            assert!(failure.what.contains(&target), "{failure:?}");
            assert!(failure.what.ends_with("this was not followed"), "{failure:?}");
            assert_eq!(server.requests().len(), 1);
        }
    }
    assert!(other.requests().is_empty(), "the other server saw nothing");
}

/// Fetches from a server that cuts off every response, and checks the events.
async fn cut(reply: Reply) -> Told {
    let server = Server::start(vec![reply]).await;
    let mut config = config(&server.url());
    config.api.idle_timeout = Duration::from_millis(200);
    let told = fetch_with(&config, Scope::all()).await;
    let failure = told.failure();
    assert_eq!(failure.kind, FailureKind::Cut, "{failure:?}");
    assert!(failure.what.contains("was cut short"), "{failure:?}");
    assert_eq!(told.retries.len(), 1, "{told:?}");
    assert_eq!(server.requests().len(), 2, "one retry");
    told
}

#[tokio::test]
async fn a_cut_body_is_asked_for_once_more_and_what_arrived_is_kept() {
    let body = messages(1000);
    let half = &body[..body.len() / 2];
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{half}", body.len());
    let open = format!("HTTP/1.0 200 OK\r\n\r\n{half}");
    let whole_but_longer =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 9);
    let packed = gzip(body.as_bytes());
    let packed_half = response("200 OK", "content-encoding: gzip\r\n", &packed[..packed.len() / 2]);
    let mut short_chunk = chunked(half.as_bytes(), 1000);
    short_chunk.extend_from_slice(b"3e8\r\nabc");
    for (how, reply, least) in [
        ("length", Reply::Close(long.clone().into_bytes()), 400),
        ("reset", Reply::Reset(long.clone().into_bytes()), 0),
        ("silence", Reply::Stall(long.into_bytes()), 400),
        ("close", Reply::Close(open.into_bytes()), 400),
        ("longer", Reply::Close(whole_but_longer.into_bytes()), 1000),
        ("chunked", Reply::Close(chunked(half.as_bytes(), 1000)), 400),
        ("within a chunk", Reply::Close(short_chunk), 400),
        ("gzip", Reply::Close(packed_half), 100),
    ] {
        let told = cut(reply).await;
        assert!(told.rows >= least, "{how}: {} rows", told.rows);
    }
    let told = cut(Reply::Close(b"HTTP/1.0 200 OK\r\n\r\n".to_vec())).await;
    assert!(told.failure().what.contains("0 bytes"), "{told:?}");
}

#[tokio::test]
async fn gzip_is_unpacked_and_progress_counts_what_was_transferred() {
    let body = messages(20_000);
    let packed = gzip(body.as_bytes());
    let (first, second) = packed.split_at(packed.len() / 3);
    let two_members = [gzip(&body.as_bytes()[..999]), gzip(&body.as_bytes()[999..])].concat();
    for (name, bytes) in [
        ("gzip", [first, second].concat()),
        ("GZIP", two_members),
        ("identity, x-gzip", packed.clone()),
    ] {
        let length = bytes.len() as u64;
        let reply = response("200 OK", &format!("content-encoding: {name}\r\n"), bytes);
        let server = Server::start(vec![Reply::Close(reply)]).await;
        let told = fetch(&server.url()).await;
        let tally = told.tally.as_ref().unwrap_or_else(|| panic!("{name}: {told:?}"));
        assert_eq!((tally.messages, tally.bytes), (20_000, body.len() as u64));
        assert_eq!((told.lengths[0], told.progress), (Some(length), length));
    }
}

#[tokio::test]
async fn packing_that_is_none_of_ours_is_refused() {
    let plain = messages(3);
    for (name, body, phrase) in [
        ("br", plain.clone().into_bytes(), "not asked for: br"),
        ("gzip, gzip", gzip(&gzip(plain.as_bytes())), "not asked for: gzip, gzip"),
        ("gzip", plain.into_bytes(), "broken gzip"),
    ] {
        let reply = response("200 OK", &format!("content-encoding: {name}\r\n"), body);
        let server = Server::start(vec![Reply::Close(reply)]).await;
        let told = fetch(&server.url()).await;
        assert_eq!(told.failure().kind, FailureKind::Document);
        assert!(told.failure().what.contains(phrase), "{told:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_body_that_grows_without_end_is_stopped() {
    // Members of a megabyte each: compressing one is enough.
    let mut bomb = gzip(messages(3).as_bytes());
    bomb.extend(gzip(&vec![b' '; 1 << 20]).repeat(70));
    let reply = Reply::Close(response("200 OK", "content-encoding: gzip\r\n", bomb));
    let server = Server::start(vec![reply]).await;
    let told = fetch(&server.url()).await;
    assert!(told.failure().what.contains("200-fold"), "{told:?}");

    let mut config = config(&server.url());
    config.api.max_response_bytes = 1_000_000;
    let told = fetch_with(&config, Scope::all()).await;
    assert!(told.failure().what.contains("more than 1.0 MB"), "{told:?}");
    assert_eq!(told.failure().kind, FailureKind::Document);
    assert_eq!(server.requests().len(), 2, "no retries");
}

#[tokio::test]
async fn a_web_page_is_named_by_its_title() {
    let page = "<!DOCTYPE html><html><head><title>Sign in\u{1b}[2J</title></head></html>";
    for status in ["200 OK", "502 Bad Gateway"] {
        let reply = Reply::Close(response(status, "content-type: text/html\r\n", page));
        let told = fetch(&Server::start(vec![reply]).await.url()).await;
        assert!(told.failure().what.contains("Sign in [2J"), "{told:?}");
    }
}

#[tokio::test]
async fn wrong_json_is_told_with_its_place_and_not_asked_for_again() {
    let server = Server::start(vec![Reply::Close(response("200 OK", "", r#"{"messages":[}"#))]);
    let server = server.await;
    let told = fetch(&server.url()).await;
    assert_eq!(told.failure().kind, FailureKind::Document);
    assert!(told.failure().what.contains("at byte"), "{told:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_so() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let told = fetch(&url).await;
    assert!(told.failure().what.contains("was refused: no server listens"), "{told:?}");
    assert_eq!(told.retries.len(), 2);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_tried_again() {
    for reply in [Reply::Close(Vec::new()), Reply::Reset(Vec::new())] {
        let good = Reply::Close(response("200 OK", "", messages(3)));
        let server = Server::start(vec![reply, good]).await;
        let told = fetch(&server.url()).await;
        assert_eq!(told.tally.as_ref().unwrap().messages, 3, "{told:?}");
        assert!(told.retries[0].1.contains("got no answer"), "{told:?}");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up() {
    let server = Server::start(vec![Reply::Stall(Vec::new())]).await;
    let mut config = config(&server.url());
    config.api.headers_timeout = Duration::from_millis(500);
    let told = fetch_with(&config, Scope::all()).await;
    assert!(told.failure().what.contains("got no answer within 0.5 s"), "{told:?}");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn what_is_no_http_or_no_tls_is_told_so() {
    let noise = Reply::Close(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec());
    let told = fetch(&Server::start(vec![noise]).await.url()).await;
    assert_eq!(told.failure().kind, FailureKind::Network);
    assert!(told.retries.is_empty(), "{told:?}");

    // Not our server: a TLS handshake never ends with an empty line.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let told = fetch(&url).await;
    assert!(told.failure().what.contains("does not speak TLS"), "{told:?}");
    assert!(told.retries.is_empty(), "{told:?}");
}

#[tokio::test]
async fn the_key_is_in_no_failure_even_when_the_server_sends_it_back() {
    let server = Server::start(vec![Reply::Echo]).await;
    let told = fetch(&server.url()).await;
    // `fetch` checks that no event contains the key. This checks that redaction took place.
    assert!(told.failure().what.contains("[redacted]"), "{told:?}");
    let page = format!("<html><title>key {KEY}</title>");
    let server = Server::start(vec![Reply::Close(response("200 OK", "", page))]).await;
    assert!(fetch(&server.url()).await.failure().what.contains("[redacted]"));
    assert!(!format!("{:?}", endpoint(&config(&server.url()))).contains("SECRET"));
}

#[tokio::test]
async fn a_slow_server_shows_what_it_sent() {
    let body = messages(30);
    let cut = body.find("message 20").unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let first = format!("{head}{}", &body[..cut]);
    // The rest never arrives, so the page below must have been sent early.
    let mut server = Server::start(vec![Reply::Stall(first.into_bytes())]).await;
    let (sender, mut events) = mpsc::channel(64);
    let guard = start_fetch(endpoint(&config(&server.url())), Scope::all(), FetchTicket(1), sender);
    let mut rows = 0;
    while rows < 20 {
        if let (_, FetchEvent::PageArrived(page)) = events.recv().await.unwrap() {
            rows += page.rows.len();
        }
    }
    assert_eq!(rows, 20);
    drop(guard);
    let closed = timeout(Duration::from_secs(10), server.closed.recv()).await;
    assert_eq!(closed, Ok(Some(())), "cancelling closes the connection");
    let last = timeout(Duration::from_secs(10), async {
        while let Some((_, event)) = events.recv().await {
            assert!(!matches!(event, FetchEvent::Finished(_) | FetchEvent::Failed(_)));
        }
    });
    last.await.expect("cancelling ends the task and the thread");
}

#[tokio::test]
async fn a_drip_goes_on() {
    let body = messages(5);
    let mut pieces: Vec<Vec<u8>> =
        vec![format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes()];
    pieces.extend(body.as_bytes().chunks(40).map(<[u8]>::to_vec));
    let server = Server::start(vec![Reply::Drip(pieces, Duration::from_millis(5))]).await;
    let mut config = config(&server.url());
    config.api.idle_timeout = Duration::from_secs(5);
    let told = fetch_with(&config, Scope::all()).await;
    assert_eq!(told.tally.as_ref().unwrap().messages, 5, "{told:?}");
    assert_eq!(told.rows, 5);
}

#[tokio::test]
async fn a_fetch_that_nobody_reads_can_be_cancelled() {
    let server = Server::start(vec![Reply::Close(response("200 OK", "", messages(50_000)))]).await;
    let (sender, mut events) = mpsc::channel(1);
    let guard = start_fetch(endpoint(&config(&server.url())), Scope::all(), FetchTicket(1), sender);
    assert!(events.recv().await.is_some());
    drop(guard);
    // The thread waits for room in the channel and must give up now, which closes the channel.
    let end = timeout(Duration::from_secs(10), async { while events.recv().await.is_some() {} });
    end.await.expect("cancelling ends the thread");
}

#[test]
fn an_endpoint_that_would_send_the_key_in_clear_is_refused() {
    for url in ["http://example.org", "https://u:p@example.org", "nonsense"] {
        let key = ApiKey::new(KEY, KeySource::Config).unwrap();
        assert!(matches!(Endpoint::new(&config(url), key), Err(EndpointError::BaseUrl(_))));
    }
}
