//! A scripted HTTP server, which can also misbehave.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// How to answer a connection after reading its request.
#[derive(Clone)]
pub(super) enum Reply {
    /// Write and close.
    Close(Vec<u8>),
    /// Write and reset.
    Reset(Vec<u8>),
    /// Write and keep the connection open until the client closes it.
    Stall(Vec<u8>),
    /// Write pieces with a pause between them, then close.
    Drip(Vec<Vec<u8>>, Duration),
    /// Echo the request in the body of a 500.
    Echo,
}

/// A server that sends its replies in turn and repeats the last one forever.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    /// Receives a message for each stalled connection that the client closes.
    pub(super) closed: mpsc::UnboundedReceiver<()>,
}

impl Server {
    pub(super) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (closing, closed) = mpsc::unbounded_channel();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            for turn in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let reply = replies[turn.min(replies.len() - 1)].clone();
                tokio::spawn(serve(stream, reply, Arc::clone(&seen), closing.clone()));
            }
        });
        Self { address, requests, closed }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The request heads so far.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    reply: Reply,
    seen: Arc<Mutex<Vec<String>>>,
    closing: mpsc::UnboundedSender<()>,
) {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let head = String::from_utf8(head).unwrap();
    seen.lock().unwrap().push(head.clone());
    // Writes fail if the client closes early, as it may.
    match reply {
        Reply::Close(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            stream.set_zero_linger().unwrap();
        }
        Reply::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let mut rest = [0; 64];
            while stream.read(&mut rest).await.unwrap_or(0) > 0 {}
            let _ = closing.send(());
        }
        Reply::Drip(pieces, pause) => {
            for (turn, piece) in pieces.iter().enumerate() {
                if turn > 0 {
                    tokio::time::sleep(pause).await;
                }
                let _ = stream.write_all(piece).await;
            }
        }
        Reply::Echo => {
            let body = serde_json::json!({ "message": head }).to_string();
            let _ = stream.write_all(&response("500 Internal Server Error", "", &body)).await;
        }
    }
}

/// A response with the correct length; each of `headers` ends in `\r\n`.
pub(super) fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len())
        .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A list of `count` messages.
pub(super) fn messages(count: usize) -> String {
    let messages: Vec<_> = (0..count)
        .map(|number| {
            serde_json::json!({
                "sessionId": format!("s{}", number / 10), "userId": "alice", "role": "user",
                "content": format!("message {number}"), "createdAt": "2026-10-01T10:00:00Z",
            })
        })
        .collect();
    serde_json::json!({ "messages": messages, "total": count }).to_string()
}

/// Encodes a body as HTTP chunks, without the final one.
pub(super) fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.chunks(size) {
        bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Compresses bytes with gzip.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}
