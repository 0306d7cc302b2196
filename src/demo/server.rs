//! The endpoint over HTTP.
//!
//! Knows nothing of what the archive holds.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::net::TcpListener;

use crate::demo::{Archive, DEMO_KEY, DEMO_PATH, Settings, request};
use crate::time::Millis;

/// What every request shares.
#[derive(Clone)]
struct Desk {
    archive: Arc<Archive>,
    clock: Arc<dyn Fn() -> Millis + Send + Sync>,
}

/// Answers requests until it is dropped. The clock says which messages have arrived by now.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    clock: impl Fn() -> Millis + Send + Sync + 'static,
) -> io::Result<()> {
    let archive = tokio::task::spawn_blocking(move || Archive::new(&settings)).await?;
    let desk = Desk { archive: Arc::new(archive), clock: Arc::new(clock) };
    let router = Router::new()
        .route(DEMO_PATH, get(messages))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .with_state(desk);
    // Without this, small answers could wait for the acknowledgement of what was sent before.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "the demo's connection keeps its delay");
        }
    });
    axum::serve(listener, router).await
}

async fn messages(
    State(desk): State<Desk>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let given = headers.get("x-api-key").map(HeaderValue::as_bytes);
    if given != Some(DEMO_KEY.as_bytes()) {
        return refusal(StatusCode::UNAUTHORIZED, "Unauthorized");
    }
    let scope = request::scope(&query.unwrap_or_default());
    let chunks = desk.archive.chunks(&scope, (desk.clock)());
    let body = stream::iter(chunks).map(|chunk| Ok::<_, io::Error>(Bytes::from(chunk)));
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], Body::from_stream(body)).into_response()
}

async fn not_found(method: Method, uri: Uri) -> Response {
    refusal(StatusCode::NOT_FOUND, &format!("Cannot {method} {}", uri.path()))
}

async fn wrong_method() -> Response {
    refusal(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}

fn refusal(status: StatusCode, message: &str) -> Response {
    let body = json!({ "statusCode": status.as_u16(), "message": message }).to_string();
    let kind = [(CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, kind, body).into_response()
}
