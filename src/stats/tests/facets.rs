//! What is counted is what a query for it finds.

use std::sync::Arc;

use proptest::prelude::*;

use crate::metadata::JsonKind;
use crate::query::{Column, Path, PathStep, parse};
use crate::search::{self, Hits, Known};
use crate::stats::*;
use crate::store::{Limits, Packer, Page, RowDraft};
use crate::time::Zone;

const HOUR: i64 = 3_600_000;

/// A message: session, user, component, role, hour, metadata.
type Told<'a> = (&'a str, &'a str, &'a str, &'a str, Option<i64>, &'a str);

fn pages(told: &[Told<'_>]) -> Vec<Arc<Page>> {
    let mut packer = Packer::new(Limits { first_rows: 3, rows: 3, ..Limits::default() });
    let mut pages = Vec::new();
    for &(session, user, component, role, hour, extra) in told {
        packer.text().push_str("words");
        packer.extra().push_str(extra);
        let time = hour.map(|hour| hour * HOUR);
        let draft = RowDraft { session, user, component, role, time, ..RowDraft::default() };
        pages.extend(packer.commit(&draft));
    }
    pages.extend(packer.finish());
    pages.into_iter().map(Arc::new).collect()
}

fn school() -> Vec<Arc<Page>> {
    pages(&[
        ("s1", "alice", "chat", "user", Some(9), r#"{"model":"a","n":1,"src":["x","x","y"]}"#),
        ("s1", "alice", "tutor", "assistant", Some(10), r#"{"model":"a","n":2.50,"ok":true}"#),
        ("s2", "bob \"x\"", "", "user", Some(23), r#"{"model":"b: (c)","n":"1","src":[]}"#),
        ("s2", "bob \"x\"", "chat", "", Some(24), r#"{"model":null,"odd key":{"deep.er":"v"}}"#),
        ("", "", "chat", "tool", None, ""),
        ("s3", "al*ce", "chat", "user", Some(33), r#"{"model":"","u":[{"t":1},{"t":2},{"t":1}]}"#),
        ("s3", "alice", "chat", "user", Some(57), r#"["just", 1]"#),
    ])
}

fn asked(pages: &[Arc<Page>], hits: Option<Arc<Hits>>, request: CountRequest) -> CountAnswer {
    let job = CountJob {
        selection: Selection { pages: pages.to_vec(), hits, ..Selection::default() },
        request,
        containing: String::new(),
        is_sample: false,
        zone: Zone::UTC,
        threads: 1,
    };
    run(&job, &|| false, &mut |_| {}).unwrap()
}

fn values(pages: &[Arc<Page>], hits: Option<Arc<Hits>>, facet: &Facet) -> FacetValues {
    match asked(pages, hits, CountRequest::Facet(facet.clone())) {
        CountAnswer::Facet(values) => values,
        _ => panic!(),
    }
}

fn paths(pages: &[Arc<Page>]) -> MetadataMap {
    match asked(pages, None, CountRequest::MetadataMap) {
        CountAnswer::MetadataMap(paths) => paths,
        _ => panic!(),
    }
}

fn found(pages: &[Arc<Page>], query: &str) -> Arc<Hits> {
    let query = parse(query).unwrap_or_else(|error| panic!("{query}: {error}")).unwrap();
    let matcher = Arc::new(search::compile(&query, Zone::UTC, 0).unwrap());
    let (pages, repeats, known) = (pages.to_vec(), <_>::default(), Known::Nothing);
    let job = search::Job { pages, repeats, matcher, known, threads: 1 };
    Arc::new(search::run(&job, &|| false, &mut |_| {}).unwrap())
}

fn written(values: &FacetValues) -> Vec<String> {
    values.listed.iter().map(|value| format!("{} {}", value.count, value.text)).collect()
}

fn path(keys: &[&str]) -> Path {
    Path::new(keys.iter().map(|key| PathStep::Key((*key).to_owned())).collect()).unwrap()
}

/// Every facet that these messages have.
fn facets(pages: &[Arc<Page>]) -> Vec<Facet> {
    let paths = paths(pages).listed.into_iter().filter_map(|seen| seen.path).map(Facet::Path);
    Facet::FIXED.into_iter().chain(paths).collect()
}

#[test]
fn messages_are_counted_by_id_and_by_time() {
    let pages = school();
    let count = |facet| values(&pages, None, &facet);
    let users = count(Facet::Id(Column::User));
    assert_eq!(written(&users), ["3 alice", "2 bob \"x\"", "1 al*ce"]);
    assert_eq!((users.without, users.distinct, users.looked, users.all), (1, 3, 7, 7));
    assert_eq!(written(&count(Facet::Id(Column::Role))), ["4 user", "1 assistant", "1 tool"]);
    assert_eq!(count(Facet::Id(Column::Role)).without, 1);
    assert_eq!(written(&count(Facet::Id(Column::Session))), ["2 s1", "2 s2", "2 s3"]);
    assert_eq!(count(Facet::Id(Column::Session)).without, 1);
    let days = count(Facet::Day);
    assert_eq!(written(&days), ["3 1970-01-01", "2 1970-01-02", "1 1970-01-03"]);
    assert_eq!(days.without, 1);
    let hours = count(Facet::Hour);
    assert_eq!(written(&hours), ["1 00:00", "3 09:00", "1 10:00", "1 23:00"]);
}

#[test]
fn a_message_counts_once_for_a_value_that_it_has_twice() {
    let pages = school();
    let sources = values(&pages, None, &Facet::Path(path(&["src"])));
    assert_eq!(written(&sources), ["1 x", "1 y"]);
    assert_eq!(sources.without, 6, "an empty list counts as none");
    let numbers = values(&pages, None, &Facet::Path(path(&["u", "t"])));
    assert_eq!(written(&numbers), ["1 1", "1 2"]);
}

#[test]
fn a_filter_leaves_what_is_counted() {
    let pages = school();
    let hits = found(&pages, "role:user");
    let users = values(&pages, Some(hits), &Facet::Id(Column::User));
    assert_eq!(written(&users), ["2 alice", "1 al*ce", "1 bob \"x\""]);
    assert_eq!(users.all, 4);
}

#[test]
fn every_term_finds_as_many_messages_as_were_counted() {
    let pages = school();
    for facet in facets(&pages) {
        let values = values(&pages, None, &facet);
        for value in &values.listed {
            let term = facet.term(&value.text).unwrap();
            // A number is asked for as a number, however it is written.
            assert_eq!(found(&pages, &term).len(), value.count, "{term}");
        }
        assert_eq!(found(&pages, &facet.term_without()).len(), values.without, "{facet}");
    }
}

#[test]
fn the_map_has_every_path_with_what_stands_there() {
    let map = paths(&school());
    let line = |seen: &PathSeen| {
        let path = seen.path.as_ref().map_or("(all)".to_owned(), ToString::to_string);
        format!("{path} {} {:?} {}", seen.messages, seen.kinds, seen.samples.join(" | "))
    };
    let lines: Vec<String> = map.listed.iter().map(line).collect();
    let wanted = [
        "(all) 6 [Object, String, Number, Array] just | 1",
        "meta.model 3 [String, Null] a | b: (c)",
        "meta.n 3 [Number, String] 1 | 2.50",
        "meta.\"odd key\" 1 [Object] ",
        "meta.\"odd key\".\"deep.er\" 1 [String] v",
        "meta.ok 1 [Bool] true",
        "meta.src 1 [String, Array] x | y",
        "meta.u 1 [Object, Array] ",
        "meta.u.t 1 [Number] 1 | 2",
    ];
    assert_eq!(lines, wanted);
    assert!(map.listed[2].has_values() && !map.listed[3].has_values());
    assert!(map.listed.iter().any(|seen| seen.kinds.contains(&JsonKind::Null)));
}

#[test]
fn the_share_of_a_path_is_what_has_finds() {
    let pages = school();
    for seen in paths(&pages).listed {
        let term = seen.path.map_or("has:metadata".to_owned(), |path| format!("has:{path}"));
        assert_eq!(found(&pages, &term).len(), seen.messages, "{term}");
    }
}

#[test]
fn keys_that_are_ids_do_not_fill_the_memory() {
    let extras: Vec<String> =
        (0..5000).map(|n| format!("{{\"k{n}\":{{\"a\":{n}}},\"n\":{n},\"same\":1}}")).collect();
    let told: Vec<Told<'_>> =
        extras.iter().map(|extra| ("s", "u", "c", "user", Some(1), extra.as_str())).collect();
    let pages = pages(&told);
    let map = paths(&pages);
    assert!(map.is_cut);
    assert!(map.listed.len() <= 2002, "{}", map.listed.len());
    let same = map.listed.iter().find(|seen| seen.path == Some(path(&["same"]))).unwrap();
    assert_eq!(same.messages, 5000, "a path that was there first is counted to the end");
    let numbers = values(&pages, None, &Facet::Path(path(&["n"])));
    assert_eq!((numbers.distinct, numbers.listed.len(), numbers.is_cut), (5000, 1000, true));
}

#[test]
fn only_what_contains_a_text_is_listed() {
    let selection = Selection { pages: school(), ..Selection::default() };
    let job = |request| CountJob {
        selection: selection.clone(),
        request,
        containing: "od".to_owned(),
        is_sample: true,
        zone: Zone::UTC,
        threads: 1,
    };
    let Some(CountAnswer::MetadataMap(map)) =
        run(&job(CountRequest::MetadataMap), &|| false, &mut |_| {})
    else {
        panic!()
    };
    let listed: Vec<_> = map.listed.iter().filter_map(|seen| seen.path.clone()).collect();
    assert_eq!(listed[0], path(&["model"]));
    assert_eq!(listed.len(), 3, "{listed:?}");
}

#[test]
fn what_takes_long_is_answered_for_a_sample_first_and_can_be_given_up() {
    let told: Vec<Told<'_>> =
        (0..45_000).map(|_| ("s", "u", "c", "user", Some(1), r#"{"a":1}"#)).collect();
    let selection = Selection { pages: pages(&told), ..Selection::default() };
    let job = CountJob {
        selection,
        request: CountRequest::Facet(Facet::Path(path(&["a"]))),
        containing: String::new(),
        is_sample: false,
        zone: Zone::UTC,
        threads: 1,
    };
    let mut first = Vec::new();
    let all = run(&job, &|| false, &mut |answer| first.push(answer)).unwrap();
    assert_eq!(first.len(), 1);
    let (looked, of) = first[0].looked();
    assert!((15_000..=20_000).contains(&looked) && of == 45_000, "{looked}");
    assert_eq!(all.looked(), (45_000, 45_000));
    let sample = run(&CountJob { is_sample: true, ..job.clone() }, &|| false, &mut |_| panic!());
    assert_eq!(sample.unwrap(), first[0]);
    assert!(run(&job, &|| true, &mut |_| {}).is_none());
}

proptest! {
    #[test]
    fn a_sample_is_even_and_everything_is_everything(rows in 0_usize..200, most in 1_usize..250) {
        let told: Vec<Told<'_>> =
            (0..rows).map(|row| ("s", "u", "c", "user", i64::try_from(row).ok(), "")).collect();
        let selection = Selection { pages: pages(&told), ..Selection::default() };
        let mut seen = Vec::new();
        let looked = selection.each(most, &|| false, |_, row| seen.push(row.time / HOUR));
        let looked = looked.unwrap();
        prop_assert_eq!((looked.at, looked.of), (seen.len(), rows));
        prop_assert!(seen.len() <= most);
        let steps: Vec<i64> = seen.windows(2).map(|pair| pair[1] - pair[0]).collect();
        prop_assert!(steps.windows(2).all(|pair| pair[0] == pair[1]), "{:?}", steps);
        if most >= rows {
            prop_assert_eq!(seen.len(), rows);
        }
        let every = Selection { hits: Some(Arc::new(Hits::default())), ..selection };
        prop_assert!(every.is_empty());
    }

    #[test]
    fn any_value_of_an_id_can_be_asked_for(user in "[a-z\"\\\\ *:()é]{1,8}") {
        let user = user.trim();
        prop_assume!(!user.is_empty());
        let pages = pages(&[("s", user, "c", "user", Some(1), ""), ("s", "zz9", "c", "user", Some(1), "")]);
        let facet = Facet::Id(Column::User);
        let listed = values(&pages, None, &facet).listed;
        let value = listed.iter().find(|value| value.text == user).unwrap();
        prop_assert_eq!(found(&pages, &facet.term(&value.text).unwrap()).len(), 1);
    }
}
