//! All messages that a scope asks for, as the body of a response, in chunks.
//!
//! Knows nothing of HTTP.

use std::io::{self, Write};
use std::sync::Arc;

use crate::demo::Settings;
use crate::demo::people::{COMPONENTS, GROUPS, Group, STUDENTS, Student};
use crate::demo::plan::{self, Plan, Row, Session};
use crate::demo::render::{self, Pen, Stamp};
use crate::demo::script::{Library, Role};
use crate::scope::Scope;
use crate::time::Millis;

/// A chunk of a body is about this large: more by at most one message.
const CHUNK: usize = 64 * 1024;

/// The last millisecond of the year 9999, the last that four digits can write.
const END_OF_TIME: Millis = 253_402_300_799_999;

/// How much a body holds: what its `total` and `sessionCount` say.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Messages.
    pub messages: u64,
    /// Different sessions.
    pub sessions: u64,
}

/// Everything that the demo's students and tutor have said.
#[derive(Debug)]
pub struct Archive {
    settings: Settings,
    library: Library,
    past: Plan,
    /// The row with the large metadata.
    traced: Option<usize>,
    trace: String,
}

impl Archive {
    /// Plans all messages of the settings: about half a second and 24 MB for a million.
    pub fn new(settings: &Settings) -> Self {
        let settings = Settings { now: settings.now.clamp(0, END_OF_TIME / 2), ..*settings };
        let library = Library::builtin();
        let past = plan::past(&library, &settings);
        let traced = traced(&library, &past);
        Self { settings, library, past, traced, trace: render::trace() }
    }

    /// The groups that `groupIds` can name.
    pub fn groups(&self) -> &'static [Group] {
        &GROUPS
    }

    /// The students that `userId` can name.
    pub fn students(&self) -> &'static [Student] {
        &STUDENTS
    }

    /// Writes the body that answers a scope at a time: every message created up to then.
    pub fn write_json(
        &self,
        scope: &Scope,
        until: Millis,
        out: &mut impl Write,
    ) -> io::Result<Counts> {
        let mut body = Body::new(self, scope, until);
        let mut chunk = Vec::with_capacity(CHUNK + CHUNK / 4);
        while body.fill(self, &mut chunk) {
            out.write_all(&chunk)?;
            chunk.clear();
        }
        Ok(body.counts)
    }

    /// The same body as [`Archive::write_json`] writes, chunk by chunk, each made when it is
    /// asked for.
    pub fn chunks(
        self: Arc<Self>,
        scope: &Scope,
        until: Millis,
    ) -> impl Iterator<Item = Vec<u8>> + Send + use<> {
        let mut body = Body::new(&self, scope, until);
        std::iter::from_fn(move || {
            let mut chunk = Vec::with_capacity(CHUNK + CHUNK / 4);
            body.fill(&self, &mut chunk).then_some(chunk)
        })
    }
}

/// The row with the large metadata: the first answer of the last conversation about shortest
/// paths, or else the last answer of all.
fn traced(library: &Library, plan: &Plan) -> Option<usize> {
    let script = library.find("dijkstra").and_then(|number| library.script(number));
    let answer = script.map(|script| script.first + 1);
    let is_answer =
        |row: &Row| library.line(row.line).is_some_and(|line| line.role == Role::Assistant);
    let last = |fits: &dyn Fn(&Row) -> bool| plan.rows.iter().rposition(fits);
    last(&|row| Some(row.line) == answer).or_else(|| last(&is_answer))
}

/// Whose sessions are asked for.
#[derive(Debug)]
enum Whose {
    /// Those of every student.
    Everybody,
    /// Those of one, by number.
    Of(usize),
    /// Those of somebody whom nobody knows: none.
    Nobody,
}

/// Which sessions a scope asks for.
#[derive(Debug)]
struct Filter {
    student: Whose,
    /// By group.
    groups: [bool; GROUPS.len()],
}

