//! Who writes what and when: the sessions, and a row for each message.
//!
//! Knows nothing of JSON. A row names a line of a script; its text is made when it is sent.

use fastrand::Rng;

use crate::demo::people::{Component, GROUPS, STUDENTS, Student};
use crate::demo::people::{component_for, students_of};
use crate::demo::script::{Script, ScriptSpeaker};
use crate::demo::{DemoSettings, mix};
use crate::time::Millis;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// The number of days that the messages cover.
const DAYS: i64 = 120;

/// The time between two new sessions after the start.
const NEWS_EVERY: Millis = 20 * SECOND;

/// New sessions stop after this time, so that a wrong clock cannot ask for endless work.
const NEWS_FOR: Millis = DAY;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlannedMessage {
    pub at: Millis,
    /// The milliseconds since the message before it.
    pub after: u32,
    /// The number of its session.
    pub session: u32,
    /// The number of its script.
    pub script: usize,
    /// The number of its line in the script.
    pub line: u16,
    /// Selects the wording and the values.
    pub variant: u32,
}

/// One session.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlannedSession {
    pub student: &'static Student,
    pub component: &'static Component,
}

/// Sessions and their messages, in the order of a server's log.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub sessions: Vec<PlannedSession>,
    /// Nearly in order of time.
    pub rows: Vec<PlannedMessage>,
}

/// The plan of everything up to [`DemoSettings::now`].
pub(super) fn past(scripts: &[Script], settings: &DemoSettings) -> Plan {
    let most = settings.messages.min(DemoSettings::MOST);
    let mut planner = Planner::new(scripts, mix(settings.seed, 0));
    planner.featured(most, settings.now);
    for number in 1_usize.. {
        let left = most.saturating_sub(planner.plan.rows.len());
        if left == 0 {
            break;
        }
        let group = [0, 1, 0, 2, 1, 0, 2].get(number % 7).copied().unwrap_or_default();
        let size = if number % 250 == 0 { 256 } else { planner.size() };
        let now = settings.now;
        planner.session(group, size.min(left), |rng, length| school_hours(rng, now, length));
    }
    let mut plan = planner.plan;
    plan.rows.sort_by_key(in_the_log);
    plan
}

/// The plan of what arrives between [`DemoSettings::now`] and `until`. The groups take turns.
pub(super) fn news(scripts: &[Script], settings: &DemoSettings, until: Millis) -> Plan {
    let passed = until.saturating_sub(settings.now).clamp(0, NEWS_FOR);
    let mut planner = Planner::new(scripts, 0);
    let mut group = 0;
    for number in 1..=passed / NEWS_EVERY {
        planner.rng = Rng::with_seed(mix(settings.seed, number.unsigned_abs()));
        let size = planner.rng.usize(4..=12);
        planner.session(group, size, |_, _| settings.now + number * NEWS_EVERY);
        group = (group + 1) % GROUPS.len();
    }
    let mut plan = planner.plan;
    plan.rows.retain(|row| row.at <= until);
    plan.rows.sort_by_key(|row| row.at);
    plan
}

/// When a message got into the log: now and then a little later than its neighbours.
fn in_the_log(row: &PlannedMessage) -> Millis {
    let chance = mix(u64::from(row.variant), row.at.unsigned_abs()) % 100;
    Millis::try_from(chance).ok().filter(|chance| *chance < 5).map_or(0, |late| late * SECOND)
        + row.at
}

/// The start of a session of this length: on school days, at the hours of a school.
fn school_hours(rng: &mut Rng, now: Millis, length: Millis) -> Millis {
    let mut day = now.div_euclid(DAY) - rng.i64(0..DAYS - 4);
    // 1970-01-01 was a Thursday, so 2 and 3 are Saturday and Sunday.
    if matches!(day.rem_euclid(7), 2 | 3) && rng.u8(..10) < 7 {
        day -= 2;
    }
    let start = day * DAY + 6 * HOUR + rng.i64(0..7 * HOUR) + rng.i64(0..7 * HOUR);
    let latest = now - length - 5 * MINUTE;
    if start <= latest { start } else { (start - 2 * DAY).min(latest) }
}

