//! The HTTP client and the URL of a request.

use std::path::Path;
use std::time::Duration;

use reqwest::{Certificate, Client, Url, redirect, retry, tls};

use super::{EndpointError, PATH};
use crate::config::{Api, GroupIdsStyle, check_base_url, is_loopback_http};
use crate::scope::Scope;

/// The URL of the endpoint. Keeps a path prefix of the base URL.
pub(super) fn endpoint_url(base_url: &str) -> Result<Url, EndpointError> {
    check_base_url(base_url).map_err(|wrong| EndpointError::BaseUrl(wrong.to_owned()))?;
    Url::parse(&format!("{}{PATH}", base_url.trim_end_matches('/')))
        .map_err(|error| EndpointError::BaseUrl(format!("is no address: {error}")))
}

/// The URL that requests a scope.
pub(super) fn scope_url(endpoint: &Url, scope: &Scope, style: GroupIdsStyle) -> Url {
    let mut url = endpoint.clone();
    if scope.is_all() {
        return url;
    }
    let mut pairs = url.query_pairs_mut();
    if let Some(user) = &scope.user {
        pairs.append_pair("userId", user);
    }
    match style {
        GroupIdsStyle::Comma if !scope.groups.is_empty() => {
            pairs.append_pair("groupIds", &scope.groups.join(","));
        }
        GroupIdsStyle::Comma => {}
        GroupIdsStyle::Repeat => {
            pairs.extend_pairs(scope.groups.iter().map(|group| ("groupIds", group)));
        }
    }
    drop(pairs);
    // Form encoding writes a space as `+`, which some servers take literally; a real plus is `%2B`.
    let query = url.query().map(|query| query.replace('+', "%20"));
    url.set_query(query.as_deref());
    url
}

/// Reads the certificates of a PEM file.
pub(super) fn certificates(path: &Path) -> Result<Vec<Certificate>, EndpointError> {
    let wrong = |why: String| EndpointError::CaFile(path.to_owned(), why);
    let pem = std::fs::read(path).map_err(|error| wrong(error.kind().to_string()))?;
    let found = Certificate::from_pem_bundle(&pem)
        .map_err(|_| wrong("it holds no valid PEM certificates".to_owned()))?;
    if found.is_empty() {
        return Err(wrong("it holds no PEM certificate (-----BEGIN CERTIFICATE-----)".to_owned()));
    }
    Ok(found)
}

/// Builds the client.
///
/// For `http` on this machine, skips the system's certificates, which take several milliseconds to
/// load, and proxies, which would see the key.
pub(super) fn build(api: &Api, certificates: &[Certificate]) -> Result<Client, String> {
    // Fails only if a provider is already installed, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let local = is_loopback_http(&api.base_url);
    let mut builder = Client::builder()
        .user_agent(concat!("sfchat-tui/", env!("CARGO_PKG_VERSION")))
        // A redirect could leak the key: reqwest keeps `x-api-key` across hosts.
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .https_only(!local)
        .tls_version_min(tls::Version::TLS_1_2)
        .connect_timeout(api.connect_timeout)
        .pool_idle_timeout(Duration::from_secs(90))
        .pool_max_idle_per_host(1)
        // The decoder decompresses, because it counts the bytes on both sides.
        .no_gzip();
    if local {
        builder = builder.no_proxy().tls_certs_only([]);
    } else if !certificates.is_empty() {
        builder = builder.tls_certs_merge(certificates.iter().cloned());
    }
    builder.build().map_err(|error| {
        let error = error.without_url();
        // The innermost cause tells what is wrong with the certificates.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        cause.to_string()
    })
}
