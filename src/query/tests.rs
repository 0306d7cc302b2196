//! What can be written, what cannot and why, and that printing loses nothing.

mod round_trip;

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
        ("meta.model:gpt-4*", "meta.model:gpt-4*"),
        ("meta.usage.tokens:>500", "meta.usage.tokens:>500"),
        ("meta.a_b-c[0].d:10..20", "meta.a_b-c[0].d:10..20"),
        ("meta.\"odd: \\\"key\".x:\"a b\"", "meta.\"odd: \\\"key\".x:\"a b\""),
        ("meta.\"plain\":\"x\"", "meta.plain:x"),
        (
            "meta.n:5 meta.n:\"5\" meta.n:-5 meta.n:1..",
            "meta.n:5 meta.n:\"5\" meta.n:-5 meta.n:>=1",
        ),
        ("meta.x:(a OR >2)", "meta.x:a OR meta.x:>2"),
        ("meta.x:\">2\" meta.x:a..b", "meta.x:\">2\" meta.x:a..b"),
        ("meta.x meta.analysis", "meta.x meta.analysis"),
        ("has:(text OR meta.\"a b\"[2])", "has:text OR has:meta.\"a b\"[2]"),
        ("is:unanswered -is:first", "is:unanswered -is:first"),
        ("len:..5 len:>=2000 turns:3", "len:<=5 len:>=2000 turns:3"),
        ("wait:>60s wait:0.5s..2s", "wait:>1m wait:500ms..2s"),
        ("at:14:00..16:00 at:>=22:00 at:<08:30", "at:14:00..16:00 at:22:00..24:00 at:00:00..08:30"),
        ("at:22:00:05..02:00 at:24:00..01:00", "at:22:00:05..02:00 at:00:00..01:00"),
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
    wrong("metadata.x:1", 0, 10, "unknown field `metadata.x`; did you mean `meta.x`?");
    let all = "`role`, `user`, `session`, `component`, `after`, `before`, `since`, `on`, `at`, \
               `meta`, `has`, `is`, `len`, `turns`, `wait`";
    let message = |name: &str, text: &str| {
        format!("unknown field `{name}`; the fields are {all}; to search for the text, use {text}")
    };
    wrong("see http://x/y", 4, 4, &message("http", "\"http://x/y\""));
    wrong("answer: 5", 0, 6, &message("answer", "\"answer:\""));
}

#[test]
fn each_mistake_is_named_at_its_column() {
    let quote = "to search for it, quote the text";
    let minus = "`-` needs a term right after it; to search for it, use \"-\"";
    wrong("é -", 2, 1, minus);
    wrong("- x", 0, 1, minus);
    wrong("(a -)", 3, 1, minus);
    wrong("-OR", 0, 1, minus);
    wrong("é \"open", 2, 1, "unclosed quote; add `\"` after the text");
    wrong("\"open\\\"", 0, 1, "unclosed quote; add `\"` after the text");
    wrong("x \"\"", 2, 2, "empty quotes");
    wrong("user:\"\"", 5, 2, "empty quotes");
    wrong("\"a\"b", 3, 1, "missing space after the closing quote");
    wrong("/usr/bin", 5, 1, "missing space after the regular expression");
    let regex = "unclosed regular expression; add `/` after it, or quote the text";
    wrong("x /ab", 2, 1, regex);
    wrong("/ab\\/", 0, 1, regex);
    wrong("//", 0, 2, "empty regular expression; to search for slashes, use \"//\"");
    wrong("漢 (a OR b", 2, 1, "`(` is not closed; add `)`, or quote the text");
    wrong("(", 0, 1, "`(` is not closed; add `)`, or quote the text");
    wrong("a ()", 2, 2, "empty parentheses");
    wrong("a)", 1, 1, &format!("`)` without `(`; {quote}"));
    wrong(")", 0, 1, &format!("`)` without `(`; {quote}"));
    wrong("a OR b) c", 6, 1, &format!("`)` without `(`; {quote}"));
    let word = "`(` is not closed in this word; put a space before it, or quote the text";
    wrong("sin(x + 1)", 3, 1, word);
    let left = "`OR` needs a term on its left; to search for the word, use \"OR\"";
    let right = "`OR` needs a term on its right; to search for the word, use \"OR\"";
    wrong("OR a", 0, 2, left);
    wrong("x (OR a)", 3, 2, left);
    wrong("a OR", 2, 2, right);
    wrong("(a OR ) b", 3, 2, right);
    wrong("a OR OR b", 2, 2, right);
    wrong("x role:", 2, 5, "`role:` needs a value right after it: role:user");
    wrong("role: user", 0, 5, "`role:` needs a value right after it: role:user");
    wrong("(since:)", 1, 6, "`since:` needs a value right after it: since:7d");
    wrong("role:()", 5, 2, "empty parentheses");
    wrong("role:(user", 5, 1, "`(` is not closed; add `)`, or quote the text");
}