/// Makes sessions.
struct Planner<'a> {
    scripts: &'a [Script],
    /// The component of each script.
    components: Vec<Option<&'static Component>>,
    rng: Rng,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(scripts: &'a [Script], seed: u64) -> Self {
        let components = scripts.iter().map(|script| component_for(script.subject)).collect();
        Self { scripts, components, rng: Rng::with_seed(seed), plan: Plan::default() }
    }

    /// Adds the sessions at fixed places.
    fn featured(&mut self, most: usize, now: Millis) {
        let mut featured: Vec<_> = (0..self.scripts.len())
            .filter_map(|script| Some((script, self.scripts.get(script)?.featured?)))
            .collect();
        featured.sort_by_key(|(_, featured)| featured.minutes);
        for (number, featured) in featured {
            let student = STUDENTS.iter().find(|student| student.id == featured.student);
            let (Some(script), Some(student)) = (self.scripts.get(number), student) else {
                continue;
            };
            let size = featured.messages.min(most.saturating_sub(self.plan.rows.len()));
            let rows = self.conversation(number, script.as_written(), size);
            let length: Millis = rows.iter().map(|row| Millis::from(row.after)).sum();
            self.place(student, number, rows, now - featured.minutes * MINUTE - length);
        }
    }

    /// The number of messages of an ordinary session: 1 to 40, mostly few.
    fn size(&mut self) -> usize {
        match self.rng.u8(..100) {
            0..=4 => 1,
            5..=17 => self.rng.usize(2..=4),
            18..=72 => self.rng.usize(4..=14),
            73..=93 => self.rng.usize(12..=24),
            _ => self.rng.usize(24..=40),
        }
    }

    /// Adds a session of a group. `start` gets the length of the session.
    fn session(
        &mut self,
        group: usize,
        size: usize,
        start: impl FnOnce(&mut Rng, Millis) -> Millis,
    ) {
        let students: Vec<_> = students_of(group).collect();
        let some = self.rng.usize(..students.len()).min(self.rng.usize(..students.len()));
        let Some(student) = students.get(some) else { return };
        let own = self.rng.u8(..100) < 32;
        let varies = self.rng.u8(..4) > 0;
        let of = |fits: &dyn Fn(&Script) -> bool| -> Vec<usize> {
            let scripts = (0..).zip(self.scripts).zip(&self.components);
            let here = scripts.filter(|(_, component)| component.is_some_and(|c| c.group == group));
            here.filter(|((_, script), _)| fits(script)).map(|((number, _), _)| number).collect()
        };
        let mut scripts = of(&|script| own && script.language == student.language());
        if scripts.is_empty() {
            // A script without slots reads the same each time.
            scripts = of(&|script| script.language == "en" && (!varies || script.table.is_some()));
        }
        let Some(script) = self.rng.choice(&scripts).copied() else { return };
        let variant = self.rng.u32(..);
        let rows = self.conversation(script, variant, size);
        let length = rows.iter().map(|row| Millis::from(row.after)).sum();
        let start = start(&mut self.rng, length);
        self.place(student, script, rows, start);
    }

    /// At most `size` messages, beginning with a script, that have no times yet.
    fn conversation(&mut self, script: usize, variant: u32, size: usize) -> Vec<PlannedMessage> {
        let mut rows = Vec::with_capacity(size);
        let Some(component) = self.components.get(script).copied().flatten() else { return rows };
        let opening = self.scripts.iter().position(|script| script.subject == component.id);
        if let Some(opening) = opening.filter(|_| size > 2 && self.rng.u8(..100) < 22) {
            let variant = self.rng.u32(..);
            self.say(&mut rows, opening, variant, size);
        }
        self.say(&mut rows, script, variant, size);
        let follows: Vec<usize> = (0..self.scripts.len())
            .filter(|next| {
                let is_english = self.scripts.get(*next).is_some_and(|next| next.language == "en");
                let component_of = |script| self.components.get(script).copied().flatten();
                let same = component_of(*next).is_some_and(|next| next.id == component.id);
                is_english && same && *next != script
            })
            .collect();
        let from = self.rng.usize(..follows.len().max(1));
        for next in follows.iter().cycle().skip(from).take(size) {
            let variant = self.rng.u32(..);
            self.say(&mut rows, *next, variant, size);
        }
        // Most students get an answer.
        let asks = rows.last().is_some_and(|row| self.speaker(row) == Some(ScriptSpeaker::Student));
        if asks && size > 1 && self.rng.u8(..10) < 8 {
            rows.pop();
        }
        rows
    }

    /// Adds a script's messages, with the time that each takes.
    fn say(&mut self, rows: &mut Vec<PlannedMessage>, number: usize, variant: u32, size: usize) {
        let lines = self.scripts.get(number).map(|script| script.lines.as_slice());
        for (line, said) in (0..).zip(lines.unwrap_or_default()).take(size - rows.len()) {
            let after = match said.speaker {
                ScriptSpeaker::System => self.rng.u32(50..500),
                ScriptSpeaker::Tutor => self.rng.u32(1_000..7_000) + self.rng.u32(0..13_000),
                ScriptSpeaker::Student if rows.is_empty() => 0,
                ScriptSpeaker::Student if self.rng.u8(..40) == 0 => {
                    self.rng.u32(600_000..3_000_000)
                }
                ScriptSpeaker::Student => self.rng.u32(9_000..150_000),
            };
            rows.push(PlannedMessage { at: 0, after, session: 0, script: number, line, variant });
        }
    }

    fn speaker(&self, row: &PlannedMessage) -> Option<ScriptSpeaker> {
        let line = self.scripts.get(row.script)?.lines.get(usize::from(row.line))?;
        Some(line.speaker)
    }

    /// Gives a conversation its times and adds it to the plan.
    fn place(
        &mut self,
        student: &'static Student,
        script: usize,
        rows: Vec<PlannedMessage>,
        start: Millis,
    ) {
        let Some(component) = self.components.get(script).copied().flatten() else { return };
        let session = u32::try_from(self.plan.sessions.len()).unwrap_or(u32::MAX);
        self.plan.sessions.push(PlannedSession { student, component });
        let mut at = start;
        for row in rows {
            at += Millis::from(row.after);
            self.plan.rows.push(PlannedMessage { at, session, ..row });
        }
    }
}
