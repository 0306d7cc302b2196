//! Comparisons and ranges: `>500`, `<=3`, `10..20`, and what they compare: counts, spans of time
//! and the numbers of JSON.
//!
//! Must not know which field they belong to.

use std::cmp::Ordering;
use std::fmt;

/// Which values are let through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Bounds<T> {
    /// `>5`
    Over(T),
    /// `>=5`, `5..`
    AtLeast(T),
    /// `<5`
    Under(T),
    /// `<=5`, `..5`
    AtMost(T),
    /// `5..9`, both included; the first is no more than the second.
    Between(T, T),
    /// `5`
    Exactly(T),
}

/// Why a range could not be read.
pub(super) enum RangeError<'a> {
    /// This part of it is no value.
    Value(&'a str),
    /// There is no value at all.
    Nothing,
    /// The first one is more than the second.
    Reversed(&'a str, &'a str),
}

impl<T: PartialOrd> Bounds<T> {
    /// Reads a comparison, a range or a single value.
    pub(super) fn read<'a>(
        text: &'a str,
        value: impl Fn(&str) -> Option<T>,
    ) -> Result<Self, RangeError<'a>> {
        let one = |text: &'a str| match text {
            "" => Err(RangeError::Nothing),
            _ => value(text).ok_or(RangeError::Value(text)),
        };
        let compared = [
            (">=", Self::AtLeast as fn(T) -> Self),
            ("<=", Self::AtMost),
            (">", Self::Over),
            ("<", Self::Under),
        ];
        for (sign, make) in compared {
            if let Some(rest) = text.strip_prefix(sign) {
                return one(rest).map(make);
            }
        }
        match text.split_once("..") {
            None => one(text).map(Self::Exactly),
            Some(("", "")) => Err(RangeError::Nothing),
            Some((from, "")) => one(from).map(Self::AtLeast),
            Some(("", to)) => one(to).map(Self::AtMost),
            Some((from, to)) => {
                let (low, high) = (one(from)?, one(to)?);
                match low.partial_cmp(&high) {
                    Some(Ordering::Less | Ordering::Equal) => Ok(Self::Between(low, high)),
                    _ => Err(RangeError::Reversed(from, to)),
                }
            }
        }
    }

    /// Whether a value is let through.
    pub fn contains(&self, value: &T) -> bool {
        match self {
            Self::Over(low) => value > low,
            Self::AtLeast(low) => value >= low,
            Self::Under(high) => value < high,
            Self::AtMost(high) => value <= high,
            Self::Between(low, high) => value >= low && value <= high,
            Self::Exactly(only) => value.partial_cmp(only) == Some(Ordering::Equal),
        }
    }
}

impl<T> Bounds<T> {
    /// The same bounds on something else.
    pub fn map<U>(&self, f: impl Fn(&T) -> U) -> Bounds<U> {
        match self {
            Self::Over(low) => Bounds::Over(f(low)),
            Self::AtLeast(low) => Bounds::AtLeast(f(low)),
            Self::Under(high) => Bounds::Under(f(high)),
            Self::AtMost(high) => Bounds::AtMost(f(high)),
            Self::Between(low, high) => Bounds::Between(f(low), f(high)),
            Self::Exactly(only) => Bounds::Exactly(f(only)),
        }
    }
}

impl Bounds<u64> {
    /// The least and the greatest value that are let through; the least is more than the greatest
    /// when none is.
    pub fn ends(&self) -> (u64, u64) {
        match *self {
            Self::Over(u64::MAX) | Self::Under(0) => (1, 0),
            Self::Over(low) => (low + 1, u64::MAX),
            Self::AtLeast(low) => (low, u64::MAX),
            Self::Under(high) => (0, high - 1),
            Self::AtMost(high) => (0, high),
            Self::Between(low, high) => (low, high),
            Self::Exactly(only) => (only, only),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Bounds<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Over(low) => write!(f, ">{low}"),
            Self::AtLeast(low) => write!(f, ">={low}"),
            Self::Under(high) => write!(f, "<{high}"),
            Self::AtMost(high) => write!(f, "<={high}"),
            Self::Between(low, high) => write!(f, "{low}..{high}"),
            Self::Exactly(only) => write!(f, "{only}"),
        }
    }
}

