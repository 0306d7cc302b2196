//! Cleaning: what may reach a terminal, and what may not.

use super::*;
use crate::text::{graphemes, is_hidden, width};
use proptest::prelude::*;
use regex::Regex;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

fn screen(text: &str) -> String {
    clean_text(text).to_string()
}

#[test]
fn plain_text_in_any_script_is_left_alone_and_not_copied() {
    for text in [
        "plain ASCII\nand more",
        "Größe, naïve, ‘quotes’ — x² − 5x + 6",
        "한글 \u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}",
        "ภาษาไทยที่นี่",
        "नमस्ते, क्षत्रिय",
        "العَرَبِيَّة ١٢٣ وعليكم السلام",
        "می\u{200C}خواهم",
        "שָׁלוֹם עוֹלָם",
        "😀👍🏽👩\u{200D}👩\u{200D}👧\u{200D}👦❤\u{FE0F}\u{200D}🔥",
        "🇫🇷🇩🇪🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
        "1\u{FE0F}\u{20E3}#\u{FE0F}\u{20E3}✔\u{FE0F}♻\u{FE0F}☺\u{FE0E}",
        "⠀⠀⣴⣿ braille \u{E0B0} private \u{378} unassigned",
        "e\u{301} z\u{301}\u{302}\u{303}\u{304}",
        "ｶ\u{FF9E}ﾊ\u{FF9F}",
    ] {
        let clean = clean_text(text);
        assert_eq!(clean.as_str(), text);
        assert!(matches!(clean.text, Cow::Borrowed(_)), "{text} was copied");
        assert_eq!((clean.marks(), clean.hidden()), (&[][..], 0));
    }
}

#[test]
fn escape_sequences_are_shown_and_not_obeyed() {
    let clean = clean_text("\u{1b}]0;owned\u{7}\u{1b}[2Jx");
    assert_eq!(clean.as_str(), "␛]0;owned␇␛[2Jx");
    assert_eq!(clean.marks(), [0..3, 11..17]);
    assert_eq!(clean.hidden(), 0);
}

#[test]
fn every_control_character_has_a_picture_or_a_number() {
    assert_eq!(screen("\0\u{1}\u{8}\u{b}\u{c}\u{e}\u{1f}\u{7f}"), "␀␁␈␋␌␎␟␡");
    assert_eq!(screen("\u{80}\u{85}\u{9b}2J\u{9f}"), "<80><85><9B>2J<9F>");
}

#[test]
fn line_ends_of_every_system_are_one_line_feed() {
    assert_eq!(screen("a\r\nb\nc\u{2028}d\u{2029}e"), "a\nb\nc\nd\ne");
    assert_eq!(screen("real\rFAKE"), "real␍FAKE");
    assert_eq!(screen("a\r\r\nb"), "a␍\nb");
}

#[test]
fn tabs_go_to_the_next_of_every_four_columns() {
    assert_eq!(screen("\ta\tbcd\tefgh\ti"), "    a   bcd efgh    i");
    assert_eq!(screen("x\n\ta"), "x\n    a");
    assert_eq!(screen("世\tx"), "世  x");
    assert_eq!(screen("e\u{301}\tx"), "e\u{301}   x");
    assert_eq!(screen("\u{200B}\u{1b}\tx"), "␛   x");
}

#[test]
fn controls_of_direction_are_named_and_plain_marks_of_direction_are_dropped_in_silence() {
    let clean = clean_text("a\u{202e}b\u{202c}\u{2066}c\u{2069}");
    assert_eq!(clean.as_str(), "a⟨RLO⟩b⟨PDF⟩⟨LRI⟩c⟨PDI⟩");
    let clean = clean_text("א\u{200f}ב\u{200e}\u{61c}");
    assert_eq!((clean.as_str(), clean.hidden()), ("אב", 0));
}

#[test]
fn what_is_invisible_is_dropped_and_counted() {
    let clean = clean_text("ig\u{200b}no\u{2060}re\u{ad}\u{feff}");
    assert_eq!((clean.as_str(), clean.hidden()), ("ignore", 4));
    let tags: String =
        "ignore".chars().filter_map(|c| char::from_u32(0xE0000 + c as u32)).collect();
    let clean = clean_text(&tags);
    assert_eq!((clean.as_str(), clean.hidden()), ("", 6));
    let flag = format!("🏴{tags}{tags}\u{E007F}");
    assert_eq!(screen(&flag), "🏴");
    assert_eq!(screen("\u{3164}\u{115f}\u{1160}\u{ffa0}x"), "x");
    assert_eq!(screen(&format!("a{}b", "\u{e0100}".repeat(40))), "ab");
    assert_eq!(screen("a\u{fe0f}b 1\u{fe0f}"), "ab 1");
}

