//! The participants: groups, students, and the components of the tutor.
//!
//! Knows nothing of what they write.

/// A group of students.
#[derive(Debug)]
pub struct StudentGroup {
    /// The id, for `groupIds`.
    pub id: &'static str,
    /// What the group is about.
    pub title: &'static str,
}

/// A student.
#[derive(Debug)]
pub(super) struct Student {
    /// The id, for `userId`.
    pub id: &'static str,
    /// The language and country, such as `tr-TR`.
    pub locale: &'static str,
    /// The groups, as numbers in [`GROUPS`].
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
    /// The subjects of its scripts.
    pub subjects: &'static [&'static str],
    /// What it cites: titles, and how many pages they have.
    pub sources: &'static [(&'static str, u16)],
}

/// The groups.
pub static GROUPS: [StudentGroup; 3] = [
    StudentGroup { id: "class-101", title: "Mathematics" },
    StudentGroup { id: "class-102", title: "Sciences, history and literature" },
    StudentGroup { id: "class-103", title: "Programming and languages" },
];

/// The components. Every subject belongs to one of them.
pub(super) static COMPONENTS: [Component; 10] = [
    component(
        "algebra-tutor",
        0,
        &["algebra"],
        &[("Algebra I", 412), ("Worksheet: Quadratics 3", 4), ("Formula sheet", 2)],
    ),
    component(
        "calculus-coach",
        0,
        &["calculus"],
        &[("A First Course in Calculus", 638), ("Rules of differentiation", 3)],
    ),
    component(
        "geometry-lab",
        0,
        &["geometry", "statistics"],
        &[("Geometry by Drawing", 288), ("Chance and Data", 196)],
    ),
    component(
        "biology-notes",
        1,
        &["biology"],
        &[("Biology, units 1 to 6", 344), ("Lab notes: onion cells", 8)],
    ),
    component(
        "science-lab",
        1,
        &["chemistry", "physics"],
        &[("Chemistry Basics", 310), ("Periodic table", 1), ("Physics in Pictures", 402)],
    ),
    component(
        "history-reader",
        1,
        &["history"],
        &[("Sources of Modern History", 520), ("Time line 1200-2000", 12)],
    ),
    component(
        "essay-coach",
        1,
        &["literature"],
        &[("How to Write an Essay", 64), ("Class reader", 230)],
    ),
    component(
        "code-helper",
        2,
        &["programming"],
        &[("Programming for Beginners", 356), ("Course notes, week 5", 14)],
    ),
    component(
        "language-partner",
        2,
        &["languages"],
        &[("Grammar in Use", 290), ("Phrases for every day", 120)],
    ),
    component("flashcards", 2, &["vocabulary"], &[("Word list, units 1 to 12", 48)]),
];

const fn component(
    id: &'static str,
    group: usize,
    subjects: &'static [&'static str],
    sources: &'static [(&'static str, u16)],
) -> Component {
    Component { id, group, subjects, sources }
}

const fn student(id: &'static str, locale: &'static str, groups: &'static [usize]) -> Student {
    Student { id, locale, groups }
}

/// The students, the most active first.
pub(super) static STUDENTS: [Student; 42] = [
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

/// The students of a group.
pub(super) fn students_of(group: usize) -> impl Iterator<Item = &'static Student> {
    STUDENTS.iter().filter(move |student| student.groups.contains(&group))
}

/// The component that a subject belongs to.
pub(super) fn component_for(subject: &str) -> Option<&'static Component> {
    COMPONENTS.iter().find(|component| component.subjects.contains(&subject))
}
