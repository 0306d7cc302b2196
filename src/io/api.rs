//! The endpoint: one GET request for each fetch, retried if that may help. Streams the body to the
//! decoder while it arrives.
//!
//! The key goes to a single host: redirects are not followed, proxies see only TLS, and every text
//! that leaves this module has the key redacted.

mod attempt;
mod client;
mod download;
pub(in crate::io) mod failure;
mod retry;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Client, Url};
use tokio::sync::mpsc;

use crate::config::{Api, Config, GroupIdsStyle};
use crate::io::intake::{Gone, Outlet};
use crate::io::key::ApiKey;
use crate::port::{FetchEvent, FetchTicket};
use crate::scope::Scope;

pub use crate::io::intake::FetchGuard;
pub use download::{DownloadError, DownloadSink, download};
use failure::Words;
use retry::Retries;

/// The path below the base URL.
const PATH: &str = "/api/v1/usage-analyst/chat-messages";

/// The endpoint with everything that a request needs.
pub struct Endpoint {
    url: Url,
    api: Api,
    style: GroupIdsStyle,
    key: ApiKey,
    words: Words,
    certificates: Vec<reqwest::Certificate>,
    client: OnceLock<Result<Client, String>>,
    first_wait: Duration,
}

/// Why an endpoint is unusable. Nothing was sent.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EndpointError {
    /// The base URL is invalid.
    #[error("base_url {0}")]
    BaseUrl(String),
    /// The certificate file is unusable.
    #[error("ca_file {}: {}", .0.to_string_lossy().escape_debug(), .1)]
    CaFile(PathBuf, String),
    /// TLS could not be set up.
    #[error("the secure connection could not be set up: {0}")]
    Tls(String),
}

impl Endpoint {
    /// Creates an endpoint. Reads `ca_file`; sends nothing.
    ///
    /// # Errors
    /// The base URL or the certificates are unusable.
    pub fn new(config: &Config, key: ApiKey) -> Result<Self, EndpointError> {
        let api = config.api.clone();
        let url = client::endpoint_url(&api.base_url)?;
        let certificates = match &api.ca_file {
            Some(path) => client::certificates(path)?,
            None => Vec::new(),
        };
        let endpoint = Self {
            words: Words::new(&url, key.clone()),
            url,
            style: config.group_ids_style,
            key,
            certificates,
            client: OnceLock::new(),
            first_wait: Duration::from_millis(500),
            api,
        };
        if !endpoint.certificates.is_empty() {
            // Checks the configured certificates now. Loading those of the system waits for the
            // first request.
            endpoint.client().map_err(EndpointError::Tls)?;
        }
        Ok(endpoint)
    }

    /// Changes the wait before the first retry (half a second by default).
    #[must_use]
    pub fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    /// The scheme, host and port, for messages.
    pub fn origin(&self) -> &str {
        self.words.origin()
    }

    fn client(&self) -> Result<&Client, String> {
        self.client
            .get_or_init(|| client::build(&self.api, &self.certificates))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The URL that requests a scope.
    fn url_of(&self, scope: &Scope) -> Url {
        client::scope_url(&self.url, scope, self.style)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("origin", &self.origin()).finish_non_exhaustive()
    }
}

/// Starts a fetch on the current tokio runtime. Sends its events to `events` in order; the last one
/// is [`FetchEvent::Finished`] or [`FetchEvent::Failed`]. A full channel slows down the server.
/// Dropping the guard cancels the fetch.
pub fn start_fetch(
    endpoint: Arc<Endpoint>,
    scope: Scope,
    ticket: FetchTicket,
    events: mpsc::Sender<(FetchTicket, FetchEvent)>,
) -> FetchGuard {
    let (outlet, guard) = Outlet::open(ticket, events);
    tokio::spawn(async move {
        tokio::select! {
            biased;
            () = outlet.cancelled() => {}
            // The receiver is gone.
            _ = fetch(&endpoint, &scope, &outlet) => {}
        }
    });
    guard
}

/// Retries until an attempt succeeds or another one cannot help.
async fn fetch(endpoint: &Endpoint, scope: &Scope, outlet: &Outlet) -> Result<(), Gone> {
    let mut retries = Retries::new(endpoint.first_wait);
    loop {
        let setback = match attempt::run(endpoint, scope, outlet).await? {
            Ok(tally) => return outlet.send(FetchEvent::Finished(Box::new(tally))).await,
            Err(setback) => setback,
        };
        let Some((attempt, wait)) = retries.next(setback.again) else {
            return outlet.send(FetchEvent::Failed(setback.failure)).await;
        };
        let why = setback.failure.what;
        outlet.send(FetchEvent::Retrying { why, attempt, wait }).await?;
        tokio::time::sleep(wait).await;
    }
}