#[test]
fn joiners_stay_only_behind_something_visible() {
    assert_eq!(screen("\u{200d}a\u{200d}\u{200d}b \u{200c}c"), "a\u{200d}b c");
}

#[test]
fn a_letter_carries_at_most_eight_marks_and_a_cluster_has_at_most_32_characters() {
    let clean = clean_text(&format!("z{}", "\u{301}".repeat(5_000))).into_owned();
    assert_eq!(clean.as_str(), format!("z{}", "\u{301}".repeat(8)));
    assert_eq!(clean.hidden(), 4_992);
    let clean = clean_text(&"👩\u{200d}".repeat(300)).into_owned();
    assert_eq!(clean.as_str(), "👩\u{200d}".repeat(16));
}

#[test]
fn what_stands_for_a_character_finds_its_place_in_a_full_cluster() {
    // Format controls that join the text after them into one cluster.
    let signs = "\u{600}".repeat(40);
    for next in ["\r", "\t", "\u{9b}", "\u{202e}", "\nx", "\u{2028}x", " x"] {
        let text = format!("{signs}{next}");
        for clean in [clean_text(&text), clean_line(&text)] {
            assert_clean(clean.as_str());
            assert_eq!(clean_text(clean.as_str()).as_str(), clean.as_str(), "{next:?}");
        }
    }
}

#[test]
fn a_mark_without_a_letter_sits_on_a_dotted_circle() {
    assert_eq!(screen("\u{301}a"), "◌\u{301}a");
    assert_eq!(screen("x\n\u{301}"), "x\n◌\u{301}");
    assert_eq!(screen("\u{1b}\u{301}"), "␛◌\u{301}");
    assert_eq!(screen("\u{93f}"), "◌\u{93f}");
    assert_eq!(screen("🏽"), "🏽");
}

#[test]
fn a_letter_that_would_get_no_cell_is_shown_as_its_number() {
    assert_eq!(screen("\u{1161}x\u{70f}"), "<1161>x<70F>");
}

#[test]
fn marks_cannot_be_piled_up_through_dropped_characters() {
    let eight = "\u{301}".repeat(8);
    let text = format!("a{eight}\u{feff}{eight}\u{200b}{eight}");
    assert_eq!(screen(&text), format!("a{eight}◌{eight}◌{eight}"));
    assert_eq!(clipboard_text(&text), format!("a{eight}"));
}

#[test]
fn what_was_parted_by_something_dropped_is_judged_as_one() {
    assert_eq!(screen("🇫\u{200b}🇷🇩🇪"), "🇫🇷🇩🇪");
    assert_eq!(screen("\u{1112}\u{200b}\u{1161}"), "\u{1112}\u{1161}");
    assert_eq!(screen("👩\u{200d}\u{200d}👧"), "👩\u{200d}👧");
}

#[test]
fn noncharacters_are_replaced() {
    assert_eq!(screen("a\u{ffff}\u{10ffff}\u{fdd0}\u{e000}"), "a���\u{e000}");
}

#[test]
fn a_line_has_no_breaks_and_no_blanks_at_its_ends() {
    assert_eq!(clean_line("  a \n\n\t b\r\nc\u{2028}").as_str(), "a b c");
    assert_eq!(clean_line("a  b").as_str(), "a  b");
    assert_eq!(clean_line("\n\u{1b}\n").as_str(), "␛");
    assert_eq!(clean_line("\u{200b} \n\u{200b}x").as_str(), "x");
    assert!(matches!(clean_line("alice").text, Cow::Borrowed(_)));
}

#[test]
fn the_first_characters_of_a_huge_line_are_enough() {
    let huge = format!("  {}", "word ".repeat(1_000_000));
    assert_eq!(clean_line_within(&huge, 10).as_str(), "word word…");
    assert_eq!(clean_line_within("exactly", 7).as_str(), "exactly");
    assert_eq!(clean_line_within("too long", 7).as_str(), "too lo…");
    assert_eq!(clean_line_within("x", 0).as_str(), "");
    assert_eq!(clean_line_within("👩\u{200d}👧 x", 2).as_str(), "…");
}

#[test]
fn a_title_is_never_empty() {
    for text in ["", "  \n", "\u{3164}\u{200b}", "\u{2800}\u{a0}"] {
        assert_eq!(title(text).as_str(), "(blank)");
    }
    assert_eq!(title(" how do I \n factor ").as_str(), "how do I factor");
}

