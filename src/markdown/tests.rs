//! Whole documents: no text is lost, no line is too wide, no input takes too long.

use std::collections::HashSet;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::maths;
use crate::text::{clean_text, graphemes, width};

mod corpus;
mod floods;

pub(super) fn look(columns: u16, breaks: Breaks) -> LayoutOptions {
    LayoutOptions { columns, measure: columns, wrapping: Wrapping::On, code_wraps: false, breaks }
}

fn shown(source: &str, columns: u16) -> Document {
    render(&clean_text(source), look(columns, Breaks::Joined))
}

/// The lines as text.
fn lines(document: &Document) -> Vec<String> {
    let text = |line: &RenderedLine| -> String {
        let pieces = document.pieces_of(line).iter();
        pieces.map(|piece| document.text_of(piece).to_string()).collect()
    };
    document.lines.iter().map(text).collect()
}

fn name(ink: TextStyle) -> String {
    let role = match ink.role {
        SpanRole::Text => String::new(),
        SpanRole::Heading(level) => format!("h{level}"),
        role => format!("{role:?}").to_lowercase(),
    };
    let sign = |is_on: bool, sign: &'static str| if is_on { sign } else { "" };
    let (strong, emphasis) = (sign(ink.strong, "!"), sign(ink.emphasis, "/"));
    format!("{role}{strong}{emphasis}{}", sign(ink.struck, "-"))
}

/// The lines with the style of each span.
pub(super) fn show_inks(document: &Document) -> String {
    let mut shown = String::new();
    for line in &document.lines {
        for piece in document.pieces_of(line) {
            let text = document.text_of(piece);
            let name = name(piece.ink);
            let _ = match name.as_str() {
                "" => write!(shown, "{text}"),
                name => write!(shown, "⟦{name} {text}⟧"),
            };
        }
        shown.push('\n');
    }
    shown
}

/// The lines between two bars that show the width of the pane.
pub(super) fn show_plain(document: &Document, columns: usize) -> String {
    let mut shown = String::new();
    for line in lines(document) {
        let spare = columns.saturating_sub(width(&line));
        let _ = writeln!(shown, "▏{line}{}▕", " ".repeat(spare));
    }
    shown
}

#[test]
fn an_item_may_stand_deeper_than_it_must() {
    let text = clean_text("- a\n   1. first\n   1. second\n100. b\n      - c\n");
    let document = render(&text, look(40, Breaks::Kept));
    let lines: Vec<&str> = document.text.as_str().split('\n').collect();
    assert_eq!(lines, ["• a", "  1. first", "  2. second", "", "100. b", "     • c"]);
}

#[test]
fn pieces_are_the_text_and_know_their_source() {
    let source = clean_text("# A *b*\n\n- x `y` &amp; [l](http://t)\n");
    let document = render(&source, look(40, Breaks::Joined));
    assert_eq!(document.text.as_str(), lines(&document).join("\n"));
    for piece in document.pieces.iter().filter(|piece| piece.exact) {
        let from = &source.as_str()[piece.source.start as usize..piece.source.end as usize];
        assert_eq!(document.text_of(piece).as_str(), from);
    }
    let and = document.pieces.iter().find(|piece| document.text_of(piece).as_str() == "&").unwrap();
    assert_eq!(&source.as_str()[and.source.start as usize..and.source.end as usize], "&amp;");
}

#[test]
fn replaced_characters_stay_marked() {
    let source = clean_text("**a\u{1b}** and `\u{7}`\n\n```\n\u{8}\n```");
    let document = render(&source, look(40, Breaks::Joined));
    let text = document.text.as_str();
    let marked: Vec<&str> = document
        .text
        .marks()
        .iter()
        .map(|mark| &text[mark.start as usize..mark.end as usize])
        .collect();
    assert_eq!(marked, ["␛", "␇", "␈"]);
}

#[test]
fn formulas_in_the_line_are_not_read_as_markdown() {
    let source = "with $a_1 - b_2$ and *so* on";
    let line = maths::in_line("a_1 - b_2").unwrap();
    let document = shown(source, 72);
    assert_eq!(lines(&document), [format!("with {line} and so on")]);
    let piece = document.pieces.iter().find(|piece| piece.ink.role == SpanRole::Maths).unwrap();
    assert_eq!((piece.exact, piece.source.clone()), (false, 5..16));
    assert_eq!(lines(&shown("code `$a_1$` stays", 72)), ["code $a_1$ stays"]);
}

#[test]
fn what_mathematics_does_not_understand_is_shown_as_written() {
    let source = r"so $\nosuchthing_a^*$ is *it*";
    assert_eq!(maths::in_line(r"\nosuchthing_a^*"), None);
    assert_eq!(lines(&shown(source, 72)), [r"so $\nosuchthing_a^*$ is it"]);
}

