//! `stats`: the counts of `crate::stats` as a report or as JSON.

use std::io::Write;

use serde_json::{Value, json};

use super::command_error::CommandError;
use super::load;
use super::output::{Output, OutputStyle};
use super::paint::paint;
use super::progress::grouped;
use super::rows::write_object;
use super::zone;
use crate::cli::{Read, ReportFormat};
use crate::io::key::Environment;
use crate::stats::{Count, Group, Stats, Summary};
use crate::text::{clean_line_within, width};
use crate::time::{Millis, Zone, date_and_minute, iso, span};
use crate::view::{StyleClass, Theme};

/// Users, components and days that a report names; JSON has all.
const NAMED: usize = 10;
/// The columns of a bar.
const BAR: u64 = 30;

/// Prints them; the exit status.
pub(super) fn run(
    read: &Read,
    format: Option<ReportFormat>,
    environment: Environment<'_>,
) -> Result<u8, CommandError> {
    let setup = &read.setup;
    let matcher = load::question(setup, setup.query.as_deref().as_slice())?;
    let mut out = Output::open(read.output.as_ref())?;
    let look = OutputStyle::of(read, environment);
    let loaded = load::load(setup, environment)?;
    let hits = loaded.find(matcher.as_ref());
    let zone = setup.config.time_zone;
    let stats = Stats::of(&loaded.store, hits.as_ref(), zone, load::threads());
    let instants: Vec<Millis> = stats.first.into_iter().chain(stats.last).collect();
    let zone_name = zone::name(zone, environment, &instants);
    let is_complete = loaded.is_complete();
    match format.unwrap_or(look.report_format()) {
        ReportFormat::Json => {
            write_object(&as_json(&stats, &zone_name, is_complete), &mut out)?;
        }
        ReportFormat::Table => {
            let mut report = Report { theme: look.theme.as_ref(), text: String::new() };
            report.all(&stats, zone, &zone_name);
            out.write_all(report.text.as_bytes())?;
        }
    }
    let status = loaded.status();
    out.finish_as(status)?;
    std::mem::forget(loaded);
    Ok(status)
}

/// The documented shape.
fn as_json(stats: &Stats, zone: &str, is_complete: bool) -> Vec<(&'static str, Value)> {
    let time = |time: Option<Millis>| time.map(iso);
    let group = |key: &'static str| {
        move |one: &Group| {
            let Count { messages, sessions } = one.count;
            json!({ key: one.name.as_deref(), "messages": messages, "sessions": sessions })
        }
    };
    let roles: Vec<Value> = stats
        .roles
        .iter()
        .map(|role| {
            let lengths = summary(&role.lengths);
            let Count { messages, sessions } = role.count;
            json!({
                "role": role.name.as_deref(), "messages": messages, "sessions": sessions,
                "characters": lengths,
            })
        })
        .collect();
    let days = stats.days.iter().map(|(day, count)| {
        json!({ "day": day, "messages": count.messages, "sessions": count.sessions })
    });
    let hours = stats.hours.iter().enumerate().map(|(hour, count)| {
        json!({ "hour": hour, "messages": count.messages, "sessions": count.sessions })
    });
    vec![
        ("complete", json!(is_complete)),
        ("time_zone", json!(zone)),
        ("messages", json!(stats.messages)),
        ("repeats", json!(stats.repeats)),
        ("sessions", json!(stats.sessions)),
        ("first", json!(time(stats.first))),
        ("last", json!(time(stats.last))),
        ("without_time", json!(stats.without_time)),
        ("unanswered", json!(stats.unanswered)),
        ("characters", json!(summary(&stats.lengths))),
        ("messages_per_session", json!(summary(&stats.session_messages))),
        ("turns_per_session", json!(summary(&stats.turns))),
        ("session_milliseconds", json!(summary(&stats.session_spans))),
        ("reply_wait_milliseconds", json!(summary(&stats.waits))),
        ("roles", json!(roles)),
        ("users", json!(stats.users.iter().map(group("user")).collect::<Vec<_>>())),
        ("components", json!(stats.components.iter().map(group("component")).collect::<Vec<_>>())),
        ("days", json!(days.collect::<Vec<_>>())),
        ("hours", json!(hours.collect::<Vec<_>>())),
    ]
}

fn summary(of: &Summary) -> Value {
    let Summary { count, least, median, p90, p99, most, mean, total } = *of;
    let mean = (mean * 100.0).round() / 100.0;
    json!({
        "count": count, "least": least, "median": median, "p90": p90, "p99": p99, "most": most,
        "mean": mean, "total": total,
    })
}

/// The report for people, as it grows.
struct Report<'a> {
    theme: Option<&'a Theme>,
    text: String,
}

