//! The corpus of formulas, and finding formulas in text.

mod properties;

use super::*;
use crate::text::width;

/// The width of the corpus pictures.
const COLUMNS: u16 = 72;

/// Renders every formula of a group: its source, its line, its picture.
fn group(cases: &str) -> String {
    let mut shown = String::new();
    for source in cases.lines().filter(|line| !line.is_empty()) {
        let line = in_line(source).unwrap_or_else(|| "(its source)".to_owned());
        shown.extend([source, "\n  → ", &line, "\n"]);
        match display(source, COLUMNS) {
            Some(picture) => {
                for (row, text) in picture.rows.iter().enumerate() {
                    assert_eq!(width(text), usize::from(picture.columns), "{source}");
                    let mark = if row == usize::from(picture.baseline) { "  ▸ " } else { "    " };
                    shown.extend([mark, text.trim_end(), "\n"]);
                }
            }
            None => shown += "    (no picture)\n",
        }
        shown += "\n";
    }
    shown
}

macro_rules! corpus {
    ($($test:ident $file:literal)+) => { $(
        #[test]
        fn $test() {
            let cases = include_str!(concat!("corpus/", $file, ".txt"));
            insta::assert_snapshot!($file, group(cases));
        }
    )+ };
}

corpus! {
    arithmetic_is_shown_as_in_a_textbook "arithmetic"
    algebra_is_shown_as_in_a_textbook "algebra"
    geometry_is_shown_as_in_a_textbook "geometry"
    trigonometry_is_shown_as_in_a_textbook "trigonometry"
    calculus_is_shown_as_in_a_textbook "calculus"
    statistics_are_shown_as_in_a_textbook "statistics"
    linear_algebra_is_shown_as_in_a_textbook "linear-algebra"
    discrete_mathematics_are_shown_as_in_a_textbook "discrete"
    physics_are_shown_as_in_a_textbook "physics"
    rarer_notation_is_shown_as_in_a_textbook "notation"
    what_is_not_understood_is_not_shown "not-understood"
}