#[test]
fn the_clipboard_gets_text_that_is_safe_to_paste() {
    let text = "a\u{1b}[201~\tb\r\nc\rd\u{9b}\u{202e}\u{200b}e\u{2028}f\u{200d}\n\n";
    assert_eq!(clipboard_text(text), "a[201~\tb\ncde\nf\u{200d}");
    assert_eq!(clipboard_text("\u{301}a"), "\u{301}a");
}

#[test]
fn clean_texts_are_put_together_with_their_marks() {
    let mut text = Clean::from(3_usize);
    text.push_clean(&clean_line(" \u{1b}x"));
    assert_eq!((text.as_str(), text.marks()), ("3␛x", std::slice::from_ref(&(1..4))));
    let mut joined = Clean::fixed("a · ");
    joined.push_clean(&clean_line("\u{7}"));
    assert_eq!((joined.as_str(), joined.marks()), ("a · ␇", std::slice::from_ref(&(5..8))));
    let part = joined.part(5..8);
    assert_eq!((part.as_str(), part.marks()), ("␇", std::slice::from_ref(&(0..3))));
    assert_eq!(format!("{:>7}|", clean_line("ab")), "     ab|");
    assert_eq!(clean_owned("x\u{1b}".to_owned()).as_str(), "x␛");
}

/// Text made of troublesome characters.
pub(crate) fn hostile() -> impl Strategy<Value = String> {
    let trouble = prop::sample::select(vec![
        "a",
        " ",
        "1",
        "\n",
        "\r",
        "\t",
        "\u{1b}",
        "\u{7f}",
        "\u{9b}",
        "\u{ad}",
        "\u{200b}",
        "\u{200c}",
        "\u{200d}",
        "\u{202e}",
        "\u{200e}",
        "\u{2028}",
        "\u{301}",
        "\u{301}\u{301}\u{301}",
        "\u{34f}",
        "\u{20e3}",
        "\u{fe0f}",
        "\u{fe0e}",
        "\u{e0100}",
        "👩",
        "❤",
        "🏽",
        "🏴",
        "\u{e0067}",
        "\u{e0067}\u{e0062}\u{e0065}\u{e007f}",
        "🇫",
        "🇷",
        "\u{1100}",
        "\u{1161}",
        "\u{11a8}",
        "가",
        "각",
        "\u{115f}",
        "\u{1160}",
        "\u{3164}",
        "\u{ffa0}",
        "\u{ff9e}",
        "क",
        "\u{94d}",
        "\u{93f}",
        "ष",
        "\u{600}",
        "\u{605}",
        "\u{70f}",
        "\u{d4e}",
        "\u{102b}",
        "\u{e33}",
        "\u{ffff}",
        "\u{10ffff}",
        "世",
        "\u{3000}",
        "\u{a0}",
        "\u{2800}",
        "\u{fff9}",
        "\u{13430}",
        "ل",
        "ا",
        "\u{1100}\u{1100}\u{1100}\u{1100}\u{1100}\u{1100}\u{1100}\u{1100}",
        "\u{600}\u{600}\u{600}\u{600}\u{600}\u{600}\u{600}\u{600}\u{600}\u{600}",
    ]);
    let piece = prop_oneof![
        8 => trouble.prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z ]{1,8}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

static BANNED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}&&[^\n]]").unwrap());
const BANNED_PASTES: [char; 6] =
    ['\u{AD}', '\u{200B}', '\u{202E}', '\u{200E}', '\u{3164}', '\u{E0100}'];
static MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\p{M}$").unwrap());
static MARK_WITHOUT_WIDTH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\p{Mn}\p{Me}]").unwrap());
static EMOJI: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\p{ExtPict}$").unwrap());
static FLAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\x{1F3F4}[\x{E0030}-\x{E0039}\x{E0061}-\x{E007A}]{3,6}\x{E007F}").unwrap()
});

