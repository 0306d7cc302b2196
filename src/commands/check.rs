//! `check`: whether everything is there, and what is odd in it, in numbers that can be compared.

use std::collections::HashMap;
use std::io::Write;

use serde_json::{Value, json};

use super::load::{self, Loaded};
use super::output::{Look, Output};
use super::paint::paint;
use super::progress::{grouped, size};
use super::rows::write_object;
use super::trouble::{Trouble, sentence};
use crate::cli::{Read, ReportFormat};
use crate::io::key::Environment;
use crate::io::wire::unknown_fields;
use crate::message::{Flags, NameId, RoleId};
use crate::stats::Proof;
use crate::store::{Store, Tally};
use crate::text::clean_line_within;
use crate::view::{Ink, Theme};

/// The exit status when something is missing.
const MISSING: u8 = 5;
/// Names that are told of unknown roles and fields.
const NAMED: usize = 20;

/// Prints it; the exit status.
pub(super) fn run(
    read: &Read,
    format: Option<ReportFormat>,
    environment: Environment<'_>,
) -> Result<u8, Trouble> {
    let mut out = Output::open(read.output.as_ref())?;
    let look = Look::of(read, environment);
    let loaded = load::load_any(&read.setup, environment)?;
    let check = Check::new(&loaded);
    match format.unwrap_or(look.report_format()) {
        ReportFormat::Json => {
            write_object(&check.as_json(), &mut out)?;
        }
        ReportFormat::Table => out.write_all(check.report(look.theme.as_ref()).as_bytes())?,
    }
    // The report is whole, whatever the response is.
    out.finish()?;
    let status = match loaded.status() {
        0 if check.is_complete() => 0,
        0 => MISSING,
        failed => failed,
    };
    std::mem::forget(loaded);
    Ok(status)
}

/// Everything that is known of a response.
struct Check<'a> {
    loaded: &'a Loaded,
    /// Of a response that is not whole only what its messages say.
    tally: Tally,
    proof: Proof,
    /// Fields that the description does not name, and how many messages have each.
    fields: Vec<(String, u64)>,
}

/// One count, by its name in JSON and in words.
type Fact = (&'static str, &'static str, u64);

impl<'a> Check<'a> {
    fn new(loaded: &'a Loaded) -> Self {
        let store = &loaded.store;
        let tally = loaded.tally.clone().unwrap_or_else(|| arrived(store));
        let proof = Proof::of(store, load::threads());
        Self { loaded, tally, proof, fields: fields(store) }
    }

    /// What was declared and is not there.
    fn missing(&self) -> (u64, u64) {
        self.tally.missing()
    }

    fn is_complete(&self) -> bool {
        self.loaded.failure.is_none() && self.missing() == (0, 0)
    }

    fn facts(&self) -> [Fact; 15] {
        let Self { tally, proof, .. } = self;
        [
            ("without_session", "without a session", tally.without_session),
            ("without_user", "without a user", tally.without_user),
            ("without_role", "without a role", tally.without_role),
            ("without_time", "without a time", tally.without_time),
            ("unreadable_time", "with a time that cannot be read", tally.unreadable_time),
            ("without_text", "without a text", tally.without_text),
            ("empty_text", "with an empty text", proof.empty_text),
            ("unknown_role", "of an unknown role", tally.unknown_role),
            ("unknown_field", "unknown fields", tally.unknown_field),
            ("wrong_type", "fields of another type", tally.wrong_type),
            ("invalid_text", "with invalid text", tally.invalid_text),
            ("not_an_object", "elements that are no object", tally.not_an_object),
            ("repaired", "repaired", tally.repaired),
            ("duplicates", "there twice", proof.duplicates),
            ("out_of_order", "out of order", proof.out_of_order),
        ]
    }

    /// The documented shape.
    fn as_json(&self) -> Vec<(&'static str, Value)> {
        let Self { loaded, tally, proof, fields } = self;
        let (messages, sessions) = self.missing();
        let count = |arrived: u64, declared: Option<f64>, missing: u64| {
            let declared = declared.map(number);
            json!({ "arrived": arrived, "declared": declared, "missing": missing })
        };
        let named = |key: &'static str, name: &str, messages: u64| json!({ key: name, "messages": messages });
        let facts: serde_json::Map<String, Value> = self
            .facts()
            .iter()
            .map(|(name, _, count)| ((*name).to_owned(), json!(count)))
            .collect();
        let time = u64::try_from(loaded.took.as_millis()).unwrap_or(u64::MAX);
        let roles = proof.unknown_roles.iter().take(NAMED);
        let roles = roles.map(|(role, count)| named("role", role, *count));
        let fields = fields.iter().take(NAMED);
        let fields = fields.map(|(field, count)| named("field", field, *count));
        vec![
            ("complete", json!(self.is_complete())),
            ("source", json!(loaded.name)),
            ("failure", json!(loaded.failure.as_ref().map(sentence))),
            ("messages", count(tally.messages, tally.declared_messages, messages)),
            ("sessions", count(tally.sessions, tally.declared_sessions, sessions)),
            ("odd", Value::Object(facts)),
            ("unknown_roles", roles.collect()),
            ("unknown_fields", fields.collect()),
            ("with_metadata", json!(proof.with_metadata)),
            ("longest_text_bytes", json!(proof.longest_text)),
            ("transferred_bytes", json!(loaded.transferred)),
            ("body_bytes", json!(loaded.tally.as_ref().map(|tally| tally.bytes))),
            ("milliseconds", json!(time)),
        ]
    }

