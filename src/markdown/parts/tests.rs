//! Parts show what the whole would show, whatever block they end within.

use std::fmt::Write;

use proptest::prelude::*;

mod generated;

use super::*;
use crate::markdown::{Breaks, Document, Look, Role, render, render_part};
use crate::text::{Wrapping, clean_text};

const LOOK: Look = Look {
    columns: 80,
    measure: 80,
    wrapping: Wrapping::On,
    code_wraps: false,
    breaks: Breaks::Kept,
};

/// The texts of all parts.
fn all(text: &str) -> Vec<String> {
    let mut parts = Parts::default();
    let count = parts.count(text);
    (0..count).map(|index| parts.part(text, index).unwrap().text.to_owned()).collect()
}

/// All parts, laid out.
fn documents(text: &str) -> Vec<Document> {
    let mut parts = Parts::default();
    let count = parts.count(text);
    let laid_out = |index| {
        let part = parts.part(text, index).unwrap();
        let clean = clean_text(part.body());
        let document = render_part(&part, &clean, LOOK);
        for piece in document.pieces.iter().filter(|piece| piece.exact) {
            let (shown, source) = (&piece.text, &piece.source);
            if !source.is_empty() {
                let shown = &document.text.as_str()[shown.start as usize..shown.end as usize];
                let source = &clean.as_str()[source.start as usize..source.end as usize];
                assert_eq!(shown, source, "what is shown is what stands there");
            }
        }
        document
    };
    (0..count).map(laid_out).collect()
}

/// The lines of all parts.
fn lines(text: &str) -> Vec<String> {
    let all = documents(text);
    let lines = all.iter().flat_map(|document| document.text.as_str().split('\n'));
    lines.map(str::to_owned).collect()
}

/// The lines of the text laid out as one.
fn lines_of_whole(text: &str) -> Vec<String> {
    let document = render(&clean_text(text), LOOK);
    document.text.as_str().split('\n').map(str::to_owned).collect()
}

/// Paragraphs of so many bytes.
fn prose(bytes: usize) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        let _ = write!(text, "Paragraph {number} has *one* line.\nAnd another.\n\n");
        number += 1;
    }
    text
}

/// Lines made of their number, of so many bytes together.
fn many(bytes: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    let mut number = 1;
    while text.len() < bytes {
        text += &line(number);
        text.push('\n');
        number += 1;
    }
    text
}

#[test]
fn a_short_text_is_one_part() {
    for text in ["", "hello\n", &"x".repeat(WHOLE)] {
        assert_eq!(all(text), [text]);
    }
    assert!(Parts::default().part("text", 1).is_none());
}

#[test]
fn parts_end_between_paragraphs_and_show_what_the_whole_shows() {
    let text = prose(100 << 10);
    let parts = all(&text);
    assert!((4..9).contains(&parts.len()), "{}", parts.len());
    assert!(parts.iter().all(|part| part.starts_with("Paragraph") && part.ends_with("\n\n")));
    assert_eq!(lines(&text), lines_of_whole(&text));
}

#[test]
fn a_fence_of_forty_kilobytes_is_code_from_its_first_to_its_last_line() {
    let code = many(40 << 10, |n| format!("    print(\"# *line* {n}\")  # | $$"));
    for (before, indent) in [("", ""), ("> ", "> "), ("- item\n\n  ", "  "), ("3. ", "   ")] {
        let fence = format!("{before}```python\n{code}```");
        let fence = fence.replace('\n', &format!("\n{indent}"));
        let text = format!("{}{fence}\n\n{}", prose(30 << 10), prose(30 << 10));
        assert_eq!(lines(&text), lines_of_whole(&text), "{before:?}");
        let mut shown = 0;
        for document in documents(&text) {
            for code in &document.codes {
                assert_eq!(code.language.as_str(), "python");
                shown += code.text.as_str().split('\n').count();
            }
            for piece in &document.pieces {
                let text = document.text_of(piece);
                let is_code = text.as_str().contains("print(");
                assert_eq!(piece.ink.role == Role::Code, is_code, "{:?}", text.as_str());
            }
        }
        assert_eq!(shown, code.lines().count());
    }
}

#[test]
fn blank_lines_and_bars_in_a_long_fence_stay() {
    let code = many(60 << 10, |n| format!("a | b {n}\n\n--|--\n\n\n- c\n~~~"));
    let text = format!("````\n{code}````\n{}", prose(1 << 10));
    assert_eq!(lines(&text), lines_of_whole(&text));
}

#[test]
fn a_fence_that_nobody_ends_is_code_to_the_end_of_the_text() {
    let text = format!("{}```\n{}", prose(10 << 10), prose(50 << 10));
    assert_eq!(lines(&text), lines_of_whole(&text));
}

#[test]
fn a_fence_in_an_item_ends_with_the_item() {
    let text = format!("- ```\n  code\n\n{}```\n*b*", prose(60 << 10));
    assert_eq!(lines(&text)[..6], lines_of_whole(&text)[..6]);
    assert!(lines(&text).iter().filter(|line| line.contains("*one*")).count() == 0);
}

