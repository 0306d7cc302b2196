//! Downloads the body of a response without decoding it.
//!
//! Uses the same request, retries and messages as a fetch for the screen. Retries a truncated body
//! if the sink can start over. Must not know the contents of a body.

use std::io;
use std::time::Duration;

use reqwest::{Response, StatusCode};
use tokio::time::timeout;

use super::Endpoint;
use super::attempt::{ask, is_framed, packing, refusal};
use super::failure::{Break, Setback};
use super::retry::Retries;
use crate::io::intake::unpack::{UnpackError, Unpacker};
use crate::io::key_redactor::KeyRedactor;
use crate::port::Failure;
use crate::scope::Scope;

/// Receives the bytes of a body.
pub trait DownloadSink {
    /// Receives the next bytes.
    fn take(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Discards the bytes received, before another attempt. Returns whether that is possible.
    fn start_over(&mut self) -> io::Result<bool>;

    /// Reports the bytes transferred, and the total if known.
    fn progressed(&mut self, bytes: u64, of: Option<u64>);

    /// Reports that an attempt failed and when the next one starts.
    fn retrying(&mut self, why: &str, attempt: u32, wait: Duration);
}

/// Why a download is incomplete.
#[derive(Debug)]
pub enum DownloadError {
    /// The server, the network or the body failed.
    Failed(Failure),
    /// The sink failed.
    Sink(io::Error),
}

impl From<io::Error> for DownloadError {
    fn from(error: io::Error) -> Self {
        Self::Sink(error)
    }
}

/// Why an attempt stopped.
enum Stopped {
    Setback(Setback),
    Sink(io::Error),
}

/// Requests a scope and passes the decompressed body to the sink.
///
/// # Errors
/// The last failure once no retry is left, or the first error of the sink. The sink then has only a
/// part of the body.
pub async fn download(
    endpoint: &Endpoint,
    scope: &Scope,
    sink: &mut (impl DownloadSink + Send),
) -> Result<(), DownloadError> {
    let mut retries = Retries::new(endpoint.first_wait);
    loop {
        let setback = match attempt(endpoint, scope, sink).await {
            Ok(()) => return Ok(()),
            Err(Stopped::Sink(error)) => return Err(DownloadError::Sink(error)),
            Err(Stopped::Setback(setback)) => setback,
        };
        let Some((attempt, wait)) = retries.next(setback.again) else {
            return Err(DownloadError::Failed(setback.failure));
        };
        if !sink.start_over()? {
            return Err(DownloadError::Failed(setback.failure));
        }
        sink.retrying(&setback.failure.what, attempt, wait);
        tokio::time::sleep(wait).await;
    }
}

async fn attempt(
    endpoint: &Endpoint,
    scope: &Scope,
    sink: &mut (impl DownloadSink + Send),
) -> Result<(), Stopped> {
    let response = ask(endpoint, scope).await.map_err(Stopped::Setback)?;
    if response.status() == StatusCode::NO_CONTENT {
        return Ok(());
    }
    if !response.status().is_success() {
        return Err(Stopped::Setback(refusal(endpoint, response).await));
    }
    let packing = packing(&response)
        .map_err(|name| Stopped::Setback(endpoint.words.unasked_encoding(&name)))?;
    let most = endpoint.api.max_response_bytes;
    let unpacker = Unpacker::new(packing, most, KeyRedactor::new(&endpoint.key));
    follow(endpoint, unpacker, response, sink).await
}

async fn follow(
    endpoint: &Endpoint,
    mut unpacker: Unpacker,
    mut response: Response,
    sink: &mut (impl DownloadSink + Send),
) -> Result<(), Stopped> {
    let (words, idle) = (&endpoint.words, endpoint.api.idle_timeout);
    let (length, framed) = (response.content_length(), is_framed(&response));
    let cut =
        |bytes, broken: Option<&Break>| Err(Stopped::Setback(words.cut(bytes, length, broken)));
    loop {
        let bytes = match timeout(idle, response.chunk()).await {
            Ok(Ok(Some(bytes))) => bytes,
            Ok(Ok(None)) => break,
            Ok(Err(error)) => return cut(unpacker.transferred(), Some(&Break::of(&error))),
            Err(_) => return cut(unpacker.transferred(), Some(&Break::Silence(idle))),
        };
        let transferred = bytes.len() as u64;
        sink.progressed(unpacker.transferred() + transferred, length);
        unpacker.push(&bytes, transferred, |bytes| sink.take(bytes)).map_err(|error| {
            Stopped::Setback(match error {
                UnpackError::TooLarge => words.too_large(endpoint.api.max_response_bytes),
                UnpackError::Bomb => words.bomb(),
                UnpackError::NotGzip => words.not_gzip(),
                UnpackError::Taker(error) => return Stopped::Sink(error),
            })
        })?;
    }
    if !unpacker.is_whole() || (unpacker.transferred() == 0 && !framed) {
        return cut(unpacker.transferred(), None);
    }
    sink.take(&unpacker.rest()).map_err(Stopped::Sink)
}