#[test]
fn formulas_on_their_own_lines_stand_between_the_text() {
    let rows = maths::display("a/b", 40).map(|picture| picture.rows);
    let document = shown("Before\n$$\na/b\n$$\nafter", 40);
    let lines = lines(&document);
    assert_eq!(lines.first().map(String::as_str), Some("Before"));
    assert_eq!(lines.last().map(String::as_str), Some("after"));
    if let Some(rows) = rows {
        let rows: Vec<String> = rows.iter().map(|row| format!("  {}", row.trim_end())).collect();
        assert_eq!(lines[1..lines.len() - 1], rows);
    }
    let quoted = shown("> x\n> $$\n> a/b\n> $$\n", 40);
    assert!(super::tests::lines(&quoted).iter().all(|line| line.starts_with("│ ")));
}

#[test]
fn what_ends_a_sentence_stands_behind_the_formula_that_ends_it() {
    let source = "It is\n\n$$x = \\frac{a}{b}$$.\n\nAnd\n$$y$$, then";
    let document = shown(source, 40);
    assert_eq!(
        lines(&document),
        ["It is", "", "       a", "  x = ───.", "       b", "", "And", "  y,", "then"]
    );
    // Two marks, each of which maps to its own place in the source.
    let stops = document.pieces.iter().filter(|piece| piece.exact && piece.source.len() == 1);
    let stops: Vec<_> = stops.map(|piece| &source[piece.source.start as usize..][..1]).collect();
    assert_eq!(stops, [".", ","]);

    // As wide as the pane, so there is no room after it.
    assert_eq!(lines(&shown("$$x = 1$$.", 5)), ["x = 1", "."]);
    // Not a punctuation mark, or only a part of the text there.
    assert_eq!(lines(&shown("$$y$$ .", 40)), ["  y", "."]);
    assert_eq!(lines(&shown("$$y$$.5", 40)), ["  y", ".5"]);
    assert_eq!(lines(&shown("**$$y$$**.", 40)), ["  y", "."]);
    assert_eq!(lines(&shown("> $$y$$.", 40)), ["│   y."]);
}

#[test]
fn a_formula_is_not_broken_when_it_fits_into_a_line() {
    let line = maths::in_line("a - b - c").unwrap();
    let document = shown("some words then $a - b - c$", 21);
    assert_eq!(lines(&document), ["some words then".to_owned(), line]);
}

#[test]
fn a_code_block_knows_its_text_and_its_lines() {
    let document = shown("x\n\n> ```rust,ignore\n> fn a() {\n>\n>     b\n> }\n> ```\n", 40);
    let code = &document.codes[0];
    assert_eq!((code.language.as_str(), code.text.as_str()), ("rust", "fn a() {\n\n    b\n}"));
    assert_eq!(code.lines, 2..7);
    for line in &document.lines[3..7] {
        let place = line.code.unwrap();
        let piece = document.pieces_of(line).iter().find(|piece| piece.ink.role == SpanRole::Code);
        if let Some(piece) = piece {
            let from = place.from.unwrap() as usize;
            let text = document.text_of(piece);
            assert!(code.text.as_str()[from..].starts_with(text.as_str()));
        }
        assert_eq!(line.indent, 4);
    }
    assert_eq!(document.lines[2].code, Some(CodeLine { block: 0, from: None }));
}

#[test]
fn running_text_keeps_to_its_measure_and_what_has_a_shape_does_not() {
    let source = clean_text(
        "# one two three four five\n\none two three four five\n\n> - one two three four\n\n---\n\n\
         | one two three | four five six |\n| --- | --- |\n| a | b |\n\n```\none two three four five\n```",
    );
    let document = render(&source, LayoutOptions { measure: 14, ..look(40, Breaks::Joined) });
    let expected = [
        "one two three",
        "four five",
        "──────────────",
        "",
        "one two three",
        "four five",
        "",
        "│ • one two",
        "│   three four",
        "",
        "──────────────",
        "",
        "one two three │ four five six",
        "──────────────┼──────────────",
        "a             │ b",
        "",
        "│ one two three four five",
    ];
    assert_eq!(lines(&document), expected);
    // A block that lost its layout has the full width.
    let source = clean_text("$$\n\\oops{a a a a a a a a a}\n$$\n");
    let formula = render(&source, LayoutOptions { measure: 14, ..look(40, Breaks::Joined) });
    assert!(formula.lines.iter().any(|line| line.columns > 14), "{:?}", lines(&formula));
    // A pane narrower than the measure limits the width.
    let source = clean_text("one two three four five");
    let narrow = render(&source, LayoutOptions { measure: 40, ..look(14, Breaks::Joined) });
    assert_eq!(narrow, render(&source, look(14, Breaks::Joined)));
}