#[test]
fn a_long_list_keeps_its_marks_numbers_and_depth() {
    let bullets = many(100 << 10, |n| {
        format!("- item {n} is *said*\n  - a nested one\n    with another line\n  - b")
    });
    let numbers = many(100 << 10, |n| format!("{n}. item {n}\n      1. first\n      1. second"));
    let ones = many(100 << 10, |n| format!("1. item {n} is counted"));
    let loose = many(100 << 10, |n| format!("* item {n}\n\n  and more of it\n"));
    for list in [bullets, numbers, ones, loose] {
        let text = format!("{}{list}\nThe *end* of it.\n", prose(3 << 10));
        let (parts, whole) = (lines(&text), lines_of_whole(&text));
        // A whole list has room for its widest number, a part for that of its own.
        let bare = |lines: &[String]| -> Vec<String> {
            lines.iter().map(|line| line.trim_start().to_owned()).collect()
        };
        let (parts, whole) = (bare(&parts), bare(&whole));
        let differs = parts.iter().zip(&whole).position(|(part, whole)| part != whole);
        let around = |lines: &[String]| lines[differs.unwrap_or(2) - 2..][..4].to_vec();
        assert_eq!((differs, around(&parts)), (None, around(&whole)));
        assert!(all(&text).iter().skip(1).all(|part| !part.starts_with(' ')));
    }
}

#[test]
fn an_item_that_is_larger_than_a_part_goes_on_in_the_next_one() {
    let nested = many(50 << 10, |n| format!("  - nested {n}\n\n    a text of it\n"));
    let text = format!("- the *item*\n\n{nested}- the next\n\n{}", prose(1 << 10));
    assert_eq!(lines(&text), lines_of_whole(&text));
    let ones = many(50 << 10, |n| format!("   1. nested {n}"));
    let text = format!("1. the *item*\n{ones}1. the next\n\n{}", prose(1 << 10));
    let all = lines(&text);
    assert_eq!(all.iter().filter(|line| line.starts_with("1. ")).count(), 1);
    assert!(all.contains(&"2. the next".to_owned()), "{all:#?}");
    let last = ones.lines().count();
    assert!(all.iter().any(|line| line.trim() == format!("{last}. nested {last}")));
}

#[test]
fn a_table_goes_on_under_its_head() {
    let rows = many(60 << 10, |n| format!("| {n} | `a` | some words of row {n} |"));
    for front in ["", "> "] {
        let table = format!("| n | code | words |\n|--:|:--|---|\n{rows}");
        let table = table.replace('\n', &format!("\n{front}"));
        let text = format!("{}{front}{table}\n\n*after* it\n", prose(12 << 10));
        let all = lines(&text);
        let heads = all.iter().filter(|line| line.contains("│ code │ words")).count();
        assert!((3..8).contains(&heads), "{heads}");
        assert!(
            !all.iter().any(|line| line.contains('|') || line.contains("--")),
            "all is a table"
        );
        for n in 1..=rows.lines().count() {
            let row = format!("some words of row {n}");
            assert!(all.iter().any(|line| line.contains("│ a") && line.contains(&row)), "{row}");
        }
        assert_eq!(all.iter().filter(|line| line.trim() == "after it").count(), 1);
    }
}

#[test]
fn a_formula_of_many_parts_is_a_formula_in_each_of_them() {
    let rows = many(60 << 10, |n| format!("x_{n} *y* &= {n} \\\\"));
    for (open, close) in [
        ("$$", "$$"),
        ("\\[", "\\]"),
        ("$$\n\\begin{aligned}", "\\end{aligned}\n$$"),
        ("\\begin{align*}", "\\end{align*}"),
    ] {
        let text = format!("{}{open}\n{rows}{close}\n\n*after* $$a$$ it\n", prose(12 << 10));
        let mut shown = 0;
        for document in documents(&text) {
            for piece in &document.pieces {
                let text = document.text_of(piece);
                if text.as_str().contains("&=") {
                    assert_eq!(piece.ink.role, Role::Maths, "{:?}", text.as_str());
                    shown += text.as_str().matches("&=").count();
                }
            }
        }
        assert_eq!(shown, rows.lines().count(), "{open}");
        assert_eq!(lines(&text).iter().filter(|line| line.trim() == "after").count(), 1);
    }
}

#[test]
fn dollars_that_nobody_closes_begin_no_formula_that_goes_on() {
    let text = many(60 << 10, |n| format!("$$\nx_{n}\n"));
    assert!(
        documents(&text)
            .iter()
            .all(|document| { document.pieces.iter().all(|piece| piece.ink.role != Role::Maths) })
    );
}

#[test]
fn a_line_that_is_longer_than_a_part_is_cut_at_words_and_stays_what_it_is() {
    let words = "word ".repeat(20_000);
    assert!(all(&words).iter().all(|part| part.ends_with("word ")));
    let text = format!("```\n{words}\n```\n*after*\n{}", prose(30 << 10));
    let documents = documents(&text);
    let code =
        |document: &Document| document.codes.iter().map(|code| code.text.len()).sum::<usize>();
    assert_eq!(documents.iter().map(code).sum::<usize>(), words.len());
    assert!(lines(&text).contains(&"after".to_owned()));
}

