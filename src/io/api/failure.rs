//! Failure messages. Text from outside is cleaned, and every message has the key redacted.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{StatusCode, Url};
use rustls::CertificateError;

use super::retry::{Again, Asked, asked};
use crate::config::Api;
use crate::io::key::{ApiKey, redact};
use crate::io::stream::DocumentError;
use crate::port::{Failure, FailureKind};
use crate::text::size;

const TRY_AGAIN: &str = "Refresh to try again.";

/// A failed attempt, and whether to retry.
#[derive(Debug)]
pub(super) struct Setback {
    pub(super) failure: Failure,
    pub(super) again: Again,
}

/// Why a body ended early.
#[derive(Debug)]
pub(super) enum Break {
    /// No bytes arrived for this long.
    Silence(Duration),
    /// The connection was reset.
    Reset,
    /// The connection was closed before the announced end.
    Closed,
}

impl Break {
    /// Classifies an error while reading a body.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let reset = causes(error).any(|cause| {
            cause.downcast_ref::<io::Error>().is_some_and(|error| {
                matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
                )
            })
        });
        if reset { Self::Reset } else { Self::Closed }
    }
}

/// Builds messages about one endpoint.
pub(super) struct Words {
    origin: String,
    url: Url,
    key: ApiKey,
}

impl Words {
    pub(super) fn new(url: &Url, key: ApiKey) -> Self {
        let origin = url.origin().ascii_serialization();
        Self { origin, url: url.clone(), key }
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// Every failure is built here, which keeps the key out of all of them.
    fn setback(&self, kind: FailureKind, again: Again, what: &str, advice: &str) -> Setback {
        let what = redact(&format!("GET {}/… {what}", self.origin), &self.key);
        let advice = redact(advice, &self.key);
        Setback { failure: Failure { kind, what, advice }, again }
    }

    fn network(&self, again: Again, what: &str, advice: &str) -> Setback {
        self.setback(FailureKind::Network, again, what, advice)
    }

    /// A response with an error status.
    pub(super) fn status(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Setback {
        let name = match status.canonical_reason() {
            Some(reason) => format!("{} {reason}", status.as_u16()),
            None => status.as_u16().to_string(),
        };
        if status.is_redirection() {
            return self.redirect(&name, headers);
        }
        // Redact first: truncating the text could leave part of the key.
        let said = match message(&redact(&String::from_utf8_lossy(body), &self.key)) {
            text if text.is_empty() => text,
            text => format!(": {text}"),
        };
        if matches!(status.as_u16(), 401 | 403) {
            let what = format!("refused the key ({}): {name}{said}", self.key);
            let advice = "Check the key; `sfchat-tui config check` names where it comes from.";
            return self.setback(FailureKind::Key, Again::Never, &what, advice);
        }
        let what = format!("answered {name}{said}");
        match (asked(status, headers), status.as_u16()) {
            (Asked::TooLong(wait), _) => {
                let advice =
                    format!("The server asks to wait {}; refresh again then.", long_time(wait));
                self.network(Again::Never, &what, &advice)
            }
            (Asked::Again(again), 404 | 410) => {
                self.network(again, &what, "Check base_url: the endpoint's path is added to it.")
            }
            (Asked::Again(again), 407) => {
                self.network(again, &what, "The proxy wants a user name and a password.")
            }
            (Asked::Again(again), 400..500) if again == Again::Never => {
                self.network(again, &what, "Check the ids of the scope.")
            }
            (Asked::Again(again), _) => self.network(again, &what, TRY_AGAIN),
        }
    }

    fn redirect(&self, name: &str, headers: &HeaderMap) -> Setback {
        let location = headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let target = location.and_then(|location| {
            let target = self.url.join(&location).ok()?;
            let host = target.host_str()?.to_owned();
            let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
            Some(plain(&format!("{}://{host}{port}", target.scheme())))
        });
        let target = target.map_or_else(|| "nowhere".to_owned(), |target| format!("to {target}"));
        self.network(
            Again::Never,
            &format!("answered {name} and leads {target}; this was not followed"),
            "Redirects are never followed, since the key would go along. Check base_url.",
        )
    }

    /// A request without a response.
    pub(super) fn request(&self, error: &reqwest::Error, api: &Api) -> Setback {
        if let Some(error) = causes(error).find_map(tls_error) {
            return self.tls(&error);
        }
        let texts: Vec<String> = causes(error).map(ToString::to_string).collect();
        let says = |phrase: &str| texts.iter().any(|text| text.contains(phrase));
        if says("proxy authorization required") {
            return self.network(
                Again::Never,
                "did not get through the proxy: it wants a user name and a password",
                "Put them into HTTPS_PROXY, or name the host in NO_PROXY.",
            );
        }
        if says("tunnel error") || says("socks") {
            return self.network(
                Again::Usual,
                "did not get through the proxy",
                "Check HTTPS_PROXY, ALL_PROXY and NO_PROXY; `sfchat-tui config check` shows them.",
            );
        }
        if error.is_connect() && error.is_timeout() {
            let what = format!("did not get a connection within {}", time(api.connect_timeout));
            return self.network(Again::Usual, &what, "Check the network and base_url.");
        }
        if says("dns error") {
            let advice = "Check the network and the host in base_url.";
            return self.network(Again::Usual, "failed: the host was not found (DNS)", advice);
        }
        let kind = causes(error).find_map(|cause| Some(cause.downcast_ref::<io::Error>()?.kind()));
        match kind {
            Some(io::ErrorKind::ConnectionRefused) => self.network(
                Again::Usual,
                "was refused: no server listens there",
                "Check the host and port of base_url.",
            ),
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted) => {
                self.network(Again::Usual, "got no answer: the connection was reset", TRY_AGAIN)
            }
            _ if says("connection closed before message completed") => {
                self.network(Again::Usual, "got no answer: the connection was closed", TRY_AGAIN)
            }
            _ => {
                let last = texts.last().map(|text| plain(text)).unwrap_or_default();
                let again = if says("invalid HTTP") || says("head is too large") {
                    Again::Never
                } else {
                    Again::Usual
                };
                self.network(again, &format!("failed: {last}"), "Check the network and base_url.")
            }
        }
    }

    fn tls(&self, error: &rustls::Error) -> Setback {
        let (why, advice) = tls_words(error);
        self.network(Again::Never, &format!("failed: {why}"), advice)
    }

    /// The client could not be built.
    pub(super) fn tls_setup(&self, why: &str) -> Setback {
        let what = format!("could not be sent: {}", plain(why));
        self.network(Again::Never, &what, "Check ca_file and the certificates of the system.")
    }

    /// The headers did not arrive in time.
    pub(super) fn no_answer(&self, limit: Duration) -> Setback {
        let what = format!("got no answer within {}", time(limit));
        self.network(Again::Usual, &what, "Refresh to try again, or raise headers_timeout.")
    }

    /// The system could not start a thread.
    pub(super) fn no_thread(&self, error: &io::Error) -> Setback {
        let what = format!("could not be read: no thread could be started ({})", error.kind());
        self.network(Again::Never, &what, "Close other programs and refresh.")
    }

    /// The decoder ended without a report.
    pub(super) fn decoder_broke(&self) -> Setback {
        self.setback(
            FailureKind::Document,
            Again::Never,
            "could not be read: the decoder failed; this is a bug in sfchat-tui",
            "Please report it, without the data. Refresh to try again.",
        )
    }

    /// The body ended early.
    pub(super) fn cut(&self, bytes: u64, of: Option<u64>, broken: Option<&Break>) -> Setback {
        let of = of.map(|of| format!(" of {}", size(of))).unwrap_or_default();
        let how = match broken {
            Some(Break::Silence(idle)) => format!(", after a silence of {}", time(*idle)),
            Some(Break::Reset) => ", the connection was reset".to_owned(),
            Some(Break::Closed) | None => String::new(),
        };
        self.setback(
            FailureKind::Cut,
            Again::Cut,
            &format!("was cut short: {}{of} arrived{how}", size(bytes)),
            "What arrived is shown and is not complete. Refresh to try again.",
        )
    }

    fn unreadable(&self, what: &str, advice: &str) -> Setback {
        self.setback(FailureKind::Document, Again::Never, what, advice)
    }

    /// The body is not a list of messages.
    pub(super) fn document(&self, error: &DocumentError, head: &[u8]) -> Setback {
        let DocumentError::Html = error else {
            let what = format!("answered, but {error}");
            return self.unreadable(&what, "Check base_url: another service may answer there.");
        };
        // Redact first: truncating the text could leave part of the key.
        let page = redact(&String::from_utf8_lossy(head), &self.key);
        let title = title(&page).map(|title| format!(", “{title}”")).unwrap_or_default();
        self.unreadable(
            &format!("answered with a web page{title}, not with JSON"),
            "A proxy or a login page may stand in between. Check base_url and the network.",
        )
    }

    /// The body is larger than allowed.
    pub(super) fn too_large(&self, most: u64) -> Setback {
        self.unreadable(
            &format!("answered with more than {}, the limit", size(most)),
            "Ask for a smaller scope, or raise max_response_bytes in the config.",
        )
    }

    /// The body is a decompression bomb.
    pub(super) fn bomb(&self) -> Setback {
        self.unreadable(
            "answered with data that grows more than 200-fold when it is decompressed",
            "This is not a valid list of messages. Check base_url.",
        )
    }

    /// The body is not gzip, despite its header.
    pub(super) fn not_gzip(&self) -> Setback {
        self.unreadable("answered with broken gzip data", "Refresh to try again. Check base_url.")
    }

    /// The body has a content encoding that was not requested.
    pub(super) fn unasked_encoding(&self, name: &str) -> Setback {
        let what = format!("answered in a compression that was not asked for: {}", plain(name));
        self.unreadable(&what, "A proxy may stand in between. Check base_url and the network.")
    }
}

/// An error and all its causes, including those inside I/O errors.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
    // Skip the outermost error, whose text contains the URL.
    .skip(1)
    .take(16)
}

