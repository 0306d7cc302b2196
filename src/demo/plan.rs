//! When who says what: the sessions, and a row of 24 bytes for each message.
//!
//! Knows nothing of JSON. A row says which line of which script it is; its text is made when it
//! is written.

use fastrand::Rng;

use crate::demo::cast::{Cast, FEATURED};
use crate::demo::exercise;
use crate::demo::people::{COMPONENTS, GROUPS, STUDENTS, component_for, students_of};
use crate::demo::script::{Library, Role, Script};
use crate::demo::{Settings, mix};
use crate::time::Millis;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// How many days the messages cover.
const DAYS: i64 = 120;

/// The time between two new questions after the start.
const NEWS_EVERY: Millis = 20 * SECOND;

/// How many new questions a session gets.
const NEWS_PER_SESSION: usize = 5;

/// New messages stop after this time, so that a wrong clock cannot ask for endless work.
const NEWS_FOR: Millis = 7 * DAY;

/// How many sessions of 1000 start in each hour of the day (UTC).
const HOURS: [u16; 24] =
    [2, 1, 1, 1, 2, 6, 24, 62, 84, 90, 92, 78, 56, 74, 82, 70, 52, 46, 50, 48, 36, 24, 14, 5];

/// One message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// When it was created.
    pub at: Millis,
    /// The number of its session.
    pub session: u32,
    /// The line of the library that it says.
    pub line: u32,
    /// What its numbers and wording are made from.
    pub variant: u32,
    /// The milliseconds since the message before it.
    pub after: u32,
}

/// One session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    /// A number from which its id is made; unique.
    pub number: u64,
    /// The student, as a number in [`STUDENTS`].
    pub student: usize,
    /// The component, as a number in [`COMPONENTS`].
    pub component: usize,
}

/// Sessions and their messages, in the order of a server's log.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The sessions, by number.
    pub sessions: Vec<Session>,
    /// The messages: nearly in order of time.
    pub rows: Vec<Row>,
}

/// The plan of everything up to [`Settings::now`].
pub(super) fn past(library: &Library, settings: &Settings) -> Plan {
    let mut planner = Planner::new(library, mix(settings.seed, 0));
    let most = settings.messages.min(Settings::MOST);
    planner.plan.rows.reserve_exact(most);
    planner.featured(most, settings.now);
    planner.huge(most, settings.now);
    while planner.left(most) > 0 {
        let before = planner.left(most);
        let size = planner.size();
        planner.anywhere(size.min(before), settings.now);
        if planner.left(most) == before {
            break;
        }
    }
    let mut plan = planner.plan;
    plan.rows.sort_by_key(in_the_log);
    plan
}

/// The plan of what has arrived between [`Settings::now`] and `until`.
///
/// Each group has one session at a time; the groups take turns.
pub(super) fn news(library: &Library, settings: &Settings, past: u64, until: Millis) -> Plan {
    let lanes = Millis::try_from(GROUPS.len()).unwrap_or(1);
    let length = Millis::try_from(NEWS_PER_SESSION).unwrap_or(1);
    let block = NEWS_EVERY.saturating_mul(lanes).saturating_mul(length);
    let passed = until.saturating_sub(settings.now).clamp(0, NEWS_FOR);
    let mut news = Plan::default();
    let mut planner = Planner::new(library, 0);
    for number in 0..=passed / block {
        planner.start_anew(mix(settings.seed, 1 + number.unsigned_abs()));
        let start = settings.now.saturating_add(number.saturating_mul(block));
        for group in 0..GROUPS.len() {
            let turn = NEWS_EVERY.saturating_mul(1 + Millis::try_from(group).unwrap_or(0));
            let step = NEWS_EVERY.saturating_mul(lanes);
            planner.arriving(group, start.saturating_add(turn), step);
        }
        let offset = u32::try_from(news.sessions.len()).unwrap_or(u32::MAX);
        let first = past + u64::from(offset);
        for (number, session) in (first..).zip(&planner.plan.sessions) {
            news.sessions.push(Session { number, ..*session });
        }
        let rows = planner.plan.rows.iter().filter(|row| row.at <= until);
        news.rows.extend(rows.map(|row| Row { session: row.session + offset, ..*row }));
    }
    news.rows.sort_by_key(|row| row.at);
    news
}

