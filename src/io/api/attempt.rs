//! One attempt: sends the request and streams the body of the response to the decoder.

use std::sync::Arc;
use std::sync::mpsc as std_mpsc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue, TRANSFER_ENCODING};
use reqwest::{Response, StatusCode, Version};
use secrecy::ExposeSecret;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Endpoint;
use super::failure::{Break, Setback};
use crate::io::intake::{self, BodyEnding, BodyInput, BodyReport, Chunk, Gone, Outlet, Packing};
use crate::io::key_redactor::KeyRedactor;
use crate::port::FetchEvent;
use crate::scope::Scope;
use crate::store::IngestStats;

/// The most bytes that may wait between the socket and the decoder.
const QUEUE: u32 = 1 << 20;
/// The least that a chunk takes from [`QUEUE`], which bounds the number of tiny chunks too.
const LEAST: u32 = 256;
/// The most bytes to read of an error response.
const ERROR_BODY: usize = 64 << 10;
/// The most time to spend reading an error response.
const ERROR_TIME: Duration = Duration::from_secs(5);

/// Makes one attempt.
pub(super) async fn run(
    endpoint: &Endpoint,
    scope: &Scope,
    outlet: &Outlet,
) -> Result<Result<IngestStats, Setback>, Gone> {
    let response = match ask(endpoint, scope).await {
        Ok(response) => response,
        Err(setback) => return Ok(Err(setback)),
    };
    if response.status() == StatusCode::NO_CONTENT {
        outlet.send(FetchEvent::Answered { length: Some(0) }).await?;
        return Ok(Ok(IngestStats::default()));
    }
    if !response.status().is_success() {
        return Ok(Err(refusal(endpoint, response).await));
    }
    let packing = match packing(&response) {
        Ok(packing) => packing,
        Err(encoding) => return Ok(Err(endpoint.words.unasked_encoding(&encoding))),
    };
    let length = response.content_length();
    outlet.send(FetchEvent::Answered { length }).await?;
    let framed = is_framed(&response);
    let (report, broken) = match body(endpoint, response, packing, outlet).await {
        Ok(outcome) => outcome,
        Err(setback) => return Ok(Err(setback)),
    };
    let cut = |broken: Option<&Break>| endpoint.words.cut(report.transferred, length, broken);
    Ok(match (report.ending, broken) {
        (BodyEnding::Gone, _) => return Err(Gone),
        (BodyEnding::Complete(_), _) if report.transferred == 0 && !framed => Err(cut(None)),
        (BodyEnding::Complete(tally), None) => Ok(*tally),
        (BodyEnding::Complete(_) | BodyEnding::Cut, broken) => Err(cut(broken.as_ref())),
        (BodyEnding::Document(error), _) => Err(endpoint.words.document(&error, &report.head)),
        (BodyEnding::TooLarge, _) => Err(endpoint.words.too_large(endpoint.api.max_response_bytes)),
        (BodyEnding::Bomb, _) => Err(endpoint.words.bomb()),
        (BodyEnding::NotGzip, _) => Err(endpoint.words.not_gzip()),
    })
}

/// Sends the request and waits for the response headers.
pub(super) async fn ask(endpoint: &Endpoint, scope: &Scope) -> Result<Response, Setback> {
    let words = &endpoint.words;
    let client = endpoint.client().map_err(|error| words.tls_setup(&error))?;
    let mut key = HeaderValue::from_str(endpoint.key.secret().expose_secret())
        .map_err(|_| words.tls_setup("the key is no valid header"))?;
    key.set_sensitive(true);
    let request = client
        .get(endpoint.url_of(scope))
        .header("x-api-key", key)
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "gzip");
    let limit = endpoint.api.headers_timeout;
    match timeout(limit, request.send()).await {
        Ok(answered) => answered.map_err(|error| words.request(&error, &endpoint.api)),
        Err(_) => Err(words.no_answer(limit)),
    }
}

/// Whether truncation of the body is detectable. Without a length, a connection that closes early
/// looks complete.
pub(super) fn is_framed(response: &Response) -> bool {
    response.content_length().is_some()
        || response.version() >= Version::HTTP_2
        || response.headers().contains_key(TRANSFER_ENCODING)
}

/// The compression of the body, or the name of an encoding that was not requested.
pub(super) fn packing(response: &Response) -> Result<Packing, String> {
    let encodings: Vec<&[u8]> = response
        .headers()
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(b"identity"))
        .collect();
    match encodings.as_slice() {
        [] => Ok(Packing::Plain),
        [name] if name.eq_ignore_ascii_case(b"gzip") || name.eq_ignore_ascii_case(b"x-gzip") => {
            Ok(Packing::Gzip)
        }
        names => Err(String::from_utf8_lossy(&names.join(&b", "[..])).into_owned()),
    }
}

/// Streams the body to the decoder. Returns its report and the connection error, if any.
async fn body(
    endpoint: &Endpoint,
    mut response: Response,
    packing: Packing,
    outlet: &Outlet,
) -> Result<(BodyReport, Option<Break>), Setback> {
    let idle = endpoint.api.idle_timeout;
    let (sender, receiver) = std_mpsc::channel();
    let most = endpoint.api.max_response_bytes;
    let redactor = KeyRedactor::new(&endpoint.key);
    let mut reported = intake::start(packing, most, redactor, outlet.clone(), receiver)
        .map_err(|error| endpoint.words.no_thread(&error))?;
    let room = Arc::new(Semaphore::new(QUEUE as usize));
    let next = async {
        loop {
            let bytes = match timeout(idle, response.chunk()).await {
                Ok(Ok(Some(bytes))) => bytes,
                Ok(Ok(None)) => {
                    // Fails if the decoder has ended; its report says why.
                    let _ = sender.send(BodyInput::End);
                    return None;
                }
                Ok(Err(error)) => return Some(Break::of(&error)),
                Err(_) => return Some(Break::Silence(idle)),
            };
            let transferred = bytes.len() as u64;
            let cost = u32::try_from(bytes.len()).unwrap_or(QUEUE).clamp(LEAST, QUEUE);
            let permit = Arc::clone(&room).acquire_many_owned(cost).await.ok();
            if sender.send(BodyInput::Chunk(Chunk { bytes, transferred, _permit: permit })).is_err()
            {
                return None;
            }
        }
    };
    let (report, broken) = tokio::select! {
        biased;
        report = &mut reported => (report, None),
        broken = next => {
            drop(sender);
            (reported.await, broken)
        }
    };
    match report {
        Ok(report) => Ok((report, broken)),
        Err(_) => Err(endpoint.words.decoder_broke()),
    }
}

/// Describes a response with an error status.
pub(super) async fn refusal(endpoint: &Endpoint, mut response: Response) -> Setback {
    let status = response.status();
    let packing = packing(&response);
    let headers = std::mem::take(response.headers_mut());
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(bytes)) = response.chunk().await {
            let room = ERROR_BODY.saturating_sub(body.len()).min(bytes.len());
            body.extend_from_slice(bytes.get(..room).unwrap_or_default());
            if body.len() == ERROR_BODY {
                break;
            }
        }
    };
    // Whatever arrives in time is enough for the message.
    let _ = timeout(ERROR_TIME, reading).await;
    if packing == Ok(Packing::Gzip) {
        body = unpacked(&body);
    }
    endpoint.words.status(status, &headers, &body)
}

/// Decompresses as much as possible of a short gzip body.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut body = Vec::new();
    // The output before an error is enough for the message.
    let _ =
        flate2::read::MultiGzDecoder::new(packed).take(ERROR_BODY as u64).read_to_end(&mut body);
    body
}