fn tls_error(cause: &(dyn Error + 'static)) -> Option<rustls::Error> {
    cause.downcast_ref::<rustls::Error>().cloned()
}

fn tls_words(error: &rustls::Error) -> (&'static str, &'static str) {
    let clock = "Check the clock of this machine; the server's owner has to renew it.";
    let owner = "Check base_url; do not send the key to a server that cannot prove its name.";
    match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                ("the server's certificate has expired", clock)
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                ("the server's certificate is not valid yet", clock)
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                ("the server's certificate is for another host name", owner)
            }
            CertificateError::UnknownIssuer => (
                "the server's certificate is self-signed or from an unknown authority",
                "If it is your organisation's, give its certificate as ca_file in the config.",
            ),
            CertificateError::Revoked => ("the server's certificate was revoked", owner),
            _ => ("the server's certificate is not valid", owner),
        },
        rustls::Error::InvalidMessage(_) => {
            ("the server does not speak TLS on this port", "Check the port in base_url.")
        }
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(rustls::AlertDescription::ProtocolVersion) => {
            ("the server offers no TLS version from 1.2 on", "The server's owner has to update it.")
        }
        _ => ("the secure connection could not be made (TLS)", "Check base_url and the network."),
    }
}

/// Extracts a message for people from an error response: a JSON message, a page title, or plain
/// text.
fn message(body: &str) -> String {
    match serde_json::from_str(body) {
        Ok(json) => json_message(&json, 4).unwrap_or_default(),
        Err(_) => title(body).unwrap_or_else(|| plain(body)),
    }
}