/// Asserts that a text is clean, by Unicode's own properties instead of our classes.
pub(crate) fn assert_clean(text: &str) {
    for (at, cluster) in text.grapheme_indices(true) {
        let cluster_without_flags = FLAG.replace_all(cluster, "🏴");
        let chars: Vec<char> = cluster_without_flags.chars().collect();
        assert!(cluster.chars().count() <= 32, "long cluster at {at} of {text:?}");
        assert!(!MARK_WITHOUT_WIDTH.is_match(cluster), "mark without a base at {at} of {text:?}");
        let mut marks = 0;
        for (place, &c) in chars.iter().enumerate() {
            let before = place.checked_sub(1).map(|place| chars[place]);
            let is = |regex: &Regex, c: char| regex.is_match(c.encode_utf8(&mut [0; 4]));
            marks = match c {
                '\u{200C}' | '\u{200D}' => marks,
                // A Burmese vowel sign is a mark that starts a cluster and serves as its base.
                _ if place > 0 && is(&MARK, c) => marks + 1,
                _ => 0,
            };
            assert!(marks <= 8, "too many marks at {at} of {text:?}");
            assert!(u32::from(c) & 0xFFFE != 0xFFFE, "noncharacter {c:?} in {text:?}");
            let visible = matches!(u32::from(c), 0x600..=0x605 | 0x6DD | 0x70F | 0x890..=0x891
                | 0x8E2 | 0x110BD | 0x110CD);
            let allowed = match c {
                '\u{200C}' | '\u{200D}' => before.is_some_and(|c| !c.is_whitespace()),
                '\u{FE0E}' | '\u{FE0F}' => before.is_some_and(|base| {
                    let keycap = chars.get(place + 1) == Some(&'\u{20E3}');
                    is(&EMOJI, base) || (keycap && "0123456789#*".contains(base))
                }),
                _ => visible || !is(&BANNED, c),
            };
            assert!(allowed, "{c:?} at {at} of {text:?}");
        }
        assert!(cluster == "\n" || width(cluster) > 0, "nothing to see in {cluster:?} of {text:?}");
    }
}

#[test]
fn a_joined_line_break_is_part_of_the_cluster_that_takes_it() {
    let text = format!("{}\n\u{1F3FD}", "\u{600}".repeat(31));
    let once = clean_line(&text);
    assert_eq!(clean_line(once.as_str()).as_str(), once.as_str());
}

#[test]
fn marks_behind_a_dropped_character_count_with_the_cluster_that_they_join() {
    let text = "\u{301}\u{FF9E}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{115F}\u{301}";
    let once = clipboard_text(text);
    assert_eq!(clipboard_text(&once), once);
}

#[test]
fn marks_behind_a_line_break_count_with_the_blank_that_they_join() {
    let text = "a\u{2028}\u{FF9E}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{FF9E}\u{301}";
    let once = clean_line(text);
    assert_eq!(clean_line(once.as_str()).as_str(), once.as_str());
    assert_eq!(once.as_str().chars().count(), "a ".len() + 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn nothing_banned_is_left(text in hostile()) {
        assert_clean(clean_text(&text).as_str());
        let line = clean_line(&text);
        assert_clean(line.as_str());
        prop_assert!(!line.as_str().contains('\n'));
        assert_clean(clean_line_within(&text, 12).as_str());
        assert_clean(title(&text).as_str());
    }

    #[test]
    fn cleaning_twice_is_cleaning_once_and_copies_nothing(text in hostile()) {
        let once = clean_text(&text);
        let twice = clean_text(once.as_str());
        prop_assert_eq!(once.as_str(), twice.as_str());
        prop_assert!(matches!(twice.text, Cow::Borrowed(_)));
        let once = clean_line(&text);
        let twice = clean_line(once.as_str());
        prop_assert_eq!(once.as_str(), twice.as_str());
        prop_assert!(matches!(twice.text, Cow::Borrowed(_)));
        let once = clean_line_within(&text, 9);
        prop_assert!(once.as_str().chars().count() <= 9);
        let twice = clean_line_within(once.as_str(), 9);
        prop_assert_eq!(once.as_str(), twice.as_str());
        let once = clipboard_text(&text);
        prop_assert_eq!(&clipboard_text(&once), &once);
    }

    #[test]
    fn marks_are_ordered_ranges_of_the_text(text in hostile()) {
        for clean in [clean_text(&text), clean_line(&text)] {
            let mut end = 0;
            for mark in clean.marks() {
                prop_assert!(mark.start >= end && mark.start < mark.end);
                prop_assert!(clean.as_str().get(mark.start as usize..mark.end as usize).is_some());
                end = mark.end;
            }
        }
    }

    #[test]
    fn the_clipboard_has_no_control_but_tab_and_line_feed(text in hostile()) {
        let pasted = clipboard_text(&text);
        prop_assert!(pasted.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n')));
        prop_assert!(graphemes(&pasted).all(|(cluster, _)| cluster.chars().count() <= 32));
        let banned = pasted.chars().any(|c| is_hidden(c) && BANNED_PASTES.contains(&c));
        prop_assert!(!banned, "{:?}", pasted);
    }

    #[test]
    fn no_visible_letter_is_lost(text in "[a-zé世한\u{0}-\u{1f}\u{200b}\u{202e}]{0,40}") {
        let letters = |text: &str| text.chars().filter(|&c| c.is_lowercase() || c > '一').filter(|&c| c < '\u{f000}').collect::<String>();
        prop_assert_eq!(letters(clean_text(&text).as_str()), letters(&text));
    }
}
