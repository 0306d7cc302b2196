//! From messages to a document.

use std::hint::black_box;
use std::io;

use criterion::{Criterion, Throughput};
use serde::Serialize;
use sfchat_tui::export::{Chosen, ExportContext, ExportJob, Format, IdNames, write};
use sfchat_tui::io::wire::AsSent;
use sfchat_tui::time;

use crate::data;

/// A message for the peer, which writes in order of arrival and guards nothing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plain<'a> {
    session_id: Option<&'a str>,
    user_id: Option<&'a str>,
    role: Option<&'a str>,
    content: &'a str,
    created_at: String,
}

/// Measures.
pub fn benches(criterion: &mut Criterion) {
    let pages = data::pages();
    let text: u64 = pages.iter().map(|page| (page.text.len() + page.extra.len()) as u64).sum();
    let mut group = criterion.benchmark_group("export");
    group.throughput(Throughput::Bytes(text)).sample_size(10);
    group.bench_function("limit: texts and metadata copied once", |bench| {
        let mut out = Vec::new();
        bench.iter(|| {
            for page in pages {
                out.clear();
                out.extend_from_slice(black_box(page.text.as_bytes()));
                out.extend_from_slice(black_box(page.extra.as_bytes()));
            }
            out.len()
        });
    });
    group.bench_function("peer: serde_json, a message a line", |bench| {
        let names = IdNames::of(pages);
        bench.iter(|| {
            let mut out = io::BufWriter::with_capacity(256 << 10, io::sink());
            for page in pages {
                for row in &page.rows {
                    let message = names.message(page, row);
                    let plain = Plain {
                        session_id: message.session.as_deref(),
                        user_id: message.user.as_deref(),
                        role: message.role.as_deref(),
                        content: page.text_of(row),
                        created_at: time::iso(row.time),
                    };
                    serde_json::to_writer(&mut out, &plain).expect("a sink takes everything");
                    io::Write::write_all(&mut out, b"\n").expect("a sink takes everything");
                }
            }
        });
    });
    for format in [Format::Ndjson, Format::Csv, Format::Text] {
        let job = ExportJob::new(pages.to_vec(), Chosen::Everything, format);
        group.bench_function(format!("ours: {}", format.name()), |bench| {
            bench.iter(|| {
                let context = ExportContext { wire: &AsSent, pseudonyms: None };
                write(&job, &context, &mut io::sink(), &mut |_| Ok(())).expect("a sink takes all")
            });
        });
    }
    group.finish();
}
