//! Properties of any text: stack, work and width stay bounded, and nothing is lost.

use std::ops::Range;

use proptest::prelude::*;

use super::super::{display, formulas, has_formula, in_line, letters, parser, shown};
use crate::text::width;

/// Inputs that make a naive parser exhaust its stack or take quadratic time.
fn hard(count: usize) -> Vec<String> {
    let unit = [
        "{",
        "}",
        "\\frac",
        "a^",
        "a_",
        "\\left(",
        "\\right)",
        "\\begin{matrix}",
        "\\end{matrix}",
        "(",
        ")",
        "|",
        "[",
        "\\sqrt[",
        "\\sqrt{",
        "\\text{",
        "\\text{$",
        "x'",
        "a &",
        "\\\\",
        "\\not",
        "\\hat",
        "\\overline{",
        "\\mathbf{",
        "\\over ",
        "{a \\over ",
        "^{",
        "_{",
        "\\begin{array}{",
        "\\phantom{",
        "\\substack{",
        "\\big(",
        "-",
        "\\ ",
        " ",
        "\\color{",
        "\\binom",
        "{}^2",
        "!",
        "\\middle|",
        "\\tag{",
        "\\overset{",
        "\\frac{1}{",
        "e^{-\\frac{1}{",
        "1,",
        "\\operatorname{",
        "\\underbrace{",
        "\\xrightarrow{",
        "\\boxed{",
        "\\left\\{\\begin{array}{c}",
        "世",
        "e\u{301}",
    ];
    let mut all: Vec<String> = unit.iter().map(|unit| unit.repeat(count)).collect();
    for (open, close) in [
        ("{", "}"),
        ("(", ")"),
        ("\\left(", "\\right)"),
        ("\\sqrt{", "}"),
        ("\\frac{1}{", "}"),
        ("x^{", "}"),
        ("\\overline{", "}"),
        ("|", "|"),
        ("\\boxed{", "}"),
        ("\\begin{matrix}", "\\end{matrix}"),
        ("\\text{$", "$}"),
        ("\\tfrac{", "}{2}"),
        ("\\sqrt[2]{", "}"),
        ("a_{\\substack{", "}}"),
        ("\\underbrace{", "}_{n}"),
    ] {
        all.push(format!("{}x{}", open.repeat(count), close.repeat(count)));
    }
    all
}

#[test]
fn no_nesting_exhausts_a_small_stack() {
    let work = || {
        for count in [10, 30, 39, 45, 200, 100_000] {
            for source in hard(count) {
                let _ = (in_line(&source), display(&source, 200));
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(work);
    thread.unwrap().join().unwrap();
}

#[test]
fn delimiters_without_end_are_paired_in_one_pass() {
    // Restarting the pairing at each of them would take quadratic time.
    for unit in [
        "$",
        "$ ",
        "$a ",
        " $a",
        "$$ ",
        "$$a",
        "\\(",
        "\\[",
        "\\)",
        "\\begin{matrix}",
        "\\end{matrix}",
        "$a\n\n",
        "\\begin{align}\\end{cases}",
        "\\\\",
        "\\(a$",
        "$a b c",
        "$x{",
        "\n \n$",
    ] {
        let text = unit.repeat(1_000_000 / unit.len());
        for formula in formulas(&text, &[]) {
            assert!(formula.whole.end <= text.len());
        }
    }
    let begins = "\\begin{matrix}".repeat(30_000) + &"\\end{align}".repeat(30_000);
    assert_eq!(formulas(&begins, &[]), []);
}

/// Fragments of LaTeX in random order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "x",
        "y",
        "12",
        "+",
        "-",
        "=",
        "^",
        "_",
        "{",
        "}",
        "{a}",
        "(",
        ")",
        "|",
        "[",
        "]",
        "&",
        "\\\\",
        "\\frac",
        "\\frac{a}{b}",
        "\\sqrt",
        "\\sqrt[n]{x}",
        "\\sum",
        "\\int",
        "\\lim",
        "\\sin",
        "\\left(",
        "\\right)",
        "\\left.",
        "\\right|",
        "\\begin{cases}",
        "\\end{cases}",
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "\\text{if }",
        "\\hat",
        "\\vec{v}",
        "\\overline{AB}",
        "\\alpha",
        "\\to",
        " ",
        "\\,",
        "\\quad",
        "'",
        "\\boxed",
        "\\binom{n}{k}",
        "\\cancel{x}",
        "\\mathbf",
        "\\not",
        "\\over",
        "\\underbrace{ab}_{c}",
        "\\tag{1}",
        "\\middle|",
        "世",
        "é",
        "e\u{301}",
        "!",
        ",",
        "/",
        "\\phantom{x}",
        "\\hline",
        "\\begin{array}{c|c}",
        "\\end{array}",
        "\\substack{a\\\\b}",
        "$",
        "\\limits",
        "\\color{red}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Valid formulas, with the letters that the result must show.
fn sound() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["a", "b", "c", "q", "x", "Y", "7", "42", "k", "n"]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let shape = prop::sample::select(vec![
            "\\frac{A}{B}",
            "A + B",
            "A - B",
            "A \\cdot B",
            "A B",
            "A^{B}",
            "{A}_{B}",
            "\\sqrt{A} B",
            "\\sqrt[3]{A} B",
            "\\left(A\\right)^{B}",
            "\\sum_{A}^{n} B",
            "\\int_{A}^{B} x",
            "\\begin{pmatrix} A & B \\end{pmatrix}",
            "\\begin{cases} A & B \\\\ B & A \\end{cases}",
            "|A| B",
            "\\binom{A}{B}",
            "\\sin A \\cos B",
            "(A, B)",
            "{A}{B}",
            "\\boxed{A} = B",
            "\\text{A} B",
            "\\lim_{A} B",
            "-A B",
            "A / B",
            "\\mathrm{A}!B",
        ]);
        (shape, two).prop_map(|(shape, (a, b))| {
            let wrapped = |text: &str| format!("{{{text}}}");
            let b = wrapped(&b);
            // Words cannot contain formulas.
            let a = if shape.starts_with("\\text") { "word".to_owned() } else { wrapped(&a) };
            shape
                .chars()
                .map(|letter| match letter {
                    'A' => a.clone(),
                    'B' => b.clone(),
                    other => other.to_string(),
                })
                .collect()
        })
    })
}