#[test]
fn a_wrong_time_is_named_at_its_value() {
    let forms = "2026-10-01, 2026-10-01T14:00, today, yesterday, 30m, 6h, 7d or 2w";
    let no_time = |text: &str| format!("`{text}` is not a date; use {forms}");
    wrong("x since:7", 8, 1, &no_time("7"));
    for text in ["2026-10", "26-10-01", "d", "-7d", "99999999999d", "7days", "2026-10-01T14"] {
        wrong(&format!("since:{text}"), 6, text.len(), &no_time(text));
    }
    for text in ["2026-10-01T25:00", "2026-10-01T14:00+25:00", "2026-10-01T14:00:05.", "+7d"] {
        wrong(&format!("since:{text}"), 6, text.len(), &no_time(text));
    }
    wrong("since:2026-02-30", 6, 10, "there is no day 2026-02-30");
    wrong("since:2026-13-01T10:00", 6, 16, "there is no day 2026-13-01");
    wrong("on:yesterdy", 3, 8, "`yesterdy` is not a date; did you mean `yesterday`?");
    wrong("on:7d", 3, 2, "`7d` is not a day; use 2026-10-01, today or yesterday");
    wrong("on:x", 3, 1, "`x` is not a date; use 2026-10-01, today or yesterday");
    // The offset leads out of the years that can be written.
    wrong("since:0000-01-01T00:00+01:00", 6, 22, &no_time("0000-01-01T00:00+01:00"));
}

#[test]
fn a_wrong_value_is_named_with_what_is_meant() {
    wrong("is:unanswred", 3, 9, "unknown state `unanswred`; did you mean `unanswered`?");
    let states = "`unanswered`, `first`, `repaired`";
    wrong("is:new", 3, 3, &format!("unknown state `new`; use {states}"));
    wrong("has:txt", 4, 3, "unknown part `txt`; did you mean `text`?");
    wrong("x len:>many", 6, 5, "`many` is not a number; use 10, >10, <=5 or 10..20");
    wrong("len:-5", 4, 2, "`-5` is not a number; use 10, >10, <=5 or 10..20");
    wrong("turns:20..10", 6, 6, "nothing is between 20 and 10; did you mean 10..20?");
    wrong("turns:>", 6, 1, "missing number in `>`; use 10, >10, <=5 or 10..20");
    let forms = "30s, 500ms, 2m or 1h with >, >=, < or <=, or 10s..30s";
    wrong("wait:>30", 5, 3, &format!("`30` is not a duration; use {forms}"));
    wrong("wait:30s", 5, 3, "no reply takes exactly 30s; use >30s or <30s");
    let hours = "use 14:00..16:00, 22:00..02:00, >=18:00 or <08:00";
    wrong("at:2pm..3pm", 3, 8, &format!("`2pm` is not a time of day; {hours}"));
    wrong("at:25:00..26:00", 3, 12, &format!("`25:00` is not a time of day; {hours}"));
    wrong("at:14:00", 3, 5, &format!("a single time is not a range; {hours}"));
    wrong("at:14:00..14:00", 3, 12, &format!("the two times are the same; {hours}"));
}

