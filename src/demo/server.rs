//! The endpoint over HTTP/1.1: one request a connection, answered in chunks.
//!
//! Knows nothing of the conversations. It is written by hand because it answers one path with one
//! method, to a client on the same machine.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::demo::{Archive, DEMO_KEY, DEMO_PATH, DemoSettings};
use crate::scope::Scope;
use crate::time::Millis;

/// The maximum size of a request's head.
const HEAD: u64 = 64 * 1024;

/// The request line and the key.
struct Request {
    method: String,
    path: String,
    query: String,
    key: Option<String>,
}

/// Answers requests until it is dropped. The clock says which messages have arrived by now.
pub async fn serve(
    listener: TcpListener,
    settings: DemoSettings,
    clock: impl Fn() -> Millis + Send + Sync + 'static,
) -> io::Result<()> {
    let archive = tokio::task::spawn_blocking(move || Archive::new(&settings)).await?;
    let (archive, clock) = (Arc::new(archive), Arc::new(clock));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // For example, too many open files: some may be closed soon.
                tracing::warn!(%error, "the demo cannot accept a connection");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let (archive, clock) = (Arc::clone(&archive), Arc::clone(&clock));
        tokio::spawn(async move {
            if let Err(error) = answer(stream, archive, &*clock).await {
                tracing::debug!(%error, "a connection to the demo ended early");
            }
        });
    }
}

async fn answer(
    mut stream: TcpStream,
    archive: Arc<Archive>,
    clock: &(impl Fn() -> Millis + Sync),
) -> io::Result<()> {
    // Without this, small chunks could wait for the acknowledgement of earlier ones.
    stream.set_nodelay(true)?;
    let Some(request) = read(&mut stream).await? else {
        return refuse(stream, 400, "Bad Request").await;
    };
    if request.path != DEMO_PATH {
        let message = format!("Cannot {} {}", request.method, request.path);
        return refuse(stream, 404, &message).await;
    }
    if request.method != "GET" {
        return refuse(stream, 405, "Method Not Allowed").await;
    }
    if request.key.as_deref() != Some(DEMO_KEY) {
        return refuse(stream, 401, "Unauthorized").await;
    }
    let head = head("200 OK", "transfer-encoding: chunked");
    stream.write_all(head.as_bytes()).await?;
    for chunk in archive.chunks(&scope(&request.query), clock()) {
        let framed = [format!("{:x}\r\n", chunk.len()).as_bytes(), &chunk, b"\r\n"].concat();
        stream.write_all(&framed).await?;
    }
    stream.write_all(b"0\r\n\r\n").await?;
    stream.shutdown().await
}

/// Reads the head of a request; `None` when it is not HTTP/1.1 or too large.
async fn read(stream: &mut TcpStream) -> io::Result<Option<Request>> {
    let mut lines = BufReader::new(stream.take(HEAD));
    let mut line = String::new();
    lines.read_line(&mut line).await?;
    let [method, target, "HTTP/1.1"] = *line.split_whitespace().collect::<Vec<_>>() else {
        return Ok(None);
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let [method, path, query] = [method, path, query].map(str::to_owned);
    let mut key = None;
    loop {
        line.clear();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.split_once(':') else {
            return Ok(line.trim().is_empty().then_some(Request { method, path, query, key }));
        };
        if name.eq_ignore_ascii_case("x-api-key") {
            key = Some(value.trim().to_owned());
        }
    }
}

async fn refuse(mut stream: TcpStream, status: u16, message: &str) -> io::Result<()> {
    let body = json!({ "statusCode": status, "message": message }).to_string();
    let length = format!("content-length: {}", body.len());
    let answer = head(&format!("{status} Refused"), &length) + &body;
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

fn head(status: &str, header: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json; charset=utf-8\r\n\
         connection: close\r\n{header}\r\n\r\n"
    )
}

/// Reads `userId=ID` and `groupIds` from a query, in every style that clients use for an array:
/// one pair each, commas, and brackets behind the name. Empty values count as missing, the last
/// `userId` wins, other names are ignored.
fn scope(query: &str) -> Scope {
    let mut scope = Scope::all();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        match name.split('[').next() {
            Some("userId") if !value.is_empty() => scope.user = Some(value),
            Some("groupIds") => {
                let ids = value.split(',').map(str::trim).filter(|id| !id.is_empty());
                scope.groups.extend(ids.map(str::to_owned));
            }
            _ => (),
        }
    }
    scope
}

/// Undoes percent-encoding. Invalid codes stay as they are.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.split_at_checked(2);
        match code.and_then(|(code, rest)| Some((u8::from_str_radix(code, 16).ok()?, rest))) {
            Some((byte, rest)) => {
                bytes.push(byte);
                bytes.extend(rest.bytes());
            }
            None => bytes.extend(b"%".iter().copied().chain(part.bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    fn groups(ids: &[&str]) -> Scope {
        Scope { groups: ids.iter().map(|&id| id.to_owned()).collect(), user: None }
    }

    #[test]
    fn all_styles_of_an_array_ask_for_the_same() {
        for query in [
            "groupIds=a&groupIds=b",
            "groupIds=a%2Cb",
            "groupIds=a,b",
            "groupIds[]=a&groupIds[]=b",
            "groupIds%5B%5D=a&groupIds%5B%5D=b",
            "groupIds[0]=a&groupIds[1]=b",
            "groupIds=a&userId=&groupIds=&groupIds=b&other=1",
        ] {
            assert_eq!(scope(query), groups(&["a", "b"]), "{query}");
        }
    }

    #[test]
    fn codes_and_blanks_are_decoded() {
        assert_eq!(scope("userId=a%20b").user.as_deref(), Some("a b"));
        assert_eq!(scope("userId=a+b").user.as_deref(), Some("a b"));
        assert_eq!(scope("userId=%C3%A9").user.as_deref(), Some("é"));
        assert_eq!(scope("userId=100%").user.as_deref(), Some("100%"));
        assert_eq!(scope("userId=%zz%4").user.as_deref(), Some("%zz%4"));
        assert_eq!(scope("userId=a%26b%3Dc").user.as_deref(), Some("a&b=c"));
    }

    #[test]
    fn nothing_asked_is_everything() {
        for query in ["", "userId", "userId=", "groupIds=", "groupIds=,", "x=y", "&&="] {
            assert!(scope(query).is_all(), "{query}");
        }
    }

    proptest! {
        #[test]
        fn any_id_survives_percent_encoding(id in "\\PC{1,20}") {
            let mut query = "userId=".to_owned();
            for byte in id.bytes() {
                write!(query, "%{byte:02X}").unwrap();
            }
            prop_assert_eq!(scope(&query).user, Some(id));
        }

        #[test]
        fn any_query_is_read(query in "\\PC*") {
            let read = scope(&query);
            prop_assert!(read.groups.iter().all(|id| !id.is_empty()));
        }
    }
}
