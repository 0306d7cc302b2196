//! Which script fits whom, and the conversations that people see first.
//!
//! Knows nothing of times, except for how long before the end the first ones are.

use crate::demo::people::{COMPONENTS, STUDENTS, component_for};
use crate::demo::script::Library;

/// A session that shortly before the start is there with its student: `script`, `student`,
/// minutes before the end, messages.
pub(super) type Featured = (&'static str, &'static str, i64, usize);

/// What people see first. Each is at the time given, whatever the seed.
pub(super) const FEATURED: [Featured; 32] = [
    ("factor", "alice", 2, 14),
    ("emoji-length", "liam", 4, 6),
    ("osmosis", "emma", 5, 8),
    ("ko-probability", "jisoo", 9, 5),
    ("dijkstra", "priya", 12, 6),
    ("fr-revolution", "chloe", 17, 7),
    ("area-under-curve", "oliver", 21, 4),
    ("he-python", "noa", 26, 7),
    ("pencils", "bob", 34, 8),
    ("hi-gravity", "aarav", 40, 5),
    ("irregular-verbs", "mateus", 47, 8),
    ("gatsby", "alice", 55, 12),
    ("birthday", "maya", 58, 6),
    ("th-tenses", "somchai", 66, 7),
    ("tr-derivative", "mehmet", 75, 5),
    ("poem-feedback", "grace", 82, 6),
    ("german-cases", "ruby", 90, 8),
    ("ja-photosynthesis", "yuki", 95, 5),
    ("both-sides", "amara", 104, 10),
    ("borrow-checker", "freja", 112, 6),
    ("ar-triangle", "layla", 120, 5),
    ("macbeth", "daniel.o-connor", 131, 4),
    ("zh-poem", "wei", 140, 5),
    ("proof-sqrt2", "tomas", 150, 6),
    ("game-of-life", "xinyi", 163, 8),
    ("el-triangle", "eleni", 170, 3),
    ("es-cell", "sofia", 178, 6),
    ("sql-join", "jack", 185, 6),
    ("de-faust", "lukas", 200, 9),
    ("limits", "alice", 222, 10),
    ("ru-pushkin", "dmitri", 240, 6),
    ("false-friends", "haruto", 260, 4),
];

/// The scripts that fit a student in a group.
pub(super) struct Cast {
    /// Scripts in English, by component.
    pub english: Vec<Vec<u32>>,
    /// Scripts in other languages: component, language, script.
    native: Vec<(usize, String, u32)>,
    /// What the system says at the beginning, by component.
    pub openings: Vec<Option<u32>>,
    /// What the system says when a session goes on after days.
    pub resumed: Option<u32>,
}

impl Cast {
    pub(super) fn new(library: &Library) -> Self {
        let line_of = |number: u32| library.script(number).map(|script| script.first);
        let mut cast = Self {
            english: vec![Vec::new(); COMPONENTS.len()],
            native: Vec::new(),
            openings: vec![None; COMPONENTS.len()],
            resumed: library.find("resumed").and_then(line_of),
        };
        for (number, script) in (0..).zip(&library.scripts) {
            let component = component_for(&script.subject);
            match (script.language.as_str(), component) {
                ("system", _) => {
                    let component = COMPONENTS.iter().position(|c| c.id == script.subject);
                    if let Some(opening) = component.and_then(|at| cast.openings.get_mut(at)) {
                        *opening = Some(script.first);
                    }
                }
                ("en", Some(component)) => {
                    if let Some(list) = cast.english.get_mut(component) {
                        list.push(number);
                    }
                }
                (language, Some(component)) => {
                    cast.native.push((component, language.to_owned(), number));
                }
                (_, None) => (),
            }
        }
        cast
    }

    /// The scripts in a student's own language that belong to a group.
    pub(super) fn native(&self, student: usize, group: usize) -> Vec<u32> {
        let language = STUDENTS.get(student).map_or("", |student| student.language());
        let fits = |component: usize| COMPONENTS.get(component).is_some_and(|c| c.group == group);
        let own = self.native.iter().filter(|(c, l, _)| fits(*c) && l == language);
        own.map(|(_, _, script)| *script).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_featured_conversation_has_its_script_and_a_student_of_its_group() {
        let library = Library::builtin();
        for (script, student, ..) in FEATURED {
            let script = library.find(script).and_then(|number| library.script(number)).unwrap();
            let group = COMPONENTS[component_for(&script.subject).unwrap()].group;
            let student = STUDENTS.iter().find(|who| who.id == student).unwrap();
            assert!(student.groups.contains(&group), "{} and {}", script.id, student.id);
        }
    }
}
