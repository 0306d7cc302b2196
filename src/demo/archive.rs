//! The messages of a scope, as the body of a response, in chunks.
//!
//! Knows nothing of HTTP.

use std::fmt::Write;
use std::sync::Arc;

use fastrand::Rng;

use crate::demo::people::GROUPS;
use crate::demo::plan::{self, Plan, PlannedMessage, PlannedSession};
use crate::demo::script::{self, Script, ScriptSpeaker};
use crate::demo::{DemoSettings, metadata, mix};
use crate::scope::Scope;
use crate::time::{Millis, iso};

/// The size of a chunk, plus at most one message.
const CHUNK: usize = 64 * 1024;

/// The last millisecond of the year 9999, the last that four digits can write.
const END_OF_TIME: Millis = 253_402_300_799_999;

/// All conversations of the demo.
#[derive(Debug)]
pub struct Archive {
    settings: DemoSettings,
    scripts: Vec<Script>,
    past: Plan,
    /// The row with the large metadata.
    traced: Option<usize>,
}

impl Archive {
    /// Plans all messages of the settings.
    pub fn new(settings: &DemoSettings) -> Self {
        let settings = DemoSettings { now: settings.now.clamp(0, END_OF_TIME / 2), ..*settings };
        let scripts = script::built_in();
        let past = plan::past(&scripts, &settings);
        let dijkstra = scripts.iter().position(|script| script.id == "dijkstra");
        let is_traced = |row: &PlannedMessage| Some(row.script) == dijkstra && row.line == 1;
        let traced = past.rows.iter().rposition(is_traced);
        Self { settings, scripts, past, traced }
    }

    /// The body that answers a scope at a time: every message created up to then. Each chunk is
    /// made when it is asked for.
    pub fn chunks(
        self: Arc<Self>,
        scope: &Scope,
        until: Millis,
    ) -> impl Iterator<Item = Vec<u8>> + Send + use<> {
        let until = until.min(END_OF_TIME);
        let mut news = plan::news(&self.scripts, &self.settings, until);
        let before = self.past.sessions.len();
        for row in &mut news.rows {
            row.session += u32::try_from(before).unwrap_or(u32::MAX);
        }
        let mut wanted = sessions(&self.past, scope);
        wanted.extend(sessions(&news, scope));
        let (mut next, mut messages, mut seen) = (0, 0, vec![false; wanted.len()]);
        std::iter::from_fn(move || {
            let mut chunk = if next == 0 { r#"{"messages":["#.to_owned() } else { String::new() };
            while chunk.len() < CHUNK {
                let past = self.past.rows.get(next);
                let Some(row) = past.or_else(|| news.rows.get(next - self.past.rows.len())) else {
                    break;
                };
                let number = row.session as usize;
                if let Some(session) = wanted.get(number).copied().flatten()
                    && row.at <= until
                {
                    let comma = if messages > 0 { "," } else { "" };
                    chunk.push_str(comma);
                    self.write(row, session, self.traced == Some(next), &mut chunk);
                    messages += 1;
                    if let Some(seen) = seen.get_mut(number) {
                        *seen = true;
                    }
                }
                next += 1;
            }
            let end = self.past.rows.len() + news.rows.len();
            if next == end {
                let sessions = seen.iter().filter(|seen| **seen).count();
                let _ = write!(chunk, r#"],"total":{messages},"sessionCount":{sessions}}}"#);
                next += 1;
            }
            (!chunk.is_empty()).then_some(chunk.into_bytes())
        })
    }

    /// Writes one message with all its fields.
    fn write(&self, row: &PlannedMessage, session: PlannedSession, traced: bool, out: &mut String) {
        let line = usize::from(row.line);
        let Some(script) = self.scripts.get(row.script) else { return };
        let Some(speaker) = script.lines.get(line).map(|line| line.speaker) else { return };
        let content = script.text(line, row.variant);
        let mut dice = Rng::with_seed(mix(u64::from(row.variant), row.at.unsigned_abs()));
        let (role, mut metadata) = match speaker {
            ScriptSpeaker::Student => ("user", metadata::of_student(session.student, &mut dice)),
            ScriptSpeaker::System => ("system", metadata::of_system(&mut dice)),
            ScriptSpeaker::Tutor => {
                let length = content.len();
                let of = metadata::of_tutor(session.component, length, row.after, &mut dice);
                ("assistant", of)
            }
        };
        if traced {
            metadata = format!(r#"{{"trace":{}}}"#, metadata::trace());
        }
        let _ = write!(
            out,
            r#"{{"sessionId":"chat-{:010x}","userId":"{}","componentId":"{}","role":"{role}","content":{},"createdAt":"{}","metadata":{metadata}}}"#,
            session_id(self.settings.seed, row.session),
            session.student.id,
            session.component.id,
            serde_json::Value::from(content),
            iso(row.at),
        );
    }
}

/// The sessions of a plan, `None` for those that a scope leaves out.
fn sessions(plan: &Plan, scope: &Scope) -> Vec<Option<PlannedSession>> {
    let asked = GROUPS
        .each_ref()
        .map(|group| scope.groups.is_empty() || scope.groups.iter().any(|id| id == group.id));
    let wants = |session: &PlannedSession| {
        asked.get(session.component.group) == Some(&true)
            && scope.user.as_ref().is_none_or(|id| id == session.student.id)
    };
    plan.sessions.iter().map(|session| Some(*session).filter(wants)).collect()
}

/// Ten hexadecimal digits; an odd factor keeps different numbers different.
fn session_id(seed: u64, number: u32) -> u64 {
    let number = u64::from(number).wrapping_mul(0x009e_3779_b97f);
    mix(seed, 40).wrapping_add(number) & ((1 << 40) - 1)
}
