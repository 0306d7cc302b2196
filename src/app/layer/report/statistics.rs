//! The statistics of the present result as lines: numbers, summaries, and bars that stand for a
//! part of it and lead to a filter.
//!
//! Must not know how anything is counted or painted.

use crate::query::Column;
use crate::stats::Facet;
use crate::stats::{Count, Group, Stats, Summary};
use crate::time::{Zone, date_and_minute, span};

use super::{Bar, ReportLine};
use crate::text::grouped;

/// Users and components that are listed; facets have all.
const NAMED: usize = 12;
/// So many days are listed, the latest ones.
const DAYS: usize = 1000;
/// The term for questions without an answer.
const UNANSWERED: &str = "is:unanswered";

/// The lines of a report.
pub(super) fn lines(stats: &Stats, zone: Zone) -> Vec<ReportLine> {
    let mut lines = totals(stats, zone);
    lines.push(ReportLine::Blank);
    lines.extend(summaries(stats));
    let section = |name: &'static str, sessions: &'static str, bars: Vec<Bar>| {
        let most = bars.iter().map(|bar| bar.messages).max().unwrap_or(0);
        let bars = bars.into_iter().map(move |bar| ReportLine::Bar(Bar { most, ..bar }));
        [ReportLine::Blank, ReportLine::Heading { name, sessions }].into_iter().chain(bars)
    };
    lines.extend(section("role", "sessions", roles(stats)));
    lines.extend(section("hour of the day", "begun", hours(stats)));
    for (name, column, groups) in
        [("user", Column::User, &stats.users), ("component", Column::Component, &stats.components)]
    {
        lines.extend(section(name, "sessions", named(column, groups, stats.messages)));
        let more = groups.len().saturating_sub(NAMED);
        if more > 0 {
            lines.push(ReportLine::Note(format!("and {} more", grouped(more))));
        }
    }
    let mut days = section("day", "begun", days(stats));
    lines.extend(days.by_ref().take(2));
    let before = stats.days.len().saturating_sub(DAYS);
    if before > 0 {
        lines.push(ReportLine::Note(format!("{} days before these", grouped(before))));
    }
    lines.extend(days);
    lines
}

fn totals(stats: &Stats, zone: Zone) -> Vec<ReportLine> {
    let fact = |name, value: String| ReportLine::Fact { name, value, term: None };
    let known = |groups: &[Group]| grouped(groups.iter().filter(|one| one.name.is_some()).count());
    let mut lines = vec![
        fact("messages", grouped(stats.messages)),
        fact("sessions", grouped(stats.sessions)),
        fact("users", known(&stats.users)),
        fact("components", known(&stats.components)),
    ];
    if stats.repeats > 0 {
        lines.insert(1, fact("exact repeats", format!("{}, not counted", grouped(stats.repeats))));
    }
    if let (Some(first), Some(last)) = (stats.first, stats.last) {
        let (first, last) = (date_and_minute(first, zone), date_and_minute(last, zone));
        lines.push(fact("from", format!("{first} to {last}")));
    }
    let part = |name, number: u64, term: &str| ReportLine::Fact {
        name,
        value: grouped(number),
        term: (number > 0).then(|| term.to_owned()),
    };
    if stats.without_time > 0 {
        lines.push(part("without time", stats.without_time, &Facet::Day.term_without()));
    }
    lines.push(part("unanswered", stats.unanswered, UNANSWERED));
    lines
}

fn summaries(stats: &Stats) -> Vec<ReportLine> {
    let line = |name, of: &Summary, shown: &dyn Fn(u64) -> String| ReportLine::Summary {
        name,
        values: (of.count > 0).then(|| [of.median, of.p90, of.p99, of.most].map(shown)),
    };
    let number = |number: u64| grouped(number);
    let time = |millis: u64| span(i64::try_from(millis).unwrap_or(i64::MAX));
    vec![
        ReportLine::SummaryHeading(["median", "90 %", "99 %", "most"]),
        line("characters", &stats.lengths, &number),
        line("messages per session", &stats.session_messages, &number),
        line("turns per session", &stats.turns, &number),
        line("reply waits", &stats.waits, &time),
        line("length of a session", &stats.session_spans, &time),
    ]
}

fn roles(stats: &Stats) -> Vec<Bar> {
    let facet = Facet::Id(Column::Role);
    let roles = stats.roles.iter();
    roles.map(|role| bar(&facet, role.name.as_deref(), role.count, stats.messages)).collect()
}

fn named(column: Column, groups: &[Group], of: u64) -> Vec<Bar> {
    let facet = Facet::Id(column);
    let groups = groups.iter().take(NAMED);
    groups.map(|group| bar(&facet, group.name.as_deref(), group.count, of)).collect()
}

fn hours(stats: &Stats) -> Vec<Bar> {
    let with_time = stats.messages.saturating_sub(stats.without_time);
    let hours = stats.hours.iter().enumerate();
    let hours = hours
        .map(|(hour, count)| bar(&Facet::Hour, Some(&format!("{hour:02}:00")), *count, with_time));
    hours.collect()
}

fn days(stats: &Stats) -> Vec<Bar> {
    let with_time = stats.messages.saturating_sub(stats.without_time);
    let days = stats.days.iter().skip(stats.days.len().saturating_sub(DAYS));
    days.map(|(day, count)| bar(&Facet::Day, Some(day), *count, with_time)).collect()
}

/// A part of the messages, and the term that asks for it.
fn bar(facet: &Facet, name: Option<&str>, Count { messages, sessions }: Count, of: u64) -> Bar {
    let term = match name {
        Some(name) => facet.term(name),
        None => Some(facet.term_without()),
    };
    Bar { name: name.map(str::to_owned), messages, sessions, of, most: 0, term }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn count(messages: u64) -> Count {
        Count { messages, sessions: 1 }
    }

    fn terms(stats: &Stats) -> Vec<String> {
        let lines = lines(stats, Zone::UTC);
        lines.iter().filter_map(|line| line.term().map(str::to_owned)).collect()
    }

    #[test]
    fn every_part_leads_to_its_term_and_terms_can_be_read() {
        let mut hours = [Count::default(); 24];
        hours[23] = count(3);
        let name = |name: &str| Some(Arc::from(name));
        let users = [name("alice"), name("two words"), None];
        let stats = Stats {
            messages: 4,
            without_time: 1,
            unanswered: 1,
            users: users.map(|name| Group { name, count: count(1) }).to_vec(),
            days: vec![("2026-10-01".to_owned(), count(3))],
            hours,
            ..Stats::default()
        };
        let terms = terms(&stats);
        for term in [
            "-has:time",
            UNANSWERED,
            "at:23:00..24:00",
            "user:alice",
            "user:\"two words\"",
            "-user:*",
            "on:2026-10-01",
        ] {
            assert!(terms.iter().any(|other| other == term), "{term} in {terms:?}");
        }
        for term in terms {
            assert!(crate::query::parse(&term).is_ok_and(|query| query.is_some()), "{term}");
        }
    }

    #[test]
    fn only_the_latest_of_very_many_days_are_listed_and_the_rest_is_said() {
        let days = (0..DAYS + 7).map(|day| (format!("{:04}-01-01", 1000 + day), count(1)));
        let stats = Stats { days: days.collect(), ..Stats::default() };
        let lines = lines(&stats, Zone::UTC);
        let bars = lines.iter().rev().take_while(|line| matches!(line, ReportLine::Bar(_)));
        assert_eq!(bars.count(), DAYS);
        assert!(lines.contains(&ReportLine::Note("7 days before these".to_owned())));
    }
}
