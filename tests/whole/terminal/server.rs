//! An endpoint by hand, on loopback: it answers as it is told and remembers what it was asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

/// How it answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    /// A few messages, and then nothing until the client closes the connection.
    Stall,
    /// This status, with everything that was asked sent back in the body.
    Echo(&'static str),
}

/// The server; ends with the process.
pub(super) struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    /// One word for each connection that the client closed before it had everything.
    pub(super) closed: Receiver<()>,
}

impl Server {
    pub(super) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (closing, closed) = mpsc::channel();
        let heads = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heads, closing) = (Arc::clone(&heads), closing.clone());
                std::thread::spawn(move || serve(stream, answer, &heads, &closing));
            }
        });
        Self { port, asked, closed }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The heads of the requests so far.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answer: Answer, heads: &Mutex<Vec<String>>, closing: &Sender<()>) {
    let Some(head) = head_of(&mut stream) else { return };
    heads.lock().unwrap().push(head.clone());
    // A client may go at any time; the writes then fail, which is its right.
    match answer {
        Answer::Stall => {
            let messages: Vec<_> = (0..5).map(message).collect();
            let body = format!("{{\"messages\":[{},", messages.join(","));
            let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n{body}");
            let mut byte = [0];
            while stream.read(&mut byte).unwrap_or(0) > 0 {}
            let _ = closing.send(());
        }
        Answer::Echo(status) => {
            let body = serde_json::json!({ "message": head, "error": head }).to_string();
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    }
}

fn head_of(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

fn message(number: usize) -> String {
    serde_json::json!({
        "sessionId": "s1", "userId": "alice", "role": "user", "content": "a first part",
        "createdAt": format!("2026-10-01T10:00:{number:02}Z"),
    })
    .to_string()
}
