//! File names that no message can choose.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The most characters of an id in a name.
const SLUG: usize = 48;

/// A name made of the letters and digits of `what`, and another one for each `attempt`. A hash of
/// `seed` tells names apart whose letters and digits are the same.
pub(super) fn file_name(what: &str, seed: &str, ending: &str, attempt: u32) -> String {
    let mut hasher = DefaultHasher::new();
    (seed, attempt).hash(&mut hasher);
    format!("sfchat-{}-{:08x}.{ending}", slug(what), hasher.finish() >> 32)
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
            let name = file_name(what, what, "md", 0);
            assert!(name.len() <= 7 + SLUG + 1 + 8 + 3, "{name}");
        }
    }

    #[test]
    fn equal_slugs_have_different_names() {
        let name = |tail: usize| {
            let id = format!("{}{tail}", "x".repeat(SLUG));
            file_name(&id, &id, "md", 0)
        };
        let names: HashSet<String> = (0..10_000).map(name).collect();
        // 32 bits may meet; then another name is tried.
        assert!(names.len() >= 9_995, "{}", names.len());
        let attempt = |number| file_name("s", "s", "md", number);
        assert_ne!(attempt(0), attempt(1));
        assert_eq!(attempt(0), attempt(0));
    }
}
