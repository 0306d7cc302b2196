//! The written conversations: scripts, and tables of values for their slots.
//!
//! Knows nothing of students, times or requests.
//!
//! A file is plain text; anything before its first heading is a comment.
//!
//! ```text
//! === id | subject | language | table | student, 2 minutes ago, 14 messages
//!                                        a script; `-` or nothing where it has no slots, the last
//!                                        field only for sessions at a fixed place in the list
//! >>>                                    a message of the student follows
//! how do I factor $x^2 - ⟦s⟧x + ⟦m⟧$     ⟦name⟧ is a column of the table
//! >>|                                    another wording of the message before
//! factor x^2 - ⟦s⟧x + ⟦m⟧ please
//! <<<                                    a message of the tutor follows
//! !!!                                    a system message follows
//!
//! ### table | column | column            in tables.txt: a table, one row a line
//! one | two
//! ```

use crate::demo::mix;

const TABLES: &str = include_str!("../../assets/demo/tables.txt");
const FILES: [&str; 7] = [
    include_str!("../../assets/demo/system.txt"),
    include_str!("../../assets/demo/maths.txt"),
    include_str!("../../assets/demo/sciences.txt"),
    include_str!("../../assets/demo/humanities.txt"),
    include_str!("../../assets/demo/programming.txt"),
    include_str!("../../assets/demo/languages.txt"),
    include_str!("../../assets/demo/world.txt"),
];

/// The author of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ScriptSpeaker {
    Student,
    Tutor,
    System,
}

/// One conversation.
#[derive(Debug)]
pub(super) struct Script {
    pub id: &'static str,
    /// Decides which component, and so which group, the script belongs to. The subject of a system
    /// message is a component.
    pub subject: &'static str,
    /// A code of two letters, or `system`.
    pub language: &'static str,
    /// The values of the slots.
    pub table: Option<ScriptTable>,
    /// The session that every demo has.
    pub featured: Option<Featured>,
    pub lines: Vec<ScriptLine>,
}

/// A session at a fixed place in the list of sessions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Featured {
    pub student: &'static str,
    /// Minutes between its last message and the start of the demo.
    pub minutes: i64,
    pub messages: usize,
}

/// One message of a script.
#[derive(Debug)]
pub(super) struct ScriptLine {
    pub speaker: ScriptSpeaker,
    /// The ways of saying it; at least one.
    pub wordings: Vec<String>,
}

/// Values for slots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ScriptTable {
    pub name: &'static str,
    pub columns: Vec<&'static str>,
    /// As many fields in each as there are columns.
    pub rows: Vec<Vec<&'static str>>,
}

impl Script {
    /// The variant that begins with the first wording and takes the first row of the table.
    pub(super) fn as_written(&self) -> u32 {
        let rows = self.table.as_ref().map_or(1, |table| table.rows.len().max(1));
        let wordings = self.lines.first().map_or(1, |line| line.wordings.len() as u64);
        let mut variants = (0..10_000).step_by(rows);
        let first = |variant: &u32| mix(u64::from(*variant), 0).checked_rem(wordings) == Some(0);
        variants.find(first).unwrap_or_default()
    }

    /// A message. The same variant always gives the same text, and all messages of a script take
    /// their values from the same row.
    pub(super) fn text(&self, line: usize, variant: u32) -> String {
        let wordings =
            self.lines.get(line).map(|line| line.wordings.as_slice()).unwrap_or_default();
        let Some(wording) = pick(wordings, mix(u64::from(variant), line as u64)) else {
            return String::new();
        };
        let Some(table) = &self.table else { return wording.clone() };
        let row = pick(&table.rows, u64::from(variant)).map(Vec::as_slice).unwrap_or_default();
        let mut pieces = wording.split('⟦');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('⟧').unwrap_or((piece, ""));
            let column = table.columns.iter().position(|column| *column == name);
            text.push_str(column.and_then(|column| row.get(column)).unwrap_or(&"⟦"));
            text.push_str(rest);
        }
        text
    }
}

fn pick<T>(from: &[T], number: u64) -> Option<&T> {
    let at = number.checked_rem(from.len() as u64)?;
    from.get(usize::try_from(at).ok()?)
}

/// The scripts that are part of the program.
pub(super) fn built_in() -> Vec<Script> {
    let tables = tables(TABLES);
    FILES.iter().flat_map(|file| scripts(file, &tables)).collect()
}

fn scripts(file: &'static str, tables: &[ScriptTable]) -> Vec<Script> {
    let sections = file.split("\n=== ").skip(1);
    let read = |section: &'static str| {
        let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
        let mut fields = heading.split(" | ");
        let mut next = || fields.next().unwrap_or_default();
        let (id, subject, language, table) = (next(), next(), next(), next());
        let table = tables.iter().find(|known| known.name == table).cloned();
        Script { id, subject, language, table, featured: featured(next()), lines: lines(body) }
    };
    sections.map(read).collect()
}

fn featured(field: &'static str) -> Option<Featured> {
    let mut parts = field.split(", ");
    let student = parts.next()?;
    let mut number = || parts.next()?.split(' ').next()?.parse::<u16>().ok();
    Some(Featured { student, minutes: number()?.into(), messages: number()?.into() })
}

fn lines(body: &str) -> Vec<ScriptLine> {
    let mut lines: Vec<ScriptLine> = Vec::new();
    for text in body.lines() {
        let speaker = match text {
            ">>>" => Some(ScriptSpeaker::Student),
            "<<<" => Some(ScriptSpeaker::Tutor),
            "!!!" => Some(ScriptSpeaker::System),
            _ => None,
        };
        if let Some(speaker) = speaker {
            lines.push(ScriptLine { speaker, wordings: vec![String::new()] });
        } else if let Some(ScriptLine { wordings, .. }) = lines.last_mut() {
            if text == ">>|" {
                wordings.push(String::new());
            } else if let Some(wording) = wordings.last_mut() {
                wording.push_str(text);
                wording.push('\n');
            }
        }
    }
    for wording in lines.iter_mut().flat_map(|line| &mut line.wordings) {
        wording.truncate(wording.trim_end().len());
    }
    lines
}

fn tables(file: &'static str) -> Vec<ScriptTable> {
    let fields = |line: &'static str| line.split(" | ").collect::<Vec<_>>();
    let read = |section: &'static str| {
        let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
        let mut columns = fields(heading);
        let name = columns.remove(0);
        let rows = body.lines().filter(|line| !line.is_empty()).map(fields);
        ScriptTable { name, columns, rows: rows.collect() }
    };
    file.split("\n### ").skip(1).map(read).collect()
}