impl Filter {
    fn new(scope: &Scope) -> Self {
        let asked = |group: &Group| scope.groups.iter().any(|id| id == group.id);
        Self {
            student: scope.user.as_ref().map_or(Whose::Everybody, |id| {
                let number = STUDENTS.iter().position(|student| student.id == id);
                number.map_or(Whose::Nobody, Whose::Of)
            }),
            groups: GROUPS.each_ref().map(|group| scope.groups.is_empty() || asked(group)),
        }
    }

    fn wants(&self, session: &Session) -> bool {
        let group = COMPONENTS.get(session.component).map(|component| component.group);
        group.and_then(|group| self.groups.get(group)) == Some(&true)
            && match self.student {
                Whose::Everybody => true,
                Whose::Of(student) => student == session.student,
                Whose::Nobody => false,
            }
    }
}

/// What comes next in a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Next {
    /// The opening brace.
    Start,
    /// A row of the past, by number.
    Past(usize),
    /// A row that arrived after the start, by number.
    News(usize),
    /// Nothing.
    Done,
}

/// A body that is being written.
#[derive(Debug)]
struct Body {
    filter: Filter,
    until: Millis,
    news: Plan,
    next: Next,
    counts: Counts,
    /// Sessions that were there, by number, those of the past first.
    seen: Vec<bool>,
    stamp: Stamp,
}

impl Body {
    fn new(archive: &Archive, scope: &Scope, until: Millis) -> Self {
        let until = until.min(END_OF_TIME);
        let past = archive.past.sessions.len();
        let first = u64::try_from(past).unwrap_or(u64::MAX);
        let news = plan::news(&archive.library, &archive.settings, first, until);
        Self {
            filter: Filter::new(scope),
            until,
            seen: vec![false; past + news.sessions.len()],
            news,
            next: Next::Start,
            counts: Counts::default(),
            stamp: Stamp::default(),
        }
    }

    /// Adds the next chunk; `false` when there is none.
    fn fill(&mut self, archive: &Archive, out: &mut Vec<u8>) -> bool {
        if self.next == Next::Done {
            return false;
        }
        let stamp = std::mem::take(&mut self.stamp);
        let mut pen = Pen::new(&archive.library, archive.settings.seed, &archive.trace, stamp);
        while out.len() < CHUNK && self.next != Next::Done {
            self.step(archive, &mut pen, out);
        }
        self.stamp = pen.stamp();
        true
    }

    fn step(&mut self, archive: &Archive, pen: &mut Pen, out: &mut Vec<u8>) {
        match self.next {
            Next::Start => {
                out.extend_from_slice(br#"{"messages":["#);
                self.next = Next::Past(0);
            }
            Next::Past(at) => match archive.past.rows.get(at) {
                Some(row) => {
                    let session = archive.past.sessions.get(row.session as usize);
                    self.row(pen, row, session.copied(), archive.traced == Some(at), 0, out);
                    self.next = Next::Past(at + 1);
                }
                None => self.next = Next::News(0),
            },
            Next::News(at) => {
                if let Some(row) = self.news.rows.get(at).copied() {
                    let session = self.news.sessions.get(row.session as usize).copied();
                    let before = archive.past.sessions.len();
                    self.row(pen, &row, session, false, before, out);
                    self.next = Next::News(at + 1);
                } else {
                    let Counts { messages, sessions } = self.counts;
                    let end = format!(r#"],"total":{messages},"sessionCount":{sessions}}}"#);
                    out.extend_from_slice(end.as_bytes());
                    self.next = Next::Done;
                }
            }
            Next::Done => (),
        }
    }

    /// Writes a row, if it is asked for. `before` sessions have smaller numbers than its plan's.
    fn row(
        &mut self,
        pen: &mut Pen,
        row: &Row,
        session: Option<Session>,
        traced: bool,
        before: usize,
        out: &mut Vec<u8>,
    ) {
        let Some(session) = session.filter(|session| self.filter.wants(session)) else { return };
        if row.at > self.until {
            return;
        }
        if self.counts.messages > 0 {
            out.push(b',');
        }
        pen.message(row, &session, traced, out);
        self.counts.messages += 1;
        if let Some(seen) = self.seen.get_mut(before + row.session as usize)
            && !*seen
        {
            *seen = true;
            self.counts.sessions += 1;
        }
    }
}
