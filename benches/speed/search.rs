//! From a query to its hits, beside a plain scan of the same bytes.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput};
use sfchat_tui::search::{self, Hits, Job, Known, Matcher};
use sfchat_tui::time::Zone;

use crate::data;

fn matcher(query: &str) -> Arc<Matcher> {
    let query = sfchat_tui::query::parse(query).expect("a query").expect("not empty");
    Arc::new(search::compile(&query, Zone::UTC, 0).expect("it compiles"))
}

fn run(matcher: &Arc<Matcher>, known: &Known, threads: usize) -> Hits {
    let job = Job {
        pages: data::pages().to_vec(),
        matcher: Arc::clone(matcher),
        known: known.clone(),
        threads,
    };
    search::run(&job, &|| false, &mut |_| {}).expect("nobody cancels")
}

/// Measures.
pub fn benches(criterion: &mut Criterion) {
    let pages = data::pages();
    let bytes: usize = pages.iter().map(|page| page.text.len()).sum();
    let mut group = criterion.benchmark_group("search");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(20);
    for word in ["photosynthesis", "quokkaflux", "the"] {
        let plain = regex::Regex::new(&format!("(?i){word}")).expect("a word");
        group.bench_function(format!("limit: plain scan, {word}"), |bench| {
            bench.iter(|| -> usize {
                pages.iter().map(|page| plain.find_iter(black_box(&page.text)).count()).sum()
            });
        });
        let ours = matcher(word);
        for threads in [1, 2] {
            group.bench_function(format!("ours: {threads} thread(s), {word}"), |bench| {
                bench.iter(|| run(&ours, &Known::Nothing, threads));
            });
        }
    }
    let wide = Known::Wider(Arc::new(run(&matcher("photosyn"), &Known::Nothing, 2)));
    let narrow = matcher("photosynthesis");
    group.bench_function("ours: narrowed from photosyn, photosynthesis", |bench| {
        bench.iter(|| run(&narrow, &wide, 2));
    });
    for query in ["role:user", "user:alice the", "/photo\\w+s/", "since:2026-09-01 -role:user"] {
        let ours = matcher(query);
        group.bench_function(format!("ours: 2 threads, {query}"), |bench| {
            bench.iter(|| run(&ours, &Known::Nothing, 2));
        });
    }
    group.finish();
}
