//! An endpoint by hand, on loopback: it answers as it is told, the wrong things included.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::driver::DEADLINE;

/// What is done with one connection, after its request was read.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Write and close.
    Close(Vec<u8>),
    /// Write and reset.
    Reset(Vec<u8>),
    /// Write and keep the connection open until the client closes it.
    Stall(Vec<u8>),
    /// Write the first, then the second byte by byte with this pause, until the client closes.
    Drip(Vec<u8>, Vec<u8>, Duration),
    /// Send what was asked back, in the body of this status.
    Echo(&'static str),
}

/// A server that gives its replies in turn, the last one for ever. Ends with the process.
pub(crate) struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<(Instant, String)>>>,
    /// One word for each connection that the client closed before it had everything.
    closed: Mutex<Receiver<()>>,
}

impl Server {
    pub(crate) fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (closing, closed) = mpsc::channel();
        let heads = Arc::clone(&asked);
        std::thread::spawn(move || {
            for (turn, stream) in listener.incoming().flatten().enumerate() {
                let reply = replies[turn.min(replies.len() - 1)].clone();
                let (heads, closing) = (Arc::clone(&heads), closing.clone());
                std::thread::spawn(move || serve(stream, reply, &heads, &closing));
            }
        });
        Self { port, asked, closed: Mutex::new(closed) }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The heads of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(_, head)| head.clone()).collect()
    }

    /// Waits until the client has closed a connection before it had everything.
    pub(crate) fn wait_until_closed(&self) {
        self.closed.lock().unwrap().recv_timeout(DEADLINE).expect("the connection was closed");
    }

    /// Waits until it was asked so often.
    pub(crate) fn wait_for_requests(&self, count: usize) {
        let begun = Instant::now();
        while self.asked().len() < count {
            assert!(begun.elapsed() < DEADLINE, "it was asked {} times", self.asked().len());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The times between the requests so far.
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        let asked = self.asked.lock().unwrap();
        asked.windows(2).map(|pair| pair[1].0 - pair[0].0).collect()
    }
}

fn serve(
    mut stream: TcpStream,
    reply: Reply,
    heads: &Mutex<Vec<(Instant, String)>>,
    closing: &Sender<()>,
) {
    let Some(head) = head_of(&mut stream) else { return };
    heads.lock().unwrap().push((Instant::now(), head.clone()));
    // A client may go at any time; the writes then fail, which is its right.
    match reply {
        Reply::Close(bytes) => {
            let _ = stream.write_all(&bytes);
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read(&mut [0]);
        }
        Reply::Reset(bytes) => {
            let _ = stream.write_all(&bytes);
            std::thread::sleep(Duration::from_millis(50));
            reset_at_close(&stream);
        }
        Reply::Stall(bytes) => {
            let _ = stream.write_all(&bytes);
            let mut byte = [0];
            while stream.read(&mut byte).unwrap_or(0) > 0 {}
            let _ = closing.send(());
        }
        Reply::Drip(first, rest, pause) => {
            let _ = stream.write_all(&first);
            for byte in rest {
                std::thread::sleep(pause);
                if stream.write_all(&[byte]).is_err() {
                    let _ = closing.send(());
                    return;
                }
            }
        }
        Reply::Echo(status) => {
            let body = serde_json::json!({ "message": head, "error": head }).to_string();
            let head = "content-type: application/json\r\nconnection: close\r\n";
            let _ = stream.write_all(&response(status, head, body));
        }
    }
}

/// Makes the end of a connection a reset.
#[expect(unsafe_code, reason = "the standard library has no form of SO_LINGER yet")]
fn reset_at_close(stream: &TcpStream) {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    let size = libc::socklen_t::try_from(size_of::<libc::linger>()).unwrap();
    // SAFETY: the option is a structure of this size, which lives through the call.
    let done = unsafe {
        let option = (&raw const linger).cast();
        libc::setsockopt(stream.as_raw_fd(), libc::SOL_SOCKET, libc::SO_LINGER, option, size)
    };
    assert_eq!(done, 0);
}

/// The head of a request.
pub(crate) fn head_of(stream: &mut impl Read) -> Option<String> {
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

/// A response with a right length; `headers` each end in a line break.
pub(crate) fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A reply of this status.
pub(crate) fn status(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    Reply::Close(response(status, &format!("connection: close\r\n{headers}"), body))
}

/// A reply with JSON.
pub(crate) fn json(body: impl AsRef<[u8]>) -> Reply {
    status("200 OK", "content-type: application/json\r\n", body)
}