#[test]
fn a_wrong_path_is_named_where_it_goes_wrong() {
    let missing = "`meta` needs a path: meta.model, meta.usage.tokens, meta.sources[0].title";
    wrong("x meta:5", 2, 4, missing);
    wrong("has:meta", 4, 4, missing);
    wrong("é meta.a..b:5", 8, 1, "missing key after the dot: meta.usage.tokens");
    wrong("has:meta.", 8, 1, "missing key after the dot: meta.usage.tokens");
    let index = "brackets take the index of an element, from 0: meta.sources[0]";
    wrong("meta.a[x]:5", 6, 1, index);
    wrong("has:meta.a[1", 10, 2, index);
    wrong("meta.*:5", 5, 1, "quote a key that contains `*`: meta.\"a*b\"");
    let odd = "a path is keys after dots and indexes in brackets; quote a key with other \
               characters: meta.\"odd key\":x";
    wrong("meta.a*:5", 6, 1, odd);
    wrong("meta.a:", 0, 7, "`meta.a:` needs a value right after it: meta.a:gpt-4*, meta.a:>500");
    wrong("meta.a:>x", 7, 2, "`x` is not a number; to match it as text, quote it");
    wrong("meta.a:<", 7, 1, "missing number; use >500, <=3.5 or 10..20");
    wrong("meta.a:9..1", 7, 4, "nothing is between 9 and 1; did you mean 1..9?");
}

#[test]
fn hours_can_pass_midnight() {
    let hours = |source: &str| match parse(source).unwrap().unwrap().root() {
        Expr::Term(Term { test: Test::Hours { hours, .. }, .. }) => *hours,
        other => panic!("{other:?}"),
    };
    let (day, night) = (hours("at:08:00..16:00"), hours("at:22:00..02:00"));
    for (hour, by_day, by_night) in [
        (0, false, true),
        (1, false, true),
        (2, false, false),
        (8, true, false),
        (16, false, false),
        (22, false, true),
    ] {
        assert_eq!(day.contains(hour * 3600), by_day, "{hour}");
        assert_eq!(night.contains(hour * 3600), by_night, "{hour}");
    }
    assert!(hours("at:00:00..24:00").contains(86_399));
}

#[test]
fn a_value_of_the_metadata_becomes_a_term_that_reads_as_it() {
    let path = |text: &str| match parse(&format!("has:{text}")).unwrap().unwrap().root() {
        Expr::Term(Term { test: Test::Part { part: Part::Path(path), .. }, .. }) => path.clone(),
        other => panic!("{other:?}"),
    };
    let cases = [
        ("meta.model", "gpt-4", "meta.model:gpt-4"),
        ("meta.n", "12.50", "meta.n:12.50"),
        ("meta.n", "1..2", "meta.n:\"1..2\""),
        ("meta.ok", "true", "meta.ok:true"),
        ("meta.\"a b\"", "x*", "meta.\"a b\":\"x*\""),
    ];
    for (at, value, term) in cases {
        assert_eq!(value_term(&path(at), value).as_deref(), Some(term));
    }
    assert_eq!(value_term(&path("meta.x"), ""), None);
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
    wrong(&long, 2048, 1, "the query is 4098 bytes long; the limit is 4096");
    let nested = |n: usize| "(".repeat(n) + "x" + &")".repeat(n);
    assert_eq!(canonical(&nested(MAX_DEPTH)), "x");
    wrong(&nested(MAX_DEPTH + 1), 64, 1, "the query is nested deeper than 64 levels");
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
        let sign = if row.kind == FieldKind::Value { '.' } else { ':' };
        assert!(row.example.starts_with(&format!("{}{sign}", row.name)), "{}", row.name);
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
