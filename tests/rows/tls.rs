//! Rows 58 and 59: a server that cannot prove who it is gets no key.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::driver::Setup;
use crate::run::{KEY, body, end, message, said, with_key, without_terminal};
use crate::server::{head_of, response};
use crate::table::{Row, each, row};

pub(crate) const ROWS: &[Row] = &[
    row(58, "expired, early, self-signed, wrong host, unknown authority, no TLS", untrusted),
    row(58, "TLS 1.0 and 1.1 are refused", old_versions),
    row(59, "ca_file adds an authority; a wrong one is refused at the start", authorities),
];

/// A file of the tests' certificates.
pub(crate) fn asset(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rows/assets").join(name)
}

/// A server that speaks TLS, and answers everything with one message.
pub(crate) struct TlsServer {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl TlsServer {
    /// Shows this certificate.
    pub(crate) fn start(certificate: &str) -> Self {
        let config = Arc::new(config(certificate));
        Self::with(move |stream, asked| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let Some(head) = head_of(&mut stream) else { return };
            asked.lock().unwrap().push(head);
            let body = body(&[message(0, "user", "over a secure line")]);
            let _ = stream.write_all(&response("200 OK", "connection: close\r\n", body));
            stream.conn.send_close_notify();
            let _ = stream.flush();
        })
    }

    /// Reads what a client says first, and answers these bytes.
    fn blunt(answer: &'static [u8]) -> Self {
        Self::with(move |mut stream, asked| {
            let mut hello = [0; 4096];
            let read = stream.read(&mut hello).unwrap_or(0);
            asked.lock().unwrap().push(String::from_utf8_lossy(&hello[..read]).into_owned());
            let _ = stream.write_all(answer);
        })
    }

    fn with(serve: impl Fn(TcpStream, &Mutex<Vec<String>>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::default());
        let server =
            Self { port, asked: Arc::clone(&asked), connections: Arc::clone(&connections) };
        let serve = Arc::new(serve);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *connections.lock().unwrap() += 1;
                let (serve, asked) = (Arc::clone(&serve), Arc::clone(&asked));
                std::thread::spawn(move || serve(stream, &asked));
            }
        });
        server
    }

    /// The heads of the requests so far, or what came in their place.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }
}

fn config(certificate: &str) -> ServerConfig {
    let chain = vec![CertificateDer::from_pem_file(asset(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(asset("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

/// The program against a TLS server, with the tests' authority where wanted; the settings lie in
/// this folder.
pub(crate) fn against(server_url: &str, authority: Option<&Path>, folder: &Path) -> Setup {
    let config = folder.join("config.toml");
    let line = authority.map(|path| format!("ca_file = {path:?}\n")).unwrap_or_default();
    std::fs::write(&config, format!("[api]\n{line}")).unwrap();
    let config = config.to_str().unwrap().to_owned();
    with_key(&["-c", &config, "--base-url", server_url, "--all"]).env("NO_PROXY", "localhost")
}

fn fails(server: &TlsServer, authority: Option<&Path>, sentence: &str) {
    let folder = tempfile::tempdir().unwrap();
    let session = against(&server.url(), authority, folder.path()).start();
    session.wait_for("failed");
    session.wait_for(sentence);
    end(session);
    assert!(server.asked().iter().all(|said| !said.contains(KEY)), "it got the key");
    assert_eq!(*server.connections.lock().unwrap(), 1, "it was tried again");
}

fn untrusted() {
    let authority = asset("ca.pem");
    let cases = [
        ("expired.pem", true, "has expired"),
        ("early.pem", true, "not valid yet"),
        ("self-signed.pem", true, "self-signed or from an unknown authority"),
        ("wrong-host.pem", true, "for another host name"),
        ("good.pem", false, "self-signed or from an unknown authority"),
    ];
    each(cases, |(certificate, known, sentence)| {
        fails(&TlsServer::start(certificate), known.then_some(authority.as_path()), sentence);
    });
    let no_tls = TlsServer::blunt(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    fails(&no_tls, None, "does not speak TLS");
}

fn old_versions() {
    // What a server of TLS 1.0 or 1.1 says to a client that wants more: the alert protocol_version.
    for version in [b"\x15\x03\x01\x00\x02\x02\x46", b"\x15\x03\x02\x00\x02\x02\x46"] {
        fails(&TlsServer::blunt(version), None, "no TLS version from 1.2 on");
    }
}

fn authorities() {
    let folder = tempfile::tempdir().unwrap();
    let server = TlsServer::start("good.pem");
    let session = against(&server.url(), Some(&asset("ca.pem")), folder.path()).start();
    session.wait_for("over a secure line");
    end(session);
    assert!(server.asked().iter().any(|head| head.contains(KEY)));
    let (bad, half) = (folder.path().join("bad.pem"), folder.path().join("half.pem"));
    std::fs::write(&bad, "no certificate at all").unwrap();
    let whole = std::fs::read(asset("ca.pem")).unwrap();
    std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    for path in [&bad, &half, &folder.path().join("none.pem")] {
        let raw = against(&server.url(), Some(path), folder.path()).start().ended_well(2);
        assert!(String::from_utf8_lossy(&raw).contains("ca_file"));
    }
    for flag in ["--insecure", "-k", "--no-verify"] {
        let output = without_terminal(&[flag, "--all"], &[], folder.path());
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    }
}