#[test]
fn a_part_is_found_without_reading_what_follows_it() {
    let text = prose(1 << 20);
    let mut parts = Parts::default();
    assert!(parts.part(&text, 3).is_some());
    assert!(parts.scan.at < 6 * MOST, "{}", parts.scan.at);
    assert!(parts.starts.len() <= 5);
}

#[test]
fn hostile_texts_pass_in_one_go() {
    for text in [
        "\n".repeat(1 << 18),
        "x".repeat(1 << 18),
        "- ".repeat(1 << 17),
        "> ".repeat(1 << 17),
        "$$\n".repeat(1 << 18),
        "$$ a\n".repeat(1 << 18),
        "```\n".repeat(1 << 18),
        "|\n-|-\n".repeat(1 << 18),
        "- a\n+ b\n".repeat(1 << 17),
        "- > 1. a\n".repeat(1 << 16),
        many(1 << 20, |n| format!("{}- > x", "  > ".repeat(n % 40))),
        many(1 << 20, |n| format!("{}- x", " ".repeat(2 * (n % 100)))),
        "\\begin{align}\n".repeat(1 << 16),
    ] {
        let parts = all(&text);
        assert_eq!(parts.concat(), text);
        assert!(parts.iter().all(|part| !part.is_empty() && part.len() <= MOST));
    }
}

fn long() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "\n",
        "\r\n",
        "é\u{301}",
        "👩\u{200D}",
        "\n\n",
        "\n```\n",
        "\n- ",
        "\n  1. ",
        "\n> ",
        "\n| a | b |\n|--|--|\n",
        "\n$$\n",
        "\t",
    ]);
    let piece = prop_oneof!["[a-z ]{1,40}", fixed.prop_map(str::to_owned)];
    (prop::collection::vec(piece, 1..40), 1usize..500)
        .prop_map(|(pieces, times)| pieces.concat().repeat(times))
}

#[test]
fn behind_512_kib_a_text_is_cut_by_its_bytes_between_its_lines() {
    let text = prose(3 << 20);
    let mut parts = Parts::default();
    let count = parts.count(&text);
    let last = parts.starts.last().unwrap().at;
    assert!(last < SCANNED + MOST, "{last} bytes were passed through");
    let mut end = 0;
    for index in 0..count {
        let part = parts.part(&text, index).unwrap();
        assert_eq!(part.start, end);
        assert_eq!(part.continues, index + 1 < count);
        assert!(part.text.len() <= MOST && (part.text.ends_with('\n') || !part.continues));
        end += part.text.len();
    }
    assert_eq!(end, text.len());
    assert!(parts.part(&text, count).is_none());
}

/// Blocks that follow each other without a blank line have one on the screen, wherever parts end.
#[test]
fn blocks_stand_apart_where_a_part_ends_between_them() {
    let blocks = [
        "```\ncode\n```",
        "# Heading",
        "***",
        "> a quote\n> goes on",
        "- one\n- two",
        "1. one\n2. two",
    ];
    for first in blocks {
        for second in blocks.into_iter().filter(|second| *second != first) {
            let text = format!("{first}\n{second}\n").repeat(1_000);
            let text = text.get(..26_000).unwrap_or(&text);
            assert_eq!(lines(text), lines_of_whole(text), "{first:?} {second:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_parts_put_together_are_the_text(text in long()) {
        let parts = all(&text);
        prop_assert!(parts.concat() == text);
        prop_assert!(parts.iter().all(|part| part.len() <= MOST));
        prop_assert!(text.is_empty() || parts.iter().all(|part| !part.is_empty()));
    }

    #[test]
    fn the_parts_are_the_same_in_whatever_order_they_are_asked_for(text in long(), first in 0u32..9) {
        let mut parts = Parts::default();
        let early = parts.part(&text, first).map(|part| part.text.to_owned());
        let whole = all(&text);
        prop_assert!(early.as_ref() == whole.get(first as usize));
    }

    #[test]
    fn a_long_text_of_blocks_shows_what_it_shows_as_a_whole(
        blocks in prop::collection::vec(prop_oneof![
            "[a-z]{1,9} [a-z*]{1,60}",
            "# [a-z]{1,9}",
            "```\n[a-z#\n]{0,90}\n```",
            "> [a-z]{1,60}\n> [a-z]{1,60}",
            "- [a-z]{1,40}\n- [a-z]{1,40}",
        ], 5..20),
        times in 20usize..80,
    ) {
        let text = format!("{}\n", blocks.join("\n\n")).repeat(times);
        let (parted, whole) = (lines(&text), lines_of_whole(&text));
        let differs = parted.iter().zip(&whole).position(|(one, other)| one != other);
        if let Some(at) = differs {
            let near = at.saturating_sub(4)..at + 3;
            prop_assert_eq!(&parted[near.clone()], &whole[near], "at line {}", at);
        }
        prop_assert_eq!(parted.len(), whole.len());
    }
}
