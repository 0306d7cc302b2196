//! Other forms of what is looked for: what a formula shows, and the normal forms of Unicode.

use super::*;

#[test]
fn what_a_formula_shows_is_found_like_what_it_is_written_as() {
    let all = [
        r"solve $x^2 = 4$",
        r"so $\frac{1}{2}\alpha \le \sqrt{x}$, and",
        r"\[\frac{a}{b} + c\]",
        "costs $5 or x^2",
        "the sign x² itself",
        r"`x^2` and $y^2$",
    ];
    let messages: Vec<Message> = all.iter().map(|text| message("s", "user", text)).collect();
    let pages = pack(rows_per_page(4), &messages);
    let cases: [(&str, &[usize]); 12] = [
        ("x²", &[0, 4]),
        ("x^2", &[0, 3, 5]),
        ("\"x² = 4\"", &[0]),
        ("½", &[1]),
        ("α", &[1]),
        ("≤", &[1]),
        (r"\alpha", &[1]),
        ("a/b", &[2]),
        ("y² OR a/b", &[2, 5]),
        ("-x²", &[1, 2, 3, 5]),
        ("/x²|½/", &[0, 1, 4]),
        ("sign x²", &[4]),
    ];
    for (query, found) in cases {
        let expected: Vec<&str> = found.iter().map(|&at| all[at]).collect();
        assert_eq!(texts(&pages, query), expected, "{query}");
    }
}

#[test]
fn a_word_is_found_in_both_normal_forms() {
    let all = [
        "Ein Caf\u{E9}",
        "ein cafe\u{301}",
        "\u{D55C}국어",
        "\u{1112}\u{1161}\u{11AB}국어",
        "cafe",
    ];
    let messages: Vec<Message> = all.iter().map(|text| message("s", "user", text)).collect();
    let pages = pack(rows_per_page(2), &messages);
    for (query, found) in [
        ("caf\u{E9}", &[0, 1][..]),
        ("cafe\u{301}", &[0, 1]),
        ("Caf\u{E9}", &[0]),
        ("\u{D55C}", &[2, 3]),
        ("\u{1112}\u{1161}\u{11AB}", &[2, 3]),
        ("\u{D55C} OR caf\u{E9}", &[0, 1, 2, 3]),
        ("-\u{D55C}", &[0, 1, 4]),
    ] {
        let expected: Vec<&str> = found.iter().map(|&at| all[at]).collect();
        assert_eq!(texts(&pages, query), expected, "{query}");
    }
}
