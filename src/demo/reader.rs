//! The form of the files in which the conversations are written.
//!
//! Knows nothing of what is done with them.
//!
//! A file is plain text; what stands before its first heading is a note for people.
//!
//! ```text
//! === id | subject | language | values        a script; `values` names an exercise or a table
//! >>>                                         a message of the student follows
//! how do I factor $x^2 - ⟦s⟧x + ⟦m⟧$          ⟦name⟧ is filled in from the values
//! >>|                                         another wording of the message before
//! factor x^2 - ⟦s⟧x + ⟦m⟧ please
//! <<<                                         a message of the tutor follows
//! !!!                                         a message of the system follows
//!
//! ### table | column | column                 a table of facts; a script with its name as
//! one | two                                   `values` is filled in from one of its rows
//! ```

use crate::demo::exercise;
use crate::demo::script::{Library, Line, Piece, Role, Script, Source, Table, Template, escaped};

/// Reads a file into a library. What is wrong is left out and noted there.
pub(super) fn read(file: &str, library: &mut Library) {
    let mut reader = Reader { library, part: Part::Note, text: None };
    for line in file.lines() {
        reader.line(line);
    }
    reader.end_text();
}

/// Where in a file the reader is.
enum Part {
    /// Before the first heading.
    Note,
    /// In a script.
    Script,
    /// In a table.
    Table,
}

/// A message that is being read.
struct Text {
    marker: Marker,
    text: String,
}

/// Reads one file, line by line.
struct Reader<'a> {
    library: &'a mut Library,
    part: Part,
    text: Option<Text>,
}

impl Reader<'_> {
    fn line(&mut self, line: &str) {
        if let Some(heading) = line.strip_prefix("=== ") {
            self.end_text();
            self.script(heading);
        } else if let Some(heading) = line.strip_prefix("### ").filter(|_| self.text.is_none()) {
            self.table(heading);
        } else if let Some(marker) = marker(line) {
            self.end_text();
            self.text = Some(Text { marker, text: String::new() });
        } else if let Some(text) = &mut self.text {
            text.text.push_str(line);
            text.text.push('\n');
        } else if matches!(self.part, Part::Table) && !line.is_empty() {
            self.row(line);
        } else if matches!(self.part, Part::Script) && !line.is_empty() {
            self.problem(format!("a line outside of any message: {line}"));
        }
    }

    fn script(&mut self, heading: &str) {
        let mut fields = heading.split(" | ").map(str::to_owned);
        let (Some(id), Some(subject), Some(language)) =
            (fields.next(), fields.next(), fields.next())
        else {
            return self.problem(format!("a heading without id, subject and language: {heading}"));
        };
        let source = match fields.next() {
            None => Source::Nothing,
            Some(name) => match self.source(&name) {
                Some(source) => source,
                None => return self.problem(format!("{id}: there are no values named {name}")),
            },
        };
        let first = u32::try_from(self.library.lines.len()).unwrap_or(u32::MAX);
        self.library.scripts.push(Script { id, subject, language, source, first, count: 0 });
        self.part = Part::Script;
    }

    fn source(&self, name: &str) -> Option<Source> {
        let table = self.library.tables.iter().position(|table| table.name == name);
        exercise::find(name).map(Source::Exercise).or(table.map(Source::Table))
    }

    fn table(&mut self, heading: &str) {
        let mut fields = heading.split(" | ").map(str::to_owned);
        let name = fields.next().unwrap_or_default();
        self.library.tables.push(Table { name, columns: fields.collect(), rows: Vec::new() });
        self.part = Part::Table;
    }

    fn row(&mut self, line: &str) {
        let Some(table) = self.library.tables.last_mut() else { return };
        let row: Vec<Box<str>> = line.split(" | ").map(|field| escaped(field).into()).collect();
        if row.len() == table.columns.len() {
            table.rows.push(row);
        } else {
            let problem = format!("{}: a row with {} fields: {line}", table.name, row.len());
            self.problem(problem);
        }
    }

    /// Puts the message that was being read into its script.
    fn end_text(&mut self) {
        let Some(Text { marker, text }) = self.text.take() else { return };
        let Some(script) = self.library.scripts.last() else {
            return self.problem(format!("a message before the first heading: {text}"));
        };
        if text.trim().is_empty() {
            return self.problem(format!("{}: an empty message", script.id));
        }
        let pieces = match self.pieces(text.trim_end(), script) {
            Ok(pieces) => pieces,
            Err(problem) => return self.problem(problem),
        };
        let number = u32::try_from(self.library.scripts.len().saturating_sub(1));
        let (Some(script), Ok(number)) = (self.library.scripts.last_mut(), number) else { return };
        match (marker, self.library.lines.last_mut().filter(|_| script.count > 0)) {
            (Marker::Message(role), _) => {
                let wordings = vec![Template { pieces }];
                self.library.lines.push(Line { role, script: number, wordings });
                script.count += 1;
            }
            (Marker::Wording, Some(line)) => line.wordings.push(Template { pieces }),
            (Marker::Wording, None) => self.problem("another wording of nothing".to_owned()),
        }
    }

    /// Takes a text apart at its slots.
    fn pieces(&self, text: &str, script: &Script) -> Result<Vec<Piece>, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('⟦') {
            let (name, behind) =
                after.split_once('⟧').ok_or_else(|| format!("{}: an open slot", script.id))?;
            let slot = self
                .slot(script.source, name)
                .ok_or_else(|| format!("{}: no value is named {name}", script.id))?;
            if !before.is_empty() {
                pieces.push(Piece::Text(escaped(before).into()));
            }
            pieces.push(Piece::Slot(slot));
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(escaped(rest).into()));
        }
        Ok(pieces)
    }

    fn slot(&self, source: Source, name: &str) -> Option<usize> {
        match source {
            Source::Nothing => None,
            Source::Exercise(exercise) => exercise.slots.iter().position(|slot| *slot == name),
            Source::Table(table) => {
                self.library.tables.get(table)?.columns.iter().position(|column| column == name)
            }
        }
    }

    fn problem(&mut self, problem: String) {
        self.library.problems.push(problem);
    }
}

