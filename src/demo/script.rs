//! The written conversations: scripts, and how one of their messages becomes text.
//!
//! Knows nothing of students, times or requests, nor of the form of the files.
//!
//! All text is kept as it stands inside of a JSON string, so that writing a message is copying.

use std::collections::HashSet;

use crate::demo::exercise::{Exercise, Numbers};
use crate::demo::reader;

/// The files, in the order in which they are read.
const FILES: [&str; 8] = [
    include_str!("../../assets/demo/tables.txt"),
    include_str!("../../assets/demo/system.txt"),
    include_str!("../../assets/demo/maths.txt"),
    include_str!("../../assets/demo/sciences.txt"),
    include_str!("../../assets/demo/humanities.txt"),
    include_str!("../../assets/demo/programming.txt"),
    include_str!("../../assets/demo/languages.txt"),
    include_str!("../../assets/demo/world.txt"),
];

/// The roles a script knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The student.
    User,
    /// The tutor.
    Assistant,
    /// Instructions and notes.
    System,
}

/// One conversation.
#[derive(Debug)]
pub(super) struct Script {
    /// Its name, unique.
    pub id: String,
    /// What it is about; decides which component and so which group it belongs to.
    pub subject: String,
    /// The language: a code of two letters, or `system`.
    pub language: String,
    /// Where its slots are filled in from.
    pub source: Source,
    /// The number of its first message in [`Library::lines`].
    pub first: u32,
    /// How many messages it has.
    pub count: u32,
}

impl Script {
    /// Whether it reads differently each time.
    pub(super) fn varies(&self) -> bool {
        !matches!(self.source, Source::Nothing)
    }
}

/// Where slots are filled in from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// The script has no slots.
    Nothing,
    /// A computed exercise.
    Exercise(&'static Exercise),
    /// A table of facts, by number.
    Table(usize),
}

/// One message of a script.
#[derive(Debug)]
pub(super) struct Line {
    /// Who speaks.
    pub role: Role,
    /// The number of the script it belongs to.
    pub script: u32,
    /// The ways in which it can be said; at least one.
    pub wordings: Vec<Template>,
}

/// A text with slots.
#[derive(Debug)]
pub(super) struct Template {
    /// In the order of the text.
    pub pieces: Vec<Piece>,
}

/// A part of a text.
#[derive(Debug)]
pub(super) enum Piece {
    /// Text as it stands inside of a JSON string.
    Text(Box<str>),
    /// The number of the value that stands here.
    Slot(usize),
}

/// A table of facts, all in the form that stands inside of a JSON string.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The name by which a script asks for it.
    pub name: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// As many fields in each as there are columns.
    pub rows: Vec<Vec<Box<str>>>,
}

/// All conversations.
#[derive(Debug, Default)]
pub(super) struct Library {
    /// The scripts, in the order of the files.
    pub scripts: Vec<Script>,
    /// The messages of all scripts, one script after the other.
    pub lines: Vec<Line>,
    /// The tables of facts.
    pub tables: Vec<Table>,
    /// What is wrong in the files, one sentence each. A test holds this empty.
    pub problems: Vec<String>,
}

impl Library {
    /// Reads the files that are part of the program.
    pub(super) fn builtin() -> Self {
        Self::parse(FILES)
    }

    /// Reads files. What is wrong is left out and noted.
    pub(super) fn parse<'a>(files: impl IntoIterator<Item = &'a str>) -> Self {
        let mut library = Self::default();
        for file in files {
            reader::read(file, &mut library);
        }
        library.check();
        library
    }

    /// The script of this name.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.scripts.iter().position(|script| script.id == id).and_then(|at| at.try_into().ok())
    }

    /// A script by number.
    pub(super) fn script(&self, number: u32) -> Option<&Script> {
        self.scripts.get(number as usize)
    }

    /// A message by number.
    pub(super) fn line(&self, number: u32) -> Option<&Line> {
        self.lines.get(number as usize)
    }

    /// Which wording of a message belongs to a variant, counted from 0.
    pub(super) fn wording(&self, line: u32, variant: u32) -> Option<usize> {
        let count = u64::try_from(self.line(line)?.wordings.len()).ok()?;
        let choice = crate::demo::mix(u64::from(variant), u64::from(line)).checked_rem(count)?;
        usize::try_from(choice).ok()
    }

    /// Writes a message as it stands inside of a JSON string. The same variant always gives the
    /// same text, and all messages of a script agree on their values.
    pub(super) fn write(&self, line: u32, variant: u32, out: &mut Vec<u8>) {
        let Some(message) = self.line(line) else { return };
        let wording = self.wording(line, variant).and_then(|at| message.wordings.get(at));
        let Some(wording) = wording else { return };
        let source = self.script(message.script).map_or(Source::Nothing, |script| script.source);
        match source {
            Source::Nothing => wording.write(out, |_, _| ()),
            Source::Exercise(exercise) => {
                let numbers: Numbers = exercise.numbers(variant);
                wording.write(out, |slot, out| {
                    write_number(numbers.get(slot).copied().unwrap_or_default(), out);
                });
            }
            Source::Table(table) => {
                let row = self.tables.get(table).and_then(|table| table.row(variant));
                wording.write(out, |slot, out| {
                    let value = row.and_then(|row| row.get(slot));
                    out.extend_from_slice(value.map_or(b"", |text| text.as_bytes()));
                });
            }
        }
    }

    /// Notes what no single line of a file can show.
    fn check(&mut self) {
        let mut seen = HashSet::new();
        for script in &self.scripts {
            if script.count == 0 {
                self.problems.push(format!("the script {} has no message", script.id));
            }
            if !seen.insert(script.id.as_str()) {
                self.problems.push(format!("the script {} is there twice", script.id));
            }
        }
        for table in self.tables.iter().filter(|table| table.rows.is_empty()) {
            self.problems.push(format!("the table {} has no row", table.name));
        }
    }
}

