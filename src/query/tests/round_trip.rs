//! Any query that can be printed reads back as itself, and any text is read or refused.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

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
            FieldKind::Id(column) => Test::Id {
                field: &FIELDS[at],
                column,
                pattern: if stars { Pattern::with_stars(wild) } else { Pattern::exact(exact) },
            },
            _ => unreachable!(),
        }),
        (4_usize..7, whens()).prop_map(|(at, when)| match FIELDS[at].kind {
            FieldKind::Time(bound) => Test::Time { field: &FIELDS[at], bound, when },
            _ => unreachable!(),
        }),
        (paths(), metadata_values()).prop_map(|(path, value)| Test::Value { path, value }),
        parts().prop_map(|part| Test::Part { field: field("has").unwrap(), part }),
        prop::sample::select(&State::ALL[..])
            .prop_map(|(state, ..)| Test::State { field: field("is").unwrap(), state }),
        (any::<bool>(), bounds(0_u64..5000)).prop_map(|(turns, bounds)| {
            let (name, count) =
                if turns { ("turns", Measure::Turns) } else { ("len", Measure::Characters) };
            Test::Count { field: field(name).unwrap(), count, bounds }
        }),
        bounds(0_u64..90_000_000)
            .prop_filter("one span", |bounds| !matches!(bounds, Bounds::Exactly(_)))
            .prop_map(|bounds| Test::Wait {
                field: field("wait").unwrap(),
                bounds: bounds.map(|&millis| TimeSpan(millis)),
            }),
        (0..86_400_u32, 1..86_400_u32).prop_map(|(from, more)| {
            let clock = |at: u32| format!("{:02}:{:02}:{:02}", at / 3600, at / 60 % 60, at % 60);
            let source = format!("at:{}..{}", clock(from), clock((from + more) % 86_400));
            match parse(&source).unwrap().unwrap().root() {
                Expr::Term(Term { test, .. }) => test.clone(),
                _ => unreachable!(),
            }
        }),
    ]
}

fn bounds<T: Ord + Copy + std::fmt::Debug + 'static>(
    values: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Bounds<T>> {
    (0..6, values.clone(), values).prop_map(|(form, a, b)| match form {
        0 => Bounds::Over(a),
        1 => Bounds::AtLeast(a),
        2 => Bounds::Under(a),
        3 => Bounds::AtMost(a),
        4 => Bounds::Between(a.min(b), a.max(b)),
        _ => Bounds::Exactly(a),
    })
}

fn paths() -> impl Strategy<Value = Path> {
    let step = prop_oneof![
        "[a-z_é-]{1,4}|[a-z .:\"\\\\\\[*()]{0,4}".prop_map(PathStep::Key),
        any::<u32>().prop_map(PathStep::Index),
    ];
    prop::collection::vec(step, 1..4).prop_map(|steps| Path::new(steps).unwrap())
}

fn metadata_values() -> impl Strategy<Value = Value> {
    let number = |n: i32| Number::read(&n.to_string()).unwrap();
    prop_oneof![
        values().prop_map(|text| Value::Text(Pattern::exact(text))),
        "[a-z*]{0,3}\\*[a-z]{0,2}".prop_map(|text| Value::Text(Pattern::with_stars(text))),
        "-?[0-9.<>]{1,4}".prop_map(|text| Value::Text(Pattern::exact(text))),
        bounds(any::<i32>())
            .prop_map(move |bounds| Value::Number(Box::new(bounds.map(|&n| number(n))))),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?(e-?[0-9])?".prop_map(|text| Value::Number(
            Box::new(Bounds::Exactly(Number::read(&text).unwrap()))
        )),
    ]
}

fn parts() -> impl Strategy<Value = Part> {
    prop_oneof![
        prop::sample::select(&Part::NAMED[..]).prop_map(|(part, _)| part),
        paths().prop_map(Part::Path),
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
    fn any_text_is_read_or_refused_with_a_place_in_it(source in "\\PC{0,40}|[a-z:()\"/ OR-]{0,40}|(has:|meta|[.a\\[\\]0\": ]|[<>.5-]){0,12}") {
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

    #[test]
    fn a_term_for_a_value_of_the_metadata_reads_as_that_value(path in paths(), value in values()) {
        let source = value_term(&path, &value).unwrap();
        let query = parse(&source).unwrap().unwrap();
        let Expr::Term(Term { test: Test::Value { path: read, value: found }, .. }) = query.root() else {
            return Err(TestCaseError::fail("no value"));
        };
        prop_assert_eq!(read, &path);
        match found {
            Value::Text(pattern) => prop_assert_eq!(pattern.as_exact(), Some(&*value)),
            Value::Number(bounds) => prop_assert!(bounds.lets(&value)),
        }
    }
}
