//! Whether everything is there, and what is odd in it, in words: for the panel and for the command.
//!
//! Must not know how anything is counted or painted.

use std::time::Duration;

use super::QualityReport;
use crate::store::IngestStats;
use crate::text::clean_line_within;

use crate::text::{grouped, size};

/// Names that are told of unknown roles and fields.
pub const NAMED: usize = 20;

/// Everything that is known of a response.
#[derive(Clone, Debug)]
pub struct Check<'a> {
    /// What was asked for, as it was named: not cleaned.
    pub source: &'a str,
    /// Why it is not whole, in a sentence.
    pub failure: Option<String>,
    /// What was counted on the way; none where the response is not whole.
    pub tally: Option<&'a IngestStats>,
    /// What a look at every message gave.
    pub quality: &'a QualityReport,
    /// Bytes as transferred.
    pub transferred: u64,
    /// From the question to the last byte; none while more is coming.
    pub took: Option<Duration>,
}

/// One count: its name in JSON and in words.
pub type CheckCount = (&'static str, &'static str, u64);

/// A row for people. Cleaned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckRow {
    /// What it is about.
    pub name: &'static str,
    /// What is known of that.
    pub value: String,
    /// Names with how many messages have them, the most frequent.
    pub named: Vec<String>,
    /// Whether something is missing or odd: these rows stand first.
    is_odd: bool,
}

impl<'a> Check<'a> {
    /// What was counted: of a response that is not whole only what its messages say.
    pub fn tally(&self) -> &'a IngestStats {
        self.tally.unwrap_or(&self.quality.arrived)
    }

    /// Messages and sessions that were declared and are not there.
    pub fn missing(&self) -> (u64, u64) {
        self.tally().missing()
    }

    /// Whether everything is there.
    pub fn is_complete(&self) -> bool {
        self.failure.is_none() && self.missing() == (0, 0)
    }

    /// Whether nobody said how many messages there are: then none can be known to be missing.
    fn is_undeclared(&self) -> bool {
        self.tally().declared_messages.is_none()
    }

    /// Whether everything is there, in words. Not cleaned.
    pub fn verdict(&self) -> &str {
        match &self.failure {
            None if !self.is_complete() => "something is missing",
            None if self.is_undeclared() => {
                "nothing is known to be missing: no number of messages was declared"
            }
            None => "complete",
            Some(failure) => failure,
        }
    }

    /// What is odd, as counts.
    pub fn facts(&self) -> [CheckCount; 15] {
        let (tally, quality) = (self.tally(), self.quality);
        [
            ("without_session", "without a session", tally.without_session),
            ("without_user", "without a user", tally.without_user),
            ("without_role", "without a role", tally.without_role),
            ("without_time", "without a time", tally.without_time),
            ("unreadable_time", "with a time that cannot be read", tally.unreadable_time),
            ("without_text", "without a text", tally.without_text),
            ("empty_text", "with an empty text", quality.empty_text),
            ("unknown_role", "of an unknown role", tally.unknown_role),
            ("unknown_field", "unknown fields", tally.unknown_field),
            ("wrong_type", "fields of an unexpected type", tally.wrong_type),
            ("invalid_text", "with invalid text", tally.invalid_text),
            ("not_an_object", "non-object items", tally.not_an_object),
            ("repaired", "repaired", tally.repaired),
            ("duplicates", "duplicates", quality.duplicates),
            ("out_of_order", "out of order", quality.out_of_order),
        ]
    }

    /// Everything but the verdict, row by row: what is missing or odd, if anything is; then the
    /// rest. A blank line stands between the two.
    pub fn parts(&self) -> impl Iterator<Item = Vec<CheckRow>> + use<> {
        let (tally, quality) = (self.tally(), self.quality);
        let (messages, sessions) = self.missing();
        let counted =
            |name, value, missing| CheckRow { name, value, named: Vec::new(), is_odd: missing > 0 };
        let plain = |name, value| counted(name, value, 0);
        let transferred = match self.took {
            Some(took) => format!("{} in {:.2} s", size(self.transferred), took.as_secs_f64()),
            None => format!("{} so far", size(self.transferred)),
        };
        let mut rows = vec![
            plain("source", clean_line_within(self.source, 200).as_str().to_owned()),
            counted(
                "messages",
                against(tally.messages, tally.declared_messages, messages),
                messages,
            ),
            counted(
                "sessions",
                against(tally.sessions, tally.declared_sessions, sessions),
                sessions,
            ),
            plain("transferred", transferred),
        ];
        if tally.bytes > 0 && tally.bytes != self.transferred {
            rows.push(plain("unpacked", size(tally.bytes)));
        }
        rows.push(plain("longest text", size(quality.longest_text)));
        rows.push(plain("with metadata", grouped(quality.with_metadata)));
        rows.extend(self.facts().map(|(key, name, count)| {
            let named = match key {
                "unknown_role" => {
                    let roles = quality.unknown_roles.iter();
                    names(roles.map(|(name, count)| (&**name, *count)))
                }
                "unknown_field" => names(
                    quality.unknown_fields.iter().map(|(name, count)| (name.as_str(), *count)),
                ),
                _ => Vec::new(),
            };
            CheckRow { name, value: grouped(count), named, is_odd: count > 0 }
        }));
        let (odd, rest): (Vec<CheckRow>, Vec<CheckRow>) =
            rows.into_iter().partition(|row| row.is_odd);
        [odd, rest].into_iter().filter(|part| !part.is_empty())
    }
}

