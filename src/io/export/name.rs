//! Names of files that nothing of a message can choose.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The most characters of an id in a name.
const SLUG: usize = 48;

/// A name, and others should it be taken.
pub(super) struct Name {
    slug: String,
    seed: String,
    ending: &'static str,
}

impl Name {
    /// Made of the letters and digits of `what`. Where those are the same, what `seed` hashes to
    /// tells two names apart.
    pub(super) fn new(what: &str, seed: &str, ending: &'static str) -> Self {
        Self { slug: slug(what), seed: seed.to_owned(), ending }
    }

    /// The name, or another one for each further try.
    pub(super) fn attempt(&self, number: u32) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.seed, number).hash(&mut hasher);
        let hash = hasher.finish() >> 32;
        format!("sfchat-{}-{hash:08x}.{}", self.slug, self.ending)
    }
}

/// Lower-case ASCII letters and digits; anything else between them is one `-`.
fn slug(what: &str) -> String {
    let mut slug = String::new();
    for c in what.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= SLUG {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "export".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_name_has_nothing_but_letters_digits_and_hyphens() {
        let long = "x".repeat(5_000);
        let cases = [
            ("chat-1", "chat-1"),
            ("../../etc/passwd", "etc-passwd"),
            ("CON", "con"),
            ("a\0b\n\u{1b}[2J\u{202e}", "a-b-2j"),
            ("", "export"),
            ("...", "export"),
            ("王芳", "export"),
            (long.as_str(), &long[..SLUG]),
        ];
        for (what, wanted) in cases {
            assert_eq!(slug(what), wanted, "{what:?}");
            let name = Name::new(what, what, "md").attempt(0);
            assert!(name.len() <= 7 + SLUG + 1 + 8 + 3, "{name}");
        }
    }

    #[test]
    fn equal_slugs_have_different_names() {
        let name = |tail: usize| {
            let id = format!("{}{tail}", "x".repeat(SLUG));
            Name::new(&id, &id, "md").attempt(0)
        };
        let names: HashSet<String> = (0..10_000).map(name).collect();
        // 32 bits may meet; then another name is tried.
        assert!(names.len() >= 9_995, "{}", names.len());
        let one = Name::new("s", "s", "md");
        assert_ne!(one.attempt(0), one.attempt(1));
        assert_eq!(one.attempt(0), Name::new("s", "s", "md").attempt(0));
    }
}