/// What the text behind a marker is.
#[derive(Clone, Copy)]
enum Marker {
    /// A message, and who speaks.
    Message(Role),
    /// Another wording of the message before.
    Wording,
}

/// The marker on this line, if it is one.
fn marker(line: &str) -> Option<Marker> {
    match line {
        ">>>" => Some(Marker::Message(Role::User)),
        "<<<" => Some(Marker::Message(Role::Assistant)),
        "!!!" => Some(Marker::Message(Role::System)),
        ">>|" => Some(Marker::Wording),
        _ => None,
    }
}

/// Whether a line would end the message that it is in.
#[cfg(test)]
pub(super) fn is_marker(line: &str) -> bool {
    marker(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_in_a_file_is_said() {
        let wrong = |file: &str| Library::parse([file]).problems.join("; ");
        assert_eq!(wrong("a note\n=== a | b | en\n>>>\nhi\n<<<\nhello"), "");
        assert!(wrong("=== a | b\n").contains("a heading without"));
        assert!(wrong("=== a | b | en | nothing\n").contains("no values named nothing"));
        assert!(wrong("=== a | b | en\n").contains("has no message"));
        assert!(wrong("=== a | b | en\n>>>\n\n").contains("an empty message"));
        assert!(wrong("=== a | b | en\n>>>\n⟦x⟧").contains("no value is named x"));
        assert!(wrong("=== a | b | en | linear\n>>>\n⟦x").contains("an open slot"));
        assert!(wrong("=== a | b | en\nlost\n>>>\nhi").contains("outside of any message"));
        assert!(wrong("=== a | b | en\n>>|\nhi").contains("another wording of nothing"));
        assert!(wrong("### t | a | b\nx\n").contains("a row with 1 fields"));
        assert!(wrong(">>>\nhi").contains("before the first heading"));
    }
}
