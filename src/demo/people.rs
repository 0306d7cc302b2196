//! Who takes part: groups, students, and the components of the tutor.
//!
//! Knows nothing of what they say.

/// A group of students.
#[derive(Debug)]
pub struct Group {
    /// The id, for `groupIds`.
    pub id: &'static str,
    /// What the group is about.
    pub title: &'static str,
}

/// A student.
#[derive(Debug)]
pub struct Student {
    /// The id, for `userId`.
    pub id: &'static str,
    /// The language and country, such as `tr-TR`.
    pub locale: &'static str,
    /// The groups, as numbers in [`Archive::groups`](crate::demo::Archive::groups).
    pub groups: &'static [usize],
}

impl Student {
    /// The code of the language, such as `tr`.
    pub(super) fn language(&self) -> &'static str {
        self.locale.split('-').next().unwrap_or(self.locale)
    }
}

/// A part of the tutor, which belongs to one group.
#[derive(Debug)]
pub(super) struct Component {
    /// The id, as in `componentId`.
    pub id: &'static str,
    /// The group, as a number in [`GROUPS`].
    pub group: usize,
    /// The subjects of the scripts that it is good for.
    pub subjects: &'static [&'static str],
    /// What it cites: titles and their numbers of pages.
    pub sources: &'static [(&'static str, u16)],
}

/// The groups.
pub static GROUPS: [Group; 3] = [
    Group { id: "class-101", title: "Mathematics" },
    Group { id: "class-102", title: "Sciences, history and literature" },
    Group { id: "class-103", title: "Programming and languages" },
];

/// The components. Every subject belongs to one of them.
pub(super) static COMPONENTS: [Component; 10] = [
    Component {
        id: "algebra-tutor",
        group: 0,
        subjects: &["algebra"],
        sources: &[("Algebra I", 412), ("Worksheet: Quadratics 3", 4), ("Formula sheet", 2)],
    },
    Component {
        id: "calculus-coach",
        group: 0,
        subjects: &["calculus"],
        sources: &[("A First Course in Calculus", 638), ("Rules of differentiation", 3)],
    },
    Component {
        id: "geometry-lab",
        group: 0,
        subjects: &["geometry", "statistics"],
        sources: &[("Geometry by Drawing", 288), ("Chance and Data", 196)],
    },
    Component {
        id: "biology-notes",
        group: 1,
        subjects: &["biology"],
        sources: &[("Biology, units 1 to 6", 344), ("Lab notes: onion cells", 8)],
    },
    Component {
        id: "science-lab",
        group: 1,
        subjects: &["chemistry", "physics"],
        sources: &[("Chemistry Basics", 310), ("Periodic table", 1), ("Physics in Pictures", 402)],
    },
    Component {
        id: "history-reader",
        group: 1,
        subjects: &["history"],
        sources: &[("Sources of Modern History", 520), ("Time line 1200-2000", 12)],
    },
    Component {
        id: "essay-coach",
        group: 1,
        subjects: &["literature"],
        sources: &[("How to Write an Essay", 64), ("Class reader", 230)],
    },
    Component {
        id: "code-helper",
        group: 2,
        subjects: &["programming"],
        sources: &[("Programming for Beginners", 356), ("Course notes, week 5", 14)],
    },
    Component {
        id: "language-partner",
        group: 2,
        subjects: &["languages"],
        sources: &[("Grammar in Use", 290), ("Phrases for every day", 120)],
    },
    Component {
        id: "flashcards",
        group: 2,
        subjects: &["vocabulary"],
        sources: &[("Word list, units 1 to 12", 48)],
    },
];

/// A student, in one line.
const fn student(id: &'static str, locale: &'static str, groups: &'static [usize]) -> Student {
    Student { id, locale, groups }
}

/// The students; those in front ask more.
pub static STUDENTS: [Student; 42] = [
    student("alice", "en-US", &[0, 1]),
    student("mehmet", "tr-TR", &[0, 1]),
    student("chloe", "fr-FR", &[1, 0]),
    student("bob", "en-US", &[0]),
    student("sofia", "es-MX", &[0, 1]),
    student("yuki", "ja-JP", &[1, 2]),
    student("aarav", "hi-IN", &[1]),
    student("noa", "he-IL", &[2]),
    student("lukas", "de-DE", &[1, 0]),
    student("wei", "zh-CN", &[1, 0]),
    student("jisoo", "ko-KR", &[0]),
    student("layla", "ar-EG", &[0, 2]),
    student("dmitri", "ru-RU", &[1]),
    student("priya", "en-IN", &[0, 2]),
    student("somchai", "th-TH", &[2]),
    student("emma", "en-GB", &[1, 2]),
    student("eleni", "el-GR", &[0]),
    student("liam", "en-IE", &[2]),
    student("amara", "en-NG", &[0, 2]),
    student("giulia", "it-IT", &[1]),
    student("mateus", "pt-BR", &[1, 2]),
    student("hannah", "de-AT", &[1]),
    student("oliver", "en-AU", &[0]),
    student("zeynep", "tr-TR", &[0, 2]),
    student("haruto", "ja-JP", &[2]),
    student("ines", "es-ES", &[1, 2]),
    student("omar", "ar-MA", &[2]),
    student("maya", "en-US", &[0]),
    student("jack", "en-US", &[1, 2]),
    student("xinyi", "zh-TW", &[0, 2]),
    student("freja", "en-DK", &[2]),
    student("kwame", "en-GH", &[1]),
    student("olga", "ru-KZ", &[1, 2]),
    student("tomas", "en-CZ", &[0]),
    student("aisha", "en-KE", &[1]),
    student("leo", "fr-CA", &[0]),
    student("ruby", "en-NZ", &[2]),
    student("minjun", "ko-KR", &[0, 2]),
    student("fatima", "ar-SA", &[0]),
    student("nikos", "el-CY", &[0, 2]),
    student("grace", "en-US", &[1]),
    student("daniel.o-connor", "en-IE", &[1]),
];

/// The students of a group, by number.
pub(super) fn students_of(group: usize) -> impl Iterator<Item = usize> {
    (0..).zip(&STUDENTS).filter(move |(_, who)| who.groups.contains(&group)).map(|(at, _)| at)
}

/// The component that a subject belongs to, by number.
pub(super) fn component_for(subject: &str) -> Option<usize> {
    COMPONENTS.iter().position(|component| component.subjects.contains(&subject))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_student_is_in_a_group_and_every_id_is_there_once() {
        let ids: HashSet<_> = STUDENTS.iter().map(|student| student.id).collect();
        assert_eq!(ids.len(), STUDENTS.len());
        assert!(STUDENTS.iter().all(|student| !student.groups.is_empty()));
        assert!(STUDENTS.iter().any(|student| student.groups.len() == 2));
        assert!((0..GROUPS.len()).all(|group| students_of(group).count() >= 12));
    }

    #[test]
    fn every_script_has_a_component_and_every_component_has_scripts() {
        let library = crate::demo::script::Library::builtin();
        for script in library.scripts.iter().filter(|script| script.language != "system") {
            assert!(component_for(&script.subject).is_some(), "{}", script.id);
        }
        for component in &COMPONENTS {
            let english = library.scripts.iter().filter(|script| {
                script.language == "en" && component.subjects.contains(&script.subject.as_str())
            });
            assert!(english.count() >= 4, "{}", component.id);
            let system = library.scripts.iter().filter(|script| script.subject == component.id);
            assert_eq!(system.count(), 1, "{}", component.id);
        }
    }
}
