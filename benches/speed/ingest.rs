//! From the bytes of a response to sessions.

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use criterion::{Criterion, Throughput};
use serde::Deserialize;
use sfchat_tui::io::stream::{Decoder, Shares, Team};
use sfchat_tui::store::{Limits, Store};

use crate::data::{self, CHUNK};

/// A message for the peer that reads with `serde_json` alone, borrowing what it can.
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
    group.bench_function("limit: the body over loopback, dropped", |bench| {
        let address = serve();
        bench.iter(|| {
            download(address, &mut |chunk| {
                black_box(chunk);
            });
        });
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
    group.bench_function("ours: decoded into pages", |bench| {
        bench.iter(|| {
            let mut pages = Vec::new();
            data::decode(&mut |page| pages.push(page));
            pages
        });
    });
    group.bench_function("ours: decoded by several threads, as a file", |bench| {
        bench.iter(|| {
            let mut pages = Vec::new();
            let mut team = Team::new(Limits::default(), Shares::for_a_file());
            for chunk in body.chunks(CHUNK) {
                team.push(chunk, &mut |page| pages.push(page)).expect("valid");
            }
            team.finish(&mut |page| pages.push(page)).expect("valid");
            pages
        });
    });
    group.bench_function("ours: over loopback, decoded and grouped", |bench| {
        let address = serve();
        bench.iter(|| {
            let mut decoder = Decoder::new(Limits::default());
            let mut store = Store::new();
            let mut append = |page| store.append(std::sync::Arc::new(page));
            download(address, &mut |chunk| decoder.push(chunk, &mut append).expect("valid"));
            decoder.finish(&mut append).expect("valid");
            store
        });
    });
    let pages = data::pages();
    group.bench_function("ours: pages grouped into sessions", |bench| {
        bench.iter(|| {
            let mut store = Store::new();
            for page in pages {
                store.append(std::sync::Arc::clone(page));
            }
            store
        });
    });
    group.finish();
}

/// Sends the body to whoever connects.
fn serve() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let _ = connection.and_then(|mut connection| connection.write_all(data::body()));
        }
    });
    address
}

fn download(address: std::net::SocketAddr, take: &mut dyn FnMut(&[u8])) {
    let mut connection = TcpStream::connect(address).expect("a connection");
    let mut chunk = vec![0; CHUNK];
    loop {
        match connection.read(&mut chunk).expect("bytes") {
            0 => return,
            length => take(&chunk[..length]),
        }
    }
}
