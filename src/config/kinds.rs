//! The kinds of values that a setting may have: each reads and prints one form of TOML.
//!
//! Knows no setting by name. An error continues the sentence "`name` ..." and never quotes the
//! value, which may be the key.

use std::fmt::{Display, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use secrecy::ExposeSecret;
use toml::de::DeValue;

use super::{LiteralKey, ThemeName, check_base_url};
use crate::time::Zone;

/// How values of one type are written in TOML.
pub(super) trait Kind<T> {
    fn read(&self, value: &DeValue<'_>) -> Result<T, String>;
    /// The value as TOML; `None` when the setting is absent.
    fn print(&self, value: &T) -> Option<String>;
}

/// One of a few values, each with its form in TOML.
pub(super) struct OneOf<T: 'static>(pub(super) &'static [(&'static str, T)]);

impl<T: Copy + PartialEq> Kind<T> for OneOf<T> {
    fn read(&self, value: &DeValue<'_>) -> Result<T, String> {
        let written = match value {
            DeValue::String(text) => quoted(text),
            DeValue::Integer(_) => {
                whole(value).map(|number| number.to_string()).unwrap_or_default()
            }
            _ => String::new(),
        };
        let known = self.0.iter().find(|(form, _)| *form == written);
        let forms = || self.0.iter().map(|(form, _)| *form).collect::<Vec<_>>().join(" or ");
        known.map(|(_, value)| *value).ok_or_else(|| format!("must be {}", forms()))
    }

    fn print(&self, value: &T) -> Option<String> {
        self.0.iter().find(|(_, known)| known == value).map(|(form, _)| (*form).to_owned())
    }
}

/// A number with its least, its most and the words for it.
pub(super) struct NumberKind(pub(super) u64, pub(super) u64, pub(super) &'static str);

impl<T: TryFrom<u64> + Display> Kind<T> for NumberKind {
    fn read(&self, value: &DeValue<'_>) -> Result<T, String> {
        let Self(least, most, words) = *self;
        let number = whole(value).filter(|number| (least..=most).contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| format!("must be {words}"))
    }

    fn print(&self, value: &T) -> Option<String> {
        Some(value.to_string())
    }
}

/// A setting without a default.
pub(super) struct Optional<K>(pub(super) K);

impl<T, K: Kind<T>> Kind<Option<T>> for Optional<K> {
    fn read(&self, value: &DeValue<'_>) -> Result<Option<T>, String> {
        self.0.read(value).map(Some)
    }

    fn print(&self, value: &Option<T>) -> Option<String> {
        value.as_ref().and_then(|value| self.0.print(value))
    }
}

/// Declares a kind as `Name: Type, |value| read, |value| print;`.
macro_rules! kinds {
    ($(
        $(#[doc = $about:literal])+
        $Kind:ident: $Type:ty, |$read:ident| $reader:expr, |$print:ident| $printer:expr;
    )+) => {$(
        $(#[doc = $about])+
        pub(super) struct $Kind;

        impl Kind<$Type> for $Kind {
            fn read(&self, $read: &DeValue<'_>) -> Result<$Type, String> {
                $reader
            }

            fn print(&self, $print: &$Type) -> Option<String> {
                $printer
            }
        }
    )+};
}

kinds! {
    /// `true` or `false`.
    Flag: bool,
        |value| value.as_bool().ok_or_else(|| "must be true or false".to_owned()),
        |value| Some(value.to_string());
    /// A string that is not blank.
    Text: String, |value| text(value), |value| Some(quoted(value));
    /// A path.
    PathName: PathBuf,
        |value| text(value).map(PathBuf::from),
        |path| Some(quoted(&path.to_string_lossy()));
    /// The address of an endpoint.
    Url: String,
        |value| {
            let url = string(value)?;
            check_base_url(&url).map_err(str::to_owned)?;
            Ok(url)
        },
        |url| Some(quoted(url));
    /// The name of a theme. It becomes the name of a file and must stay in its folder.
    Theme: ThemeName,
        |value| match value.as_str() {
            Some(name) if is_name(name) => {
                Ok(ThemeName { name: name.to_owned(), ..ThemeName::default() })
            }
            _ => Err("must be the name of a theme, such as \"auto\" or \"dark\"; a theme of yours \
                      has small letters, digits, `-` and `_` in its name"
                .to_owned()),
        },
        |theme| Some(quoted(&theme.name));
    /// A query.
    Query: String,
        |value| {
            let query = text(value)?;
            // The error's own words would quote the query.
            crate::query::parse(&query)
                .map_err(|error| format!("is no query: see its character {}", error.column + 1))?;
            Ok(query)
        },
        |query| Some(quoted(query));
    /// A time zone.
    TimeZone: Zone,
        |value| value.as_str().and_then(Zone::parse).ok_or_else(|| {
            "must be \"local\" or an IANA name such as \"Europe/Vienna\"".to_owned()
        }),
        |zone| Some(match zone {
            Zone::Local => quoted("local"),
            Zone::Named(zone) => quoted(zone.name()),
        });
    /// A program and its arguments; absent when empty.
    Command: Vec<String>,
        |value| match strings(value)? {
            words if words.first().is_some_and(|program| !program.is_empty()) => Ok(words),
            _ => Err("must be a program and its arguments, such as [\"pass\", \"show\", \
                      \"studyfetch\"]"
                .to_owned()),
        },
        |words| (!words.is_empty()).then(|| list(words));
    /// Ids of groups; absent when empty.
    Groups: Vec<String>,
        |value| match strings(value)? {
            groups if !groups.is_empty() && !groups.iter().any(String::is_empty) => Ok(groups),
            _ => Err("must be a list of group ids, such as [\"class-101\"]".to_owned()),
        },
        |groups| (!groups.is_empty()).then(|| list(groups));
    /// A limit on a time to wait.
    Timeout: Duration,
        |value| {
            let limits = Duration::from_millis(100)..=Duration::from_hours(1);
            time(value).filter(|time| limits.contains(time)).ok_or_else(|| {
                "must be a time from \"100ms\" to \"1h\", such as \"30s\"".to_owned()
            })
        },
        |time| Some(printed_time(*time));
    /// A period, or "off".
    TimeOrOff: Option<Duration>,
        |value| match (value.as_str(), time(value)) {
            (Some("off"), _) => Ok(None),
            (_, Some(every)) if (5..=86_400).contains(&every.as_secs()) => Ok(Some(every)),
            _ => Err("must be \"off\" or a time from \"5s\" to \"24h\"".to_owned()),
        },
        |every| Some(every.map_or_else(|| quoted("off"), printed_time));
    /// A number of columns, or 0 for no limit.
    Columns: Option<u16>,
        |value| match whole(value).and_then(|number| u16::try_from(number).ok()) {
            Some(0) => Ok(None),
            Some(columns @ 40..=1000) => Ok(Some(columns)),
            _ => Err("must be 0 or a number of columns from 40 to 1000".to_owned()),
        },
        |columns| Some(columns.unwrap_or(0).to_string());
}

/// The printer is safe only for a masked key: see [`super::Config::to_toml`].
impl Kind<LiteralKey> for Text {
    fn read(&self, value: &DeValue<'_>) -> Result<LiteralKey, String> {
        text(value).map(|key| LiteralKey::from(key.as_str()))
    }

    fn print(&self, key: &LiteralKey) -> Option<String> {
        Some(quoted(key.secret().expose_secret()))
    }
}

fn string(value: &DeValue<'_>) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| "must be a string".to_owned())
}

fn text(value: &DeValue<'_>) -> Result<String, String> {
    let text = string(value)?;
    if text.trim().is_empty() { Err("must not be empty".to_owned()) } else { Ok(text) }
}

pub(super) fn strings(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let items = value.as_array().map(|items| items.iter().map(|item| string(item.get_ref())));
    let strings = items.and_then(|items| items.collect::<Result<_, _>>().ok());
    strings.ok_or_else(|| "must be a list of strings".to_owned())
}

fn whole(value: &DeValue<'_>) -> Option<u64> {
    let DeValue::Integer(digits) = value else { return None };
    u64::from_str_radix(digits.as_str(), digits.radix()).ok()
}

/// A time such as `500ms`, `30s`, `5m`, `2h`.
fn time(value: &DeValue<'_>) -> Option<Duration> {
    let text = value.as_str()?;
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

fn printed_time(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("\"{}s\"", time.as_secs()),
        _ => format!("\"{}ms\"", time.as_millis()),
    }
}

fn is_name(name: &str) -> bool {
    let is_fine = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    (1..=60).contains(&name.len()) && name.bytes().all(is_fine)
}

pub(super) fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A TOML string that is also safe to show: everything but plain visible text is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            _ if c.is_alphanumeric() => out.push(c),
            _ => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}
