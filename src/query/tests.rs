//! What can be written, what cannot and why, and that printing loses nothing.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::time::{Millis, Zone};

const NOON: Millis = 1_790_856_000_000; // 2026-10-01T12:00:00Z, a Thursday

fn canonical(source: &str) -> String {
    parse(source).unwrap_or_else(|error| panic!("{source}: {error}")).unwrap().to_string()
}

#[track_caller]
fn wrong(source: &str, column: usize, width: usize, message: &str) {
    let error = parse(source).expect_err(source);
    assert_eq!((error.column, error.width, &*error.message), (column, width, message), "{source}");
}

fn window(source: &str, zone: Zone) -> Range<Millis> {
    match parse(source).unwrap().unwrap().root() {
        Expr::Term(Term { test: Test::Time { bound, when, .. }, .. }) => {
            when.window(*bound, zone, NOON).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_empty_query_matches_everything() {
    for source in ["", " ", "\t\u{3000}\n"] {
        assert_eq!(parse(source), Ok(None));
    }
}

#[test]
fn every_form_prints_in_its_canonical_form() {
    let cases = [
        ("word", "word"),
        ("\"word\"", "word"),
        ("  two   words ", "two words"),
        ("\"two words\"", "\"two words\""),
        (r#""say \"x\" \\ \frac""#, r#""say \"x\" \\ \\frac""#),
        (r"\frac{1}{2}", r"\frac{1}{2}"),
        (r"/a\/b \d+/", r"/a\/b \d+/"),
        (r"/\\/", r"/\\/"),
        ("-x", "-x"),
        ("--x", "x"),
        ("-(a b)", "-(a b)"),
        ("-\"-x\"", "-\"-x\""),
        ("a b OR c d", "a b OR c d"),
        ("a (b OR c) d", "a (b OR c) d"),
        ("(a (b c)) ((d))", "a b c d"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("a or b", "a or b"),
        ("\"OR\"", "\"OR\""),
        ("f(x) (g(y) OR h)", "f(x) (g(y) OR h)"),
        ("10:30 1/2 well-known 5\" C:x", "10:30 1/2 well-known 5\" C:x"),
        ("\"http://x\"", "\"http://x\""),
        ("role:user", "role:user"),
        ("role:(user OR system)", "role:user OR role:system"),
        ("user:(a* -ab)", "user:a* -user:ab"),
        ("x user:(\"a b\" OR /c OR d:e)", "x (user:\"a b\" OR user:/c OR user:d:e)"),
        ("user:\"a*b\"", "user:\"a*b\""),
        ("user:\"ab\" user:OR user:-x", "user:ab user:OR user:-x"),
        ("session:a:b", "session:a:b"),
        ("since:7d after:2026-10-01", "since:7d after:2026-10-01"),
        ("before:2026-10-01T14:00:05", "before:2026-10-01T14:00:05"),
        ("before:\"2026-10-01 14:00\"", "before:2026-10-01T14:00"),
        ("before:2026-10-01T14:00+02:00", "before:2026-10-01T12:00Z"),
        ("before:2026-10-01T14:00:05.1239-0530", "before:2026-10-01T19:30:05.123Z"),
        ("on:(today OR yesterday)", "on:today OR on:yesterday"),
    ];
    for (source, printed) in cases {
        assert_eq!(canonical(source), printed, "{source}");
        assert_eq!(canonical(printed), printed);
    }
}

#[test]
fn an_unknown_field_is_an_error_that_names_the_nearest() {
    wrong("x rol:user", 2, 3, "unknown field `rol`; did you mean `role`?");
    wrong("usre:x", 0, 4, "unknown field `usre`; did you mean `user`?");
    wrong("comp:x", 0, 4, "unknown field `comp`; did you mean `component`?");
    wrong("Role:user", 0, 4, "unknown field `Role`; did you mean `role`?");
    wrong("befor:2026-10-01", 0, 5, "unknown field `befor`; did you mean `before`?");
    wrong("-(rol:user)", 2, 3, "unknown field `rol`; did you mean `role`?");
    let all = "`role`, `user`, `session`, `component`, `after`, `before`, `since`, `on`";
    let message = |name: &str, text: &str| {
        format!("unknown field `{name}`; the fields are {all}; for the text write {text}")
    };
    wrong("see http://x/y", 4, 4, &message("http", "\"http://x/y\""));
    wrong("answer: 5", 0, 6, &message("answer", "\"answer:\""));
}

#[test]
fn each_mistake_is_named_at_its_column() {
    let quote = "for the character itself, quote the text";
    let minus = "`-` needs a term right behind it; for the character itself write \"-\"";
    wrong("é -", 2, 1, minus);
    wrong("- x", 0, 1, minus);
    wrong("(a -)", 3, 1, minus);
    wrong("-OR", 0, 1, minus);
    wrong("é \"open", 2, 1, "the quote is not closed; add `\"` behind the text");
    wrong("\"open\\\"", 0, 1, "the quote is not closed; add `\"` behind the text");
    wrong("x \"\"", 2, 2, "nothing stands between the quotes");
    wrong("user:\"\"", 5, 2, "nothing stands between the quotes");
    wrong("\"a\"b", 3, 1, "a blank is missing behind the closing quote");
    wrong("/usr/bin", 5, 1, "a blank is missing behind the regular expression");
    let regex = "the regular expression is not closed; add `/` behind it, or quote the text";
    wrong("x /ab", 2, 1, regex);
    wrong("/ab\\/", 0, 1, regex);
    wrong("//", 0, 2, "nothing stands between the slashes; for the text write \"//\"");
    wrong("漢 (a OR b", 2, 1, "`(` is not closed; add `)`, or quote the text");
    wrong("(", 0, 1, "`(` is not closed; add `)`, or quote the text");
    wrong("a ()", 2, 2, "nothing stands between the parentheses");
    wrong("a)", 1, 1, &format!("`)` without `(`; {quote}"));
    wrong(")", 0, 1, &format!("`)` without `(`; {quote}"));
    wrong("a OR b) c", 6, 1, &format!("`)` without `(`; {quote}"));
    let word = "`(` is not closed in this word; put a blank before it, or quote the text";
    wrong("sin(x + 1)", 3, 1, word);
    let left = "`OR` needs a term on its left; for the word itself write \"OR\"";
    let right = "`OR` needs a term on its right; for the word itself write \"OR\"";
    wrong("OR a", 0, 2, left);
    wrong("x (OR a)", 3, 2, left);
    wrong("a OR", 2, 2, right);
    wrong("(a OR ) b", 3, 2, right);
    wrong("a OR OR b", 2, 2, right);
    wrong("x role:", 2, 5, "`role:` needs a value right behind it: role:user");
    wrong("role: user", 0, 5, "`role:` needs a value right behind it: role:user");
    wrong("(since:)", 1, 6, "`since:` needs a value right behind it: since:7d");
    wrong("role:()", 5, 2, "nothing stands between the parentheses");
    wrong("role:(user", 5, 1, "`(` is not closed; add `)`, or quote the text");
}

#[test]
fn a_wrong_time_is_named_at_its_value() {
    let forms = "2026-10-01, 2026-10-01T14:00, today, yesterday, 30m, 6h, 7d or 2w";
    let no_time = |text: &str| format!("`{text}` is no time; write {forms}");
    wrong("x since:7", 8, 1, &no_time("7"));
    for text in ["2026-10", "26-10-01", "d", "-7d", "99999999999d", "7days", "2026-10-01T14"] {
        wrong(&format!("since:{text}"), 6, text.len(), &no_time(text));
    }
    for text in ["2026-10-01T25:00", "2026-10-01T14:00+25:00", "2026-10-01T14:00:05.", "+7d"] {
        wrong(&format!("since:{text}"), 6, text.len(), &no_time(text));
    }
    wrong("since:2026-02-30", 6, 10, "there is no day 2026-02-30");
    wrong("since:2026-13-01T10:00", 6, 16, "there is no day 2026-13-01");
    wrong("on:yesterdy", 3, 8, "`yesterdy` is no time; did you mean `yesterday`?");
    wrong("on:7d", 3, 2, "`7d` is no day; write 2026-10-01, today or yesterday");
    wrong("on:x", 3, 1, "`x` is no time; write 2026-10-01, today or yesterday");
    // The offset leads out of the years that can be written.
    wrong("since:0000-01-01T00:00+01:00", 6, 22, &no_time("0000-01-01T00:00+01:00"));
}

#[test]
fn times_are_windows_in_the_zone() {
    let vienna = Zone::parse("Europe/Vienna").unwrap();
    let hour = 3_600_000;
    let midnight = NOON - 14 * hour; // of 1 October in Vienna
    let cases = [
        ("since:6h", NOON - 6 * hour..Millis::MAX),
        ("since:30m", NOON - hour / 2..Millis::MAX),
        ("since:2w", NOON - 14 * 24 * hour..Millis::MAX),
        ("after:2026-10-01", midnight..Millis::MAX),
        ("after:2026-10-01T14:00", NOON..Millis::MAX),
        ("after:2026-10-01T14:00Z", NOON + 2 * hour..Millis::MAX),
        ("before:today", Millis::MIN..midnight),
        ("before:7d", Millis::MIN..NOON - 7 * 24 * hour),
        ("on:today", midnight..midnight + 24 * hour),
        ("on:yesterday", midnight - 24 * hour..midnight),
        // The clocks go back on this day.
        ("on:2026-10-25", midnight + 24 * 24 * hour..midnight + (25 * 24 + 1) * hour),
    ];
    for (source, expected) in cases {
        assert_eq!(window(source, vienna), expected, "{source}");
    }
    assert_eq!(window("since:4294967295w", vienna).end, Millis::MAX);
}

#[test]
fn too_long_or_too_deep_is_an_error_and_never_a_crash() {
    assert!(parse(&"x".repeat(MAX_LENGTH)).is_ok());
    let long = "é".repeat(MAX_LENGTH / 2) + "é";
    wrong(&long, 2048, 1, "the query is 4098 bytes long; the most is 4096");
    let nested = |n: usize| "(".repeat(n) + "x" + &")".repeat(n);
    assert_eq!(canonical(&nested(MAX_DEPTH)), "x");
    wrong(&nested(MAX_DEPTH + 1), 64, 1, "the query is nested more than 64 deep");
    assert!(parse(&"-".repeat(4000)).is_err());
    assert!(parse(&"(-".repeat(2000)).is_err());
    assert!(parse(&"role:(".repeat(600)).is_err());
}

#[test]
fn each_top_level_term_is_a_chip_that_can_be_taken_away() {
    let query = parse("  a (b c)   -role:user  user:(x OR y) ").unwrap().unwrap();
    let chips: Vec<_> = query.chips().collect();
    let texts: Vec<&str> = chips.iter().map(|chip| chip.text).collect();
    assert_eq!(texts, ["a", "(b c)", "-role:user", "user:(x OR y)"]);
    assert_eq!(query.without(&chips[0]), "(b c)   -role:user  user:(x OR y)");
    assert_eq!(query.without(&chips[2]), "a (b c) user:(x OR y)");
    let whole = parse("a b OR c").unwrap().unwrap();
    assert_eq!(whole.chips().map(|chip| chip.text).collect::<Vec<_>>(), ["a b OR c"]);
    assert_eq!(whole.without(&whole.chips().next().unwrap()), "");
}

#[test]
fn capitals_ask_for_their_case_but_not_those_of_escapes() {
    assert!(words_ignore_case("straße 漢 5"));
    assert!(!words_ignore_case("straSse"));
    for pattern in [
        r"\W\D\S\B",
        r"\p{Lu}",
        r"\PL",
        r"\x4A",
        r"\x{4A}",
        r"\u00DF",
        r"(?P<Name>a)",
        r"(?<Name>a)",
        r"(?U:a)",
        r"[^\W]",
        r"\\w",
        "ab.*c",
    ] {
        assert!(regex_ignores_case(pattern), "{pattern}");
    }
    for pattern in [r"\\W", r"\p{Lu}A", r"\x4AA", "(?:A)", "(?P<n>A)", "[A-Z]", r"\PLA"] {
        assert!(!regex_ignores_case(pattern), "{pattern}");
    }
}

#[test]
fn a_star_stands_for_anything_where_it_is_not_quoted() {
    let cases = [
        ("a*", "a", true),
        ("a*", "abc", true),
        ("a*", "ba", false),
        ("*", "", true),
        ("*b*", "abc", true),
        ("a*b*c", "axbxbc", true),
        ("a*bc", "abcbd", false),
        ("A*", "abc", false),
        ("*é", "caf\u{E9}", true),
    ];
    for (pattern, id, matches) in cases {
        assert_eq!(Pattern::with_stars(pattern).matches(id), matches, "{pattern} {id}");
    }
    assert!(Pattern::exact("a*").matches("a*"));
    assert!(!Pattern::exact("a*").matches("ab"));
}

#[test]
fn every_row_of_the_table_has_an_example_that_uses_it() {
    for row in &FIELDS {
        assert!(row.example.starts_with(&format!("{}:", row.name)), "{}", row.name);
        assert!(parse(row.example).unwrap().is_some(), "{}", row.example);
        assert_eq!(FIELDS.iter().filter(|other| other.name == row.name).count(), 1);
    }
}

#[test]
fn a_term_made_from_a_value_matches_that_value_alone() {
    assert_eq!(term("user", "alice"), "user:alice");
    assert_eq!(term("user", "a b"), "user:\"a b\"");
    assert_eq!(term("user", "a*"), "user:\"a*\"");
    assert_eq!(term("user", "(x"), "user:\"(x\"");
    assert_eq!(term("user", ""), "-user:*");
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z:*/()\"\\\\ é-]{1,6}", "\\PC{1,6}", Just("OR".to_owned())]
}

fn whens() -> impl Strategy<Value = When> {
    let unit = prop_oneof![Just(Unit::Minute), Just(Unit::Hour), Just(Unit::Day), Just(Unit::Week)];
    let day = (0..3_000_000_i64).prop_map(|days| {
        NaiveDate::MIN.max(NaiveDate::from_ymd_opt(0, 1, 1).unwrap())
            + chrono::TimeDelta::days(days)
    });
    let wall = (day.clone(), 0..86_400_000_i64).prop_map(|(day, ms)| {
        day.and_hms_opt(0, 0, 0).unwrap() + chrono::TimeDelta::milliseconds(ms)
    });
    prop_oneof![
        Just(When::Today),
        Just(When::Yesterday),
        (any::<u32>(), unit).prop_map(|(amount, unit)| When::Ago { amount, unit }),
        day.prop_map(When::Day),
        wall.clone().prop_map(When::Wall),
        wall.prop_map(|wall| When::Instant(wall.and_utc().timestamp_millis())),
    ]
}

fn tests() -> impl Strategy<Value = Test> {
    let id = (0_usize..4, values(), "[a-z*]{0,3}\\*[a-z]{0,2}", any::<bool>());
    prop_oneof![
        values().prop_map(Test::Words),
        "([a-z ()\"]|/|\\\\[dw\\\\]){1,6}".prop_map(Test::Regex),
        id.prop_map(|(at, exact, wild, stars)| match FIELDS[at].kind {
            Kind::Id(column) => Test::Id {
                field: &FIELDS[at],
                column,
                pattern: if stars { Pattern::with_stars(wild) } else { Pattern::exact(exact) },
            },
            Kind::Time(_) => unreachable!(),
        }),
        (4_usize..7, whens()).prop_map(|(at, when)| match FIELDS[at].kind {
            Kind::Time(bound) => Test::Time { field: &FIELDS[at], bound, when },
            Kind::Id(_) => unreachable!(),
        }),
    ]
}

fn exprs() -> impl Strategy<Value = Expr> {
    let term = tests().prop_map(|test| Expr::Term(Term { span: 0..0, test }));
    term.prop_recursive(4, 24, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            list.clone().prop_map(Expr::all),
            list.prop_map(Expr::any),
            inner.prop_map(Expr::not),
        ]
    })
}

proptest! {
    #[test]
    fn printing_and_reading_gives_the_same_query(expr in exprs()) {
        let printed = expr.to_string();
        let read = parse(&printed);
        prop_assert_eq!(read.as_ref().ok().and_then(Option::as_ref).map(Query::root), Some(&expr),
            "{} {:?}", printed, read);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place_in_it(source in "\\PC{0,40}|[a-z:()\"/ OR-]{0,40}") {
        match parse(&source) {
            Ok(Some(query)) => {
                prop_assert_eq!(&parse(&query.to_string()).unwrap().unwrap(), &query);
                for chip in query.chips() {
                    prop_assert!(!chip.text.is_empty());
                    prop_assert!(parse(&query.without(&chip)).is_ok());
                }
            }
            Ok(None) => prop_assert!(source.trim().is_empty()),
            Err(error) => {
                prop_assert_eq!(source[..error.at].chars().count(), error.column);
                prop_assert!(error.column + error.width <= source.chars().count());
            }
        }
    }

    #[test]
    fn quoted_text_is_found_as_it_stands(value in values()) {
        let query = parse(&literal(&value)).unwrap().unwrap();
        let words = Expr::Term(Term { span: 0..0, test: Test::Words(value.clone()) });
        prop_assert_eq!(query.root(), &words);
        let query = parse(&term("user", &value)).unwrap().unwrap();
        let Expr::Term(Term { test: Test::Id { pattern, .. }, .. }) = query.root() else {
            return Err(TestCaseError::fail("no id"));
        };
        prop_assert_eq!(pattern.as_exact(), Some(&*value));
    }
}
