//! Texts known to make Markdown parsers slow or to exhaust their stack. Work is counted in spans
//! and lines, never timed.

use super::{look, render};
use crate::markdown::{Breaks, Document, MAX_BYTES};
use crate::text::clean_text;

/// Lays out a text on a thread with a small stack.
fn on_a_small_stack(text: String) -> Document {
    let work = move || render(&clean_text(&text), look(72, Breaks::Joined));
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(work).unwrap();
    thread.join().unwrap()
}

/// The pathological inputs of cmark and more, each about `n` characters long.
fn floods(n: usize) -> Vec<(&'static str, String)> {
    let of = |text: &str, count: usize| text.repeat(count);
    vec![
        ("nested strong emphasis", of("*a **a ", n / 7) + "b" + &of(" a** a*", n / 7)),
        ("many emphasis closers", of("a_ ", n / 3)),
        ("many emphasis openers", of("_a ", n / 3)),
        ("many link closers", of("a]", n / 2)),
        ("many link openers", of("[a", n / 2)),
        ("mismatched openers and closers", of("*a_ ", n / 4)),
        ("openers and closers multiple of 3", "a**b".to_owned() + &of("c* ", n / 3)),
        ("link openers and emphasis closers", of("[ a_", n / 4)),
        ("pattern [ (]( ", of("[ (](", n / 5)),
        ("pattern ![[]()", of("![[]()", n / 6)),
        ("hard link and emphasis", "**x [a*b**c*](d)".to_owned()),
        ("nested brackets", of("[", n / 2) + "a" + &of("]", n / 2)),
        ("nested block quotes", of("> ", n / 2) + "a"),
        ("deeply nested lists", (0..40).map(|depth| of("  ", depth) + "* a\n").collect()),
        ("lists on one line", of("- ", n / 2) + "x"),
        ("numbers on one line", of("1. ", n / 3) + "x"),
        ("backticks", (1..200).flat_map(|length| ["e".to_owned(), of("`", length)]).collect()),
        ("unclosed links", of("[a](<b", n / 6)),
        ("unclosed comments", of("</", 1) + &of("<!--", n / 4)),
        ("unclosed declarations", of("<?", n / 2)),
        ("unclosed cdata", of("<![CDATA[", n / 9)),
        ("references", "[a]: b\n\n".to_owned() + &of("[a]", n / 3)),
        (
            "a long target, many references",
            format!("[a]: {}\n\n{}", of("b", n / 2), of("[a] ", n / 8)),
        ),
        (
            "many definitions",
            (0..n / 12)
                .flat_map(|at| ["[".to_owned(), at.to_string(), "]: u\n".to_owned()])
                .collect(),
        ),
        ("definitions twice", of("[a]: u\n", n / 7)),
        (
            "a table that is short of cells",
            format!("{}\n{}\n{}", of("|a", n / 8), of("|-", n / 8), of("|\n", n / 4)),
        ),
        ("a table with many rows", "|a|b|\n|-|-|\n".to_owned() + &of("|c|d|\n", n / 6)),
        ("a table with long rows", "|a|\n|-|\n".to_owned() + &of("|c|d", n / 4)),
        ("footnotes", of("[^1]: a\n", n / 8)),
        ("dollars", of("$", n)),
        ("half formulas", of("$a ", n / 3)),
        ("escapes", of("\\", n)),
        ("entities", of("&amp;", n / 5)),
        ("half entities", of("&", n)),
        ("images in images", of("![", n / 4) + "a" + &of("](b)", n / 8)),
        ("tildes", of("~~a ", n / 4)),
        ("fences", of("```\n", n / 4)),
        ("quotes and lists by turns", of("> - ", n / 4) + "a"),
        ("lazy quotes", of("> ", n / 4) + &of("a\n", n / 4)),
        ("lazy quotes that are deep enough", of("> ", 400) + &of("a\n", n / 4)),
        ("lists that are deep enough", of("- ", 400) + &of("a\n", n / 4)),
        ("headings", of("# a\n", n / 4)),
        ("flags", of("🇫", n / 4)),
        ("one long word", of("a", n)),
    ]
}

#[test]
fn floods_cost_no_more_than_their_length() {
    for (name, text) in floods(40_000) {
        let bytes = text.len();
        let document = on_a_small_stack(text);
        let work = document.pieces.len() + document.lines.len() + document.text.len();
        // The worst case for a byte: one bar on each of many short lines.
        assert!(work < 40 * bytes + 4_000, "{name}: {work} for {bytes} bytes");
        assert!(!document.lines.is_empty(), "{name}");
    }
}

#[test]
fn twice_the_flood_is_about_twice_the_work() {
    for ((name, small), (_, large)) in floods(10_000).into_iter().zip(floods(20_000)) {
        let longer = (small.len(), large.len());
        let work = |text: String| {
            let document = on_a_small_stack(text);
            document.pieces.len() + document.lines.len() + document.text.len() + 1_000
        };
        let (small, large) = (work(small), work(large));
        // Half as much again allows for costs that start at some size.
        let is_linear = large * longer.0 * 2 < small * longer.1 * 3;
        assert!(is_linear, "{name}: {small}, then {large}");
    }
}

#[test]
fn what_is_too_long_is_shown_as_it_was_written() {
    let text = "*a* ".repeat(MAX_BYTES / 4 + 1);
    let document = render(&clean_text(&text), look(72, Breaks::Joined));
    assert!(document.text.as_str().starts_with("*a* *a*"));
}

#[test]
fn what_is_too_deep_is_shown_as_it_was_written() {
    let deep = on_a_small_stack("> ".repeat(600) + "*a*");
    assert!(deep.text.as_str().ends_with("> *a*"));
    let flattened = on_a_small_stack("> ".repeat(400) + "*a*");
    assert_eq!(flattened.text.as_str(), format!("{}a", "│ ".repeat(31)));
}

#[test]
fn fifty_thousand_quotes_and_eight_hundred_thousand_references_are_shown() {
    let quotes = on_a_small_stack(">".repeat(50_000) + "deep");
    assert!(quotes.text.as_str().ends_with("deep"));
    let references = on_a_small_stack("[a]: b\n\n".to_owned() + &"[a]".repeat(800_000));
    assert!(references.text.as_str().matches("[a]").count() >= 790_000);
}