impl Table {
    fn row(&self, variant: u32) -> Option<&[Box<str>]> {
        let at = (variant as usize).checked_rem(self.rows.len())?;
        self.rows.get(at).map(Vec::as_slice)
    }
}

impl Template {
    fn write(&self, out: &mut Vec<u8>, mut fill: impl FnMut(usize, &mut Vec<u8>)) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Slot(slot) => fill(*slot, out),
            }
        }
    }
}

/// The text as it stands inside of a JSON string.
pub(super) fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .map(str::to_owned)
        .unwrap_or_default()
}

/// Writes a whole number in decimal.
pub(super) fn write_number(number: i64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let mut rest = number.unsigned_abs();
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        used += 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(digits.get(digits.len() - used..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(library: &Library, line: u32, variant: u32) -> String {
        let mut out = vec![b'"'];
        library.write(line, variant, &mut out);
        out.push(b'"');
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn every_built_in_script_is_well_formed() {
        let library = Library::builtin();
        assert_eq!(library.problems, Vec::<String>::new());
        let spoken = library.scripts.iter().filter(|script| script.language != "system");
        assert!(spoken.clone().count() >= 100);
        for script in spoken {
            let lines =
                &library.lines[script.first as usize..(script.first + script.count) as usize];
            assert_eq!(lines[0].role, Role::User, "{} opens with a question", script.id);
            assert!(lines.iter().any(|line| line.role == Role::Assistant), "{}", script.id);
        }
    }

    #[test]
    fn no_slot_and_no_marker_is_left_in_a_text() {
        let library = Library::builtin();
        for line in 0..u32::try_from(library.lines.len()).unwrap() {
            for variant in 0..20 {
                let text = text(&library, line, variant);
                assert!(!text.trim().is_empty());
                assert!(!text.contains(['⟦', '⟧']), "{text}");
                assert_eq!(text.lines().find(|line| reader::is_marker(line)), None, "{text}");
                assert_eq!(text.matches("```").count() % 2, 0, "an open fence: {text}");
                assert_eq!(text.matches("$$").count() % 2, 0, "an open formula: {text}");
            }
        }
    }

    #[test]
    fn the_conversations_cover_many_scripts_and_forms() {
        let library = Library::builtin();
        let all: String = (0..u32::try_from(library.lines.len()).unwrap())
            .flat_map(|line| (0..8).map(move |variant| (line, variant)))
            .map(|(line, variant)| text(&library, line, variant))
            .collect();
        for sample in [
            "```python",
            "```rust",
            "```js",
            "```sql",
            "```java",
            r"\begin{aligned}",
            r"\begin{cases}",
            r"\begin{pmatrix}",
            r"\int",
            r"\frac",
            r"\(",
            r"\[",
            "$5.00",
            "| ---",
            "\n   - ",
            "\n> ",
            "\n## ",
            "光合成",
            "확률",
            "गुरुत्वाकर्षण",
            "ขอบคุณ",
            "المثلث",
            "רשימה",
            "кислота",
            "τρίγωνο",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            "🇹🇷",
            "👍🏽",
            "🏳\u{fe0f}\u{200d}🌈",
        ] {
            assert!(all.contains(sample), "{sample}");
        }
        let longest = (0..u32::try_from(library.lines.len()).unwrap())
            .map(|line| text(&library, line, 0).lines().count())
            .max();
        assert!(longest > Some(150), "{longest:?}");
    }

    #[test]
    fn all_messages_of_a_script_agree_on_their_values() {
        let file = "### t | a | b\none | 1\ntwo | 2\n=== s | x | en | t\n>>>\n⟦a⟧\n<<<\n⟦b⟧\n";
        let library = Library::parse([file]);
        for variant in 0..10 {
            let pair = (text(&library, 0, variant), text(&library, 1, variant));
            assert!(pair == ("one".into(), "1".into()) || pair == ("two".into(), "2".into()));
        }
    }

    #[test]
    fn numbers_are_written_in_decimal() {
        for number in [0, 7, -1, 10, 1_234_567, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            write_number(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