/// The plain letter of a superscript or subscript.
fn plain(letter: char) -> char {
    let is = |text: Option<String>| text.is_some_and(|text| text.chars().eq([letter]));
    let mut all = ('a'..='z').chain('A'..='Z').chain('0'..='9');
    all.find(|from| {
        let from = from.to_string();
        is(letters::raised(&from)) || is(letters::lowered(&from))
    })
    .unwrap_or(letter)
}

/// The visible letters and digits, sorted.
fn seen(text: &str) -> Vec<char> {
    let spelled: String = text
        .chars()
        .map(|letter| match letter {
            '½' => "12".to_owned(),
            '∛' => "3".to_owned(),
            letter => plain(letter).to_string(),
        })
        .collect();
    let mut letters: Vec<char> = spelled.chars().filter(char::is_ascii_alphanumeric).collect();
    letters.sort_unstable();
    letters
}

/// The letters and digits of a source outside command names, sorted.
fn written(source: &str) -> Vec<char> {
    let mut rest = source.to_owned();
    for (command, stays) in [
        ("\\begin{pmatrix}", ""),
        ("\\end{pmatrix}", ""),
        ("\\begin{cases}", ""),
        ("\\end{cases}", ""),
        ("\\sin", "sin"),
        ("\\cos", "cos"),
        ("\\lim", "lim"),
        ("\\frac", ""),
        ("\\sqrt", ""),
        ("\\left", ""),
        ("\\right", ""),
        ("\\sum", ""),
        ("\\int", ""),
        ("\\binom", ""),
        ("\\boxed", ""),
        ("\\text", ""),
        ("\\cdot", ""),
        ("\\mathrm", ""),
    ] {
        rest = rest.replace(command, stays);
    }
    let mut letters: Vec<char> = rest.chars().filter(char::is_ascii_alphanumeric).collect();
    letters.sort_unstable();
    letters
}

proptest! {
    #[test]
    fn any_text_is_read_and_no_row_is_wider_than_its_pane(
        text in prop_oneof![soup(), "\\PC{0,60}"],
        columns in 0_u16..100,
    ) {
        let _ = (in_line(&text), shown(&text), formulas(&text, &[]));
        if let Some(picture) = display(&text, columns) {
            prop_assert!(picture.columns <= columns);
            prop_assert!(usize::from(picture.baseline) < picture.rows.len());
            for row in &picture.rows {
                prop_assert_eq!(width(row), usize::from(picture.columns));
            }
        }
    }

    #[test]
    fn formulas_are_in_order_and_within_the_text(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "$", "$$", "\\(", "\\)", "\\[", "\\]", "x", " ", "\n", "5", "word", "\\", "`",
            "\\begin{align}", "\\end{align}", "\\begin{cases}", "\\end{cases}", "{", "é",
        ]), 0..40),
        cuts in prop::collection::btree_set(0_usize..60, 0..6),
    ) {
        let text = pieces.concat();
        let places: Vec<usize> =
            cuts.into_iter().filter(|at| text.is_char_boundary(*at) && *at <= text.len()).collect();
        let skip: Vec<Range<usize>> =
            places.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect();
        let mut end = 0;
        for formula in formulas(&text, &skip) {
            prop_assert!(formula.whole.start >= end);
            prop_assert!(formula.whole.start <= formula.body.start);
            prop_assert!(formula.body.end <= formula.whole.end);
            prop_assert!(text.get(formula.body.clone()).is_some());
            prop_assert!(has_formula(&text));
            for code in &skip {
                prop_assert!(code.end <= formula.whole.start || formula.whole.end <= code.start);
            }
            end = formula.whole.end;
        }
    }

    #[test]
    fn every_letter_of_the_source_is_on_the_screen(source in sound()) {
        if let Some(line) = in_line(&source) {
            let line = line.replace("choose", "");
            prop_assert_eq!(seen(&line), written(&source), "{} -> {}", source, line);
        }
        if let Some(picture) = display(&source, 1000) {
            let rows = picture.rows.concat().replace("choose", "");
            prop_assert_eq!(seen(&rows), written(&source), "{}", source);
        }
    }
}

#[test]
fn a_token_is_looked_at_a_few_times() {
    for count in [10, 100, 1_000] {
        for source in hard(count) {
            let steps = parser::steps(&source);
            assert!(steps <= 20 * source.len() + 20, "{steps} steps for {source}");
        }
    }
}