#[test]
fn code_wraps_only_when_asked() {
    let source = clean_text("```\naaa bbb ccc ddd eee\n```");
    let kept = render(&source, look(14, Breaks::Joined));
    assert_eq!((kept.lines.len(), kept.lines[0].columns), (1, 21));
    let wrapped = render(&source, LayoutOptions { code_wraps: true, ..look(14, Breaks::Joined) });
    assert_eq!(lines(&wrapped), ["│ aaa bbb ccc", "│ ddd eee"]);
    assert_eq!(wrapped.lines[1].code, Some(CodeLine { block: 0, from: Some(12) }));
}

#[test]
fn only_blanks_give_no_lines_and_everything_else_gives_some() {
    assert!(shown(" \n\n  ", 20).lines.is_empty());
    for source in ["#", "-", ">", "```", "&#8203;", "[a]: b", "|", "***", "\\"] {
        assert!(!shown(source, 20).lines.is_empty(), "{source}");
    }
}

#[test]
fn a_mark_that_has_an_asterisk_for_its_letter_is_shown_with_it() {
    for source in ["**a**\u{301}\u{302}", "a*\u{301}b*", "# \u{301}x", "🇫**🇷**", "- \u{301}"]
    {
        let source = clean_text(source).into_owned();
        let document = render(&source, look(40, Breaks::Joined));
        assert_eq!(clean_text(document.text.as_str()).as_str(), document.text.as_str());
        assert!(!document.lines.is_empty());
    }
    assert_eq!(lines(&shown("🇫**🇷**", 40)), ["🇫**🇷**"]);
}

#[test]
fn what_is_plain_is_shown_as_wrapping_shows_it() {
    assert!(is_plain("Hello, world! (It is 3-4 o'clock.)\n\nBye", Breaks::Joined));
    assert!(is_plain("a\nb", Breaks::Kept) && !is_plain("a\nb", Breaks::Joined));
    for source in ["*a", "a_b", "1. x", "2) x", "- x", "# x", "$x", "<b>", "&amp;", "a\n---", " a"]
    {
        assert!(!is_plain(source, Breaks::Kept), "{source}");
    }
}

/// Markdown with a unique word at each `@`.
fn documents() -> impl Strategy<Value = String> {
    let block = prop::sample::select(vec![
        "@ @ *@* @",
        "@\n@  \n@",
        "# @ @",
        "@ @\n===",
        "- @\n- @ @\n  - @\n\n    @\n- [ ] @",
        "7. @\n8. @\n   > @",
        "> @ *@ @*\n> @\n> > @",
        "```@ @\n@ @\n  @\n```",
        "    @ @\n    @",
        "| @ | @ |\n|---|--:|\n| @ | **@** |\n| @ | @ | @ |",
        "<@>\n@ <b>@</b>",
        "<div>\n@ @\n</div>",
        "[@](@ \"@\") ![@](@) [@@][@]",
        "[@]: @ '@'\n@",
        "@ `@ @` ``@``",
        "~~@~~ **@ *@* @** ***@",
        "<!-- @ -->",
        "@[^1] [^@]\n\n[^1]: @ @",
        "@ \\@ &@; &amp;@ @_@_@",
        "- - - @\n1. 1. @",
        "*@ `@ [@](@ ![@",
        "```\n@",
    ]);
    prop::collection::vec(block, 1..6).prop_map(|blocks| {
        let mut number = 0;
        let mut document = String::new();
        for c in blocks.join("\n\n").chars() {
            if c == '@' {
                number += 1;
                let _ = write!(document, "w{number}z");
            } else {
                document.push(c);
            }
        }
        document
    })
}

/// Text made of characters that are special in Markdown.
fn signs() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec![
        "*",
        "**",
        "_",
        "`",
        "```",
        "~~",
        "#",
        "- ",
        "1. ",
        "> ",
        "|",
        "|-|",
        "[",
        "](",
        ")",
        "!",
        "<",
        ">",
        "<b>",
        "</b>",
        "&amp;",
        "&#0;",
        "\\",
        "$",
        "$$",
        "\n",
        "\n\n",
        "    ",
        "  ",
        " ",
        "a",
        "b c",
        "世界",
        "e\u{301}",
        "\u{301}",
        "👩\u{200d}",
        "🇫",
        "\u{600}",
        "\u{1100}",
        "\u{1161}",
        "\u{fe0f}\u{20e3}",
        "\u{1b}",
        "---",
        "===",
        "[a]: b",
        "[^1]",
        "[^1]:",
        "[x]",
        "http://a.b",
        "<!--",
        "-->",
        "\u{94d}",
        "क",
        ":",
    ]);
    prop::collection::vec(sign, 0..40).prop_map(|signs| signs.concat())
}