/// When a message got into the log: when it was created, now and then a little before or after
/// its neighbours.
fn in_the_log(row: &Row) -> Millis {
    let chance = mix(u64::from(row.variant), row.at.unsigned_abs()) % 100;
    match chance {
        0..=4 => row.at + SECOND * Millis::try_from(chance).unwrap_or(0),
        _ => row.at,
    }
}

/// One message of a session that has no time yet.
struct Turn {
    line: u32,
    variant: u32,
    role: Role,
    /// The milliseconds since the message before.
    after: Millis,
}

/// A session that has no time yet.
struct Draft {
    student: usize,
    component: usize,
    turns: Vec<Turn>,
}

/// Makes sessions.
struct Planner<'a> {
    library: &'a Library,
    cast: Cast,
    rng: Rng,
    /// How often each script has opened a session.
    openers: Vec<u32>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(library: &'a Library, seed: u64) -> Self {
        Self {
            library,
            cast: Cast::new(library),
            rng: Rng::with_seed(seed),
            openers: vec![0; library.scripts.len()],
            plan: Plan::default(),
        }
    }

    /// Forgets everything that was planned.
    fn start_anew(&mut self, seed: u64) {
        self.rng = Rng::with_seed(seed);
        self.openers.fill(0);
        self.plan.sessions.clear();
        self.plan.rows.clear();
    }

    fn left(&self, most: usize) -> usize {
        most.saturating_sub(self.plan.rows.len())
    }

    /// The sessions that people see first.
    fn featured(&mut self, most: usize, now: Millis) {
        for (script, student, minutes, size) in FEATURED {
            let size = size.min(self.left(most));
            let student = STUDENTS.iter().position(|who| who.id == student);
            let (Some(script), Some(student)) = (self.library.find(script), student) else {
                continue;
            };
            let variant = self.first_wording(script);
            let draft = self.draft(student, script, variant, size);
            let length: Millis = draft.turns.iter().map(|turn| turn.after).sum();
            let end = now.saturating_sub(minutes * MINUTE);
            self.place(&draft, end.saturating_sub(length));
        }
    }

    /// A variant in which a script begins as its file does; for the factoring exercise also the
    /// one whose solutions are 2 and 3.
    fn first_wording(&mut self, script: u32) -> u32 {
        let Some(first) = self.library.script(script).map(|script| script.first) else { return 0 };
        let is_factor = self.library.find("factor") == Some(script);
        let factor = exercise::find("factor").filter(|_| is_factor);
        let fits = |variant: &u32| {
            let numbers = factor.map(|exercise| {
                ["p", "q"].map(|name| exercise.number(*variant, name).unwrap_or_default())
            });
            self.library.wording(first, *variant) == Some(0)
                && numbers.is_none_or(|numbers| numbers == [2, 3])
        };
        (0..10_000).find(fits).unwrap_or_default()
    }

    /// A few sessions with hundreds or thousands of messages, if there is room for them.
    fn huge(&mut self, most: usize, now: Millis) {
        if most < 2_000 {
            return;
        }
        for _ in 0..(2 + most / 200_000).min(8) {
            let size = (most / 25).clamp(100, 5_000).min(self.left(most));
            self.anywhere(size, now);
        }
    }

    /// How many messages an ordinary session has: 1 to 40, mostly few.
    fn size(&mut self) -> usize {
        match self.rng.u8(..100) {
            0..=4 => 1,
            5..=17 => self.rng.usize(2..=4),
            18..=72 => self.rng.usize(4..=14),
            73..=93 => self.rng.usize(12..=24),
            _ => self.rng.usize(24..=40),
        }
    }

    /// A session at some time of the 120 days.
    fn anywhere(&mut self, size: usize, now: Millis) {
        let group = match self.rng.u8(..100) {
            0..=39 => 0,
            40..=71 => 1,
            _ => 2,
        };
        let (student, script) = self.opener(group);
        let variant = self.rng.u32(..);
        let draft = self.draft(student, script, variant, size);
        let length: Millis = draft.turns.iter().map(|turn| turn.after).sum();
        let start = self.start(now, length);
        self.place(&draft, start);
    }

    /// When a session of this length starts: on school days, at the hours of a school.
    fn start(&mut self, now: Millis, length: Millis) -> Millis {
        let mut days = self.rng.i64(0..DAYS);
        let today = now.div_euclid(DAY);
        // 1970-01-01 was a Thursday, so 2 and 3 are Saturday and Sunday.
        if (today - days).rem_euclid(7) / 2 == 1 && self.rng.u8(..10) < 7 {
            days = (days + 2) % DAYS;
        }
        let mut weight = self.rng.u16(..HOURS.iter().sum::<u16>());
        let mut hour = 0;
        for share in HOURS {
            if weight < share {
                break;
            }
            weight -= share;
            hour += 1;
        }
        let start = (today - days) * DAY + hour * HOUR + self.rng.i64(0..HOUR);
        let latest = now.saturating_sub(length + 5 * MINUTE);
        if start <= latest { start } else { (start - 2 * DAY).min(latest) }
    }

    /// Who asks what first, in a group. Scripts that have opened often step back.
    fn opener(&mut self, group: usize) -> (usize, u32) {
        let students: Vec<usize> = students_of(group).collect();
        let most = students.len().max(1);
        let at = self.rng.usize(..most).min(self.rng.usize(..most));
        let student = students.get(at).copied().unwrap_or_default();
        let mut all = self.cast.native(student, group);
        if all.is_empty() || self.rng.u8(..100) < 68 {
            let here = (0..).zip(&COMPONENTS).filter(|(_, component)| component.group == group);
            let scripts = here.filter_map(|(at, _): (usize, _)| self.cast.english.get(at));
            all = scripts.flatten().copied().collect();
        }
        let mut some = || self.rng.choice(&all).copied().unwrap_or_default();
        let some = [some(), some(), some(), some()];
        let script = some.into_iter().min_by_key(|script| self.weariness(*script));
        let script = script.unwrap_or_default();
        if let Some(count) = self.openers.get_mut(script as usize) {
            *count += 1;
        }
        (student, script)
    }

    /// How tired one gets of a script as an opening; one that varies can come more often.
    fn weariness(&self, script: u32) -> u32 {
        let count = self.openers.get(script as usize).copied().unwrap_or_default();
        let varies = self.library.script(script).is_some_and(Script::varies);
        if varies { count } else { count * 6 }
    }

    /// A conversation of about `size` messages (never more), beginning with a script.
    fn draft(&mut self, student: usize, script: u32, variant: u32, size: usize) -> Draft {
        let component = self
            .library
            .script(script)
            .and_then(|script| component_for(&script.subject))
            .unwrap_or_default();
        let mut draft = Draft { student, component, turns: Vec::with_capacity(size) };
        let opening = self.cast.openings.get(component).copied().flatten();
        if let Some(line) = opening.filter(|_| size > 2 && self.rng.u8(..100) < 22) {
            let variant = self.rng.u32(..);
            draft.turns.push(Turn { line, variant, role: Role::System, after: 0 });
        }
        let mut used = vec![script];
        self.say(&mut draft, script, variant, size);
        while draft.turns.len() < size {
            let next = self.next(&draft, &used);
            used.push(next);
            let variant = self.rng.u32(..);
            let before = draft.turns.len();
            self.say(&mut draft, next, variant, size);
            if draft.turns.len() == before {
                break;
            }
        }
        // Most students get an answer.
        let last = draft.turns.last().map(|turn| turn.role);
        if size > 1 && last == Some(Role::User) && self.rng.u8(..10) < 8 {
            draft.turns.pop();
        }
        draft
    }

    /// The script with which a conversation goes on: one that was not there yet, or one that
    /// varies.
    fn next(&mut self, draft: &Draft, used: &[u32]) -> u32 {
        let group = COMPONENTS.get(draft.component).map_or(0, |component| component.group);
        let english = self.cast.english.get(draft.component).cloned().unwrap_or_default();
        let begun_in = used.first().and_then(|script| self.library.script(*script));
        let mut all = match begun_in {
            Some(script) if script.language != "en" => self.cast.native(draft.student, group),
            _ => Vec::new(),
        };
        all.retain(|script| !used.contains(script));
        if all.is_empty() {
            let recent = used.get(used.len().saturating_sub(12)..).unwrap_or(used);
            all.clone_from(&english);
            all.retain(|script| !recent.contains(script));
        }
        let all = if all.is_empty() { english } else { all };
        self.rng.choice(&all).copied().unwrap_or_default()
    }

    /// Adds a script's messages to a conversation, with the time each takes.
    fn say(&mut self, draft: &mut Draft, script: u32, variant: u32, size: usize) {
        let Some(script) = self.library.script(script) else { return };
        for line in script.first..script.first + script.count {
            let Some(role) = self.library.line(line).map(|line| line.role) else { return };
            let mut after = self.pause(role, draft.turns.is_empty());
            if role == Role::User && draft.turns.len() > 4 && self.rng.u16(..1000) < 4 {
                after = self.rng.i64(14..60) * HOUR;
                let resumed = self.cast.resumed.filter(|_| draft.turns.len() + 1 < size);
                if let Some(line) = resumed {
                    draft.turns.push(Turn { line, variant, role: Role::System, after });
                    after = self.rng.i64(200..900);
                }
            }
            if draft.turns.len() >= size {
                return;
            }
            draft.turns.push(Turn { line, variant, role, after });
        }
    }

    /// How long somebody takes.
    fn pause(&mut self, role: Role, first: bool) -> Millis {
        match role {
            Role::System => self.rng.i64(50..500),
            // Short waits are more common than long ones: 1 to 20 s.
            Role::Assistant => {
                SECOND + self.rng.i64(0..6_000) + self.rng.i64(0..13_000) / 4 * self.rng.i64(0..=4)
            }
            Role::User if first => 0,
            Role::User if self.rng.u8(..40) == 0 => self.rng.i64(10 * MINUTE..50 * MINUTE),
            Role::User => self.rng.i64(9 * SECOND..150 * SECOND),
        }
    }

    /// Gives a conversation its times and writes it down.
    fn place(&mut self, draft: &Draft, start: Millis) {
        if draft.turns.is_empty() {
            return;
        }
        let session = self.session(draft);
        let mut at = start;
        for turn in &draft.turns {
            at = at.saturating_add(turn.after);
            self.row(session, turn, at);
        }
    }

    /// A session that arrives after the start: each question at its own time.
    fn arriving(&mut self, group: usize, first: Millis, step: Millis) {
        let (student, script) = self.opener(group);
        let variant = self.rng.u32(..);
        let draft = self.draft(student, script, variant, 3 * NEWS_PER_SESSION);
        let session = self.session(&draft);
        let mut question = first;
        let mut asked = 0;
        let mut at = first;
        for turn in &draft.turns {
            match turn.role {
                Role::User if asked == NEWS_PER_SESSION => break,
                Role::User => {
                    at = question;
                    question = question.saturating_add(step);
                    asked += 1;
                }
                Role::Assistant | Role::System => at = at.saturating_add(turn.after.min(step / 2)),
            }
            self.row(session, turn, at);
        }
    }

    fn session(&mut self, draft: &Draft) -> u32 {
        let session = u32::try_from(self.plan.sessions.len()).unwrap_or(u32::MAX);
        self.plan.sessions.push(Session {
            number: u64::from(session),
            student: draft.student,
            component: draft.component,
        });
        session
    }

    fn row(&mut self, session: u32, turn: &Turn, at: Millis) {
        let after = u32::try_from(turn.after).unwrap_or(u32::MAX);
        self.plan.rows.push(Row { at, session, line: turn.line, variant: turn.variant, after });
    }
}
