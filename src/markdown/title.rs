//! The first words of a text on one line, for lists: what Markdown would show, without its markup.

use super::{Breaks, Document, LayoutOptions, SpanRole, StyledSpan, is_plain, render};
use crate::maths;
use crate::text::{self, Clean, Wrapping, clean_text};

/// The bytes of a text to read, which is more than a line of a screen.
const LOOKED_AT: usize = 1024;
/// Wide enough that nothing changes its layout for lack of room.
const LOOK: LayoutOptions = LayoutOptions {
    columns: 4096,
    measure: 4096,
    wrapping: Wrapping::Off,
    code_wraps: false,
    breaks: Breaks::Kept,
};

/// The first words of a text on one line, without the markup of emphasis, headings, lists and code.
/// Formulas take their inline form; links show only their text. `(blank)` if nothing is visible.
/// The cost does not grow with the text.
pub fn title(text: &str) -> Clean<'static> {
    let head = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let clean = clean_text(head);
    if is_plain(clean.as_str(), Breaks::Kept) {
        return text::title(text).into_owned();
    }
    let document = render(&clean, LOOK);
    let mut words = words(&document, &clean);
    if words.trim().is_empty() {
        // A document without words, such as a rule, shows its source.
        return text::title(text).into_owned();
    }
    if head.len() < text.len() {
        words.truncate(words.trim_end().len());
        words.push('…');
    }
    text::title(&words).into_owned()
}

/// The words of a document, with a space between lines.
fn words(document: &Document, source: &Clean<'_>) -> String {
    let mut words = String::with_capacity(source.len());
    let mut formula = 0..0;
    for line in &document.lines {
        for piece in document.pieces_of(line) {
            if piece.ink.role == SpanRole::Maths && !piece.exact {
                // All rows of a picture have the same source.
                if piece.source != formula {
                    words += &in_line(document, piece, source);
                    formula = piece.source.clone();
                }
                continue;
            }
            let text = document.text_of(piece);
            if piece.source.is_empty() && text.as_str().trim().is_empty() {
                part(&mut words);
            } else if is_word(piece.ink.role, text.as_str()) {
                words += text.as_str();
            }
        }
        part(&mut words);
    }
    words
}

/// Appends a space, unless there is nothing to separate.
fn part(words: &mut String) {
    if !words.is_empty() && !words.ends_with(' ') {
        words.push(' ');
    }
}

/// The inline form of a formula.
fn in_line(document: &Document, piece: &StyledSpan, source: &Clean<'_>) -> String {
    let range = piece.source.start as usize..piece.source.end as usize;
    let written = source.as_str().get(range).unwrap_or_default();
    let is_picture = ["$$", "\\[", "\\begin"].iter().any(|sign| written.starts_with(sign));
    if is_picture { maths::shown(written) } else { document.text_of(piece).to_string() }
}

/// Whether a span is more than a marker. An item number is text; a bullet is not.
fn is_word(role: SpanRole, text: &str) -> bool {
    match role {
        SpanRole::Marker => text.contains(char::is_alphanumeric),
        SpanRole::Border => text == " │ ",
        SpanRole::Rule | SpanRole::Gutter | SpanRole::Target => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{assert_clean_for_tests, hostile_for_tests};
    use proptest::prelude::*;

    #[test]
    fn the_marks_of_markdown_are_not_part_of_a_title() {
        for (text, shown) in [
            ("how do I *factor* **x** and `y`?", "how do I factor x and y?"),
            ("# Homework\n\nhelp __me__", "Homework help me"),
            ("solve $x^2 - 5x + 6 = 0$", "solve x² − 5x + 6 = 0"),
            ("given $$x^2$$ what", "given x² what"),
            ("why is\n\\[ \\frac{a}{b} \\]\nso", "why is a/b so"),
            ("- one\n- two", "one two"),
            ("3. three\n4. four", "3. three 4. four"),
            ("> quoted\n\nand not", "quoted and not"),
            ("```python\nprint(1)\n```\nwhy?", "print(1) why?"),
            ("see [the book](https://example.org/a) please", "see the book please"),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a │ b 1 │ 2"),
            ("I have $5 and $7", "I have $5 and $7"),
            ("what is 5*6*7", "what is 5*6*7"),
            ("~~no~~ &amp; yes", "no & yes"),
            ("plain\nwords", "plain words"),
            ("---", "---"),
            ("", "(blank)"),
            ("**", "**"),
        ] {
            assert_eq!(title(text).as_str(), shown, "{text:?}");
        }
    }

    #[test]
    fn only_the_start_of_a_text_is_looked_at() {
        let title = title(&format!("**{}", "word ".repeat(1 << 20)));
        assert!(title.as_str().len() < LOOKED_AT && title.as_str().ends_with('…'));
    }

    proptest! {
        #[test]
        fn a_title_is_one_clean_line(text in hostile_for_tests()) {
            let title = title(&text);
            assert_clean_for_tests(title.as_str());
            prop_assert!(!title.as_str().contains('\n') && !title.is_empty());
        }
    }
}