/// What arrived beside what was declared.
fn against(arrived: u64, declared: Option<f64>, missing: u64) -> String {
    let arrived = grouped(arrived);
    match declared.map(declared_words) {
        None => format!("{arrived}; the server declared no number"),
        Some(declared) if missing > 0 => {
            format!("{arrived} of {declared} declared: {} missing", grouped(missing))
        }
        Some(declared) => format!("{arrived}; {declared} declared"),
    }
}

/// A declared number: most are whole; what is none is shown as it was declared.
fn declared_words(declared: f64) -> String {
    if declared.fract() == 0.0 && (0.0..9e15).contains(&declared) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole numbers below 2^53 are exact"
        )]
        return grouped(declared as u64);
    }
    declared.to_string()
}

fn names<'n>(named: impl Iterator<Item = (&'n str, u64)>) -> Vec<String> {
    let named = named.take(NAMED);
    named
        .map(|(name, count)| format!("{} {}", clean_line_within(name, 40), grouped(count)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<'a>(tally: &'a IngestStats, quality: &'a QualityReport) -> Check<'a> {
        Check {
            source: "all",
            failure: None,
            tally: Some(tally),
            quality,
            transferred: 12,
            took: Some(Duration::from_millis(1_250)),
        }
    }

    #[test]
    fn what_was_declared_and_did_not_arrive_is_missing() {
        let quality = QualityReport::default();
        let declared = |number| IngestStats {
            messages: 7,
            declared_messages: number,
            ..IngestStats::default()
        };
        let rows =
            |tally: &IngestStats| check(tally, &quality).parts().flatten().collect::<Vec<_>>();
        assert_eq!(rows(&declared(Some(9.0)))[0].value, "7 of 9 declared: 2 missing");
        assert_eq!(rows(&declared(Some(7.0)))[1].value, "7; 7 declared");
        assert_eq!(rows(&declared(Some(-1.5)))[1].value, "7; -1.5 declared");
        assert_eq!(rows(&declared(None))[1].value, "7; the server declared no number");
        assert_eq!(rows(&declared(None))[3].value, "12 bytes in 1.25 s");
        assert_eq!(check(&declared(Some(9.0)), &quality).verdict(), "something is missing");
        assert!(check(&declared(Some(3.0)), &quality).is_complete());
    }

    #[test]
    fn what_is_missing_or_odd_comes_first() {
        let quality = QualityReport { out_of_order: 5, ..QualityReport::default() };
        let tally = IngestStats {
            messages: 7,
            declared_messages: Some(9.0),
            without_role: 2,
            ..IngestStats::default()
        };
        let parts = check(&tally, &quality).parts();
        let names: Vec<Vec<&str>> =
            parts.map(|part| part.iter().map(|row| row.name).collect()).collect();
        assert_eq!(names.len(), 2);
        assert_eq!(names[0], ["messages", "without a role", "out of order"]);
        assert_eq!(names[1][..2], ["source", "sessions"]);
        let tally = IngestStats::default();
        assert_eq!(check(&tally, &QualityReport::default()).parts().count(), 1, "no part is empty");
    }

    #[test]
    fn a_response_that_is_not_whole_is_not_complete_and_speaks_for_its_messages() {
        let arrived = IngestStats { messages: 3, ..IngestStats::default() };
        let quality = QualityReport { arrived, ..QualityReport::default() };
        let failure = Some("it was cut short".to_owned());
        let unused = IngestStats::default();
        let check = Check { tally: None, failure, took: None, ..check(&unused, &quality) };
        assert_eq!((check.verdict(), check.is_complete()), ("it was cut short", false));
        let rows: Vec<CheckRow> = check.parts().flatten().collect();
        assert_eq!(rows[1].value, "3; the server declared no number");
        assert_eq!(rows[3].value, "12 bytes so far");
    }
}