impl Report<'_> {
    fn all(&mut self, stats: &Stats, zone: Zone, zone_name: &str) {
        self.fact("messages", &grouped(stats.messages));
        if stats.repeats > 0 {
            self.fact("exact repeats", &format!("{}, not counted", grouped(stats.repeats)));
        }
        self.fact("sessions", &grouped(stats.sessions));
        if let (Some(first), Some(last)) = (stats.first, stats.last) {
            let (first, last) = (date_and_minute(first, zone), date_and_minute(last, zone));
            self.fact("from", &format!("{first} to {last}"));
            self.fact("time zone", zone_name);
        }
        if stats.without_time > 0 {
            self.fact("without time", &grouped(stats.without_time));
        }
        if stats.messages == 0 {
            return;
        }
        self.fact("unanswered", &grouped(stats.unanswered));
        self.head("", "median       90 %       99 %       most");
        let number = |number| grouped(number);
        self.summary("characters", &stats.lengths, number);
        self.summary("messages per session", &stats.session_messages, number);
        self.summary("turns per session", &stats.turns, number);
        let time = |millis: u64| span(i64::try_from(millis).unwrap_or(i64::MAX));
        self.summary("reply waits", &stats.waits, time);
        self.summary("length of a session", &stats.session_spans, time);
        self.bars("role", "sessions");
        let most = stats.roles.iter().map(|role| role.count.messages).max().unwrap_or(0);
        for role in &stats.roles {
            let name = role.name.as_deref().unwrap_or("(none)");
            self.bar(name, role.count, most);
        }
        self.groups("user", &stats.users);
        self.groups("component", &stats.components);
        self.bars("day", "begun");
        let skipped = stats.days.len().saturating_sub(NAMED);
        let most = stats.days.iter().map(|(_, count)| count.messages).max().unwrap_or(0);
        for (day, count) in stats.days.iter().skip(skipped) {
            self.bar(day, *count, most);
        }
        if skipped > 0 {
            self.quiet(&format!("and {} days before", grouped(skipped as u64)));
        }
        self.bars("hour", "begun");
        let most = stats.hours.iter().map(|count| count.messages).max().unwrap_or(0);
        for (hour, count) in stats.hours.iter().enumerate() {
            self.bar(&format!("{hour:02}"), *count, most);
        }
    }

    fn style(&self, ink: StyleClass) -> Option<ratatui::style::Style> {
        self.theme.map(|theme| theme.ink(ink))
    }

    fn fact(&mut self, name: &str, value: &str) {
        let style = self.style(StyleClass::Quiet);
        paint(&format!("{name:<22}"), style, &mut self.text);
        self.text.push_str(value);
        self.text.push('\n');
    }

    fn head(&mut self, name: &str, columns: &str) {
        let style = self.style(StyleClass::Strong);
        self.text.push('\n');
        paint(format!("{name:<22}{columns:>40}").trim_end(), style, &mut self.text);
        self.text.push('\n');
    }

    /// The head of a list of bars, over its names and numbers.
    fn bars(&mut self, name: &str, sessions: &str) {
        let style = self.style(StyleClass::Strong);
        self.text.push('\n');
        paint(&format!("{name:<25}{:>9} {sessions:>9}", "messages"), style, &mut self.text);
        self.text.push('\n');
    }

    fn quiet(&mut self, words: &str) {
        let style = self.style(StyleClass::Quiet);
        paint(words, style, &mut self.text);
        self.text.push('\n');
    }

    fn summary(&mut self, name: &str, of: &Summary, shown: impl Fn(u64) -> String) {
        if of.count == 0 {
            return self.fact(name, "none");
        }
        let values = [of.median, of.p90, of.p99, of.most].map(shown);
        let values: Vec<String> = values.iter().map(|value| format!("{value:>10}")).collect();
        self.fact(name, values.join(" ").get(1..).unwrap_or_default());
    }

    fn groups(&mut self, kind: &str, groups: &[Group]) {
        self.bars(kind, "sessions");
        let most = groups.iter().map(|group| group.count.messages).max().unwrap_or(0);
        for group in groups.iter().take(NAMED) {
            self.bar(group.name.as_deref().unwrap_or("(none)"), group.count, most);
        }
        let more = groups.len().saturating_sub(NAMED);
        if more > 0 {
            self.quiet(&format!("and {} more", grouped(more as u64)));
        }
    }

    /// Messages and sessions, with a bar: the share that the messages are of another number.
    fn bar(&mut self, name: &str, Count { messages, sessions }: Count, of: u64) {
        let name = clean_line_within(name, 40);
        let name = crate::text::ellipsis(&name, 24);
        let blanks = " ".repeat(25_usize.saturating_sub(width(name.as_str())));
        let share = messages.saturating_mul(BAR).checked_div(of).unwrap_or(0).min(BAR);
        let least = u64::from(messages > 0);
        let bar = "▇".repeat(usize::try_from(share.max(least)).unwrap_or(0));
        let style = self.style(StyleClass::Quiet);
        paint(name.as_str(), style, &mut self.text);
        let numbers = format!("{blanks}{:>9} {:>9}  ", grouped(messages), grouped(sessions));
        self.text.push_str(&numbers);
        let style = self.style(StyleClass::Focus);
        paint(&bar, style, &mut self.text);
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }
}