    fn report(&self, theme: Option<&Theme>) -> String {
        let Self { loaded, tally, .. } = self;
        let style = |ink| theme.map(|theme| theme.ink(ink));
        let mut text = String::new();
        let (verdict, ink) = match &loaded.failure {
            None if self.is_complete() => ("complete".to_owned(), Ink::Strong),
            None => ("something is missing".to_owned(), Ink::Warning),
            Some(failure) => (sentence(failure), Ink::Warning),
        };
        paint(&verdict, style(ink), &mut text);
        text.push('\n');
        let mut fact = |name: &str, value: &str| {
            paint(&format!("{name:<34}"), style(Ink::Quiet), &mut text);
            text.push_str(value);
            text.push('\n');
        };
        fact("source", &loaded.name);
        let (messages, sessions) = self.missing();
        fact("messages", &against(tally.messages, tally.declared_messages, messages));
        fact("sessions", &against(tally.sessions, tally.declared_sessions, sessions));
        let took = loaded.took.as_secs_f64();
        fact("transferred", &format!("{} in {took:.2} s", size(loaded.transferred)));
        if tally.bytes > 0 && tally.bytes != loaded.transferred {
            fact("unpacked", &size(tally.bytes));
        }
        fact("longest text", &size(self.proof.longest_text));
        fact("with metadata", &grouped(self.proof.with_metadata));
        for (_, name, count) in self.facts() {
            let more = match name {
                "of an unknown role" => {
                    names(self.proof.unknown_roles.iter().map(|(name, count)| (&**name, *count)))
                }
                "unknown fields" => {
                    names(self.fields.iter().map(|(name, count)| (name.as_str(), *count)))
                }
                _ => String::new(),
            };
            fact(name, &format!("{}{more}", grouped(count)));
        }
        text
    }
}

/// What arrived beside what was declared.
fn against(arrived: u64, declared: Option<f64>, missing: u64) -> String {
    let arrived = grouped(arrived);
    // Most are whole numbers; what is none is shown as it was declared.
    let declared = declared.map(|declared| match number(declared).as_u64() {
        Some(whole) => grouped(whole),
        None => declared.to_string(),
    });
    match declared {
        None => format!("{arrived}; the server declared no number"),
        Some(declared) if missing > 0 => {
            format!("{arrived} of {declared} declared: {} missing", grouped(missing))
        }
        Some(declared) => format!("{arrived}; {declared} declared"),
    }
}

/// A declared number: whole where it is.
fn number(declared: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53 are exact")]
    if declared.fract() == 0.0 && declared.abs() < 9e15 {
        return json!(declared as i64);
    }
    json!(declared)
}

fn names<'a>(named: impl Iterator<Item = (&'a str, u64)>) -> String {
    let all: Vec<String> = named
        .take(NAMED)
        .map(|(name, count)| format!("{} {}", clean_line_within(name, 40), grouped(count)))
        .collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
}

/// The fields that the description does not name, by name; most first.
fn fields(store: &Store) -> Vec<(String, u64)> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for page in store.pages() {
        for row in page.rows.iter().filter(|row| row.flags.has(Flags::WHOLE)) {
            for name in unknown_fields(page, row) {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// What the rows say, where the response did not come to its end.
fn arrived(store: &Store) -> Tally {
    let sessions = store.sessions();
    let mut tally =
        Tally { messages: store.len() as u64, sessions: sessions.len() as u64, ..Tally::default() };
    for row in store.pages().iter().flat_map(|page| &page.rows) {
        let has = |flag| u64::from(row.flags.has(flag));
        let named = sessions.get(row.session.index()).is_some_and(|one| one.name.is_some());
        tally.repaired += has(Flags::REPAIRED);
        tally.without_text += has(Flags::NO_TEXT);
        tally.without_time += has(Flags::NO_TIME);
        tally.without_session += u64::from(!named);
        tally.without_user += u64::from(row.user == NameId::NONE);
        tally.without_role += u64::from(row.role == RoleId::NONE);
        let is_known = row.role.index() < RoleId::FIXED.len() || row.role == RoleId::NONE;
        tally.unknown_role += u64::from(!is_known);
    }
    tally
}
