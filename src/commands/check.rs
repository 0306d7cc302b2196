//! `check`: whether everything is there, and what is odd in it, in numbers that can be compared.

use std::io::Write;

use serde_json::{Value, json};

use super::command_error::{CommandError, sentence};
use super::load::{self, Loaded};
use super::output::{Output, OutputStyle};
use super::paint::paint;
use super::rows::write_object;
use crate::cli::{Read, ReportFormat};
use crate::io::key::Environment;
use crate::io::wire::unknown_fields;
use crate::stats::QualityReport;
use crate::stats::check::{Check, CheckRow, NAMED};
use crate::view::{StyleClass, Theme};

/// The exit status when something is missing.
const MISSING: u8 = 5;

/// Prints it; the exit status.
pub(super) fn run(
    read: &Read,
    format: Option<ReportFormat>,
    environment: Environment<'_>,
) -> Result<u8, CommandError> {
    let mut out = Output::open(read.output.as_ref())?;
    let look = OutputStyle::of(read, environment);
    let loaded = load::load_any(&read.setup, environment)?;
    let quality = QualityReport {
        unknown_fields: unknown_fields(loaded.store.pages()),
        ..QualityReport::of(&loaded.store, load::threads())
    };
    let check = Check {
        source: &loaded.name,
        failure: loaded.failure.as_ref().map(sentence),
        tally: loaded.tally.as_ref(),
        quality: &quality,
        transferred: loaded.transferred,
        took: Some(loaded.took),
    };
    match format.unwrap_or(look.report_format()) {
        ReportFormat::Json => {
            write_object(&as_json(&check, &loaded), &mut out)?;
        }
        ReportFormat::Table => out.write_all(report(&check, look.theme.as_ref()).as_bytes())?,
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

/// The documented shape.
fn as_json(check: &Check<'_>, loaded: &Loaded) -> Vec<(&'static str, Value)> {
    let (tally, quality) = (check.tally(), check.quality);
    let (messages, sessions) = check.missing();
    let count = |arrived: u64, declared: Option<f64>, missing: u64| {
        // Of what nobody declared none can be known to be missing.
        let missing = declared.map(|_| missing);
        let declared = declared.map(number);
        json!({ "arrived": arrived, "declared": declared, "missing": missing })
    };
    let named =
        |key: &'static str, name: &str, messages: u64| json!({ key: name, "messages": messages });
    let facts: serde_json::Map<String, Value> =
        check.facts().iter().map(|(name, _, count)| ((*name).to_owned(), json!(count))).collect();
    let time = u64::try_from(loaded.took.as_millis()).unwrap_or(u64::MAX);
    let roles = quality.unknown_roles.iter().take(NAMED);
    let roles = roles.map(|(role, count)| named("role", role, *count));
    let fields = quality.unknown_fields.iter().take(NAMED);
    let fields = fields.map(|(field, count)| named("field", field, *count));
    vec![
        ("complete", json!(check.is_complete())),
        ("source", json!(loaded.name)),
        ("failure", json!(check.failure)),
        ("messages", count(tally.messages, tally.declared_messages, messages)),
        ("sessions", count(tally.sessions, tally.declared_sessions, sessions)),
        ("odd", Value::Object(facts)),
        ("unknown_roles", roles.collect()),
        ("unknown_fields", fields.collect()),
        ("with_metadata", json!(quality.with_metadata)),
        ("longest_text_bytes", json!(quality.longest_text)),
        ("transferred_bytes", json!(loaded.transferred)),
        ("body_bytes", json!(loaded.tally.as_ref().map(|tally| tally.bytes))),
        ("milliseconds", json!(time)),
    ]
}

/// The report for people.
fn report(check: &Check<'_>, theme: Option<&Theme>) -> String {
    let mut text = String::new();
    let ink = if check.is_complete() { StyleClass::Strong } else { StyleClass::Warning };
    paint(check.verdict(), theme.map(|theme| theme.ink(ink)), &mut text);
    text.push('\n');
    let part = |rows: Vec<CheckRow>| rows.iter().map(|row| line_of(row, theme)).collect::<String>();
    let parts: Vec<String> = check.parts().map(part).collect();
    text + &parts.join("\n")
}

/// A row of the report, with its line feed.
fn line_of(row: &CheckRow, theme: Option<&Theme>) -> String {
    let mut line = String::new();
    paint(&format!("{:<34}", row.name), theme.map(|theme| theme.ink(StyleClass::Quiet)), &mut line);
    line.push_str(&row.value);
    if !row.named.is_empty() {
        let named = format!(" ({})", row.named.join(", "));
        line.push_str(&named);
    }
    line.push('\n');
    line
}

/// A declared number: whole where it is.
fn number(declared: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53 are exact")]
    if declared.fract() == 0.0 && declared.abs() < 9e15 {
        return json!(declared as i64);
    }
    json!(declared)
}
