//! The table of rows, and what runs it.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Rows that run at the same time; most of the time they wait.
const AT_ONCE: usize = 4;
/// The same with the slow part, which waits even more.
const AT_ONCE_OF_ALL: usize = 8;

/// One row of the programme; several entries may have the same number.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) number: u16,
    pub(crate) what: &'static str,
    pub(crate) proof: Proof,
}

/// How a row is proven.
#[derive(Clone, Copy)]
pub(crate) enum Proof {
    /// By this, in every run.
    Here(fn()),
    /// By this, which takes long or needs much.
    Slow(fn()),
}

/// A row that is tested in every run.
pub(crate) const fn row(number: u16, what: &'static str, proof: fn()) -> Row {
    Row { number, what, proof: Proof::Here(proof) }
}

/// A row that is tested with `SFCHAT_ROWS=all`.
pub(crate) const fn slow(number: u16, what: &'static str, proof: fn()) -> Row {
    Row { number, what, proof: Proof::Slow(proof) }
}

/// What became of an entry.
enum Outcome {
    Passed(Duration),
    NotRun,
    Failed(String),
}

thread_local! {
    /// What the last panic of this thread said, and where.
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs the rows that were asked for, and prints what became of them.
pub(crate) fn run(mut rows: Vec<Row>) -> ExitCode {
    rows.sort_by_key(|row| row.number);
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    rows.retain(|row| wanted.is_empty() || wanted.iter().any(|word| is_meant(row, word)));
    if std::env::args().any(|word| word == "--list") {
        for row in &rows {
            println!("row {}: test", row.number);
        }
        return ExitCode::SUCCESS;
    }
    let all = std::env::var("SFCHAT_ROWS").is_ok_and(|part| part == "all");
    panic::set_hook(Box::new(|panic| {
        SAID.with_borrow_mut(|said| *said = panic.to_string());
    }));
    let outcomes = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    // What takes long begins first.
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&at| !matches!(rows[at].proof, Proof::Slow(_)));
    std::thread::scope(|scope| {
        for _ in 0..if all { AT_ONCE_OF_ALL } else { AT_ONCE } {
            scope.spawn(|| {
                while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = outcome_of(rows[at].proof, all);
                    report(&rows[at], &outcome);
                    outcomes.lock().unwrap().insert(at, outcome);
                }
            });
        }
    });
    sum_up(&rows, &outcomes.into_inner().unwrap())
}

fn is_meant(row: &Row, word: &str) -> bool {
    match word.parse::<u16>() {
        Ok(number) => row.number == number,
        Err(_) => format!("row {} {}", row.number, row.what).contains(word),
    }
}

fn outcome_of(proof: Proof, all: bool) -> Outcome {
    match proof {
        Proof::Here(test) => tested(test),
        Proof::Slow(test) if all => tested(test),
        Proof::Slow(_) => Outcome::NotRun,
    }
}

fn tested(test: fn()) -> Outcome {
    let begun = Instant::now();
    match panic::catch_unwind(AssertUnwindSafe(test)) {
        Ok(()) => Outcome::Passed(begun.elapsed()),
        Err(payload) => Outcome::Failed(said(payload.as_ref())),
    }
}

/// What a panic said: that of a helping thread comes through its payload.
fn said(payload: &dyn Any) -> String {
    match payload.downcast_ref::<Said>() {
        Some(Said(words)) => words.clone(),
        None => SAID.take(),
    }
}

/// The words of a panic in another thread.
struct Said(String);

/// Tries every case, each in a thread of its own; fails like the first one that fails.
pub(crate) fn each<T: Send>(cases: impl IntoIterator<Item = T>, test: impl Fn(T) + Sync) {
    let failed = Mutex::new(None);
    std::thread::scope(|scope| {
        for case in cases {
            let (failed, test) = (&failed, &test);
            scope.spawn(move || {
                if panic::catch_unwind(AssertUnwindSafe(|| test(case))).is_err() {
                    failed.lock().unwrap().get_or_insert(Said(SAID.take()));
                }
            });
        }
    });
    if let Some(said) = failed.into_inner().unwrap() {
        panic::resume_unwind(Box::new(said));
    }
}

fn report(row: &Row, outcome: &Outcome) {
    let (word, more) = match outcome {
        Outcome::Passed(time) => ("ok  ", format!("  {:.1} s", time.as_secs_f32())),
        Outcome::NotRun => ("--  ", "  not run: SFCHAT_ROWS=all runs it".to_owned()),
        Outcome::Failed(why) => ("FAIL", format!("\n{why}")),
    };
    println!("row {:3} {word} {}{more}", row.number, row.what);
}

fn sum_up(rows: &[Row], outcomes: &BTreeMap<usize, Outcome>) -> ExitCode {
    let mut passed: BTreeMap<u16, bool> = BTreeMap::new();
    let mut slow: BTreeSet<u16> = BTreeSet::new();
    for (row, outcome) in rows.iter().zip(outcomes.values()) {
        match outcome {
            Outcome::Passed(_) => {
                passed.entry(row.number).or_insert(true);
            }
            Outcome::Failed(_) => {
                passed.insert(row.number, false);
            }
            Outcome::NotRun => {
                slow.insert(row.number);
            }
        }
    }
    let failed: Vec<u16> =
        passed.iter().filter(|(_, passed)| !**passed).map(|(number, _)| *number).collect();
    let whole = passed.len() - failed.len();
    println!(
        "\n{whole} rows passed, {} failed, {} with a slow part not run",
        failed.len(),
        slow.len()
    );
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("failed: {failed:?}");
    ExitCode::FAILURE
}