fn json_message(json: &serde_json::Value, depth: u8) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match json {
        serde_json::Value::String(text) => Some(plain(text)).filter(|text| !text.is_empty()),
        serde_json::Value::Array(items) => {
            let texts: Vec<String> =
                items.iter().take(8).filter_map(|item| json_message(item, depth)).collect();
            (!texts.is_empty()).then(|| plain(&texts.join("; ")))
        }
        serde_json::Value::Object(fields) => {
            ["message", "error_description", "detail", "error", "errors", "title"]
                .iter()
                .find_map(|name| json_message(fields.get(*name)?, depth))
        }
        _ => None,
    }
}

/// The title of a web page.
fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let from = lower.find("<title")?;
    let from = from + lower.get(from..)?.find('>')? + 1;
    let to = from + lower.get(from..)?.find('<')?;
    Some(plain(page.get(from..to)?)).filter(|title| !title.is_empty())
}

/// Reduces outside text to one line without control characters, of at most 200 characters.
pub(in crate::io) fn plain(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c })
        .filter(|c| {
            !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{61c}' | '\u{e0000}'..='\u{e0fff}')
        })
        .take(4096)
        .collect();
    let mut line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = line.char_indices().nth(200) {
        line.truncate(cut);
        line.push('…');
    }
    line
}

/// `5 s`, `0.3 s`.
fn time(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{} s", time.as_secs()),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// `2 min`, `27 h`.
fn long_time(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=99 => format!("{seconds} s"),
        seconds @ 100..=5999 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3600)),
    }
}
