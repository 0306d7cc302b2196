//! Reading the instants that a server may send.
//!
//! The description says RFC 3339; servers also send other forms of ISO 8601 and epochs. The table
//! in the tests is the list of what is understood. Must not know where the text comes from.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::Millis;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// 1970-01-01 in days of the common era.
const EPOCH_DAY: i64 = 719_163;

/// An epoch with at most this many digits is in seconds (until the year 5138), else in
/// milliseconds (from March 1973).
const SECONDS_DIGITS: usize = 11;

/// Reads a time: RFC 3339 and its usual variants, a date (midnight in UTC), or an epoch in seconds
/// or milliseconds. Without an offset UTC is meant. Digits beyond milliseconds are cut off.
///
/// `None` for anything else, for days that do not exist, and outside of the calendar.
pub fn parse_instant(text: &str) -> Option<Millis> {
    usual(text.as_bytes()).or_else(|| {
        let text = text.trim();
        epoch(text).or_else(|| calendar(text))
    })
}

/// Reads an epoch given as a number: in seconds below 100,000,000,000, else in milliseconds.
///
/// `None` for what is no finite number and outside of the calendar.
pub fn instant_from_number(number: f64) -> Option<Millis> {
    let millis = if number.abs() < 1e11 { number * 1e3 } else { number };
    // The calendar ends long before 2^53, so what passes is an exact integer.
    #[expect(clippy::cast_possible_truncation, reason = "below 1e16, see above")]
    (millis.abs() < 1e16).then(|| millis.round() as i64).and_then(within_calendar)
}

/// `YYYY-MM-DDTHH:MM:SSZ` and `YYYY-MM-DDTHH:MM:SS.mmmZ`, which is nearly every time there is.
fn usual(text: &[u8]) -> Option<Millis> {
    let (head, millis) = match text {
        [head @ .., b'Z'] if head.len() == 19 => (head, 0),
        [head @ .., b'.', a, b, c, b'Z'] if head.len() == 19 => {
            (head, i64::from(digits(&[*a, *b, *c])?))
        }
        _ => return None,
    };
    let &[y0, y1, y2, y3, b'-', mo0, mo1, b'-', d0, d1, b'T', h0, h1, b':', mi0, mi1, b':', s0, s1] =
        head
    else {
        return None;
    };
    let (year, month, day) = (digits(&[y0, y1, y2, y3])?, digits(&[mo0, mo1])?, digits(&[d0, d1])?);
    let (hour, minute, second) = (digits(&[h0, h1])?, digits(&[mi0, mi1])?, digits(&[s0, s1])?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days(i32::try_from(year).ok()?, month, day)?;
    Some(days * DAY + clock(hour, minute, second) + millis)
}

fn clock(hour: u32, minute: u32, second: u32) -> Millis {
    i64::from(hour) * HOUR + i64::from(minute) * MINUTE + i64::from(second) * SECOND
}

/// Days since 1970.
fn days(year: i32, month: u32, day: u32) -> Option<i64> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    Some(i64::from(date.num_days_from_ce()) - EPOCH_DAY)
}

/// A few digits as a number; `None` if one is none, or for none at all.
fn digits(text: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u32, |number, &byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then_some(())?;
        number.checked_mul(10)?.checked_add(u32::from(digit))
    })
}

/// Milliseconds of a fraction of a second, from its digits.
fn fraction(text: &str) -> Option<Millis> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let three = text.bytes().chain(*b"00").take(3);
    Some(three.fold(0, |number, byte| number * 10 + i64::from(byte - b'0')))
}

/// `1735689600`, `1735689600.5`, `1735689600123`.
fn epoch(text: &str) -> Option<Millis> {
    let (unsigned, sign) = text.strip_prefix('-').map_or((text, 1), |rest| (rest, -1));
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = fraction(part)?;
    let number: i64 = whole.parse().ok()?;
    let millis = if whole.len() <= SECONDS_DIGITS { number * SECOND + part } else { number };
    within_calendar(sign * millis)
}