fn check_shape(source: &Clean<'_>, columns: u16, document: &Document) {
    let text = document.text.as_str();
    assert_eq!(text, lines(document).join("\n"));
    crate::text::assert_clean_for_tests(text);
    let mut end = 0;
    for piece in &document.pieces {
        assert!(piece.text.start >= end && piece.text.start < piece.text.end);
        end = piece.text.end;
        if piece.exact {
            let from = piece.source.start as usize..piece.source.end as usize;
            assert_eq!(document.text_of(piece).as_str(), &source.as_str()[from]);
        }
    }
    for (line, text) in document.lines.iter().zip(lines(document)) {
        assert_eq!(line.columns as usize, width(&text), "{text:?}");
        // One cluster cannot be broken; the bars of a quote stand before it.
        let words = text.trim_start_matches(['│', ' ']).trim_end();
        let is_single = graphemes(words).count() <= 1;
        let fits = line.columns <= u32::from(columns.max(1));
        assert!(fits || line.code.is_some() || is_single, "{text:?} in {columns} of {source:?}");
    }
    if !source.as_str().trim().is_empty() {
        assert!(!document.lines.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_gives_a_clean_document_that_fits(
        text in prop_oneof![signs(), crate::text::hostile_for_tests()],
        columns in 0_u16..50,
        measure in 0_u16..50,
        kept: bool,
    ) {
        let source = clean_text(&text);
        let breaks = if kept { Breaks::Kept } else { Breaks::Joined };
        let look = LayoutOptions { measure, ..look(columns, breaks) };
        check_shape(&source, columns, &render(&source, look));
    }

    /// Each word is on the screen. Only the check mark of a task is no word.
    #[test]
    fn no_word_of_the_source_is_lost(document in documents(), columns in 30_u16..100) {
        let screen = lines(&shown(&document, 1_000)).join("\n");
        let words = |text: &str| -> HashSet<String> {
            let words = text.split(|c: char| !c.is_alphanumeric());
            words.filter(|word| word.len() > 2).map(str::to_owned).collect()
        };
        let lost: Vec<String> = words(&document).difference(&words(&screen)).cloned().collect();
        let lost: Vec<&String> = lost.iter().filter(|word| *word != "amp").collect();
        prop_assert!(lost.is_empty(), "{:?} of\n{}\nin\n{}", lost, document, screen);
        // The same letters appear at any width.
        let letters = |text: &str| {
            let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
            letters.sort_unstable();
            letters
        };
        let narrow = letters(&lines(&shown(&document, columns)).join("\n"));
        if !document.contains("|--") {
            prop_assert_eq!(narrow, letters(&screen));
        }
    }

    #[test]
    fn what_is_called_plain_gives_the_lines_of_wrapping(
        text in prop_oneof![signs(), "[a-z (\n.!-]{0,40}"],
        columns in 1_u16..40,
        kept: bool,
    ) {
        let source = clean_text(&text);
        let breaks = if kept { Breaks::Kept } else { Breaks::Joined };
        if is_plain(source.as_str(), breaks) && !source.is_empty() {
            let mut ranges = Vec::new();
            crate::text::wrap(source.as_str(), columns, Wrapping::On, &mut ranges);
            let wrapped: Vec<&str> = ranges
                .iter()
                .map(|range| &source.as_str()[range.start as usize..range.end as usize])
                .collect();
            prop_assert_eq!(lines(&render(&source, look(columns, breaks))), wrapped);
        }
    }
}

#[test]
fn a_mark_behind_a_formula_keeps_the_blank_that_carries_it() {
    for text in ["|*$$*$$    \u{301}", "$$x$$ \u{20e3} b"] {
        let source = clean_text(text);
        for columns in 0..50 {
            check_shape(&source, columns, &render(&source, look(columns, Breaks::Joined)));
        }
    }
}

#[test]
fn a_formula_with_a_mark_without_a_letter_is_as_wide_as_it_is_shown() {
    for text in ["$$\u{94d}<!--<b>$$", "*$$\u{94d}a$$*", "$$\u{94d}`a\n[a]: b|-|$$"] {
        let source = clean_text(text);
        for columns in 0..50 {
            check_shape(&source, columns, &render(&source, look(columns, Breaks::Joined)));
        }
    }
}