/// A count, without sign or fraction.
pub(super) fn read_count(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A span of time in milliseconds, as in `30s`, `1.5s`, `250ms`, `2m`, `1h`, `1d`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TimeSpan(pub u64);

impl TimeSpan {
    const UNITS: [(&'static str, u64); 5] =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    pub(super) fn read(text: &str) -> Option<Self> {
        let end = text.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, unit) = text.split_at_checked(end)?;
        let (_, size) = Self::UNITS.into_iter().find(|(name, _)| *name == unit)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if whole.is_empty() || fraction.is_empty() || fraction.len() > 3 {
            return None;
        }
        let scale = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
        let parts = read_count(fraction)?.checked_mul(size)?;
        if parts % scale != 0 {
            return None;
        }
        Some(Self(read_count(whole)?.checked_mul(size)?.checked_add(parts / scale)?))
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |&&(_, size): &&(&str, u64)| self.0.is_multiple_of(size);
        match Self::UNITS.iter().rev().find(fits) {
            Some((name, size)) if self.0 > 0 => write!(f, "{}{name}", self.0 / size),
            _ => f.write_str("0s"),
        }
    }
}

/// A number as JSON writes it. It keeps its digits; whole ones compare exactly.
#[derive(Clone, Debug)]
pub struct Number {
    text: String,
    value: NumberValue,
}

#[derive(Clone, Copy, Debug)]
enum NumberValue {
    Whole(i128),
    Real(f64),
}

impl Number {
    /// Reads a number as JSON writes it: `007`, `+5`, `1.` and names such as `inf` are none.
    pub fn read(text: &str) -> Option<Self> {
        let value = NumberValue::read(text)?;
        Some(Self { text: text.to_owned(), value })
    }

    /// Compares with a number in JSON; `None` where that text is none.
    pub fn compare(&self, other: &str) -> Option<Ordering> {
        self.value.partial_cmp(&NumberValue::read(other)?)
    }
}

impl NumberValue {
    fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('-').unwrap_or(text);
        let (whole, rest) = digits(rest);
        if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
            return None;
        }
        if rest.is_empty()
            && let Ok(whole) = text.parse()
        {
            return Some(Self::Whole(whole));
        }
        let some_digits = |text| match digits(text) {
            ("", _) => None,
            (_, rest) => Some(rest),
        };
        let mut rest = rest;
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = some_digits(fraction)?;
        }
        if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
            rest = some_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))?;
        }
        let real = text.parse().ok().filter(|real: &f64| real.is_finite() && rest.is_empty());
        real.map(Self::Real)
    }
}

/// The digits that a text begins with, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(end).unwrap_or((text, ""))
}

impl PartialEq for NumberValue {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for NumberValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        // Beyond 2^53 a whole number is rounded where it meets one with a fraction.
        #[expect(clippy::cast_precision_loss, reason = "see above")]
        let real = |value: &Self| match *value {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        };
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(b)),
            _ => real(self).partial_cmp(&real(other)),
        }
    }
}

/// Equal when they are written the same.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl Bounds<Number> {
    /// Whether a number in JSON is let through.
    pub fn lets(&self, text: &str) -> bool {
        let order = |bound: &Number| bound.compare(text).map(Ordering::reverse);
        match self {
            Self::Over(low) => order(low).is_some_and(Ordering::is_gt),
            Self::AtLeast(low) => order(low).is_some_and(Ordering::is_ge),
            Self::Under(high) => order(high).is_some_and(Ordering::is_lt),
            Self::AtMost(high) => order(high).is_some_and(Ordering::is_le),
            Self::Between(low, high) => {
                order(low).is_some_and(Ordering::is_ge) && order(high).is_some_and(Ordering::is_le)
            }
            Self::Exactly(only) => order(only).is_some_and(Ordering::is_eq),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_whole_milliseconds_and_print_in_their_largest_unit() {
        let cases = [
            ("30s", 30_000, "30s"),
            ("1.5s", 1500, "1500ms"),
            ("0.25s", 250, "250ms"),
            ("60s", 60_000, "1m"),
            ("90m", 5_400_000, "90m"),
            ("24h", 86_400_000, "1d"),
            ("0ms", 0, "0s"),
        ];
        for (text, millis, printed) in cases {
            let span = TimeSpan::read(text).unwrap();
            assert_eq!((span.0, span.to_string().as_str()), (millis, printed), "{text}");
        }
        for text in [
            "",
            "30",
            "s",
            "-1s",
            "1.s",
            ".5s",
            "0.5ms",
            "1.2345s",
            "1 s",
            "5w",
            "99999999999999999d",
        ] {
            assert_eq!(TimeSpan::read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_compare_by_value_and_whole_ones_exactly() {
        let lets = |bounds: &str, value: &str| {
            Bounds::read(bounds, Number::read).ok().unwrap().lets(value)
        };
        assert!(lets(">500", "500.5") && !lets(">500", "500") && lets(">=500", "5e2"));
        assert!(lets("-5..5", "-5") && lets("-5..5", "0.1") && !lets("-5..5", "5.01"));
        assert!(lets("5", "5.0") && lets("..5", "-1") && lets("5..", "1e300"));
        assert!(lets("9007199254740993", "9007199254740993"));
        assert!(!lets("9007199254740993", "9007199254740992"));
        for no in
            ["", "true", "inf", "nan", "0x10", " 5", "+5", "\"5\"", "007", "1.", ".5", "1e", "--1"]
        {
            assert!(!lets(">=0", no), "{no}");
        }
    }

    #[test]
    fn bounds_of_counts_have_ends() {
        let ends = |text| Bounds::read(text, read_count).ok().unwrap().ends();
        assert_eq!(ends(">3"), (4, u64::MAX));
        assert_eq!(ends("<3"), (0, 2));
        assert_eq!(ends("3..5"), (3, 5));
        assert_eq!(ends("<0"), (1, 0));
        assert!(matches!(Bounds::read("5..3", read_count), Err(RangeError::Reversed("5", "3"))));
        assert!(matches!(Bounds::read("..", read_count), Err(RangeError::Nothing)));
        assert!(matches!(Bounds::read(">x", read_count), Err(RangeError::Value("x"))));
    }
}
