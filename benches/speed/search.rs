//! From a query to its hits, beside a plain scan of the same bytes.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput};
use sfchat_tui::search::{self, Hits, Job, Known, Matcher, Memory};
use sfchat_tui::store::Repeats;
use sfchat_tui::time::Zone;

use crate::data;

fn matcher(query: &str) -> Arc<Matcher> {
    let query = sfchat_tui::query::parse(query).expect("a query").expect("not empty");
    Arc::new(search::compile(&query, Zone::UTC, 0).expect("it compiles"))
}

fn job(matcher: &Arc<Matcher>, known: &Known, threads: usize) -> Job {
    Job {
        pages: data::pages().to_vec(),
        repeats: Repeats::default(),
        matcher: Arc::clone(matcher),
        known: known.clone(),
        threads,
    }
}

fn run(matcher: &Arc<Matcher>, known: &Known, threads: usize) -> Hits {
    search::run(&job(matcher, known, threads), &|| false, &mut |_| {}).expect("nobody cancels")
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
    for query in ["e", "osmo OR photon", "/photo\\w+s/", "/\\d\\d\\d\\d/", "user:alice the"] {
        let ours = matcher(query);
        group.bench_function(format!("ours: 2 threads, {query}"), |bench| {
            bench.iter(|| run(&ours, &Known::Nothing, 2));
        });
    }
    group.finish();
    fields(criterion);
}

/// One of each kind of field.
fn fields(criterion: &mut Criterion) {
    let pages = data::pages();
    let messages: usize = pages.iter().map(|page| page.rows.len()).sum();
    let mut group = criterion.benchmark_group("fields");
    group.throughput(Throughput::Elements(messages as u64)).sample_size(20);
    group.bench_function("limit: every row read once", |bench| {
        bench.iter(|| -> i64 {
            let rows = pages.iter().flat_map(|page| black_box(&page.rows));
            rows.fold(0, |sum, row| sum.wrapping_add(row.time))
        });
    });
    let memory = Memory::default();
    for query in [
        "role:user",
        "session:*a*",
        "since:2026-09-01 -role:user",
        "at:22:00..06:00",
        "meta.model:*mini*",
        "meta.usage.tokens:>1000",
        "has:meta.nothing",
        "has:text",
        "is:repaired",
        "len:>2000",
        "turns:>10",
        "wait:>30s",
        "is:unanswered",
    ] {
        let ours = matcher(query);
        let job = job(&ours, &Known::Nothing, 2);
        group.bench_function(format!("ours: 2 threads, {query}"), |bench| {
            bench.iter(|| search::run_with(&memory, &job, &|| false, &mut |_| {}));
        });
    }
    let first = job(&matcher("is:first"), &Known::Nothing, 2);
    group.bench_function("ours: 2 threads, is:first, for the first time", |bench| {
        bench.iter(|| search::run(&first, &|| false, &mut |_| {}));
    });
    group.finish();
}
