//! Row 60: a proxy sees TLS and nothing else.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::run::{KEY, end, no_key, said, without_terminal};
use crate::server::head_of;
use crate::table::{Row, row};
use crate::tls::{TlsServer, against, asset};

pub(crate) const ROWS: &[Row] = &[
    row(60, "a proxy is used, and the key goes through it inside TLS only", tunnel),
    row(60, "a proxy that wants a password, sends a page, or resets", refusals),
    row(60, "NO_PROXY is kept, and a proxy's password is never shown", settings),
];

/// A proxy that keeps every byte that went through it.
struct Proxy {
    port: u16,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Proxy {
    /// Answers `CONNECT` with this, or opens the tunnel.
    fn start(refusal: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || serve(stream, refusal, &kept));
            }
        });
        Self { port, seen }
    }

    fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }
}

fn serve(mut client: TcpStream, refusal: Option<&str>, seen: &Arc<Mutex<Vec<u8>>>) {
    let Some(head) = head_of(&mut client) else { return };
    seen.lock().unwrap().extend_from_slice(head.as_bytes());
    if let Some(refusal) = refusal {
        let _ = client.write_all(refusal.as_bytes());
        if !refusal.is_empty() {
            // Closed with bytes unread the connection would be reset, and the answer lost.
            let _ = client.shutdown(std::net::Shutdown::Write);
            let _ = std::io::copy(&mut client, &mut std::io::sink());
        }
        return;
    }
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let Ok(server) = TcpStream::connect(target) else { return };
    let _ = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
    let (back_from, back_to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let kept = Arc::clone(seen);
    std::thread::spawn(move || pass(back_from, back_to, &kept));
    pass(client, server, seen);
}

fn pass(mut from: TcpStream, mut to: TcpStream, seen: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        seen.lock().unwrap().extend_from_slice(&buffer[..read]);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}

fn tunnel() {
    let folder = tempfile::tempdir().unwrap();
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let (server, proxy) = (TlsServer::start("good.pem"), Proxy::start(None));
        let url = format!("https://localhost:{}", server.port);
        let through = format!("http://who:PASS-canary@127.0.0.1:{}", proxy.port);
        let session = against(&url, Some(&asset("ca.pem")), folder.path())
            .env("NO_PROXY", "")
            .env(variable, &through)
            .start();
        session.wait_for("over a secure line");
        let raw = end(session);
        assert!(!String::from_utf8_lossy(&raw).contains("PASS-canary"));
        let seen = proxy.seen();
        assert!(seen.starts_with(&format!("CONNECT localhost:{} ", server.port)), "{variable}");
        no_key(&seen);
        assert!(!seen.contains("secure line") && !seen.contains("chat-messages"));
        assert!(server.asked().iter().any(|head| head.contains(KEY)));
    }
}

fn refusals() {
    let folder = tempfile::tempdir().unwrap();
    let answers = [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
            "user name and a password",
        ),
        ("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", "through the proxy"),
        ("", "through the proxy"),
        ("HTTP/1.1 200 OK\r\n\r\n<html><title>login</title>", "handshake"),
    ];
    for (answer, sentence) in answers {
        let (server, proxy) = (TlsServer::start("good.pem"), Proxy::start(Some(answer)));
        let url = format!("https://localhost:{}", server.port);
        let session = against(&url, Some(&asset("ca.pem")), folder.path())
            .env("NO_PROXY", "")
            .env("HTTPS_PROXY", &format!("http://who:PASS-canary@127.0.0.1:{}", proxy.port))
            .start();
        session.wait_for("failed");
        session.wait_for(sentence);
        let raw = end(session);
        assert!(!String::from_utf8_lossy(&raw).contains("PASS-canary"));
        assert!(server.asked().is_empty());
        no_key(&proxy.seen());
    }
}

fn settings() {
    let folder = tempfile::tempdir().unwrap();
    let (server, proxy) = (TlsServer::start("good.pem"), Proxy::start(None));
    let url = format!("https://localhost:{}", server.port);
    let through = format!("http://who:PASS-canary@127.0.0.1:{}", proxy.port);
    let session = against(&url, Some(&asset("ca.pem")), folder.path())
        .env("NO_PROXY", "localhost,example.com")
        .env("HTTPS_PROXY", &through)
        .start();
    session.wait_for("over a secure line");
    end(session);
    assert!(proxy.seen().is_empty(), "{}", proxy.seen());
    for through in
        [through.as_str(), "http://who:p@ss@PASS-canary@proxy:1", "socks5://u:PASS-canary@h"]
    {
        let environment = [("HTTPS_PROXY", through), ("NO_PROXY", "a,b"), ("SFCHAT_API_KEY", KEY)];
        let output = without_terminal(&["config", "check"], &environment, folder.path());
        let said = said(&output);
        assert!(said.contains("…@") && said.contains("HTTPS_PROXY"), "{said}");
        assert!(!said.contains("canary") && !said.contains("p@ss"), "{said}");
    }
}
