//! Truncates lines that do not fit, and marks the cut with `…`.

use super::clean::Clean;
use super::width::{cut, graphemes, width};

/// Truncates a line to `columns`, with `…` at its end.
pub fn ellipsis<'a>(text: &'a Clean<'_>, columns: usize) -> Clean<'a> {
    let (whole, _) = cut(text.as_str(), columns);
    if whole.len() == text.len() {
        return text.as_borrowed();
    }
    if columns == 0 {
        return Clean::default();
    }
    let (head, _) = cut(text.as_str(), columns - 1);
    let mut short = text.part(0..head.trim_end().len());
    short.push_clean(&Clean::fixed("…"));
    short
}

/// Truncates an id to `columns`, with `…` in its middle, because ids differ at their ends.
pub fn ellipsis_within<'a>(text: &'a Clean<'_>, columns: usize) -> Clean<'a> {
    /// Narrower ids have no middle.
    const LEAST: usize = 5;
    let all = width(text.as_str());
    if all <= columns || columns < LEAST {
        return ellipsis(text, columns);
    }
    let (head, _) = cut(text.as_str(), columns / 2);
    let before_tail = all - (columns - 1 - columns / 2);
    let (mut used, mut from) = (0, 0);
    for (cluster, cells) in graphemes(text.as_str()) {
        if used >= before_tail {
            break;
        }
        used += cells;
        from += cluster.len();
    }
    let mut short = text.part(0..head.len());
    short.push_clean(&Clean::fixed("…"));
    short.push_clean(&text.part(from..text.len()));
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean_line;

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let shorten = |text, columns| ellipsis(&clean_line(text), columns).to_string();
        assert_eq!(shorten("hello", 5), "hello");
        assert_eq!(shorten("hello", 4), "hel…");
        assert_eq!(shorten("he llo", 4), "he…");
        assert_eq!(shorten("世界", 3), "世…");
        assert_eq!(shorten("世界", 2), "…");
        assert_eq!(shorten("hello", 0), "");
    }

    #[test]
    fn an_ellipsis_keeps_the_marks_of_what_is_left() {
        let text = clean_line("\u{1b}[31mred");
        let short = ellipsis(&text, 4);
        assert_eq!(short.as_str(), "␛[3…");
        assert_eq!(short.marks(), std::slice::from_ref(&(0..3)));
    }
}