#[test]
fn a_line_cannot_be_read_in_two_ways() {
    for (source, line) in [
        (r"\frac{1}{2x}", "1/(2x)"),
        (r"\frac{a}{b}c", "(a/b)c"),
        (r"\frac{a}{b}\,c", "(a/b) c"),
        (r"c\frac{a}{b}", "c(a/b)"),
        (r"\frac{a}{b}\frac{c}{d}", "(a/b)(c/d)"),
        (r"\frac{a}{b}\sin x", "(a/b) sin x"),
        (r"\frac{\sin x}{2}", "(sin x)/2"),
        (r"\sin\frac{x}{2}", "sin(x/2)"),
        (r"a \div \frac{b}{c}", "a ÷ (b/c)"),
        (r"a/\frac{b}{c}", "a/(b/c)"),
        (r"\frac{a}{b}/c", "(a/b)/c"),
        (r"\frac{a/b}{c}", "(a/b)/c"),
        (r"\frac{a}{b/c}", "a/(b/c)"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
        (r"\frac{a}{\frac{b}{c}}", "a/(b/c)"),
        (r"\frac{a}{b}^2", "(a/b)²"),
        (r"\frac{1}{2}^2", "(½)²"),
        (r"2\frac{1}{2}", "2½"),
        (r"2\frac{3}{7}", "2 3/7"),
        (r"3\frac{-1}{2}", "3(−1/2)"),
        (r"x - \frac{-1}{7}", "x − (−1)/7"),
        (r"{2\frac{a}{b}}c", "2(a/b)c"),
        (r"\frac{a}{b}!", "(a/b)!"),
        (r"\sqrt{2}x", "√(2)x"),
        (r"\sqrt{x^2}", "√(x²)"),
        (r"\sqrt{x}^2", "(√x)²"),
        (r"x\sqrt[n]{y}", "x(ⁿ√y)"),
        (r"{x^2}^3", "(x²)³"),
        (r"{a+b}^2", "(a + b)²"),
        (r"x^qt", "x^(q)t"),
        (r"x_B^2", "x_(B)²"),
        (r"2^{1/2}", "2^(1/2)"),
        (r"e^{-x^2}", "e^(−x²)"),
        (r"\left. x + 1 \right|_0", "(x + 1)|₀"),
        (r"\boxed{a + b}c", "(a + b)c"),
        (r"\int \frac{1}{x}\,dx", "∫ (1/x) dx"),
        (r"\frac{\sum x}{n}", "(∑ x)/n"),
        (r"\frac{x\,y}{z}", "(x y)/z"),
        (r"\frac{1}{xy}", "1/(xy)"),
        (r"\frac{1}{f(x)}", "1/(f(x))"),
    ] {
        assert_eq!(in_line(source).as_deref(), Some(line), "{source}");
    }
}

/// The bodies of the formulas of a text.
fn bodies(text: &str) -> Vec<&str> {
    formulas(text, &[]).into_iter().map(|formula| &text[formula.body]).collect()
}

#[test]
fn formulas_stand_between_their_delimiters() {
    for (text, found) in [
        ("how do I factor $x^2 - 5x + 6$?", vec!["x^2 - 5x + 6"]),
        ("$x$ and $y$", vec!["x", "y"]),
        ("so \\(a+b\\) is \\[c\\] or $$d$$", vec!["a+b", "c", "d"]),
        ("$$\nx = 1\n$$", vec!["\nx = 1\n"]),
        ("the $n$th term, $n$-th, ($n$)", vec!["n", "n", "n"]),
        ("5 is 3$\\times$ 4", vec!["\\times"]),
        ("$\\text{cost: \\$5} + x$", vec!["\\text{cost: \\$5} + x"]),
        ("$a \\$ b$", vec!["a \\$ b"]),
        ("$5$ apples", vec!["5"]),
        ("$sin x$", vec!["sin x"]),
        ("${n \\choose k}$", vec!["{n \\choose k}"]),
        ("line $a +\nb$ goes on", vec!["a +\nb"]),
        (
            "\\begin{align} x &= 1 \\\\ y &= $2 \\end{align} $z$",
            vec!["\\begin{align} x &= 1 \\\\ y &= $2 \\end{align}", "z"],
        ),
        (
            "\\begin{cases} \\begin{matrix} a \\end{matrix} \\end{cases}",
            vec!["\\begin{cases} \\begin{matrix} a \\end{matrix} \\end{cases}"],
        ),
        ("$$\\begin{matrix} a \\end{matrix}$$", vec!["\\begin{matrix} a \\end{matrix}"]),
        ("costs $5.00, so $x = 5$", vec!["x = 5"]),
    ] {
        assert_eq!(bodies(text), found, "{text}");
        assert!(has_formula(text));
    }
    let whole = formulas("a $$b$$ \\(c\\)", &[]);
    assert_eq!((whole[0].whole.clone(), whole[0].place), (2..7, FormulaPlace::OwnLines));
    assert_eq!((whole[1].whole.clone(), whole[1].place), (8..13, FormulaPlace::InLine));
}

#[test]
fn money_shells_and_words_are_no_formulas() {
    for text in [
        "it costs $5.00 and $7",
        "from $5-$7, or $5+$3",
        "US$3 and US$4",
        "CA$3, US$4.",
        "I have $5 (not 6$)",
        "echo $HOME and $PATH",
        "export PATH=$HOME/bin:$PATH",
        "${HOME}/${USER}",
        "${x} and ${y}",
        "\\$5 and \\$6",
        "$$$ and $$$",
        "a $ b $ c",
        "$x and y$",
        "$5 million$",
        "$x\n\ny$",
        "$$x\n \ny$$",
        "\\(x",
        "x\\)",
        "\\\\(x\\\\)",
        "\\[link\\]",
        "footnote \\[1\\]",
        "\\begin{itemize} $ \\end{itemize}",
        "\\begin{align} x",
        "$",
        "$$",
        "$$ $$",
        "20$ or 30$",
        "$100k for $20/month",
        "$5 is more than $3.",
    ] {
        assert_eq!(bodies(text), [""; 0], "{text}");
        assert_eq!(shown(text), text);
    }
}

#[test]
fn code_is_never_a_formula() {
    let text = "`$x$` and $y$ and $a `b$` c$";
    let code = [0..5, 19..23];
    let found: Vec<&str> =
        formulas(text, &code).into_iter().map(|formula| &text[formula.body]).collect();
    assert_eq!(found, ["y"]);
    assert_eq!(formulas("```\n$x$\n``` $y", &[0..4, 4..11]), []);
}

#[test]
fn a_search_sees_formulas_as_they_are_shown() {
    assert_eq!(shown("solve $x^2 - 5x + 6 = 0$ for $x$."), "solve x² − 5x + 6 = 0 for x.");
    assert_eq!(shown("$\\unknown$ costs $5"), "$\\unknown$ costs $5");
}

#[test]
fn a_picture_that_is_too_wide_is_none() {
    let source = "\\frac{a + b + c + d}{e}";
    assert_eq!(display(source, 16).map(|picture| picture.columns), Some(15));
    assert_eq!(display(source, 14), None);
    assert_eq!(
        display(source, 15).map(|picture| (picture.columns, picture.baseline)),
        Some((15, 1))
    );
}