/// A date with or without a time of day, with or without an offset.
fn calendar(text: &str) -> Option<Millis> {
    let (days, rest) = date(text)?;
    if rest.is_empty() {
        return within_calendar(days * DAY);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let end = rest.find(['Z', 'z', '+', '-', ' ']).unwrap_or(rest.len());
    let (wall, offset) = rest.split_at_checked(end)?;
    within_calendar(days * DAY + time_of_day(wall)? - offset_millis(offset.trim_start())?)
}

/// The days since 1970 of the date at the start, and what follows it. A sign lets the year have
/// more than four digits.
fn date(text: &str) -> Option<(i64, &str)> {
    let signed = text.starts_with(['+', '-']);
    let (sign, unsigned) = text.split_at_checked(usize::from(signed))?;
    let (year, rest) = unsigned.split_once('-')?;
    if year.len() < 4 || (!signed && year.len() != 4) {
        return None;
    }
    let year = i32::try_from(digits(year.as_bytes())?).ok()?;
    let year = if sign == "-" { -year } else { year };
    let (month, rest) = rest.split_once('-')?;
    let (day, rest) = rest.split_at_checked(2)?;
    if month.len() != 2 {
        return None;
    }
    Some((days(year, digits(month.as_bytes())?, digits(day.as_bytes())?)?, rest))
}

/// `10:02`, `10:02:11`, `10:02:11.5`; second 60 is the first of the next minute.
fn time_of_day(text: &str) -> Option<Millis> {
    let (text, millis) = match text.split_once(['.', ',']) {
        Some((text, part)) if text.len() == 8 => (text, fraction(part)?),
        Some(_) => return None,
        None => (text, 0),
    };
    let (hour, minute, second) = match *text.as_bytes() {
        [h0, h1, b':', m0, m1] => (digits(&[h0, h1])?, digits(&[m0, m1])?, 0),
        [h0, h1, b':', m0, m1, b':', s0, s1] => {
            (digits(&[h0, h1])?, digits(&[m0, m1])?, digits(&[s0, s1])?)
        }
        _ => return None,
    };
    (hour <= 23 && minute <= 59 && second <= 60).then(|| clock(hour, minute, second) + millis)
}

/// `Z`, `+05:30`, `+0530`, `+05`; nothing is UTC.
fn offset_millis(text: &str) -> Option<Millis> {
    let (sign, hour, minute) = match *text.as_bytes() {
        [] | [b'Z' | b'z'] => return Some(0),
        [sign, h0, h1] => (sign, digits(&[h0, h1])?, 0),
        [sign, h0, h1, m0, m1] | [sign, h0, h1, b':', m0, m1] => {
            (sign, digits(&[h0, h1])?, digits(&[m0, m1])?)
        }
        _ => return None,
    };
    let millis = clock(hour, minute, 0);
    match sign {
        _ if hour > 23 || minute > 59 => None,
        b'+' => Some(millis),
        b'-' => Some(-millis),
        _ => None,
    }
}

fn within_calendar(millis: Millis) -> Option<Millis> {
    DateTime::<Utc>::from_timestamp_millis(millis).map(|_| millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::iso;
    use proptest::prelude::*;

    /// What is understood, and as what. This table is the documentation.
    const TABLE: &[(&str, &str)] = &[
        // RFC 3339
        ("2026-10-01T10:02:11Z", "2026-10-01T10:02:11.000Z"),
        ("2026-10-01T10:02:11.5Z", "2026-10-01T10:02:11.500Z"),
        ("2026-10-01T10:02:11.123Z", "2026-10-01T10:02:11.123Z"),
        ("2026-10-01T10:02:11.123999Z", "2026-10-01T10:02:11.123Z"),
        ("2026-10-01T10:02:11.123456789012345678Z", "2026-10-01T10:02:11.123Z"),
        ("2026-10-01T10:02:11+05:30", "2026-10-01T04:32:11.000Z"),
        ("2026-10-01T10:02:11.250-11:00", "2026-10-01T21:02:11.250Z"),
        ("2026-10-01t10:02:11z", "2026-10-01T10:02:11.000Z"),
        // A leap second is the next second.
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("2017-01-01T05:29:60.5+05:30", "2017-01-01T00:00:00.500Z"),
        // Other forms of ISO 8601
        ("2026-10-01T10:02:11+0530", "2026-10-01T04:32:11.000Z"),
        ("2026-10-01T10:02:11-08", "2026-10-01T18:02:11.000Z"),
        ("2026-10-01T10:02:11,5Z", "2026-10-01T10:02:11.500Z"),
        ("2026-10-01T10:02:11", "2026-10-01T10:02:11.000Z"),
        ("2026-10-01T10:02", "2026-10-01T10:02:00.000Z"),
        ("2026-10-01T10:02Z", "2026-10-01T10:02:00.000Z"),
        ("2026-10-01 10:02:11", "2026-10-01T10:02:11.000Z"),
        ("2026-10-01 10:02:11.5 +0200", "2026-10-01T08:02:11.500Z"),
        ("2026-10-01", "2026-10-01T00:00:00.000Z"),
        ("  2026-10-01T10:02:11Z\n", "2026-10-01T10:02:11.000Z"),
        // Years
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("+12026-10-01T10:02:11Z", "+12026-10-01T10:02:11.000Z"),
        ("-0044-03-15", "-0044-03-15T00:00:00.000Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000Z"),
        // Epochs: seconds with up to eleven digits, else milliseconds.
        ("0", "1970-01-01T00:00:00.000Z"),
        ("1790848931", "2026-10-01T10:02:11.000Z"),
        ("1790848931.25", "2026-10-01T10:02:11.250Z"),
        ("1790848931250", "2026-10-01T10:02:11.250Z"),
        ("1790848931250.75", "2026-10-01T10:02:11.250Z"),
        ("-1", "1969-12-31T23:59:59.000Z"),
    ];

    /// What is not understood.
    const REFUSED: &[&str] = &[
        "",
        " ",
        "yesterday",
        "2026-02-30T10:00:00Z",
        "2026-02-30",
        "2025-02-29",
        "2026-13-01T10:00:00Z",
        "2026-00-01T10:00:00Z",
        "2026-10-01T24:00:00Z",
        "2026-10-01T10:60:00Z",
        "2026-10-01T10:02:61Z",
        "2026-10-01T10:02:11.Z",
        "2026-10-01T10:02:11.5.5Z",
        "2026-10-01T10:02:11+24:00",
        "2026-10-01T10:02:11+05:60",
        "2026-10-01T10:02:11 UTC",
        "2026-10-01T10:02:11ZZ",
        "2026-10-01T",
        "2026-10-01Z",
        "2026-10-1",
        "26-10-01",
        "12026-10-01",
        "+292278994-08-17T07:12:55.807Z",
        "-292275055-05-16T16:47:04Z",
        "99999999999999999999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "1.2.3",
        "1e9",
        ".5",
        "5.",
        "-",
        "NaN",
        "2026-10-01T10:02:1é",
        "２０２６-10-01",
    ];

    #[test]
    fn every_row_of_the_table_is_read() {
        for (text, expected) in TABLE {
            let millis = parse_instant(text).unwrap_or_else(|| panic!("{text} was refused"));
            assert_eq!(&iso(millis), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in REFUSED {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds_by_their_size() {
        let cases = [
            (0.0, Some(0)),
            (-1.0, Some(-1_000)),
            (1_790_848_931.0, Some(1_790_848_931_000)),
            (1_790_848_931.25, Some(1_790_848_931_250)),
            (1_790_848_931_250.0, Some(1_790_848_931_250)),
            (99_999_999_999.0, Some(99_999_999_999_000)),
            (100_000_000_000.0, Some(100_000_000_000)),
            (1e300, None),
            (-1e17, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
            (f64::NEG_INFINITY, None),
        ];
        for (number, expected) in cases {
            assert_eq!(instant_from_number(number), expected, "{number}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|[-+0-9TZ:. ]{0,40}") {
            let _ = parse_instant(&text);
        }

        #[test]
        fn what_is_written_is_read_back(millis in -8_000_000_000_000_000_i64..8_000_000_000_000_000) {
            prop_assert_eq!(parse_instant(&iso(millis)), Some(millis));
        }

        #[test]
        fn offsets_agree_with_chrono(
            seconds in 0_i64..4_000_000_000, minutes in -1439_i32..=1439
        ) {
            let offset = chrono::FixedOffset::east_opt(minutes * 60).unwrap();
            let time = DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&offset);
            prop_assert_eq!(parse_instant(&time.to_rfc3339()), Some(seconds * 1000));
        }
    }
}
