//! Measures ingest: from the bytes of a response to sessions.

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use criterion::{Criterion, Throughput};
use serde::Deserialize;
use sfchat_tui::config::Config;
use sfchat_tui::io::api::{self, Endpoint};
use sfchat_tui::io::key;
use sfchat_tui::port::{FetchEvent, FetchTicket};
use sfchat_tui::scope::Scope;
use sfchat_tui::search;
use sfchat_tui::store::Store;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::data;

/// A message for the peer that reads with `serde_json` alone and borrows where it can.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plain<'a> {
    #[serde(borrow)]
    messages: Vec<PlainMessage<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainMessage<'a> {
    session_id: &'a str,
    user_id: &'a str,
    #[serde(borrow)]
    content: std::borrow::Cow<'a, str>,
    created_at: &'a str,
    #[serde(borrow)]
    metadata: &'a serde_json::value::RawValue,
}

/// Measures.
pub fn benches(criterion: &mut Criterion) {
    let body = data::body();
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(Throughput::Bytes(body.len() as u64)).sample_size(10);
    group.bench_function("limit: every byte read once", |bench| {
        bench.iter(|| memchr::memchr_iter(b'\n', black_box(body)).count());
    });
    let network = Network::start();
    group.bench_function("limit: the body over loopback by reqwest, dropped", |bench| {
        bench.iter(|| network.drop_body());
    });
    group.bench_function("peer: serde_json, the whole body at once", |bench| {
        bench.iter(|| {
            let plain: Plain<'_> = serde_json::from_slice(black_box(body)).expect("valid JSON");
            plain
                .messages
                .iter()
                .map(|message| {
                    message.session_id.len()
                        + message.user_id.len()
                        + message.content.len()
                        + message.created_at.len()
                        + message.metadata.get().len()
                })
                .sum::<usize>()
        });
    });
    let decoded = |body: &[u8]| {
        let mut pages = Vec::new();
        data::decode(body, &mut |page| pages.push(page));
        pages
    };
    group.bench_function("ours: decoded into pages", |bench| {
        bench.iter_with_large_drop(|| decoded(body));
    });
    // Harmless characters whose first bytes also begin invisible ones, as models write them; and
    // accents, whose first bytes do not.
    for (name, end) in [("dashes, quotes and emoji", "’ —“🎉”…"), ("accents", "é éèêéêçé")]
    {
        let body = data::body_with(end);
        group.bench_function(format!("ours: decoded into pages, with {name}"), |bench| {
            bench.iter_with_large_drop(|| decoded(&body));
        });
    }
    group.bench_function("ours: the body over loopback, decoded and grouped", |bench| {
        bench.iter_with_large_drop(|| network.load());
    });
    let pages = data::pages();
    group.bench_function("ours: pages grouped into sessions", |bench| {
        bench.iter_with_large_drop(|| {
            let mut store = Store::new();
            for page in pages {
                store.append(std::sync::Arc::clone(page));
            }
            store
        });
    });
    group.finish();
}

/// A server of the body on loopback, and clients for it.
struct Network {
    runtime: Runtime,
    endpoint: Arc<Endpoint>,
    client: reqwest::Client,
    url: String,
}

impl Network {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads");
        let mut config = Config::default();
        config.api.base_url = format!("http://{}", serve());
        let key = key::find(&config.api, &|_| Some("a-key-of-a-bench".into())).expect("a key");
        let endpoint = Endpoint::new(&config, key).expect("an endpoint");
        let url = format!("{}/api/v1/usage-analyst/chat-messages", config.api.base_url);
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { runtime, endpoint: Arc::new(endpoint), client, url }
    }

    /// Downloads and drops the body: the limit of the HTTP library.
    fn drop_body(&self) -> usize {
        self.runtime.block_on(async {
            let mut response = self.client.get(&self.url).send().await.expect("an answer");
            let mut length = 0;
            while let Some(chunk) = response.chunk().await.expect("bytes") {
                length += black_box(chunk).len();
            }
            assert_eq!(length, data::body().len());
            length
        })
    }

    /// Loads as the program does.
    fn load(&self) -> Store {
        self.runtime.block_on(async {
            let (sender, mut events) = mpsc::channel(8);
            let endpoint = Arc::clone(&self.endpoint);
            let _guard = api::start_fetch(endpoint, Scope::all(), FetchTicket(0), sender);
            let mut store = Store::new();
            while let Some((_, event)) = events.recv().await {
                match event {
                    FetchEvent::PageArrived(page) => store.append(page),
                    FetchEvent::Finished(_) => break,
                    FetchEvent::Failed(failure) => panic!("{failure:?}"),
                    _ => {}
                }
            }
            search::put_in_order(&mut store);
            store
        })
    }
}

/// Starts a server of the body; its address.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        data::body().len()
    );
    let answer = move |mut connection: TcpStream| {
        let mut asked = Vec::new();
        let mut buffer = [0; 4096];
        while !asked.ends_with(b"\r\n\r\n") {
            let read = connection.read(&mut buffer)?;
            if read == 0 {
                return Ok(());
            }
            asked.extend_from_slice(&buffer[..read]);
        }
        connection.write_all(head.as_bytes())?;
        connection.write_all(data::body())
    };
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let _ = connection.and_then(&answer);
        }
    });
    address
}
