//! The plain characters that every match of a regular expression has, to look for them first.
//!
//! Reads the expression from left to right and gives up at what it does not know: finding nothing
//! is always right. Must not know how the characters are found.

/// The least bytes that are worth looking for.
const LEAST: usize = 3;

/// The longest run of characters that stands in every match; `None` where none is sure. The
/// expression is one that the `regex` crate takes.
pub(super) fn required(pattern: &str) -> Option<String> {
    // Flags change what follows, and other groups of this kind are rare.
    if pattern.contains("(?") {
        return None;
    }
    let mut runs = Runs::default();
    let mut depth = 0_usize;
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '(' => {
                depth += 1;
                runs.end();
            }
            ')' => {
                depth = depth.checked_sub(1)?;
                runs.end();
            }
            // Of alternatives within a group nothing is taken anyway.
            '|' if depth == 0 => return None,
            '[' => {
                skip_class(&mut rest)?;
                runs.end();
            }
            '{' => {
                rest.by_ref().find(|&c| c == '}')?;
                runs.last_may_lack();
            }
            '*' | '?' => runs.last_may_lack(),
            '+' | '.' | '^' | '$' | '|' => runs.end(),
            '\\' => match rest.next()? {
                escaped if escaped.is_ascii_punctuation() && !matches!(escaped, '<' | '>') => {
                    runs.add(escaped, depth);
                }
                'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'b' | 'B' | 'A' | 'z' | 'n' | 't' | 'r' => {
                    runs.end();
                }
                _ => return None,
            },
            _ => runs.add(c, depth),
        }
    }
    runs.end();
    (runs.best.len() >= LEAST).then_some(runs.best)
}

/// The rest of a class in brackets; `None` for one that holds another.
fn skip_class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<()> {
    rest.next_if_eq(&'^');
    let mut first = true;
    loop {
        match rest.next()? {
            ']' if !first => return Some(()),
            '[' => return None,
            '\\' => {
                rest.next()?;
            }
            _ => {}
        }
        first = false;
    }
}

#[derive(Default)]
struct Runs {
    now: String,
    best: String,
}

impl Runs {
    fn add(&mut self, c: char, depth: usize) {
        if depth == 0 {
            self.now.push(c);
        }
    }

    fn end(&mut self) {
        if self.now.len() > self.best.len() {
            std::mem::swap(&mut self.now, &mut self.best);
        }
        self.now.clear();
    }

    /// The character before may stand there no time at all.
    fn last_may_lack(&mut self) {
        self.now.pop();
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_longest_sure_run_is_taken() {
        let cases = [
            (r"photo\w+s", Some("photo")),
            (r"^the answer is \d+$", Some("the answer is ")),
            (r"colou?r", Some("colo")),
            (r"abcd{2}x", Some("abc")),
            (r"(abc|def)ghij", Some("ghij")),
            (r"x\.y\.z", Some("x.y.z")),
            (r"abc+def", Some("abc")),
            (r"[abc]def[]x]gh", Some("def")),
            (r"photo|osmosis", None),
            (r"(photo|osmosis)", None),
            (r"(?i)photo", None),
            (r"\x41bcd", None),
            (r"\pLabc", None),
            (r"[[:alpha:]]abc", None),
            (r"a.b.c", None),
            (r"ab*", None),
        ];
        for (pattern, run) in cases {
            assert_eq!(required(pattern).as_deref(), run, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn every_match_has_what_is_required(
            pattern in "([abc]|[abc][?*+]|\\([ab|]{1,4}\\)[?*]?|\\[\\^?[ab\\]]{1,3}\\]|\\\\[.wb]|[.|^$]|a\\{0,2\\}|abca){1,6}",
            texts in prop::collection::vec("[abc. ]{0,12}", 20),
        ) {
            let (Ok(regex), Some(run)) = (regex::Regex::new(&pattern), required(&pattern)) else {
                return Ok(());
            };
            for text in texts.iter().filter(|text| regex.is_match(text)) {
                prop_assert!(text.contains(&run), "{} {} {}", pattern, run, text);
            }
        }
    }
}
