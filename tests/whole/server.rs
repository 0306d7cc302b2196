//! A little server that answers by the endpoint's description, as it is told, and remembers what
//! it was asked. Written by hand: nothing of it comes from the program that it tests.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The key that it wants.
pub(crate) const KEY: &str = "sk-test-of-the-loop";

/// What it answers to one request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A status and a body of JSON.
    Json(u16, Vec<u8>),
    /// A body, packed.
    Gzip(Vec<u8>),
    /// The first part, then, when the test says so, the rest.
    Halves(Vec<u8>, Vec<u8>),
    /// So many bytes of the body that it declares, then the end of the connection.
    Cut(Vec<u8>, usize),
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The parameters, in order, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// The headers, their names in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

/// The server, with its answers in turn, the last one for ever.
#[derive(Clone)]
pub(crate) struct Server {
    /// `http://127.0.0.1:port`
    pub(crate) origin: String,
    requests: Arc<Mutex<Vec<Request>>>,
    go_on: Arc<Notify>,
}

impl Server {
    pub(crate) async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { origin, requests: Arc::default(), go_on: Arc::new(Notify::new()) };
        let serving = server.clone();
        tokio::spawn(async move {
            for turn in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let answer = answers[turn.min(answers.len() - 1)].clone();
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(stream, answer).await });
            }
        });
        server
    }

    /// What it was asked so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Lets it send the rest of what it began.
    pub(crate) fn go_on(&self) {
        self.go_on.notify_one();
    }

    async fn serve(&self, mut stream: TcpStream, answer: Answer) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let request = parse(&String::from_utf8(head).unwrap());
        let wrong = check(&request);
        self.requests.lock().unwrap().push(request);
        // A client that leaves early makes a write fail, which is its right.
        let _ = match (wrong, answer) {
            (Some((status, why)), _) => {
                let body = format!(r#"{{"statusCode":{status},"message":"{why}"}}"#);
                send(&mut stream, &whole(status, "", body.as_bytes())).await
            }
            (None, Answer::Json(status, body)) => {
                send(&mut stream, &whole(status, "", &body)).await
            }
            (None, Answer::Gzip(body)) => {
                let mut packer =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                packer.write_all(&body).unwrap();
                let body = packer.finish().unwrap();
                send(&mut stream, &whole(200, "content-encoding: gzip\r\n", &body)).await
            }
            (None, Answer::Halves(first, rest)) => {
                let length = first.len() + rest.len();
                let _ = send(&mut stream, &[head_of(200, "", length), first].concat()).await;
                // Nobody waits for ever: the test would fail by its own deadline before.
                let _ = tokio::time::timeout(Duration::from_secs(20), self.go_on.notified()).await;
                send(&mut stream, &rest).await
            }
            (None, Answer::Cut(body, sent)) => {
                let bytes = [head_of(200, "", body.len()), body[..sent].to_vec()].concat();
                send(&mut stream, &bytes).await
            }
        };
        let _ = stream.shutdown().await;
    }
}

async fn send(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

fn head_of(status: u16, more: &str, length: usize) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json; charset=utf-8\r\n\
         connection: close\r\n{more}content-length: {length}\r\n\r\n"
    )
    .into_bytes()
}

fn whole(status: u16, more: &str, body: &[u8]) -> Vec<u8> {
    [head_of(status, more, body.len()), body.to_vec()].concat()
}

fn parse(head: &str) -> Request {
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let method = first.next().unwrap().to_owned();
    let target = first.next().unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let headers = lines.filter_map(|line| line.split_once(": "));
    Request {
        method,
        path: path.to_owned(),
        query: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect(),
        headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
    }
}

/// Percent-decoding; a plus is a plus.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == b'%' {
            out.push(u8::from_str_radix(&text[i + 1..i + 3], 16).unwrap());
            i += 3;
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

/// What the endpoint would refuse.
fn check(request: &Request) -> Option<(u16, &'static str)> {
    let key = request.headers.iter().find(|(name, _)| name == "x-api-key");
    if key.is_none_or(|(_, key)| key != KEY) {
        return Some((401, "Unauthorized"));
    }
    if request.method != "GET" {
        return Some((405, "Method Not Allowed"));
    }
    let known = ["userId", "groupIds"];
    if request.query.iter().any(|(name, _)| !known.contains(&name.as_str())) {
        return Some((400, "Bad Request"));
    }
    (!request.path.ends_with("/api/v1/usage-analyst/chat-messages")).then_some((404, "Not Found"))
}
