//! Wrapping: every line fits, and no text is lost.

use super::*;
use crate::text::{clean_text, width};
use proptest::prelude::*;

fn lines(text: &str, columns: u16) -> Vec<&str> {
    let mut out = Vec::new();
    wrap(text, columns, Wrapping::On, &mut out);
    out.into_iter().map(|range| &text[range.start as usize..range.end as usize]).collect()
}

#[test]
fn words_go_to_the_next_line_whole_and_the_blank_between_is_not_drawn() {
    assert_eq!(lines("the quick brown fox", 10), ["the quick", "brown fox"]);
    assert_eq!(lines("the quick  brown", 9), ["the quick", "brown"]);
    assert_eq!(lines("größer als zwei", 10), ["größer als", "zwei"]);
}

#[test]
fn a_line_feed_ends_a_line_and_empty_lines_stay() {
    assert_eq!(lines("a\n\nb\n", 10), ["a", "", "b", ""]);
    assert_eq!(lines("", 10), [""]);
    assert_eq!(lines(&"\n".repeat(3_000), 10).len(), 3_001);
}

#[test]
fn blanks_at_the_start_of_a_source_line_stay_while_there_is_room() {
    assert_eq!(lines("  let x = 1;\n    é f", 8), ["  let x", "= 1;", "    é f"]);
    assert_eq!(lines("      indented", 6), ["indent", "ed"]);
    assert_eq!(lines("  toolongword", 8), ["  toolon", "gword"]);
    assert_eq!(lines("  toolongwörd", 8), ["  toolon", "gwörd"]);
}

#[test]
fn a_line_of_blanks_is_one_empty_line() {
    assert_eq!(lines(&" ".repeat(9_000), 80).len(), 1);
    assert_eq!(lines("\u{3000}\u{3000}", 1), [""]);
}

#[test]
fn hyphenated_words_break_behind_the_hyphen_but_options_and_numbers_do_not() {
    assert_eq!(lines("a well-known fact", 8), ["a well-", "known", "fact"]);
    assert_eq!(lines("use --verbose", 8), ["use", "--verbos", "e"]);
    assert_eq!(lines("minus x-5 or 10-20", 9), ["minus x-5", "or 10-20"]);
    assert_eq!(lines("größe-wert", 8), ["größe-", "wert"]);
}

#[test]
fn a_word_longer_than_the_line_breaks_behind_a_slash_or_anywhere() {
    assert_eq!(
        lines("https://example.org/path/to/page", 16),
        ["https://", "example.org/", "path/to/page"]
    );
    assert_eq!(lines("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    assert_eq!(lines("a/bcdefghijkl", 8), ["a/bcdefg", "hijkl"]);
}

#[test]
fn chinese_and_japanese_break_between_characters_but_not_before_closing_punctuation() {
    assert_eq!(lines("世界你好", 4), ["世界", "你好"]);
    assert_eq!(lines("世界。你好", 4), ["世", "界。", "你好"]);
    assert_eq!(lines("世「界」你", 4), ["世", "「界", "」你"]);
    assert_eq!(lines("世「界」你", 6), ["世", "「界」", "你"]);
    assert_eq!(lines("これはペンです", 5), ["これ", "はペ", "ンで", "す"]);
    assert_eq!(lines("中文and日本語", 6), ["中文", "and日", "本語"]);
    assert_eq!(lines("。。。。", 4), ["。。", "。。"]);
}

#[test]
fn korean_words_stay_whole() {
    assert_eq!(lines("한국어 문장입니다", 11), ["한국어", "문장입니다"]);
}

#[test]
fn clusters_are_never_split() {
    let family = "👩\u{200D}👩\u{200D}👧";
    assert_eq!(lines(&family.repeat(2), 2), [family, family]);
    assert_eq!(lines("e\u{301}e\u{301}", 1), ["e\u{301}", "e\u{301}"]);
    assert_eq!(lines("🇫🇷🇩🇪", 3), ["🇫🇷", "🇩🇪"]);
    assert_eq!(lines("ที่นี่", 1), ["ที่", "นี่"]);
}

#[test]
fn a_cluster_wider_than_the_line_has_a_line_of_its_own() {
    assert_eq!(lines("a世b", 1), ["a", "世", "b"]);
    assert_eq!(lines("世", 0), ["世"]);
}

#[test]
fn without_wrapping_only_line_feeds_end_lines() {
    let mut out = Vec::new();
    wrap("a long line \n  b", 3, Wrapping::Off, &mut out);
    assert_eq!(out, [0..12, 13..16]);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c \\-/.,\n]{0,80}",
        "[ a-b世。「」é\u{301}가한\u{3000}\n\\-/👩]{0,60}",
        crate::text::clean::tests::hostile().prop_map(|text| clean_text(&text).to_string()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_line_is_wider_than_the_pane_but_a_single_cluster(text in text(), columns in 1u16..30) {
        for line in lines(&text, columns) {
            prop_assert!(
                width(line) <= usize::from(columns) || graphemes(line).count() == 1,
                "{:?} in {:?}", line, lines(&text, columns)
            );
        }
    }

    #[test]
    fn all_that_is_no_blank_is_in_exactly_one_line_in_order(text in text(), columns in 1u16..30) {
        let visible = |text: &str| {
            graphemes(text)
                .filter(|(cluster, _)| !is_blank(cluster) && *cluster != "\n")
                .map(|(cluster, _)| cluster.to_owned())
                .collect::<Vec<String>>()
        };
        let wrapped: Vec<String> = lines(&text, columns).into_iter().flat_map(visible).collect();
        prop_assert_eq!(wrapped, visible(&text));
        let feeds = text.bytes().filter(|&byte| byte == b'\n').count();
        prop_assert!(lines(&text, columns).len() > feeds);
    }

    #[test]
    fn the_quick_way_for_ascii_gives_the_same_lines(
        line in "[a-c1 \\-/.,]{0,80}", columns in 1usize..20
    ) {
        let (mut quick, mut slow) = (Vec::new(), Vec::new());
        wrap_ascii(line.as_bytes(), columns, &mut Lines { out: &mut quick, offset: 0 });
        wrap_clusters(&line, columns, &mut Lines { out: &mut slow, offset: 0 });
        prop_assert_eq!(quick, slow);
    }

    #[test]
    fn leading_blanks_are_kept_where_the_first_word_fits_beside_them(
        indent in 0usize..10, word in "[a-zé]{1,8}"
    ) {
        let text = format!("{}{word} more", " ".repeat(indent));
        prop_assert!(lines(&text, 20)[0].starts_with(&text[..indent + word.len()]));
    }
}
